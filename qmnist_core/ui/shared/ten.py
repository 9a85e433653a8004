"""The session's network of ten digits: its training, the dock that plays it, and an image that it reads."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from qmnist_core.address.views import CIRCUITS, GIVEN, TEN_STEP
from qmnist_core.data.ten import N_DIGITS, N_HELD_OUT
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import time_left, unbroken
from qmnist_core.models.ten import FACTOR
from qmnist_core.studies import ten_reel
from qmnist_core.studies.ten import EPOCHS, Frame, Ten, ten
from qmnist_core.training.ten import BATCH_SIZE
from qmnist_core.ui.components import say
from qmnist_core.ui.components.digits import digits
from qmnist_core.ui.components.dock import Playing, dock
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import WARM_UP, Follower, end_where_failed, share
from qmnist_core.ui.session.looking import fit, look_at, seen
from qmnist_core.ui.session.session import session, wait
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.drawing import WIDTH, Digit, leave_drawing, own_digit, show_pad, uploaded_digit
from qmnist_core.ui.shared.live import NAME, published

PLACE = "ten"
"""The training's name among the session's watchers."""
READ_WIDTH = 330
"""Of what is said of an image, in pixels."""


# The training


def training() -> Watcher[Task]:
    """That of the network asked for, begun unless it was stopped here before; where it has failed the page says why,
    and ends."""
    fit(TEN_STEP, lambda step: step)
    if session().asked.get(PLACE) != _wanted():
        begin()
    watcher = state.client().watchers[PLACE]
    wait(watcher, state.WAIT_SECONDS if watcher.revealed else 0.0)
    end_where_failed(watcher, "This network cannot be trained")
    return watcher


def begin() -> None:
    wanted = _, n_circuits, seed, epochs = _wanted()
    mnist = state.mnist(None)
    watcher = state.workshop().compute(wanted, lambda: ten(mnist, n_circuits, epochs, seed))
    state.client().keep(PLACE, watcher)
    session().asked[PLACE] = wanted


def _wanted() -> tuple[str, int, int, int]:
    return "ten", seen(CIRCUITS), session().experiment.seed, EPOCHS


def total_steps() -> int:
    """Of the whole training, before it has begun, too."""
    return EPOCHS * math.ceil((len(state.mnist(None).y_train) - N_HELD_OUT) / BATCH_SIZE)


def outcome(watcher: Watcher[Task]) -> Ten | None:
    """What came of the training, once it is over."""
    found = [item for item in watcher.job.results(watcher.revealed) if isinstance(item, Ten)]
    return found[0] if found and watcher.state == "finished" else None


def frames(watcher: Watcher[Task]) -> list[Frame]:
    """Those that there are so far, in order."""
    return [item for item in watcher.job.results(watcher.revealed) if isinstance(item, Frame)]


# The dock


def show_dock(watcher: Watcher[Task]) -> None:
    """At the end of a page: the dock, which plays the training; what follows it is called as the session's run is."""
    bottom = st.bottom.container(key="dock")
    goes_on = watcher.is_active  # before the frames, of which there may be more in a moment

    def draw() -> None:
        shown = frames(watcher)
        with bottom:
            dock(_playing(watcher, shown, goes_on), _rest(shown, goes_on), _press(watcher))

    Follower(lambda: watcher.is_active, goes_on).follow(draw)


def _playing(watcher: Watcher[Task], shown: Sequence[Frame], goes_on: bool) -> Playing:
    return Playing(
        run=hashlib.sha256(repr(session().asked[PLACE]).encode()).hexdigest()[:12],
        reel=_inline(ten_reel.curve(shown)) if shown else "",
        total=total_steps(),
        cursor=seen(TEN_STEP),
        ceiling=None,
        series={},
        words=_words(watcher) if goes_on else "",
        asks="" if goes_on else session().step,
        plays=session().plays,
        press="Stop" if goes_on else "Again" if watcher.state == "stopped" else "",
        of="held-out images",
    )


def _inline(block: bytes) -> str:
    """An address that is its own content: it is short, and a file would be replaced with every frame that comes."""
    return f"data:application/octet-stream;base64,{base64.b64encode(block).decode()}"


def _words(watcher: Watcher[Task]) -> str:
    if not watcher.revealed:
        return "Getting ready"
    return unbroken(f"Training{time_left(watcher.remaining) if share(watcher) > WARM_UP else ''}")


def _rest(shown: Sequence[Frame], goes_on: bool) -> Callable[[int, str], None]:
    newest = shown[-1].step if shown else 0

    def rests(step: int, _: str) -> None:
        look_at(TEN_STEP, None if step >= newest and not goes_on else step)

    return rests


def _press(watcher: Watcher[Task]) -> Callable[[], None]:
    def pressed() -> None:
        if watcher.is_active:
            watcher.stop()
        elif watcher.state == "stopped":
            begin()

    return pressed


# One image


def choose_given() -> None:
    """Whether the image is drawn or a picture of it is uploaded."""
    choose(GIVEN, "The digit comes from", "ten-given", label_visibility="collapsed")


def show_reading(watcher: Watcher[Task]) -> None:
    """Where the image comes from, and what the network says of it; of a test image while there is none."""

    def body() -> None:
        left, right = st.container(key="ten-row").columns([WIDTH, READ_WIDTH], gap="medium")
        with left:
            digit = _given()
            if digit.problem:
                say.warning(digit.problem)
        with right:
            Follower.of(watcher).follow(lambda: _show_answers(watcher, digit))

    # A stroke changes only what follows from it; a picture is in the session, which the whole page reads.
    (st.fragment(body) if seen(GIVEN) == "draw" else body)()


def _given() -> Digit:
    if seen(GIVEN) == "photo":
        leave_drawing()
        return uploaded_digit("ten-file", None)
    digit = own_digit()
    show_pad("ten-pad", range(N_DIGITS))
    return digit


def _show_answers(watcher: Watcher[Task], digit: Digit) -> None:
    shown = frames(watcher)
    if digit.image is not None:
        image, what = digit.image, "Your picture" if seen(GIVEN) == "photo" else "Your drawing"
    else:
        image, what = state.mnist(None).x_test[0], "The first test image"
    answers = ten_reel.answers(shown, image) if shown else np.zeros((0, N_DIGITS), np.int16)
    digits(NAME, what, image, answers, FACTOR, "ten-bars")


# The maps

_maps: WeakKeyDictionary[Frame, bytes] = WeakKeyDictionary()
"""As the browser gets them, once for all who look."""


def map_frames(watcher: Watcher[Task]) -> list[str]:
    """Where the browser gets the maps of each frame."""
    found = []
    for frame in frames(watcher):
        if frame not in _maps:
            _maps[frame] = ten_reel.maps(frame)
        found.append(published(f"ten {frame.step}", _maps[frame]))
    return found
