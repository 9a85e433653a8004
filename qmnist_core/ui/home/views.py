"""Playground: one digit on its way through the network, and all that moves while the network learns."""

from __future__ import annotations

import random

import streamlit as st

from qmnist_core.address.views import EXAMPLE
from qmnist_core.data.pipeline import Dataset
from qmnist_core.ui.components.histogram import histogram
from qmnist_core.ui.components.maps import maps
from qmnist_core.ui.frame.page import test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.shared.curves import learning_curves
from qmnist_core.ui.shared.live import NAME, Run
from qmnist_core.ui.shared.strip import strip

HEIGHT = 335
"""Of the figures below the strip, in pixels."""


def playground(run: Run, dataset: Dataset) -> None:
    """The strip of one image; curves, outputs and exponents below it."""
    data, circuit = run.experiment.data, run.experiment.circuit
    example = test_example(dataset, run)
    truth = data.digits[0 if dataset.test.labels[example] else 1]
    with st.container(key="tools", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Another digit",
            icon=":material/shuffle:",
            help=f"This is test image {example + 1:,} of {len(dataset.test):,}; the network learns from none of them.",
            on_click=lambda: look_at(EXAMPLE, random.randrange(len(dataset.test))),
        )
    strip(run, state.raw_images(dataset.test_rows[example], "test"), "home", truth)
    left, middle, right = st.columns([1.15, 1.15, 1], gap="medium")
    with left:
        learning_curves(run, dataset, HEIGHT, "home-curves", with_loss=False)
    with middle:
        histogram(NAME, data.digits, HEIGHT, "home-histogram")
    with right:
        maps(NAME, circuit.layers, data.size, HEIGHT, "home-maps")
