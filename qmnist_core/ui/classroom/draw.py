"""Draw: the class's drawings are a test set of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import streamlit as st

from qmnist_core import metrics
from qmnist_core.arrays import Flags
from qmnist_core.catalogue import MODELS
from qmnist_core.classroom import Round
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import UnavailableError
from qmnist_core.jobs import Task, Viewer, Watcher, needs_tensorflow
from qmnist_core.look.text import counted, plain
from qmnist_core.models import Classifier
from qmnist_core.report.classroom import OnDrawings
from qmnist_core.studies.class_set import Network, right_of, train_with
from qmnist_core.ui.classroom import sketch
from qmnist_core.ui.classroom.place import Form, Pupil, Teacher, round_button
from qmnist_core.ui.components.whiskers import Mark, Row, whiskers
from qmnist_core.ui.frame.page import checked_dataset
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar, has_failed
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.shared.drawings import Drawn, show_tiles, stacked
from qmnist_core.ui.shared.live import Run
from qmnist_core.ui.shared.networks import network_name, other_qnn
from qmnist_core.words import classroom as words

shown = sketch.shown
EITHER = "Either"
HEIGHT = 520
"""Of the drawings on the wall, in pixels."""


def setup(teacher: Teacher) -> None:
    """Which digit the class is asked for, of the two that the networks know."""
    digits = tuple(map(str, session().experiment.data.digits))
    st.segmented_control(
        "Ask for", [*digits, EITHER], default=EITHER, required=True, key="draw-ask", help="The networks know only two."
    )

    def ask() -> Form:
        asked = st.session_state["draw-ask"]
        return ({} if asked == EITHER else {"digit": digits.index(str(asked))}), digits

    round_button("Start drawing", "draw-start", teacher, "draw", ask)


def phone(pupil: Pupil, round_: Round) -> None:
    """A pad, and Send."""
    asked = round_.ask.get("digit")
    if asked is None:
        buttons = {i: f"Send a {digit}" for i, digit in enumerate(round_.choices)}
    else:
        buttons = {asked: f"Send your {round_.choices[asked]}"}
    sketch.send_drawings(pupil, round_, buttons, lambda sent: f"Draw {_asked(round_)} here")


def wall(teacher: Teacher, round_: Round) -> None:
    """The drawings, what the network at the cursor says of them, and how all networks do."""
    digits = (int(round_.choices[0]), int(round_.choices[1]))
    now = session().experiment
    experiment = replace(now, model="qnn", backend="exact", data=replace(now.data, digits=digits))
    dataset = checked_dataset(experiment)
    run = follow_run(experiment, dataset)
    drawn = sketch.on_wall(teacher, round_)
    if drawn:
        left, right = st.columns([2, 1], gap="medium")
        with left:
            acting = sketch.acting(teacher)
            show_tiles(drawn, _classes(round_), run, HEIGHT, "class-tiles", len(dataset.test), acted=acting)
        with right, st.container(key="class-networks", gap="small"):
            _, n_members = teacher.store.count_drawings(teacher.class_, round_.id, "shown")
            _show_networks(run, dataset, round_, drawn, n_members)
            _show_waiting(teacher, round_)
    else:
        sketch.invite(f"Draw {_asked(round_)} on your phone.", "It shows here.")
        _show_waiting(teacher, round_)
    show_dock(run, dataset)


def _show_waiting(teacher: Teacher, round_: Round) -> None:
    waiting, _ = teacher.store.count_drawings(teacher.class_, round_.id, "waiting")
    if waiting:
        st.caption(f"{waiting} more wait at the left to be looked at.")


def _asked(round_: Round) -> str:
    """Such as "a 3 or a 6"."""
    asked = round_.ask.get("digit")
    return " or ".join(f"a {digit}" for i, digit in enumerate(round_.choices) if asked in (None, i))


def _classes(round_: Round) -> tuple[str, str]:
    return round_.choices[0], round_.choices[1]


@dataclass(frozen=True)
class _Network:
    """A network that is trained, or is to be."""

    experiment: Experiment
    viewer: Viewer | None
    trained: Callable[[], tuple[Classifier, Flags] | None]
    """Once it is trained, what it is and which of MNIST's test images it gets right."""

    @property
    def name(self) -> str:
        return network_name(self.experiment)


def _networks(run: Run, dataset: Dataset) -> list[_Network]:
    """The run's, the other QNN and the models that need no TensorFlow; of the others, those that somebody trained."""

    def of_run() -> tuple[Classifier, Flags] | None:
        if run.viewer is not None and run.viewer.state != "finished":
            return None
        return run.record.network(), metrics.right(run.reel.scores(len(run.reel.steps) - 1), dataset.test.targets)

    found = [_Network(run.experiment, run.viewer, of_run)]
    rivals = [run.experiment.rival(model) for model, kind in MODELS.items() if not kind.is_quantum]
    for experiment in (other_qnn(run.experiment), *rivals):
        if needs_tensorflow(experiment) and state.workshop().find(experiment) is None:
            continue
        place = "class-28" if experiment.is_quantum else f"class-{experiment.model}"
        viewer = state.trained(experiment, place, patience=0)
        found.append(_Network(experiment, viewer, partial(_of_viewer, viewer, experiment)))
    return found


def _of_viewer(viewer: Viewer, experiment: Experiment) -> tuple[Classifier, Flags] | None:
    job = viewer.job
    if viewer.state != "finished" or job.outcome is None or job.model is None:
        return None
    return job.model, metrics.right(job.outcome.scores, state.dataset(experiment.input).test.targets)


def _show_networks(run: Run, dataset: Dataset, round_: Round, drawn: Sequence[Drawn], n_members: int) -> None:
    """Each network's accuracy on the drawings beside MNIST's, and what training with the drawings changes."""
    images, labels = stacked(drawn)
    networks = _networks(run, dataset)
    follower = Follower.of(*(one.viewer for one in networks if one.viewer is not None))

    def draw() -> None:
        rows, known = [], []
        for one in networks:
            colour, trained = f"var(--qm-{one.experiment.model})", one.trained()
            if trained is None:
                is_active = one.viewer is not None and one.viewer.is_active
                rows.append(Row(one.name, "is being trained" if is_active else "is not trained", colour=colour))
                continue
            model, mnist = trained
            try:
                right = right_of(model, one.experiment, images, labels)
            except UnavailableError as error:
                rows.append(Row(one.name, f"cannot be asked: {error}", colour=colour))
                continue
            shares = (float(right.mean()), len(right)), (float(mnist.mean()), len(mnist))
            known.append(OnDrawings(one.name, *shares))
            marks = [Mark(*share) for share in shares]
            rows.append(Row(one.name, f"{counted(int((~right).sum()), 'drawing')} misread", marks, colour))
        session().on_drawings[round_.id] = known
        whiskers(rows, ("your drawings", "MNIST's test images"), "class-whiskers")

    follower.follow(draw)
    st.caption(f"{counted(len(drawn), 'drawing')} by {counted(n_members, 'student')}", help=words.INDEPENDENT)
    _show_change(networks, round_, drawn, follower.moving)


def _show_change(networks: Sequence[_Network], round_: Round, drawn: Sequence[Drawn], is_early: bool) -> None:
    """is_early: while networks are still trained without the drawings."""
    place, asked = f"class {round_.id}", session().asked
    now = frozenset(one.id for one in drawn)

    def begin() -> None:
        state.client().keep(place, _training(networks, drawn))
        asked[place] = now

    st.button(
        "Train with them too",
        key="class-with",
        icon=":material/model_training:",
        disabled=is_early,
        help="As soon as the networks at the right are trained without them."
        if is_early
        else "Trains the networks with half of the drawings among their images; the other half is held out, to test "
        "on. Only networks that need no TensorFlow.",
        on_click=begin,
    )
    watcher, used = state.client().watchers.get(place), asked.get(place)
    if watcher is None or not (isinstance(used, frozenset) and used <= now):
        return  # one of its drawings was hidden or deleted

    def draw() -> None:
        if has_failed(watcher, "This cannot be trained"):
            return
        if watcher.is_active:
            bar("Training with your drawings", watcher)
            return
        changes = watcher.job.results()
        if changes:
            st.markdown(plain(words.change_line(changes)))
            with st.popover("What changed", icon=":material/compare_arrows:"):
                for change in changes:
                    st.markdown(words.change_details(change))
                st.caption(f"{words.HOW_CHANGED} {words.INDEPENDENT}")

    Follower.of(watcher).follow(draw)


def _training(networks: Sequence[_Network], drawn: Sequence[Drawn]) -> Watcher[Task]:
    images, labels = stacked(drawn)
    taken = [
        Network(one.name, one.experiment, state.dataset(one.experiment.input))
        for one in networks
        if one.trained() is not None and not needs_tensorflow(one.experiment)
    ]
    key = ("class", tuple(one.experiment for one in taken), np.packbits(labels).tobytes(), images.tobytes())
    return state.workshop().compute(key, lambda: train_with(taken, images, labels))
