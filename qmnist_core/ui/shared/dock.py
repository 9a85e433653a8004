"""The dock of a page: plays the session's run, and says how far a training is that takes longer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from qmnist_core.address.views import STEP
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Viewer, needs_tensorflow
from qmnist_core.look.text import counted, duration, time_left, unbroken
from qmnist_core.ui.components.dock import Playing, dock
from qmnist_core.ui.session.follow import Follower, has_failed
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import live


def follow_run(experiment: Experiment, dataset: Dataset) -> live.Run:
    """The session's run, for a page that shows it; where its training has failed the page says why, and ends."""
    run = live.run(experiment, dataset)
    if run.viewer is not None and has_failed(run.viewer, "The network cannot be trained"):
        st.stop()
    return run


def show_dock(run: live.Run, dataset: Dataset) -> None:
    """At the end of a page: the dock, which brings the run to all that follows it in the browser."""
    bottom = st.bottom.container(key="dock")

    def draw(now: live.Run) -> None:
        with bottom:
            dock(_playing(now, dataset), _rest(now), _press(now))

    if run.viewer is None or not run.is_growing:
        draw(run)
        return

    def again() -> None:
        draw(replace(live.run(run.experiment, dataset, patience=0), inputs=run.inputs, turn=run.turn))

    Follower.of(run.viewer).follow(again)


def _playing(run: live.Run, dataset: Dataset) -> Playing:
    name = hashlib.sha256(repr((run.experiment, run.viewer is None)).encode()).hexdigest()[:12]
    return Playing(
        run=name,
        reel=live.published(live.NAME, run.packed),
        total=run.total,
        cursor=None if run.is_at_end and not run.is_growing else run.cursor,
        ceiling=dataset.counts.accuracy_ceiling,
        digits=run.experiment.data.digits,
        series=run.series,
        words=_words(run.viewer),
        begins="" if run.is_growing else session().plays,
        press="Stop" if run.is_growing else "Train again" if _was_stopped(run.viewer) else "",
    )


def _was_stopped(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.state == "stopped"


def _words(viewer: Viewer | None) -> str:
    """While a training goes on: how far it is, in a few words."""
    if viewer is None or not viewer.is_active:
        return ""
    if viewer.revealed:
        return unbroken(f"Training{time_left(viewer.remaining)}")
    if viewer.ahead:
        return unbroken(f"{counted(viewer.ahead, 'training')} ahead, {duration(viewer.seconds_ahead)}")
    return "Loading TensorFlow" if needs_tensorflow(viewer.job.experiment) else "Getting ready"


def _rest(run: live.Run) -> Callable[[int], None]:
    def rests(step: int) -> None:
        newest = int(run.reel.steps[-1])
        look_at(STEP, None if step >= newest and not run.is_growing else step)

    return rests


def _press(run: live.Run) -> Callable[[], None]:
    def pressed() -> None:
        if run.viewer is not None:
            if run.is_growing:
                run.viewer.stop()
            else:
                live.train_again()

    return pressed
