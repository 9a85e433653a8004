"""A part of a page that follows work in the background: one way to look at it again, for all pages."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

LOOK_SECONDS = 0.25
"""Between two looks at work that gets on, where the server is idle."""
LONGEST_SECONDS = 8.0
"""The same where it is late."""
DRAWING_SHARE = 0.2
"""Of the time between two looks, drawing takes no more than this: a server that is late is asked less often."""


def follow(draw: Callable[[], None], moving: bool, active: Callable[[], bool]) -> None:
    """Draw a part of the page and, while some work goes on, draw it again; when that is over the page is run anew.

    moving: whether the rest of the page is drawn as of work that goes on. active: whether it still does.
    """

    def part() -> None:
        if moving and not active():
            st.rerun()
        begun = time.monotonic()
        draw()
        if moving:
            _look_again(pause(time.monotonic() - begun))

    st.fragment(part)()


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
