"""What is drawn of a training, while it goes on and afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from qmnist_core import metrics
from qmnist_core.address.views import BY, CELL, MISREAD, STEP
from qmnist_core.arrays import Labels, Reals
from qmnist_core.config import Experiment
from qmnist_core.jobs import Viewer, needs_tensorflow
from qmnist_core.look.text import counted, duration, plain, time_left, unbroken, with_interval
from qmnist_core.plots.confusion import CELLS, confusion_figure
from qmnist_core.plots.curves import Curve, learning_curves
from qmnist_core.plots.exponents import exponent_maps
from qmnist_core.plots.outputs import output_histogram
from qmnist_core.runs.record import Record, run_name, steps_an_epoch
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar, has_failed
from qmnist_core.ui.session.looking import fit, look_at, refuse_unless, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared.behind import cells_chart, choose_cell, show_behind
from qmnist_core.ui.shared.live import earlier, is_overlaid, record, scores, viewer
from qmnist_core.words.cautions import idle_words
from qmnist_core.words.ceiling import in_short

SLIDER_HEIGHT = 72
"""Of the slider back through a run with its label, in pixels."""


def panel() -> None:
    """Everything that moves while it trains."""
    moving = _goes_on()
    Follower(_goes_on, moving).follow(lambda: _panel(moving))


def _goes_on() -> bool:
    now = viewer()
    return session().opened is None and now is not None and now.state in ("waiting", "running")


def _panel(moving: bool) -> None:
    now = viewer()
    shown = record()
    status, slider = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with status:
        _status(shown, now if session().opened is None else None)
    with slider:
        step = _chosen_step(shown, moving)
    left, right = st.columns([3, 2], gap="medium")
    counts = state.dataset(session().experiment.data if shown is None else shown.experiment.data).counts
    with left:
        chart(_curves(shown, seen(BY), counts.accuracy_ceiling), key="curves")
        st.caption("Dashed: the best score on these test images with their labels known.", help=in_short(counts))
    values = scores(shown, shown.moment(step).exponents) if shown is not None and shown.history.moments else None
    with right:
        if shown is None or values is None:
            st.info(
                "The exponents and the outputs appear here as soon as the training begins.", icon=":material/hourglass:"
            )
        else:
            _moment(shown, step, values)
    if shown is not None and values is not None and not moving:
        st.subheader(f"What it gets right and wrong, after step {step:,}")
        _reading(shown, values)
    state.write_address()  # the slider's place, which a fragment's rerun would leave out


def _status(shown: Record | None, now: Viewer | None) -> None:
    """One line and a bar: how far it is."""
    if shown is None:
        bar("Nothing trained yet: press Start.", None)
        return
    total = shown.total_steps
    done = shown.step if now is None else now.revealed
    where = f"step {done:,} of {total:,}" if total else ""
    if now is not None and has_failed(now, "The training failed"):
        return
    if now is not None and not done and now.state in ("waiting", "running"):
        words = f"Waiting in the queue: {_ahead(now)}" if now.ahead else "Getting ready"
        if needs_tensorflow(shown.experiment) and not now.ahead:
            words += ": TensorFlow loads and the circuits are built, a few seconds"
    elif now is not None and now.state == "running":
        left = time_left(now.remaining)
        words = f"Training: {where}{left}"
        if now.ahead:
            words = f"Waiting in the queue again: {_ahead(now)}, {where}"
    else:
        words = f"{shown.state.capitalize()}: {where}, {duration(shown.seconds)} of computing"
        if not done:
            words = f"{shown.state.capitalize()} before the first step"
        if now is not None and now.job.message:
            words += f"; {plain(now.job.message)}"
    bar(words, done / total if total else None)


def _ahead(now: Viewer) -> str:
    return unbroken(f"{counted(now.ahead, 'training')} ahead on this server, about {duration(now.seconds_ahead)}")


def _curves(shown: Record | None, by: str, ceiling: float) -> Any:
    curves = [
        Curve(kept.history, name, current=False, dash=i)
        for i, (name, kept) in enumerate(earlier().items())
        if is_overlaid(name)
    ]
    if shown is not None:
        curves.append(Curve(shown.history, run_name(shown.experiment)))
    experiment: Experiment = session().experiment if shown is None else shown.experiment
    total = experiment.epochs * steps_an_epoch(experiment, len(state.dataset(experiment.data).train))
    return learning_curves(
        curves, by, total_steps=total, epochs=experiment.epochs, ceiling=ceiling, size=experiment.data.size
    )


def _chosen_step(shown: Record | None, moving: bool) -> int:
    """A slider back through the run, still while it goes on; where there is nothing to go through, only its place."""
    steps = [moment.step for moment in shown.history.moments] if shown is not None else []
    latest = steps[-1] if steps else 0
    if len(steps) < 2:
        st.space(SLIDER_HEIGHT)
        return latest

    def moved() -> None:
        step = st.session_state[key]
        look_at(STEP, None if step == latest else step)
        look_at(MISREAD, 1)

    # A slider that changes its steps would answer with the old ones' place.
    key = "live-step-still" if moving else "live-step"
    if not moving:
        this_run_has = f"this run has steps 0 to {latest:,}"
        fit(STEP, refuse_unless(lambda step: step is not None and step <= latest), this_run_has)
    asked = None if moving else seen(STEP)
    st.session_state[key] = latest if asked is None or shown is None else shown.moment(asked).step
    st.select_slider(
        "Back through the run: after step",
        steps,
        key=key,
        format_func="{:,}".format,
        disabled=moving,
        on_change=moved,
    )
    step: int = st.session_state[key]
    return step


def _moment(shown: Record, step: int, values: Reals) -> None:
    """The outputs and the exponents after a step. values: ⟨Z⟩ of the test images then."""
    experiment, exponents = shown.experiment, shown.moment(step).exponents
    test = state.dataset(experiment.data).test
    chart(output_histogram(values, test.labels, experiment.data.digits, height=310), key="outputs")
    accuracy = with_interval(metrics.accuracy(values, test.targets), len(test))
    st.markdown(unbroken(f"After step {step:,} it classifies {accuracy} of the test set correctly."))
    if needs_tensorflow(experiment):
        st.caption("TensorFlow Quantum trains; these outputs are the exact engine's, at the exponents reached.")
    chart(exponent_maps(exponents, experiment.circuit.layers, experiment.data.size, map_height=170), key="maps")
    idle = idle_words(experiment.circuit)
    if idle:
        st.caption(idle)


def _reading(shown: Record, values: Reals) -> None:
    """The answers on the test images, from their ⟨Z⟩, and the images behind each kind of answer."""
    experiment = shown.experiment
    data = state.dataset(experiment.data)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        figure = confusion_figure(metrics.confusion(values, data.test.targets), experiment.data.digits)
        cells_chart(figure, "confusion", CELL, MISREAD)
        st.caption("Click on a cell to see its images.")
    with right:
        _misread(experiment, values, data.test.labels)


def _misread(experiment: Experiment, values: Reals, labels: Labels) -> None:
    digits = experiment.data.digits
    names = [f"{digits[true]} read {'correctly' if true == said else f'as {digits[said]}'}" for true, said in CELLS]
    true, said = choose_cell(CELL, MISREAD, "Test images behind each cell", "live-cell", names)
    rows = np.flatnonzero((labels == (true == 0)) & (metrics.says_first(values) == (said == 0)))
    show_behind(experiment.data, rows, values, MISREAD)
