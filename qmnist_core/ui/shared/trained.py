"""The QNN of the chosen settings, trained to its end: the exact engine does that while the page is drawn."""

from __future__ import annotations

import dataclasses
import math

import streamlit as st

from qmnist_core.arrays import Array
from qmnist_core.config import Experiment
from qmnist_core.jobs import Viewer
from qmnist_core.look.text import duration
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar, has_failed


def trained_qnn(experiment: Experiment) -> tuple[Viewer, Array]:
    """The training of the QNN on the exact engine, and its exponents: float64 (n_layers, n_pixels).

    While a long training goes on they are those reached so far, and the page shows how far it is. Where there
    are none the page ends here, and says why.
    """
    viewer = state.trained(dataclasses.replace(experiment, model="qnn", backend="exact"))
    if has_failed(viewer, "The network cannot be trained"):
        st.stop()
    if viewer.state != "finished":
        _progress(viewer)
    moments = viewer.moments()
    if not moments:
        st.stop()
    return viewer, moments[-1].exponents


def _progress(viewer: Viewer) -> None:
    def draw() -> None:
        left = viewer.remaining
        bar("The network is being trained" if math.isnan(left) else f"Still training: {duration(left)} left", viewer)

    Follower.of(viewer).follow(draw)
