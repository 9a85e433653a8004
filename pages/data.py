"""Data: from 70,000 images to the bits that the network sees, and what is lost on the way."""

import streamlit as st

from qmnist_core.address.views import COLLISION, DETAIL, EXAMPLES
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.look.text import counted
from qmnist_core.pictures.pixels import bits_picture
from qmnist_core.plots.pipeline import funnel_figure
from qmnist_core.ui.components.ceiling import ceiling
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.examples import examples
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.data.views import (
    ceiling_words,
    ceilings,
    collision_number,
    collision_words,
    collisions,
    counts_table,
    live_figures,
    n_example_sets,
    sampling_words,
    shown_examples,
)
from qmnist_core.ui.frame import own_data
from qmnist_core.ui.frame.page import checked_dataset, frame, setting_widget, tools
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit_number, leaf, seen
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.collision import collision_sheet

SLIDER = "page-threshold"

experiment = frame("data", "A pixel is lit if it is brighter than the threshold: **move it**.", own=("threshold",))
data = experiment.data
left, right = st.columns([1, 1.5], gap="medium")
left = left.container(key="figure-main")
with left:
    setting_widget("threshold", "page")
dataset = checked_dataset(experiment, trains=False)
counts = dataset.counts

fit_number(EXAMPLES, n_example_sets(dataset), "sets of examples")
if counts.n_contradictory_binary:
    fit_number(COLLISION, counts.n_contradictory_binary, "collisions")
with tools():
    own_data.button()
    st.button(
        "Other examples",
        icon=":material/shuffle:",
        help=sampling_words(data),
        on_click=leaf,
        args=(EXAMPLES, n_example_sets(dataset)),
    )
curve = ceilings(data)
with left:
    ceiling(SLIDER, data.threshold, counts.accuracy_ceiling, curve, "data-ceiling")
    with st.popover("Why can it not be more?", key="data-why", type="tertiary"):
        for words in ceiling_words(counts, data.threshold, curve):
            st.markdown(words)
with right:
    shown = [shown_examples(dataset, data, seen(EXAMPLES), positive) for positive in (True, False)]
    labels = f"{IMAGE_SIDE}×{IMAGE_SIDE}", f"{data.size}×{data.size}"
    examples(SLIDER, data.threshold, shown, labels, sampling_words(data), "data-examples")
    with st.container(horizontal=True, key="figures"):
        for label, value, words in live_figures(dataset):
            st.metric(label, value, help=words, width="stretch")

detail = choose(DETAIL, "More about these data", "data-detail", required=False, label_visibility="collapsed")

if detail == "collisions":
    st.header("Images of {} and of {} that become the same bits".format(*dataset.names))
    found = collisions(data)
    if not found:
        st.success(
            f"None: at {data.size}×{data.size} and threshold {data.threshold:g} every bit pattern "
            f"among the training images belongs to one {state.noun(data.file)} only.",
            icon=":material/check_circle:",
        )
    else:
        collision = found[collision_number(len(found)) - 1]
        columns = st.columns([2, 3, 3], gap="medium")
        with columns[0]:
            picture(bits_picture(collision.bits), key="data-collision-bits", max_width=240)
        for column, positive in zip(columns[1:], (True, False), strict=True):
            with column:
                picture(
                    collision_sheet(collision, data, positive),
                    key=f"data-collision-{positive}",
                    max_width=480,
                )
        st.caption(collision_words(collision, data))
elif detail == "funnel":
    n_images = counts.n_train_raw + counts.n_test_raw
    st.header(f"From {n_images:,} images to {counted(counts.n_train_patterns, 'bit pattern')}")
    chart(funnel_figure(counts, dataset.names, state.title(data.file)), key="data-funnel")
elif detail == "counts":
    st.markdown(counts_table(counts, data))
