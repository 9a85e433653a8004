"""The clock of the lab on the learnt function: its slider, what plays it, and what each pixel does."""

from __future__ import annotations

import math
import time

import streamlit as st

from qmnist_core.address.views import AFTER
from qmnist_core.plots.clock import MAX_ARROWS, clock_figure, turns_figure
from qmnist_core.simulators.clock import Clock
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.computes.views import Chosen
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower
from qmnist_core.ui.session.looking import fit_number, look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.words.computes import step_words

TICK = 0.7
"""Seconds between two steps of the playing clock."""
STRIDES = 28
"""A larger image is played in about so many."""
ARROWS = "Each pixel's turn as an arrow: pointing right, none; pointing up, a quarter. Lit pixels are filled."
COLOURS = "Each pixel's turn so far: blue anticlockwise, orange clockwise."


def clock_panel(clock: Clock, chosen: Chosen, digits: tuple[int, int]) -> None:
    """The arrows and the hand, with the slider that goes from pixel to pixel, and what plays it."""
    n = len(chosen.bits)
    fit_number(AFTER, n, "pixels")

    def goes_on() -> bool:
        return session().playing is not None and _after(n) < n

    moving = goes_on()
    if session().playing is not None and not moving:
        _rest(n, n)
    Follower(goes_on, moving).follow(lambda: _panel(clock, chosen, digits, moving), TICK)


def _rest(at: int, n: int) -> None:
    """Stop playing, after `at` of n pixels."""
    session().playing = None
    look_at(AFTER, None if at == n else at)


def _panel(clock: Clock, chosen: Chosen, digits: tuple[int, int], moving: bool) -> None:
    n, key = len(chosen.bits), "computes-after"
    after = _after(n)
    st.session_state[key] = after
    button, slider = st.columns([1, 3.4], vertical_alignment="bottom", gap="medium")
    if moving:
        button.button(
            "Pause", key="computes-pause", icon=":material/pause:", width="stretch", on_click=_rest, args=(after, n)
        )
    else:
        button.button(
            "Play",
            key="computes-play",
            icon=":material/play_arrow:",
            type="primary",
            width="stretch",
            on_click=_play,
            args=(0 if after == n else after,),
        )
    slider.slider(f"Pixels multiplied, of {n:,}", 0, n, key=key, on_change=lambda: _rest(st.session_state[key], n))
    st.markdown(step_words(clock, chosen.bits, after, digits))
    face, pixels = st.columns([1.12, 1], gap="medium")
    with face:
        chart(clock_figure(clock.hand(chosen.bits), clock.turns(chosen.bits), after, digits), key="computes-clock")
    with pixels:
        chart(turns_figure(clock.lengths, clock.turns(chosen.bits), chosen.bits, after), key="computes-turns")
        st.caption(ARROWS if n <= MAX_ARROWS**2 else COLOURS)
    if not moving:
        state.write_address()  # the slider's place, which a fragment's rerun would leave out


def _play(after: int) -> None:
    session().playing = (time.monotonic(), after)


def _after(n: int) -> int:
    """How many pixels have been multiplied."""
    playing = session().playing
    if playing is None:
        asked = seen(AFTER)
        return n if asked is None else asked
    begun, after = playing
    return min(n, int(after) + int((time.monotonic() - begun) / TICK) * math.ceil(n / STRIDES))
