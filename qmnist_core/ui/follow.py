"""A part of a page that follows work in the background: one way to look at it again, for all pages."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable

import streamlit as st

LOOK_SECONDS = 0.25
"""Between two looks at work that gets on, where the server is idle."""
LONGEST_SECONDS = 8.0
"""The same where it is late."""
DRAWING_SHARE = 0.2
"""Of the time between two looks, drawing takes no more than this: a server that is late is asked less often."""


def follow(
    draw: Callable[[], None], key: str, moving: bool, active: Callable[[], bool], seen: Callable[[], Hashable]
) -> None:
    """Draw a part of the page and, while some work goes on, draw it again; when that is over the page is run anew.

    key: the part's own name on the page. moving: whether the rest of the page is drawn as of work that goes on.
    active: whether it still does. seen: what the part's figures depend on; as long as that stays the same nothing is
    drawn or sent.
    """

    def part() -> None:
        if moving and not active():
            st.rerun()
        begun, shown = time.monotonic(), seen()
        draw()
        if moving:
            looks = _Looks(shown)
            st.fragment(lambda: looks.look(key, active, seen), run_every=pause(time.monotonic() - begun))()

    st.fragment(part, key=key)()


def pause(took: float) -> float:
    """Seconds until the next look, by the seconds that drawing took: doubled as often as its share asks for, so that a
    browser's timer is not set anew by every flutter."""
    wanted = min(max(took / DRAWING_SHARE, LOOK_SECONDS), LONGEST_SECONDS)
    return LOOK_SECONDS * 2.0 ** math.ceil(math.log2(wanted / LOOK_SECONDS))


class _Looks:
    """The looks at what was drawn; the first one comes with the drawing and does nothing."""

    def __init__(self, shown: Hashable) -> None:
        self._shown = shown
        self._begun = False

    def look(self, key: str, active: Callable[[], bool], seen: Callable[[], Hashable]) -> None:
        if not self._begun:
            self._begun = True
        elif not active():
            st.rerun()
        elif seen() != self._shown:
            st.rerun(scope=key)
