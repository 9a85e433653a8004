"""The network of the whole image: the training behind it, the map of what it learnt, and how to read that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from qmnist_core.address.views import BATCH, MAP_STEP
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import decimal, time_left, unbroken, with_interval
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.pictures.sheet import sheet
from qmnist_core.plots.pixel_map import pixel_map
from qmnist_core.studies import whole
from qmnist_core.studies.whole import SMOOTH_BATCH, Snapshot
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed, share
from qmnist_core.ui.session.looking import fit, look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose

MAP = "resolution map"
"""The name of this work among the session's."""


def batch_control(experiment: Experiment) -> int:
    """Images a step for the network of the whole image: many, or as many as the panel says."""
    panel = experiment.batch_size
    if panel == SMOOTH_BATCH:
        return panel
    titles = {"large": f"{SMOOTH_BATCH:,}", "panel": f"{panel:,}, as in the panel"}
    chosen = choose(
        BATCH,
        "Images in a training step",
        "resolution-batch",
        format_func=titles.__getitem__,
        help="Few images per step: many noisy steps. Accuracy is about the same, but the map looks less like digits.",
    )
    return SMOOTH_BATCH if chosen == "large" else panel


def follow_whole(experiment: Experiment, dataset: Dataset) -> Watcher[Task]:
    """The training of the network of the whole image, begun unless it was stopped here; given a moment to finish."""
    watcher = state.client().watchers.get(MAP)
    if session().asked.get(MAP) != experiment:
        session().asked[MAP], session().map_stopped = experiment, False
        watcher = None
    if watcher is None or (watcher.state == "stopped" and not session().map_stopped):
        watcher = state.workshop().compute((MAP, experiment), lambda: whole.snapshots(experiment, dataset))
        state.client().keep(MAP, watcher)
    watcher.wait(state.WAIT_SECONDS / 3)  # the images took their time already, and the map is seen to grow
    return watcher


def show_standing(learning: Follower, watcher: Watcher[Task]) -> None:
    """How far that training is, with its stop; or why there is none, with the way to another."""
    has_failed(watcher, "The network cannot be trained")
    if not watcher.is_active and watcher.state != "stopped":
        return
    place, button = st.columns([3, 1], gap="small", vertical_alignment="center")
    with place:
        if learning.moving:
            bar(f"The network is being trained{time_left(watcher.remaining)}", watcher)
        else:
            bar(f"Stopped at {100 * share(watcher):.0f}\u00a0% of the training", watcher)
    with button:
        stop = Press("resolution-map-stop", "Stop", partial(_stop, watcher))
        learning.button(stop, Press("resolution-map-again", "Again", _begin_again))


def _stop(watcher: Watcher[Task]) -> None:
    watcher.stop()
    session().map_stopped = True


def _begin_again() -> None:
    session().map_stopped = False


def snapshot_control(taken: Sequence[Snapshot], is_learning: bool) -> Snapshot | None:
    """Which moment of the training is seen: the last by default, and always while it goes on; None before the first."""
    if is_learning or not taken:
        return taken[-1] if taken else None
    steps = [snapshot.step for snapshot in taken]
    last = steps[-1]
    fit(MAP_STEP, lambda step: step)
    asked = seen(MAP_STEP)
    step = last if asked is None else min(steps, key=lambda one: abs(one - asked))
    key = f"resolution-step-{last}"
    st.session_state[key] = step

    def moved() -> None:
        moved_to = st.session_state[key]
        look_at(MAP_STEP, None if moved_to == last else moved_to)

    if len(steps) > 1:
        st.select_slider(
            f"After training step, of {last:,}",
            steps,
            key=key,
            format_func="{:,}".format,
            on_change=moved,
        )
    return taken[steps.index(step)]


def show_map(snapshot: Snapshot | None, digits: tuple[int, int]) -> None:
    """φ, pixel by pixel; None keeps its place."""
    if snapshot is None:
        values, limit, unit, alt = np.zeros(784), 1.0, "φ in radians", "φ: nothing learnt yet."
    else:
        values, limit = snapshot.angles, snapshot.limit
        unit = f"φ in radians; colours saturate at {decimal(limit)}"
        alt = (
            f"φ of each of the 28×28 pixels: blue where a lit pixel turns the angle towards {digits[0]}, orange where "
            f"towards {digits[1]}; the largest is {decimal(abs(values).max())} radians."
        )
    figure = pixel_map(values, 28, "φ", unit, limit, height=540)
    # Above the map: where the page is narrow the room that is left is at the end.
    bar = figure["layout"]["coloraxis"]["colorbar"]
    bar.update({"y": 1.02, "yanchor": "bottom", "title": {**bar["title"], "side": "top"}})
    figure["layout"]["meta"] = {"alt": alt}
    chart(figure, key="resolution-map")


def means_sheet(dataset: Dataset, digits: tuple[int, int]) -> str:
    """The mean image of each digit, to find again in the map."""
    pictures = [
        gray_picture(image, title=f"Mean {digit}: the brighter a pixel, the more training images have it lit")
        for image, digit in zip(whole.mean_images(dataset), digits, strict=True)
    ]
    labels = (f"mean {digits[0]}: blue", f"mean {digits[1]}: orange")
    title = f"The mean {digits[0]} and the mean {digits[1]} of the training images."
    return sheet(pictures, 2, title, labels=labels)


def map_words(snapshot: Snapshot, digits: tuple[int, int], n_test: int) -> list[str]:
    """How to read the map, and what this network can do."""
    first, second = digits
    when = f"After step {snapshot.step:,} it" if snapshot.step < snapshot.total_steps else "Trained, it"
    return [
        f"The network adds up one angle: each lit **blue** pixel turns it towards the {first}s, each lit **orange** "
        f"one towards the {second}s; faint ones hardly matter.",
        unbroken(
            f"{when} classifies {with_interval(snapshot.accuracy, n_test)} correctly, with 785 qubits and 1,568 "
            "exponents."
        ),
    ]


def map_details(snapshot: Snapshot, digits: tuple[int, int]) -> str:
    """What φ is, exactly, and where the reading of its colours ends."""
    (first, second), (one, other) = digits, (decimal(middle, 2) for middle in snapshot.middles)
    return (
        "For the layers XX and ZZ on bits, ⟨Z⟩ = −R cos(Σ z φ), with z = −1 where a pixel is lit and +1 elsewhere. "
        f"Here R = {snapshot.damping:.4f}: no answer is larger than that. ⟨Z⟩ is highest at an angle of −π and lowest "
        f"at 0; half of the {first}s in the test are below {one} π, half of the {second}s below {other} π. "
        "It is a wave, not a count of votes: beyond its crest one more blue pixel lowers ⟨Z⟩ again. "
        f"φ and −φ are the same network, as the cosine is even; blue is given to the {first}. "
        "Pixels at the border are hardly ever lit, and add up to a constant."
    )
