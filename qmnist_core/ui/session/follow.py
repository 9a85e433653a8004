"""Work in the background, as a page follows it: how often it looks again, the bar, the button that stops it, and what
is said where it has failed; one way for all pages."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

from qmnist_core.jobs import Watcher
from qmnist_core.ui.components import say
from qmnist_core.ui.session.events import end_run

LOOK_SECONDS = 0.25
"""Seconds between two looks at work in progress, where the server is idle."""
LONGEST_SECONDS = 8.0
"""The same where it is late."""
DRAWING_SHARE = 0.2
"""The greatest share of the time between two looks that drawing takes: a late server is asked less often."""
WARM_UP = 0.05
"""The share of a training whose pace is not representative: the first steps of Keras take longest."""


class Press(NamedTuple):
    """A button beside work. Without an act it cannot be pressed, and says how the work stands."""

    key: str
    label: str
    act: Callable[[], None] | None
    icon: str = ""
    kind: Any = "secondary"

    def show(self, width: Any = "stretch") -> None:
        st.button(
            self.label,
            key=self.key,
            icon=f":material/{self.icon}:" if self.icon else None,
            type=self.kind,
            width=width,
            disabled=self.act is None,
            on_click=self.act,
        )


@dataclass(frozen=True)
class Follower:
    """Some work, as one run of a page shows it."""

    goes_on: Callable[[], bool]
    """Whether it goes on at this moment."""
    moving: bool
    """Whether the page is drawn as if the work goes on: found out once, so that all of the page agrees."""

    @classmethod
    def of(cls, *works: Watcher[Any]) -> Follower:
        """Of what this session watches, until the last of it is over."""

        def goes_on() -> bool:
            return any(work.is_active for work in works)

        return cls(goes_on, goes_on())

    def follow(self, draw: Callable[[], None], left: Callable[[], float] | None = None) -> None:
        """Draw a part of the page and, while the work goes on, draw it again; when that has changed the page is run
        anew. left: seconds until the work ends, by estimate: that is looked at in time."""

        def part() -> None:
            if self.moving != self.goes_on():
                st.rerun()
            begun = time.monotonic()
            draw()
            if self.moving:
                wait = pause(time.monotonic() - begun)
                _look_again(wait if left is None else min(wait, max(LOOK_SECONDS, left())))

        st.fragment(part)()

    def button(self, stop: Press, otherwise: Press | None = None, width: Any = "stretch") -> None:
        """A button that stops the work while it goes on; the other one, if any, where it does not."""
        shown = stop if self.moving else otherwise
        if shown is not None:
            shown.show(width)


def bar(words: str, done: Watcher[Any] | float | None) -> None:
    """How far some work is, with words. done: the work, or its share, 0–1; None where there is none yet."""
    st.progress(share(done) if isinstance(done, Watcher) else min(1.0, done or 0.0), text=words)


def share(work: Watcher[Any]) -> float:
    """Which share of the work this session has seen done, 0–1; 0 before it is known how much there is."""
    total = work.job.total_steps
    return work.revealed / total if total else 0.0


def has_failed(work: Watcher[Any], words: str) -> bool:
    """Whether some work has failed; then the page says so, and why."""
    if work.state == "failed":
        say.error(f"{words}: {work.job.message}.")
    return work.state == "failed"


def end_where_failed(work: Watcher[Any] | None, words: str) -> None:
    """Where some work has failed, say so and why, and end the page."""
    if work is not None and has_failed(work, words):
        end_run()


def pause(took: float) -> float:
    """Seconds until the next look, by the seconds that drawing took: doubled as often as its share asks for, so that a
    browser's timer is not set anew by every flutter."""
    wanted = min(max(took / DRAWING_SHARE, LOOK_SECONDS), LONGEST_SECONDS)
    return LOOK_SECONDS * 2.0 ** math.ceil(math.log2(wanted / LOOK_SECONDS))


def _look_again(seconds: float) -> None:
    """Have the browser ask for this fragment every so many seconds. Streamlit's own `run_every` is as long as it was
    when the page was run."""
    context, fragment = get_script_run_ctx(), ThreadState.get().fragment_id
    if context is not None and fragment is not None:
        message = ForwardMsg()
        message.auto_rerun.fragment_id, message.auto_rerun.interval = fragment, seconds
        context.enqueue(message)
