"""The same training from two starts, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import streamlit as st

from qmnist_core.address.views import PAIR_SIZE, PAIR_TRAINED
from qmnist_core.catalogue import INITS
from qmnist_core.circuits.dependence import depends_on_image
from qmnist_core.config import Experiment
from qmnist_core.jobs import Viewer
from qmnist_core.look.text import duration, magnitude, with_interval
from qmnist_core.metrics import accuracy_interval
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.plots.curves import Curve, learning_curves
from qmnist_core.runs.record import Record
from qmnist_core.studies.spread import flat_output, root_mean_square
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.plateau.views import epsilon_words
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.shared.live import scores

PLACE = "plateau"
"""What the trainings' names begin with among the session's."""
AT_THE_EDGE = 1e-10
"""Outputs at least this large have been seen to recover within a few tens of epochs (9×9 to 11×11)."""
SHRUNK = 0.1
"""An output below this at the start is called small."""


def pair(experiment: Experiment, size: int) -> dict[str, Experiment]:
    """The same training from both starts, on the exact engine."""
    data = replace(experiment.data, size=size)
    return {init: replace(experiment, model="qnn", backend="exact", data=data, init=init) for init in INITS}


def size_slider() -> int:
    """The image size of both trainings, which lives in the address."""
    key = f"{PLACE}-size"
    value = seen(PAIR_SIZE)
    # Told of a value, a slider that is being moved would jump back to it. It is told of one that an address has
    # changed; otherwise of where to begin, for a browser that has not drawn it yet.
    is_told = st.session_state.get(key, value) != value
    if is_told:
        st.session_state[key] = value
    st.slider(
        "Image size of both trainings",
        PAIR_SIZE.least,
        PAIR_SIZE.most,
        value=None if is_told else value,
        key=key,
        help="Pixels along each side. With the layers XX ZZ and a uniform start: 4 starts with small outputs, and "
        "trains; 28 is on a plateau; the edge lies between 7 and 12.",
        on_change=lambda: look_at(PAIR_SIZE, st.session_state[key]),
    )
    return value


def follow_pair(wanted: Mapping[str, Experiment]) -> dict[str, Viewer]:
    """This session's looks at both trainings, begun where the address says that they are trained."""
    viewers = state.client().viewers
    for init, experiment in wanted.items():
        viewer = viewers.get(_place(init))
        if viewer is not None and viewer.job.experiment != experiment:  # of other settings
            viewers.pop(_place(init)).leave()
    if seen(PAIR_TRAINED) and not any(_place(init) in viewers for init in wanted):
        _watch_both(wanted)
        for init in wanted:
            viewers[_place(init)].wait(state.WAIT_SECONDS / 2)
    return {init: viewers[_place(init)] for init in wanted if _place(init) in viewers}


def begin_pair(wanted: Mapping[str, Experiment]) -> None:
    _watch_both(wanted)
    look_at(PAIR_TRAINED, 1)


def _watch_both(wanted: Mapping[str, Experiment]) -> None:
    for init, experiment in wanted.items():
        state.client().watch(_place(init), state.workshop().follow(experiment))


def stop_pair(found: Mapping[str, Viewer]) -> None:
    for viewer in found.values():
        viewer.stop()
    look_at(PAIR_TRAINED, 0)


def _place(init: str) -> str:
    return f"{PLACE} {init}"


def pair_button(training: Follower, wanted: Mapping[str, Experiment], found: Mapping[str, Viewer]) -> None:
    """A button to train or stop, or a note that all is done."""
    states = {viewer.state for viewer in found.values()}
    if states == {"finished"}:
        otherwise = Press("plateau-pair-done", "Both trained", None, "check")
    else:
        label = "Train both again" if states else "Train both"
        otherwise = Press("plateau-pair-train", label, partial(begin_pair, wanted), "play_arrow", "primary")
    training.button(Press("plateau-pair-stop", "Stop", partial(stop_pair, found), "stop"), otherwise)


def show_curves(found: Mapping[str, Viewer], experiment: Experiment) -> None:
    """Both trainings as far as they are."""
    order = list(INITS)
    curves = [Curve(viewer.history(), f"{init} start", dash=order.index(init)) for init, viewer in found.items()]
    totals = [viewer.job.total_steps for viewer in found.values() if viewer.job.total_steps]
    total = max(totals, default=1000 * experiment.epochs // 3)  # about as long as it will be, before that is known
    chart(learning_curves(curves, total_steps=total, epochs=experiment.epochs), key="plateau-curves")


def show_pair_progress(found: Mapping[str, Viewer]) -> None:
    for init in INITS:
        viewer = found.get(init)
        total = viewer.job.total_steps if viewer is not None else None
        if viewer is None:
            words = f"{init} start: not trained yet"
        elif has_failed(viewer, f"The {init} start cannot be trained"):
            continue
        elif not total:
            words = f"{init} start: getting ready"
        else:
            left = f", {duration(viewer.remaining)} left" if viewer.is_active and viewer.remaining > 0 else ""
            words = f"{init} start: step {viewer.revealed:,} of {total:,}{left}"
        bar(words, viewer)


def outcomes(found: Mapping[str, Viewer]) -> list[str]:
    """The result of each training, once it is over."""
    return [outcome_words(init, viewer) for init, viewer in found.items() if viewer.state in ("finished", "stopped")]


def outcome_words(init: str, viewer: Viewer) -> str:
    """The result of one training, and no more than its results show."""
    job = viewer.job
    if viewer.state == "stopped" or job.outcome is None:
        return f"**{init} start: stopped** after step {viewer.revealed:,}; that says nothing yet."
    experiment, record, loss = job.experiment, Record.of_viewer(viewer), job.outcome.loss
    test = state.dataset(experiment.data).test
    reads = f"classifies {with_interval(job.outcome.accuracy, len(test))} of the test set correctly"
    if not depends_on_image(experiment.circuit):
        return (
            f"**{init} start: nothing can be learnt.** These layers give every image the same ⟨Z⟩, whatever their "
            f"exponents: the loss is {loss:.3f}, and it {reads}. More epochs change nothing."
        )
    flat = flat_output(loss, lambda: scores(record, record.history.moments[-1].exponents))
    if flat is not None:
        words = (
            f"**{init} start: stayed flat**, a plateau. After {job.total_steps:,} steps the loss is {loss:.4f} and ⟨Z⟩ "
            f"{magnitude(flat)} (root mean square, test images); it {reads}: guessing."
        )
        if flat > AT_THE_EDGE:
            words += " It is near the plateau's edge: more epochs, under Training, may free it."
        return words
    start = root_mean_square(scores(record, initial_exponents(experiment)))
    share = float(np.mean(test.labels))
    if accuracy_interval(job.outcome.accuracy, len(test))[0] <= max(share, 1 - share):
        return (
            f"**{init} start: barely moved.** From ⟨Z⟩ of {magnitude(start)} it has come to a loss of {loss:.3f} and "
            f"{reads}: no better than guessing so far. More epochs, under Training, may free it."
        )
    if start >= SHRUNK:
        return f"**{init} start: it learns.** The loss is {loss:.3f}, and it {reads}."
    return (
        f"**{init} start: shrunk, but it learns.** It began with ⟨Z⟩ of {magnitude(start)}; now the loss is "
        f"{loss:.3f}, and it {reads}. Adam's steps are as long for small gradients as for large ones, until "
        f"its ε matters: {epsilon_words(1, viewer.revealed)}."
    )
