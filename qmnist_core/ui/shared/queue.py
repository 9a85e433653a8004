"""What pages say about the queue for TensorFlow before they add to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from qmnist_core.config import Experiment
from qmnist_core.look.text import counted, duration, percent, unbroken
from qmnist_core.ui.session import state


def show_cost(wanted: Sequence[Experiment]) -> None:
    """How long those of the trainings that run on TensorFlow Quantum will compute, and whether this server stops them;
    nothing where there is none, or where it is refused anyway."""
    workshop = state.workshop()
    slow = [workshop.expected_seconds(one) for one in wanted if one.package == "tfq"]
    longest, most = max(slow, default=0.0), workshop.most_seconds
    if not slow or math.isinf(longest):
        return
    trainings = f" for {counted(len(slow), 'training')}" if len(slow) > 1 else ""
    words = f"TensorFlow Quantum will compute for about {duration(sum(slow))}{trainings} on a computer with two cores."
    if longest > most:
        words += (
            f" This server stops a training after {duration(most)} and keeps what it has learnt by then, about "
            f"{percent(most / longest)} of the way: choose fewer epochs, examples or layers, or the exact backend."
        )
    st.caption(unbroken(words))
