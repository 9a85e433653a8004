"""The network of the whole image: its settings, the map of what it has learnt, and how to read that."""

from __future__ import annotations

import streamlit as st

from qmnist_core.address.views import BATCH, MAP_STEP
from qmnist_core.config import Experiment
from qmnist_core.data.class_names import Names
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
        "of the settings: noisier steps, of about the same accuracy, but the map looks less like the images.",
        label_visibility="collapsed",
        then=lambda _: look_at(MAP_STEP, None),
    )


def follow_whole(experiment: Experiment, dataset: Dataset) -> live.Run:
    """The training of the network of the whole image; where it has failed the page says why, and ends."""
    run = live.run_at(PLACE, MAP_STEP, experiment, dataset)
    end_where_failed(run.viewer, "The network cannot be trained")
    return run


def show_whole(run: live.Run, dataset: Dataset) -> None:
    """The map beside the mean images, the accuracy and the outputs; all but the images follow the cursor."""
    names, n_test = dataset.names, len(dataset.test)
    left, right = st.columns(2, gap="medium")
    with left:
        angle_map(live.NAME, mean_difference(dataset), names, MAP_HEIGHT, "resolution-map")
    with right, st.container(gap="xsmall"):
        score(live.NAME, f"of {n_test:,} test images right", "resolution-score")
        picture(means_sheet(dataset), key="resolution-means", max_width=MEANS_WIDTH)
        histogram(live.NAME, names, HISTOGRAM_HEIGHT, "resolution-histogram")


def show_details(run: live.Run, dataset: Dataset) -> None:
    """How to read the map, what φ is, and what the network can do, where the cursor rests."""
    names = dataset.names
    now = learnt(run.experiment, run.exponents, dataset)
    st.markdown(unbroken("\n\n".join([*map_words(run, names, len(dataset.test)), map_details(now, names), ABOUT])))


def means_sheet(dataset: Dataset) -> str:
    """The mean image of each class, to find again in the map."""
    names = dataset.names
    pictures = [
        gray_picture(image, title=f"Mean {name}: the brighter a pixel, the more training images have it lit")
        for image, name in zip(mean_images(dataset), names, strict=True)
    ]
    labels = (f"mean {names[0]}: blue", f"mean {names[1]}: orange")
    title = f"The mean {names[0]} and the mean {names[1]} of the training images."
    return sheet(pictures, 2, title, labels=labels)


def map_words(run: live.Run, names: Names, n_test: int) -> list[str]:
    """How to read the map, and what this network can do."""
    first, second = names
    when = f"After step {run.step:,} it" if run.step < run.total else "Trained, it"
    return [
        f"The network adds up one angle: each lit **blue** pixel turns it towards {first}, each lit **orange** "
        f"one towards {second}; faint ones hardly matter.",
        f"{when} classifies {with_interval(run.accuracy, n_test)} correctly, with 785 qubits and 1,568 exponents.",
    ]


def map_details(now: Learnt, names: Names) -> str:
    """What φ is, exactly, and where the reading of its colours ends."""
    (first, second), (one, other) = names, (decimal(middle, 2) for middle in now.middles)
    return (
        "For the layers XX and ZZ on bits, ⟨Z⟩ = −R cos(Σ z φ), with z = −1 where a pixel is lit and +1 elsewhere. "
        f"Here R = {now.damping:.4f}: no answer is larger than that. ⟨Z⟩ is highest at an angle of −π and lowest "
        f"at 0; half of the test images of {first} are below {one} π, half of those of {second} below {other} π. "
        "It is a wave, not a count of votes: beyond its crest one more blue pixel lowers ⟨Z⟩ again. "
        f"φ and −φ are the same network, as the cosine is even; blue is given to {first}. Colours of the largest "
        "3 % are full. Pixels at the border are hardly ever lit, and add up to a constant."
    )
