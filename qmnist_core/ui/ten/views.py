"""The parts of the page of ten digits: the training, the digit that is read, the mistakes, the maps, the words."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import streamlit as st

from qmnist_core.address.views import CIRCUITS, CONFUSED, CONFUSED_IMAGES
from qmnist_core.data.ten import N_DIGITS, N_HELD_OUT
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import counted, percent, time_left, with_interval
from qmnist_core.models.ten import FACTOR, probabilities
from qmnist_core.pictures.gallery import gallery
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.pictures.wall import MOST_SHOWN, wall
from qmnist_core.plots.ten import bars_figure, curve_figure, mistakes_figure
from qmnist_core.studies.ten import EPOCHS, THRESHOLD, Look, Ten, read, ten
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.panel import setting_widget
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Press, bar, has_failed
from qmnist_core.ui.session.looking import fit_number, leaf, look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.drawing import own_digit, show_pad
from qmnist_core.words.ten import (
    beside_words,
    circuits_words,
    entanglement_words,
    shots_words,
    simulation_words,
)

PLACE = "ten"
"""The training's name among the session's watchers."""
HEIGHT = 400
"""Of the figures side by side, in pixels."""
READ_WIDTH = 100
"""Of the image that is read."""
WORDS_WIDTH = 200
"""Of what is said of it."""
N_SHOWN, COLUMNS = 24, 6


# The training


def settings() -> None:
    """What of the settings this page's network has, in place of those of the others."""
    st.markdown("#### Network")
    if state.is_open("seed"):
        setting_widget("seed")
    st.caption(
        f"Fixed: whole images of 28×28, lit above {THRESHOLD:g}; layers XX ZZ; {EPOCHS} epochs; a digit's score is "
        f"{FACTOR:g} times the mean ⟨Z⟩ of its circuits. All of it was chosen on {N_HELD_OUT:,} training images that "
        "are held out."
    )


def choose_circuits() -> None:
    """How many circuits a digit has."""
    choose(
        CIRCUITS,
        "Circuits a digit",
        "ten-circuits",
        st.selectbox,
        format_func=lambda n: f"{counted(n, 'circuit')} a digit",
        label_visibility="collapsed",
        width=210,
    )


def training() -> Watcher[Task]:
    """That of the network asked for, begun unless it was stopped here before."""
    if session().asked.get(PLACE) != _wanted():
        begin()
    return state.client().watchers[PLACE]


def begin() -> None:
    wanted = _, n_circuits, seed, epochs = _wanted()
    watcher = state.workshop().compute(wanted, lambda: ten(state.mnist(), n_circuits, epochs, seed))
    state.client().keep(PLACE, watcher)
    session().asked[PLACE] = wanted


def _wanted() -> tuple[str, int, int, int]:
    return "ten", seen(CIRCUITS), session().experiment.seed, EPOCHS


def stop_or_again(watcher: Watcher[Task]) -> tuple[Press, Press | None]:
    """The buttons beside the training, while it goes on and where it was stopped."""
    again = Press("ten-again", "Train again", begin, "play_arrow") if watcher.state != "finished" else None
    return Press("ten-stop", "Stop", watcher.stop, "stop"), again


def outcome(watcher: Watcher[Task]) -> Ten | None:
    """What came of the training, once it is over."""
    found = [item for item in watcher.job.results(watcher.revealed) if isinstance(item, Ten)]
    return found[0] if found and watcher.state == "finished" else None


def show_progress(watcher: Watcher[Task]) -> None:
    """One line and a bar: how far the training is, or how well it does."""
    if has_failed(watcher, "This network cannot be trained"):
        return
    found, looks = outcome(watcher), _looks(watcher)
    so_far = f"{percent(looks[-1].accuracy)} of the held-out images right" if looks else "it begins"
    if found is not None:
        right = with_interval(found.accuracy(found.stars), len(found.labels))
        beside = percent(found.accuracy(found.softmax))
        words = f"**Test images right: {right}.** Softmax regression: {beside}."
    elif watcher.state == "stopped":
        words = f"Stopped: {so_far}"
    elif watcher.state == "waiting":
        words = "Waiting for its turn" if watcher.ahead else "Training begins"
    else:
        words = f"Training: {so_far}{time_left(watcher.remaining) if not math.isnan(watcher.remaining) else ''}"
    bar(words, watcher)


def _looks(watcher: Watcher[Task]) -> list[Look]:
    return [item for item in watcher.job.results(watcher.revealed) if isinstance(item, Look)]


def show_curve(watcher: Watcher[Task]) -> None:
    """How many of the held-out images are right, step by step."""
    found = outcome(watcher)
    softmax = None if found is None else found.softmax.validation
    total = watcher.job.total_steps or 1
    chart(curve_figure(_looks(watcher), total, softmax, HEIGHT), key="ten-curve")


# One image


def show_reading(found: Ten | None) -> None:
    """The pad, and what the network says of what is on it; of a test image while it is blank."""
    digit = own_digit()
    left, right = st.columns([280, 330], gap="small")
    with left:
        show_pad("ten-pad", range(N_DIGITS))
        if digit.problem:
            say.warning(digit.problem)
    with right:
        shares = None
        if found is not None:
            shares = probabilities(found.stars.scores[0]) if digit.image is None else read(found.network, digit.image)
        what = "The first test image" if digit.image is None else "Your drawing"
        words = what if shares is None else f"{what} is read as a **{int(np.argmax(shares))}**"
        with st.container(key="ten-read", horizontal=True, vertical_alignment="center", gap="small"):
            with st.container(width=READ_WIDTH):
                shown = state.mnist().x_test[0] if digit.image is None else digit.image
                picture(gray_picture(shown), key="ten-image", max_width=READ_WIDTH, keeps_room=True)
            st.markdown(words, width=WORDS_WIDTH)
        chart(bars_figure(shares, HEIGHT - 90), key="ten-bars")


# The mistakes


def show_mistakes(found: Ten) -> None:
    """Which digit is taken for which, and the images behind one cell."""
    wrong = found.confusion * (1 - np.eye(N_DIGITS, dtype=int))
    asked = seen(CONFUSED)
    true, said = divmod(int(wrong.argmax()) if asked is None else asked, N_DIGITS)
    left, right = st.columns([470, 400], gap="medium")
    with left:
        click = chart(mistakes_figure(found.confusion, (true, said), HEIGHT + 40), key="ten-mistakes", clickable=True)
        if click and (int(click["y"]), int(click["x"])) != (true, said):
            _look(int(click["y"]), int(click["x"]))
            st.rerun()
    with right, st.container(key="ten-behind", gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            for key, label, now in (("ten-true", "The image is a", true), ("ten-said", "They say", said)):
                st.session_state[key] = now
                st.selectbox(label, range(N_DIGITS), key=key, on_change=_moved)
        _show_behind(found, true, said)


def _moved() -> None:
    _look(st.session_state["ten-true"], st.session_state["ten-said"])


def _look(true: int, said: int) -> None:
    look_at(CONFUSED, N_DIGITS * true + said)
    look_at(CONFUSED_IMAGES, 1)


def _show_behind(found: Ten, true: int, said: int) -> None:
    rows = found.called(true, said)
    if not len(rows):
        st.info("There is none.", icon=":material/check:")
        return
    shares = probabilities(found.stars.scores[rows])[:, said]
    n_sets = math.ceil(len(rows) / N_SHOWN)
    fit_number(CONFUSED_IMAGES, n_sets, "sets of images")
    start = (seen(CONFUSED_IMAGES) - 1) * N_SHOWN
    chosen = np.argsort(-shares, kind="stable")[start : start + N_SHOWN]
    st.caption(f"{len(rows):,} test images, the surest first; below each the share of the softmax for {said}.")
    picture(
        gallery(state.raw_images(rows[chosen], "test"), [f"{100 * shares[i]:.0f} %" for i in chosen], COLUMNS),
        key="ten-images",
    )
    if n_sets > 1:
        icon = ":material/arrow_forward:"
        st.button("Next images", key="ten-next", icon=icon, on_click=leaf, args=(CONFUSED_IMAGES, n_sets))


# What it has learnt, and what that is worth


def show_maps(found: Ten) -> None:
    """The maps φ of the circuits, a row a digit."""
    n = found.network.exponents.shape[1] // N_DIGITS
    which = f"the first {MOST_SHOWN} of {n} circuits" if n > MOST_SHOWN else "its circuits"
    st.markdown(
        f"A row for each digit: what {which} have learnt. ⟨Z⟩ = −R cos(Σ z φ): **blue** pixels turn it one way, "
        "**orange** ones the other; with both colours exchanged it is the same circuit."
    )
    picture(_wall(found), key="ten-wall", max_width=720)


@lru_cache(maxsize=8)
def _wall(found: Ten) -> str:
    return wall(found.network.waves()[0])


def show_words(found: Ten) -> None:
    """Plainly what this is, and what it is not."""
    for title, words in (
        ("How many circuits", circuits_words(found.network)),
        ("Beside softmax regression", beside_words(found)),
        ("How much entanglement", entanglement_words(found.network)),
        ("Why an ordinary computer can do it", simulation_words()),
        ("How many shots", shots_words(found)),
    ):
        st.markdown(f"**{title}**  \n{words}")


def waits() -> None:
    """In place of what a training has not given yet."""
    st.skeleton(HEIGHT)
    st.caption("This is there as soon as the network is trained.")
