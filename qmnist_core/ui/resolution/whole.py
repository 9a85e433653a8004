"""The network of the whole image: its settings, the map of what it has learnt, and how to read that."""

from __future__ import annotations

import streamlit as st

from qmnist_core.address.views import BATCH, MAP_STEP
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import counted, decimal, unbroken, with_interval
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.pictures.sheet import sheet
from qmnist_core.studies.whole import SMOOTH_BATCH, Learnt, learnt, mean_difference, mean_images, whole_image
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.ui.components.histogram import histogram
from qmnist_core.ui.components.maps import angle_map
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.components.score import score
from qmnist_core.ui.session.follow import end_where_failed
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared import live

PLACE = "resolution"
"""The training's name among the session's."""
MAP_HEIGHT, MEANS_WIDTH, HISTOGRAM_HEIGHT = 474, 330, 190
ABOUT = """
This network always has the tutorial's layers, XX ZZ on bits, and starts from small angles, whatever the panel says
about layers and initial angles: only a single wave has one map. Threshold, epochs, rate and seed are the panel's.
"""


def batch_size(experiment: Experiment) -> int:
    """Images in a training step of the network of the whole image."""
    return experiment.batch_size if seen(BATCH) == "panel" else SMOOTH_BATCH


def batch_control(experiment: Experiment, n_train: int) -> None:
    """Few large steps, or as many as the panel's batch makes."""
    panel = experiment.batch_size
    if panel == SMOOTH_BATCH:
        return
    steps = {
        name: experiment.epochs * steps_an_epoch(whole_image(experiment, size), n_train)
        for name, size in {"large": SMOOTH_BATCH, "panel": panel}.items()
    }
    kinds = {"large": "large", "panel": "small" if panel < SMOOTH_BATCH else "larger"}
    choose(
        BATCH,
        "Training steps",
        "resolution-batch",
        format_func=lambda name: f"{steps[name]:,} {kinds[name]} {'step' if steps[name] == 1 else 'steps'}",
        help=f"Large: {SMOOTH_BATCH:,} images in each step. The others have {counted(panel, 'image')}, the batch size "
        "of the settings: noisier steps, of about the same accuracy, but the map looks less like digits.",
        label_visibility="collapsed",
        then=lambda _: look_at(MAP_STEP, None),
    )


def follow_whole(experiment: Experiment, dataset: Dataset) -> live.Run:
    """The training of the network of the whole image; where it has failed the page says why, and ends."""
    run = live.run_at(PLACE, MAP_STEP, experiment, dataset)
    end_where_failed(run.viewer, "The network cannot be trained")
    return run


def show_whole(run: live.Run, dataset: Dataset) -> None:
    """The map beside the mean digits, the accuracy and the outputs; all but the digits follow the cursor."""
    digits, n_test = run.experiment.data.digits, len(dataset.test)
    left, right = st.columns(2, gap="medium")
    with left:
        angle_map(live.NAME, mean_difference(dataset), digits, MAP_HEIGHT, "resolution-map")
    with right, st.container(gap="xsmall"):
        score(live.NAME, f"of {n_test:,} test images right", "resolution-score")
        picture(means_sheet(dataset, digits), key="resolution-means", max_width=MEANS_WIDTH)
        histogram(live.NAME, digits, HISTOGRAM_HEIGHT, "resolution-histogram")


def show_details(run: live.Run, dataset: Dataset) -> None:
    """How to read the map, what φ is, and what the network can do, where the cursor rests."""
    digits = run.experiment.data.digits
    now = learnt(run.experiment, run.exponents, dataset)
    st.markdown(unbroken("\n\n".join([*map_words(run, digits, len(dataset.test)), map_details(now, digits), ABOUT])))


def means_sheet(dataset: Dataset, digits: tuple[int, int]) -> str:
    """The mean image of each digit, to find again in the map."""
    pictures = [
        gray_picture(image, title=f"Mean {digit}: the brighter a pixel, the more training images have it lit")
        for image, digit in zip(mean_images(dataset), digits, strict=True)
    ]
    labels = (f"mean {digits[0]}: blue", f"mean {digits[1]}: orange")
    title = f"The mean {digits[0]} and the mean {digits[1]} of the training images."
    return sheet(pictures, 2, title, labels=labels)


def map_words(run: live.Run, digits: tuple[int, int], n_test: int) -> list[str]:
    """How to read the map, and what this network can do."""
    first, second = digits
    when = f"After step {run.step:,} it" if run.step < run.total else "Trained, it"
    return [
        f"The network adds up one angle: each lit **blue** pixel turns it towards the {first}s, each lit **orange** "
        f"one towards the {second}s; faint ones hardly matter.",
        f"{when} classifies {with_interval(run.accuracy, n_test)} correctly, with 785 qubits and 1,568 exponents.",
    ]


def map_details(now: Learnt, digits: tuple[int, int]) -> str:
    """What φ is, exactly, and where the reading of its colours ends."""
    (first, second), (one, other) = digits, (decimal(middle, 2) for middle in now.middles)
    return (
        "For the layers XX and ZZ on bits, ⟨Z⟩ = −R cos(Σ z φ), with z = −1 where a pixel is lit and +1 elsewhere. "
        f"Here R = {now.damping:.4f}: no answer is larger than that. ⟨Z⟩ is highest at an angle of −π and lowest "
        f"at 0; half of the {first}s in the test are below {one} π, half of the {second}s below {other} π. "
        "It is a wave, not a count of votes: beyond its crest one more blue pixel lowers ⟨Z⟩ again. "
        f"φ and −φ are the same network, as the cosine is even; blue is given to the {first}. Colours of the largest "
        "3 % are full. Pixels at the border are hardly ever lit, and add up to a constant."
    )
