"""The training that a session watches, and its earlier ones: what they are, not how they look."""

from __future__ import annotations

import itertools
from dataclasses import replace

import streamlit as st

from qmnist_core.address.settings import check_shown
from qmnist_core.address.views import PACE, RETRAIN, STEP, TRAINED
from qmnist_core.arrays import Bits, Exponents, Indices, Scores
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.pipeline import distinct_rows
from qmnist_core.jobs import Viewer, needs_tensorflow
from qmnist_core.runs import unpack_run
from qmnist_core.runs.record import Record, run_name
from qmnist_core.simulators import expectation
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.session import session

PLACE = "live"
"""Its name among the session's trainings."""
MAX_EARLIER = 6
"""Most earlier runs that are kept to compare with."""


def viewer() -> Viewer | None:
    """The training that is on the screen, if any."""
    return state.client().viewers.get(PLACE)


def start(paused: bool = False) -> None:
    """Train the chosen settings from the beginning; a run with other settings that was on the screen moves to the
    earlier ones."""
    _keep_another(session().experiment)
    _follow(paused)
    look_at(TRAINED, True)


def _follow(paused: bool = False) -> None:
    experiment = session().experiment
    session().opened = None
    if viewer() is not None:  # another run: the address speaks of the one before
        look_at(STEP, None)
    if needs_tensorflow(experiment) or (seen(PACE) is None and not paused):  # shared with all who want the same
        now = state.workshop().follow(experiment)
        if paused:
            now.pause()
    else:
        now = state.workshop().begin(experiment, seen(PACE), paused)
    if paused:
        now.step()
    state.client().watch(PLACE, now)


def reset() -> None:
    """An empty screen."""
    now = state.client().viewers.pop(PLACE, None)
    if now is not None:
        now.leave()
    session().opened = None
    look_at(TRAINED, False)


def follow_settings(experiment: Experiment) -> None:
    """Train without a click where the address or the switch asks for it."""
    if state.has_arrived() and not seen(TRAINED) and state.in_lesson():
        reset()  # a step begins as it says
    now, opened = viewer(), session().opened is not None
    other = now is None or opened or now.job.experiment != experiment
    asked = seen(TRAINED) and (not _is_trained(experiment) if state.has_arrived() else now is None and not opened)
    if needs_tensorflow(experiment):
        if asked and state.workshop().find(experiment) is not None:
            _follow()
    elif asked or (seen(RETRAIN) and other and not opened):
        _follow()
    now = viewer()
    if now is not None:
        now.wait(state.WAIT_SECONDS if now.pace is None and now.state != "paused" else 0)
    look_at(TRAINED, _is_trained(experiment))


def _is_trained(experiment: Experiment) -> bool:
    """Whether the screen shows the training that an address asks for: running or done."""
    opened = session().opened
    if opened is not None:
        return opened.experiment == experiment and opened.state == "finished" and not needs_tensorflow(experiment)
    now = viewer()
    return now is not None and now.job.experiment == experiment and now.state in ("waiting", "running", "finished")


def record() -> Record | None:
    """What is on the screen: an opened run, or the training as far as it has come."""
    opened = session().opened
    if opened is not None:
        return opened
    now = viewer()
    return Record.of_viewer(now) if now is not None else None


def earlier() -> dict[str, Record]:
    """This session's earlier runs by name, oldest first."""
    return session().earlier


def keep_current() -> None:
    """Move what is on the screen to the earlier runs, if any step was done."""
    now = record()
    if now is None or not now.history.epochs:
        return
    runs = earlier()
    for old in [key for key, kept in runs.items() if kept.experiment == now.experiment and kept.step == now.step]:
        remove(old)
    last = replace(now.history, moments=now.history.moments[-1:])
    runs[_free_name(run_name(now.experiment))] = replace(now, history=last)
    while len(runs) > MAX_EARLIER:
        remove(next(iter(runs)))


def _keep_another(wanted: Experiment) -> None:
    """Keep what is on the screen, unless it is of the settings that come next."""
    shown = record()
    if shown is not None and shown.experiment != wanted:
        keep_current()


def remove(name: str) -> None:
    """Forget an earlier run."""
    earlier().pop(name, None)
    overlay(name, shown=True)


def rename(old: str, new: str) -> None:
    """Give an earlier run another name, in its place."""
    new = new.strip()
    if new != old:
        free = _free_name(new)
        overlay(free, is_overlaid(old))
        overlay(old, shown=True)
        session().earlier = {free if name == old else name: kept for name, kept in earlier().items()}


def _free_name(name: str) -> str:
    runs = earlier()
    return next(found for n in itertools.count(1) if (found := name if n == 1 else f"{name} ({n})") not in runs)


def open_run(packed: bytes) -> None:
    """Show a saved run, with its settings. Errors: QMnistError for a file that is none, or settings beyond these."""
    run = unpack_run(packed)
    check_shown(run.experiment)
    file = session().experiment.data.file
    n_train = len(state.dataset(replace(run.experiment.data, file=file)).train)
    opened = Record.of_run(run, file, n_train)
    _keep_another(opened.experiment)
    reset()
    session().opened = opened
    state.change(opened.experiment)


def scores(record: Record, exponents: Exponents) -> Scores:
    """⟨Z⟩ of every test image at some exponents, by the exact engine: float64 (n_test,)."""
    distinct, index = _test_inputs(record.experiment.data)
    values: Scores = expectation(record.experiment.circuit, exponents, distinct)[index]
    return values


@st.cache_resource(show_spinner=False, max_entries=16, hash_funcs=state.SETTINGS_KEYS)
def _test_inputs(config: DataConfig) -> tuple[Bits, Indices]:
    bits = state.dataset(config).test.bits
    first, index = distinct_rows(bits)
    return bits[first], index


def is_overlaid(name: str) -> bool:
    """Whether an earlier run's curves are drawn."""
    return name not in session().hidden


def overlay(name: str, shown: bool) -> None:
    (session().hidden.discard if shown else session().hidden.add)(name)
