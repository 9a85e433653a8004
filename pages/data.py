"""Data: from 70,000 images to the bits that the network sees, and what is lost on the way."""

import streamlit as st

from qmnist_core.address.views import EXAMPLES
from qmnist_core.look.text import counted
from qmnist_core.pictures.pixels import bits_picture
from qmnist_core.plots.pipeline import ceiling_figure, funnel_figure
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.data.views import (
    THRESHOLDS,
    ceiling_words,
    ceilings,
    collision_number,
    collision_words,
    collisions,
    counts_table,
    examples_sheet,
    live_figures,
    n_example_sets,
    sampling_words,
)
from qmnist_core.ui.frame.page import checked_dataset, frame, setting_widget
from qmnist_core.ui.session.looking import fit_number, leaf, seen
from qmnist_core.ui.shared.collision import collision_sheet

experiment = frame(
    "data",
    "Each image is made small, then every pixel becomes one bit: lit or not. "
    "**Move the threshold** and see what is left of the digits, and how many become the same bits.",
    own=("threshold",),
)
data = experiment.data
first, second = data.digits
setting_widget("threshold", "page")
dataset = checked_dataset(experiment, trains=False)
counts = dataset.counts

with st.container(horizontal=True, key="figures"):
    for label, value, words in live_figures(dataset, data.digits):
        st.metric(label, value, help=words, width="stretch")

# Examples
fit_number(EXAMPLES, n_example_sets(dataset), "sets of examples")
number = seen(EXAMPLES)
for column, positive in zip(st.columns(2, gap="medium"), (True, False), strict=True):
    svg = examples_sheet(dataset, data, number, positive)
    with column:
        if svg is None:
            st.info(f"No training image of the digit {data.digits[not positive]} is left.")
        else:
            picture(svg, key=f"data-examples-{positive}", max_width=560)
with st.container(horizontal=True, vertical_alignment="center"):
    st.button(
        "Other examples",
        icon=":material/shuffle:",
        on_click=leaf,
        args=(EXAMPLES, n_example_sets(dataset)),
    )
    st.caption(sampling_words(data), width="stretch")

# Collisions
st.subheader(f"Collisions: {first}s and {second}s that become the same bits")
found = collisions(data)
if not found:
    st.success(
        f"None: at {data.size}×{data.size} and threshold {data.threshold:g} every bit pattern "
        f"among the training images belongs to one digit only.",
        icon=":material/check_circle:",
    )
else:
    collision = found[collision_number(len(found)) - 1]
    bits, left, right = st.columns([2, 3, 3], gap="medium")
    with bits:
        picture(bits_picture(collision.bits), key="data-collision-bits", max_width=240)
    for column, positive in ((left, True), (right, False)):
        with column:
            picture(
                collision_sheet(collision, data.digits[not positive], positive),
                key=f"data-collision-{positive}",
                max_width=480,
            )
    st.caption(collision_words(collision, data))

# Ceiling
st.subheader("How good can it get?")
curve = ceilings(data)
left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
with left:
    chart(ceiling_figure(THRESHOLDS, curve, (data.threshold, counts.accuracy_ceiling)), key="data-ceiling")
with right:
    for words in ceiling_words(counts, data.threshold, curve):
        st.markdown(words)

# Funnel
n_images = counts.n_train_raw + counts.n_test_raw
st.subheader(f"From {n_images:,} images to {counted(counts.n_train_patterns, 'bit pattern')}")
chart(funnel_figure(counts, data.digits), key="data-funnel")
with st.expander("All counts"):
    st.markdown(counts_table(counts, data))
