"""The parts of the page of ten digits: the training, the digit that is read, the mistakes, the maps, the words."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import streamlit as st

from qmnist_core.address.views import CIRCUITS, CONFUSED, CONFUSED_IMAGES
from qmnist_core.data.ten import N_DIGITS, N_HELD_OUT
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import counted, duration, percent, plain, time_left, with_interval
from qmnist_core.models.ten import FACTOR, probabilities
from qmnist_core.pictures.gallery import gallery
from qmnist_core.plots.ten import mistakes_figure
from qmnist_core.studies.ten import EPOCHS, THRESHOLD, Ten, Trained
from qmnist_core.studies.ten_cnn import expected_seconds, ten_cnn
from qmnist_core.studies.ten_reel import FULL, LEVELS, MOST_SHOWN
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.curves import KEY, Line, curves
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.components.wall import wall
from qmnist_core.ui.frame.panel import setting_widget
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import WARM_UP, Follower, Press, bar, has_failed, share
from qmnist_core.ui.session.looking import fit_number, leaf, look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.live import NAME
from qmnist_core.ui.shared.ten import frames, map_frames, outcome, total_steps
from qmnist_core.words.ten import (
    beside_words,
    circuits_words,
    entanglement_words,
    published_words,
    shots_words,
    simulation_words,
)
from qmnist_core.workers import answers, tensorflow

CNN = "ten-cnn"
"""The CNN's name among the session's watchers."""
CNN_WORDS = (
    "The tutorial's CNN with ten outputs is trained on the gray values of the same images. It is one of the best known "
    "classical networks for them, and has 1.2 million parameters."
)
HEIGHT = 400
"""Of the figures side by side, in pixels."""
N_SHOWN, COLUMNS = 24, 6


# What is asked for


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


# How well it does


def show_progress(watcher: Watcher[Task]) -> None:
    """One line and a bar: how far the training is, or how well it does."""
    found, so_far = outcome(watcher), frames(watcher)
    now = f"{percent(so_far[-1].accuracy)} of the held-out images right" if so_far else "it begins"
    if found is not None:
        right = with_interval(found.accuracy(found.stars), len(found.labels))
        others = [f"Softmax regression: {percent(found.accuracy(found.softmax))}."]
        cnn = trained_cnn()
        if cnn is not None:
            others.append(f"CNN: {percent(found.accuracy(cnn))}.")
        words = f"**Test images right: {right}.** {' '.join(others)}"
    elif watcher.state == "stopped":
        words = f"Stopped: {now}"
    elif watcher.state == "waiting":
        words = "Training begins"
    else:
        left = time_left(watcher.remaining) if share(watcher) > WARM_UP else ""  # the first step takes far longer
        words = f"Training: {now}{left}"
    bar(words, watcher)


def show_curve(watcher: Watcher[Task]) -> None:
    """How many of the held-out images are right, step by step."""
    found = outcome(watcher)
    softmax = None if found is None else found.softmax.validation
    line = Line("held-out images right", reel=NAME)
    curves([line], total_steps(), softmax, HEIGHT - KEY, "ten-curve", with_loss=False, level="softmax regression")


# The mistakes


def show_mistakes(found: Ten) -> None:
    """Which digit is taken for which, and the images behind one cell."""
    wrong = found.confusion * (1 - np.eye(N_DIGITS, dtype=int))
    asked = seen(CONFUSED)
    true, said = divmod(int(wrong.argmax()) if asked is None else asked, N_DIGITS)
    left, right = st.columns([470, 400], gap="medium")
    with left:
        figure = mistakes_figure(found.confusion, (true, said), HEIGHT + 40)
        chart(figure, "ten-mistakes", lambda cell: _look(int(cell["y"]), int(cell["x"])))
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
        gallery(state.raw_images(None, rows[chosen], "test"), [f"{100 * shares[i]:.0f} %" for i in chosen], COLUMNS),
        key="ten-images",
    )
    if n_sets > 1:
        icon = ":material/arrow_forward:"
        st.button("Next images", key="ten-next", icon=icon, on_click=leaf, args=(CONFUSED_IMAGES, n_sets))


# What it has learnt, and what that is worth


def show_maps(watcher: Watcher[Task]) -> None:
    """The maps φ of the circuits at the cursor, a row a digit."""
    n = seen(CIRCUITS)
    first = f" The first {MOST_SHOWN} of its {n} circuits are shown." if n > MOST_SHOWN else ""
    st.markdown(
        "**Blue** pixels turn a circuit's angle one way, **orange** ones the other; exchanged, it is the same circuit.",
        help=f"A row for each digit: the maps φ of its circuits. ⟨Z⟩ = −R cos(Σ z φ), with z = −1 where a pixel is lit "
        f"and +1 elsewhere; the cosine is even, so that φ and −φ are the same circuit.{first}",
    )
    Follower.of(watcher).follow(lambda: wall(NAME, map_frames(watcher), FULL, LEVELS, "ten-wall"))


def show_words(found: Ten) -> None:
    """Plainly what this is, and what it is not."""
    _said("How many circuits", circuits_words(found.network))
    _said("Beside softmax regression", beside_words(found, found.softmax, "softmax regression"))
    _show_cnn(found)
    for title, words in (
        ("How much entanglement", entanglement_words(found.network)),
        ("Why an ordinary computer can do it", simulation_words()),
        ("How many shots", shots_words(found)),
        ("What others have reported", published_words()),
    ):
        _said(title, words)


def _said(title: str, words: str) -> None:
    st.markdown(f"**{title}**  \n{words}")


# The CNN beside it, which takes long and is trained on request


def trained_cnn() -> Trained | None:
    """The CNN of this seed, once it is trained."""
    watcher = _cnn_watcher()
    return None if watcher is None or watcher.state != "finished" else watcher.job.results()[0]


def _cnn_watcher() -> Watcher[Task] | None:
    is_this = session().asked.get(CNN) == _cnn_wanted()
    return state.client().watchers.get(CNN) if is_this else None


def _cnn_wanted() -> tuple[str, int]:
    return CNN, session().experiment.seed


def _train_cnn() -> None:
    wanted = _, seed = _cnn_wanted()
    mnist = state.mnist(None)
    seconds = expected_seconds(len(mnist.y_train) - N_HELD_OUT)
    make = partial(answers, tensorflow(), ten_cnn, mnist, seed)
    state.client().keep(CNN, state.workshop().compute(wanted, make, seconds))
    session().asked[CNN] = wanted


def _show_cnn(found: Ten) -> None:
    """How the circuits stand beside the CNN, or a button that trains it."""
    missing, watcher, cnn = why_missing("keras"), _cnn_watcher(), trained_cnn()
    if cnn is not None:
        _said("Beside the CNN", beside_words(found, cnn, "the CNN"))
        return
    if missing:
        _said("Beside the CNN", f"It is unavailable: {missing}.")
        return
    with st.container(key="ten-cnn", gap="xsmall"):
        _said("Beside the CNN", CNN_WORDS)
        seconds = expected_seconds(len(state.mnist(None).y_train) - N_HELD_OUT)
        train = Press("ten-cnn-train", f"Train the CNN: about {duration(seconds)}", _train_cnn, "play_arrow")
        if watcher is None:
            train.show("content")
            return
        follower = Follower.of(watcher)
        follower.button(Press("ten-cnn-stop", "Stop", watcher.stop, "stop"), train, "content")
        if not has_failed(watcher, "The CNN cannot be trained"):
            follower.follow(lambda: _show_cnn_progress(watcher))


def _show_cnn_progress(watcher: Watcher[Task]) -> None:
    if watcher.state == "stopped":
        why = plain(watcher.job.message)
        bar(f"Stopped: {why}" if why else "Stopped", watcher)
    elif watcher.ahead:
        bar(f"{counted(watcher.ahead, 'training')} ahead, {duration(watcher.seconds_ahead)}", watcher)
    elif watcher.state == "waiting":
        bar("Loading TensorFlow", watcher)
    else:
        bar(f"Training{time_left(watcher.remaining) if share(watcher) > WARM_UP else ''}", watcher)


def waits() -> None:
    """In place of what a training has not given yet."""
    st.skeleton(HEIGHT)
    st.caption("This is there as soon as the network is trained.")
