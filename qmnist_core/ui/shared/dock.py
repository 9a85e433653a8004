"""The dock of a page: plays the session's run, and says how far a training is that takes longer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import streamlit as st

from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Viewer, needs_tensorflow
from qmnist_core.look.text import counted, duration, time_left, unbroken
from qmnist_core.ui.components.dock import Playing, dock
from qmnist_core.ui.session.follow import WARM_UP, Follower, end_where_failed, share
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import live


def follow_run(experiment: Experiment, dataset: Dataset) -> live.Run:
    """The session's run, for a page that shows it; where its training has failed the page says why, and ends."""
    run = live.run(experiment, dataset)
    end_where_failed(run.viewer, "The network cannot be trained")
    return run


def show_dock(run: live.Run, dataset: Dataset, beside: Mapping[str, live.Run] = MappingProxyType({})) -> None:
    """At the end of a page: the dock, which brings the run to all that follows it in the browser.

    beside: others that are played with it, of the same data, by their names among the browser's reels.
    """
    bottom = st.bottom.container(key="dock")

    def draw(now: live.Run, others: Mapping[str, live.Run]) -> None:
        with bottom:
            dock(_playing(now, dataset, others), _rest(now), _press((now, *others.values())))

    watched = [one.viewer for one in (run, *beside.values()) if one.viewer is not None and one.is_growing]
    if not watched:
        draw(run, beside)
        return

    known = iter([(run, beside)])

    def again() -> None:
        now = next(known, None)
        if now is None:
            others = {name: live.look_again(one, dataset) for name, one in beside.items()}
            now = live.look_again(run, dataset), others
        draw(*now)

    def left() -> float:
        return max(viewer.remaining for viewer in watched)

    Follower(lambda: any(viewer.is_active for viewer in watched), moving=True).follow(again, left=left)


def _playing(run: live.Run, dataset: Dataset, beside: Mapping[str, live.Run]) -> Playing:
    runs = (run, *beside.values())
    name = hashlib.sha256(repr([(one.experiment, one.viewer is None) for one in runs]).encode()).hexdigest()[:12]
    growing = [one for one in runs if one.is_growing]
    return Playing(
        run=name,
        reel=live.published(live.NAME, run.packed),
        total=run.total,
        cursor=None if run.is_at_end and not run.is_growing else run.cursor,
        ceiling=dataset.counts.accuracy_ceiling,
        series=run.series,
        words=_words(growing[-1].viewer) if growing else "",
        asks="" if growing else session().step,
        plays=session().plays,
        press="Stop" if growing else "Again" if any(_was_stopped(one.viewer) for one in runs) else "",
        beside={name: live.published(name, one.packed) for name, one in beside.items()},
    )


def _was_stopped(viewer: Viewer | None) -> bool:
    return viewer is not None and viewer.state == "stopped"


def _words(viewer: Viewer | None) -> str:
    """While a training goes on: how far it is, in a few words."""
    if viewer is None or not viewer.is_active:
        return ""
    if viewer.revealed:
        return unbroken(f"Training{time_left(viewer.remaining) if share(viewer) > WARM_UP else ''}")
    if viewer.ahead:
        return unbroken(f"{counted(viewer.ahead, 'training')} ahead, {duration(viewer.seconds_ahead)}")
    return "Loading TensorFlow" if needs_tensorflow(viewer.job.experiment) else "Getting ready"


def _rest(run: live.Run) -> Callable[[int, str], None]:
    view, newest, is_growing = run.view, int(run.reel.steps[-1]), run.is_growing  # a callback outlives its page

    def rests(step: int, asks: str) -> None:
        if asks and asks != session().step:
            return  # from the step of a lesson that has been left meanwhile
        look_at(view, None if step >= newest and not is_growing else step)

    return rests


def _press(runs: Sequence[live.Run]) -> Callable[[], None]:
    places = {one.place: one.viewer for one in runs if one.viewer is not None}

    def pressed() -> None:
        is_growing = any(viewer.is_active for viewer in places.values())
        for place, viewer in places.items():
            if is_growing:
                viewer.stop()
            elif _was_stopped(viewer):
                live.train_again(place)

    return pressed
