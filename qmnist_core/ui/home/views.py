"""Playground: one digit on its way through the network, and all that moves while the network learns."""

from __future__ import annotations

import streamlit as st

from qmnist_core.address.views import DIGIT
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Task, Watcher
from qmnist_core.ui.components import say
from qmnist_core.ui.components.histogram import histogram
from qmnist_core.ui.components.maps import maps
from qmnist_core.ui.frame.page import another_digit, test_example, tools
from qmnist_core.ui.session import state
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.curves import learning_curves
from qmnist_core.ui.shared.drawing import leave_drawing, own_digit, show_pad
from qmnist_core.ui.shared.live import NAME, Run
from qmnist_core.ui.shared.strip import strip

HEIGHT = 314
"""Of the figures below the strip, in pixels."""


def playground(run: Run, dataset: Dataset, fan: Watcher[Task] | None) -> None:
    """The strip of one image; curves, outputs and exponents below it."""
    data, circuit = run.experiment.data, run.experiment.circuit
    own = _tools(run, dataset)
    with st.container(key="figure-strip"):
        (st.fragment(_own_digit) if own else _test_digit)(run, dataset)
    left, middle, right = st.columns([1.15, 1.15, 1], gap="medium")
    with left, st.container(key="figure-curves"):
        learning_curves(run, dataset, HEIGHT, "home-curves", fan, with_loss=False)
    with middle, st.container(key="figure-histogram"):
        histogram(NAME, dataset.names, HEIGHT, "home-histogram")
    with right, st.container(key="figure-maps"):
        maps(NAME, circuit.layers, data.size, HEIGHT, "home-maps")


def _tools(run: Run, dataset: Dataset) -> bool:
    """What the strip shows, and another of it; returns whether it is the visitor's own digit."""
    say_of = state.in_words_of(run.experiment.data.file)
    with tools():
        own = (
            choose(
                DIGIT,
                "The strip shows",
                "home-digit",
                label_visibility="collapsed",
                format_func=lambda one: say_of(DIGIT.title(one)),
            )
            == "own"
        )
        words = "The strip shows your drawing."
        if not own:
            which = f"test image {test_example(dataset, run) + 1:,} of {len(dataset.test):,}"
            words = f"This is {which}; the network learns from none of them."
        another_digit(dataset, "another", words, disabled=own)
    return own


def _test_digit(run: Run, dataset: Dataset) -> None:
    leave_drawing()
    example = test_example(dataset, run)
    image = state.raw_images(run.experiment.data.file, dataset.test_rows[example], "test")
    strip(run, image, "home", dataset.truth(example))


def _own_digit(run: Run, dataset: Dataset) -> None:
    digit = own_digit()
    strip(run, digit.image, "home", pad=lambda: show_pad("home-pad", dataset.names, is_small=True))
    if digit.problem:
        say.warning(digit.problem)
