"""Home: the whole idea on one real test digit. Start with `streamlit run app.py`."""

import random

import streamlit as st

from qmnist_core.ui import state
from qmnist_core.ui.frame import checked_dataset, frame, go, test_example
from qmnist_core.ui.strip import strip
from qmnist_core.ui.trained import trained_qnn
from qmnist_core.words import duration, percent, with_interval

experiment = frame(
    "home",
    "A **quantum neural network** is a quantum circuit with adjustable gates, trained like any other network. "
    "This one tells two handwritten digits apart from a few black-and-white pixels, one qubit for each. "
    "Follow a real test image from left to right, ask for another digit, or change a setting and see the answer change.",
    groups=(),
)
dataset = checked_dataset(experiment)
viewer, exponents = trained_qnn(experiment)

example = test_example(dataset)
image, truth = state.raw_images(dataset.test_rows, "test")[example], experiment.data.digits[not dataset.test.labels[example]]
strip(experiment, exponents, image, "home", truth)

left, right = st.columns([1, 3], vertical_alignment="center")
left.button(
    "Another digit",
    type="primary",
    icon=":material/shuffle:",
    width="stretch",
    on_click=lambda: state.look_at("example", random.randrange(len(dataset.test))),
)
right.caption(f"Test image {example + 1:,} of {len(dataset.test):,}; the network has never seen any of them in training.")

outcome = viewer.job.outcome
if outcome is not None:
    n_parameters = viewer.job.n_parameters
    st.markdown(
        f"This network has {n_parameters:,} adjustable exponents. It was trained just now, on {len(dataset.train):,} "
        f"images in {duration(outcome.seconds)} on the exact engine, and reads {with_interval(outcome.accuracy, len(dataset.test))} "
        f"of the test images rightly. No classifier of these bits could read more than {percent(dataset.counts.accuracy_ceiling)}."
    )

st.subheader("Look closer")
for column, (page, label) in zip(
    st.columns(5),
    {
        "data": "How images become bits",
        "circuit": "How bits become ⟨Z⟩",
        "train": "Watch it learn",
        "compare": "Beside classical networks",
        "draw": "Draw a digit yourself",
    }.items(),
    strict=True,
):
    with column:
        go(page, label)
