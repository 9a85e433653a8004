"""The same training from two starts, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st

from qmnist_core.address.views import PAIR_SIZE, PAIR_STEP
from qmnist_core.catalogue import INITS
from qmnist_core.circuits.dependence import depends_on_image
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import magnitude, unbroken, with_interval
from qmnist_core.metrics import accuracy_interval
from qmnist_core.studies.spread import flat_output, root_mean_square
from qmnist_core.ui.components.curves import Line, curves
from qmnist_core.ui.components.histogram import histogram
from qmnist_core.ui.plateau.views import epsilon_words
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import end_where_failed
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.shared import fans, live

PLACE = "plateau"
"""What the trainings' names begin with among the session's."""
PLAYED = "small"
"""The start whose training the dock shows."""
AT_THE_EDGE = 1e-10
"""Outputs at least this large have been seen to recover within a few tens of epochs (9×9 to 11×11)."""
SHRUNK = 0.1
"""An output below this at the start is called small."""
HISTOGRAM_HEIGHT, CURVES_HEIGHT = 186, 196


class Outcome(NamedTuple):
    """Of a training: in a word or two, and in sentences that say no more than its results show."""

    verdict: str
    words: str


def pair(experiment: Experiment, size: int) -> dict[str, Experiment]:
    """The same training from both starts, on the exact engine."""
    data = replace(experiment.data, size=size)
    return {init: replace(experiment, model="qnn", backend="exact", data=data, init=init) for init in INITS}


def size() -> int:
    """The image size of both trainings."""
    return seen(PAIR_SIZE)


def size_slider() -> int:
    """The image size of both trainings, which lives in the address."""
    key = f"{PLACE}-size"
    value = seen(PAIR_SIZE)
    # Told of a value, a slider that is being moved would jump back to it. It is told of one that an address has
    # changed; otherwise of where to begin, for a browser that has not drawn it yet.
    is_told = st.session_state.get(key, value) != value
    if is_told:
        st.session_state[key] = value

    def moved() -> None:
        look_at(PAIR_SIZE, st.session_state[key])
        look_at(PAIR_STEP, None)

    st.markdown(
        "Image size",
        width="content",
        help="Of both trainings, pixels along each side. With the layers XX ZZ and a uniform start: 4 starts with "
        "small outputs, and trains; 28 is on a plateau; the edge lies between 7 and 12.",
    )
    st.slider(
        "Image size of both trainings",
        PAIR_SIZE.least,
        PAIR_SIZE.most,
        value=None if is_told else value,
        key=key,
        label_visibility="collapsed",
        width=140,
        on_change=moved,
    )
    return value


def follow_pair(wanted: Mapping[str, Experiment], dataset: Dataset) -> dict[str, live.Run]:
    """Both trainings, begun together; where one has failed the page says why, and ends."""
    for init, experiment in wanted.items():
        state.begun(_place(init), experiment)
    runs = {
        init: live.run_at(_place(init), PAIR_STEP, experiment, dataset, state.WAIT_SECONDS / 2)
        for init, experiment in wanted.items()
    }
    for init, run in runs.items():
        end_where_failed(run.viewer, f"The {init} start cannot be trained")
    return runs


def _place(init: str) -> str:
    return f"{PLACE} {init}"


def beside(runs: Mapping[str, live.Run]) -> dict[str, live.Run]:
    """Those that the dock plays with its own, by their names among the browser's reels."""
    return {_reel(init): run for init, run in runs.items() if init != PLAYED}


def _reel(init: str) -> str:
    return live.NAME if init == PLAYED else _place(init)


def show_pair(runs: Mapping[str, live.Run], dataset: Dataset) -> None:
    """A verdict and the outputs of each start; below them the curves of both, on the same axes."""
    for init, column in zip(runs, st.columns(len(runs), gap="medium"), strict=True):
        found = outcome(init, runs[init], dataset)
        with column, st.container(gap="xxsmall"):
            with st.container(key=f"pair-{init}", horizontal=True, vertical_alignment="center", gap="small"):
                st.header(f"{init} start: {found.verdict}", anchor=False, width="content")
                with st.popover("How so?", key=f"pair-{init}-numbers", type="tertiary"):
                    st.markdown(unbroken(found.words))
            histogram(_reel(init), state.names(runs[init].experiment.data), HISTOGRAM_HEIGHT, f"plateau-{init}")
    watchers = {init: fans.begin(run.experiment, dataset, init) for init, run in runs.items()}
    total, ceiling = max(run.total for run in runs.values()), dataset.counts.accuracy_ceiling

    def draw() -> None:
        lines = [Line(init, reel=_reel(init), dash=i, fan=fans.shown(watchers[init])) for i, init in enumerate(runs)]
        left, right = st.columns(2, gap="medium")
        with left:
            curves(lines, total, ceiling, CURVES_HEIGHT, "plateau-accuracy", with_loss=False)
        with right:
            curves(lines, total, ceiling, CURVES_HEIGHT, "plateau-loss", with_accuracy=False)

    fans.follow(draw, *watchers.values())


def outcome(init: str, run: live.Run, dataset: Dataset) -> Outcome:
    """What has come of one training."""
    viewer = run.viewer
    if viewer is None or run.is_growing:
        return Outcome("in training", "What comes of it is said here as soon as both are trained.")
    job = viewer.job
    if viewer.state == "stopped" or job.outcome is None:
        return Outcome("stopped", f"Stopped after step {viewer.revealed:,}; that says nothing yet.")
    loss, test = job.outcome.loss, dataset.test
    reads = f"classifies {with_interval(job.outcome.accuracy, len(test))} of the test set correctly"
    if not depends_on_image(job.experiment.circuit):
        return Outcome(
            "nothing can be learnt",
            f"These layers give every image the same ⟨Z⟩, whatever their exponents: the loss is {loss:.3f}, and it "
            f"{reads}. More epochs change nothing.",
        )
    flat = flat_output(loss, lambda: run.reel.scores(len(run.reel.steps) - 1))
    if flat is not None:
        words = (
            f"A plateau. After {job.total_steps:,} steps the loss is {loss:.4f} and ⟨Z⟩ {magnitude(flat)} (root mean "
            f"square, test images); it {reads}: guessing."
        )
        if flat > AT_THE_EDGE:
            words += " It is near the plateau's edge: more epochs, under Training, may free it."
        return Outcome("stays flat", words)
    start = root_mean_square(run.reel.scores(0))
    share = float(np.mean(test.labels))
    if accuracy_interval(job.outcome.accuracy, len(test))[0] <= max(share, 1 - share):
        return Outcome(
            "barely moves",
            f"From ⟨Z⟩ of {magnitude(start)} it has come to a loss of {loss:.3f} and {reads}: no better than guessing "
            "so far. More epochs, under Training, may free it.",
        )
    if start >= SHRUNK:
        return Outcome("learns", f"The loss is {loss:.3f}, and it {reads}.")
    return Outcome(
        "shrunk, but learns",
        f"It began with ⟨Z⟩ of {magnitude(start)}; now the loss is {loss:.3f}, and it {reads}. Adam's steps are as "
        f"long for small gradients as for large ones, until its ε matters: {epsilon_words(1, viewer.revealed)}.",
    )
