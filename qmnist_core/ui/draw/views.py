"""The Draw page's pieces: where the digit comes from, its form as MNIST has it, and what each network says about it."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from qmnist_core.address.views import EXAMPLE, SOURCE
from qmnist_core.arrays import Array, Exponents, Gray, Ink
from qmnist_core.catalogue import MODELS
from qmnist_core.config import IMAGE_SIDE, Experiment
from qmnist_core.data.drawing import MAX_BYTES, as_mnist, centred, read_image
from qmnist_core.data.pipeline import Dataset, as_examples
from qmnist_core.errors import BlankError, InputError
from qmnist_core.jobs import Viewer
from qmnist_core.look.palette import INK, NEGATIVE, POSITIVE, side_colour
from qmnist_core.look.text import counted, duration, percent, percent_range, signed, unbroken
from qmnist_core.metrics import accuracy_interval, confidence, keras_accuracy, said, says_first
from qmnist_core.pictures import svg
from qmnist_core.pictures.pixels import gray_picture, sampled_places
from qmnist_core.simulators import expectation
from qmnist_core.templates import render
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components import say
from qmnist_core.ui.components.pad import PAD_PIXELS, drawing_pad, unpack_pixels
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.page import test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import WARM_UP, Follower, share
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.session.session import Upload, session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.live import Run

FOLDER = Path(__file__).parent
SHEET = FOLDER / "draw.css"
BEFORE_WIDTH = 320
AFTER_WIDTH = 210


@dataclass(frozen=True)
class Digit:
    """What is to be read."""

    image: Gray | None = None
    """uint8 (28, 28), as MNIST has it; None where there is nothing to classify."""
    nothing: str = ""
    """Shown where there is nothing yet."""
    problem: str = ""
    """Shown where there is something that cannot be classified."""
    short: str = "waits for a digit"
    """The same in a few words, for each network's card."""
    truth: int | None = None
    """The digit it is, where that is known."""


def choose_source() -> str:
    """Ask where the digit comes from: "draw", "upload" or "test"."""
    return choose(SOURCE, "The digit comes from", "draw-source", label_visibility="collapsed")


def drawn_digit(digits: tuple[int, int]) -> Digit:
    """The pad, and what is drawn on it; the session keeps the drawing."""
    wish = f"raw a {digits[0]} or a {digits[1]}"
    kept = drawing_pad("draw-pad", session().drawing, f"D{wish} here")
    session().drawing = kept
    blank = Digit(nothing=f"The canvas is blank: d{wish}.")
    if kept is None:
        return blank
    try:
        return Digit(centred(unpack_pixels(kept["pixels"])))
    except BlankError:
        return blank
    except InputError as error:
        return _refused(str(error))


def uploaded_digit() -> Digit:
    """A field for a file, and the picture that came last; the session keeps it."""
    st.file_uploader(
        f"A picture of one digit: PNG or JPEG, up to {MAX_BYTES // 1_000_000} MB",
        key="draw-file",
        on_change=_read_upload,
    )
    upload = session().upload
    if upload is None:
        return Digit(nothing="No picture yet: choose one, dark on light or light on dark.")
    if upload.gray is not None:
        width = min(upload.gray.shape[1], BEFORE_WIDTH)
        st.image(upload.gray, width=width, alt="The uploaded picture in shades of gray")
    return _refused(upload.refusal) if upload.refusal else Digit(upload.digit)


def test_digit(dataset: Dataset, digits: tuple[int, int], run: Run) -> Digit:
    """One of the test images, which are in MNIST's form already."""
    example = test_example(dataset, run)
    image = state.raw_images(dataset.test_rows, "test")[example]
    picture(gray_picture(image), key="draw-test", max_width=BEFORE_WIDTH)
    st.button(
        "Another digit",
        icon=":material/shuffle:",
        width="stretch",
        on_click=lambda: look_at(EXAMPLE, random.randrange(len(dataset.test))),
    )
    truth = digits[0] if dataset.test.labels[example] else digits[1]
    st.caption(f"Test image {example + 1:,} of {len(dataset.test):,}, a {truth}.")
    return Digit(image, truth=truth)


def start_logistic(experiment: Experiment) -> None:
    """Train the quickest network while the first stroke is being drawn."""
    _training("logistic", experiment)


def mnist_form(digit: Digit, experiment: Experiment) -> None:
    """The digit as MNIST has it, or the place where it will be; where no pixel is lit, with what is read marked."""
    data = experiment.data
    if digit.image is None:
        shown = _no_picture()
    elif data.size < IMAGE_SIDE and is_blank(digit.image, experiment):
        shown = gray_picture(digit.image, sampled_places(data.size, data.resize))
    else:
        shown = gray_picture(digit.image)
    picture(shown, key="draw-after", max_width=AFTER_WIDTH)


def is_blank(image: Gray, experiment: Experiment) -> bool:
    """Whether a model sees nothing in a uint8 (28, 28) image, so that it would be like any other blank image to it."""
    examples = as_examples(image[None], np.array([True]), experiment.input)
    return not examples.seen(experiment.reads_gray).any()


def say_blank(experiment: Experiment) -> None:
    """The warning that the small image, which the QNN and most others read, shows nothing."""
    side = experiment.data.size
    say.warning(
        f"No pixel of the {side}×{side} image is lit, and a network that reads only this has nothing to read: take a "
        "thicker digit, lower the threshold or choose a larger image. The CNN reads all 28×28 pixels."
    )


def verdicts(experiment: Experiment, qnn: Viewer | None, exponents: Exponents, digit: Digit) -> None:
    """A card for each network with what it says about the digit; trainings under way show how far they are.

    digit: without an image the cards stay empty, and no training is started; nor is that of a network that sees
    nothing in it.
    """
    viewers: dict[str, Viewer | str] = {} if qnn is None else {"qnn": qnn}
    if digit.image is not None:
        classical = [model for model, kind in MODELS.items() if not kind.is_quantum]
        for model in sorted(classical, key=lambda model: MODELS[model].step_seconds):  # the quickest first
            if is_blank(digit.image, experiment.rival(model)):
                continue  # it says so, and others need not wait for its training
            package = MODELS[model].package
            missing = why_missing(package) if package else None
            viewers[model] = f"unavailable: {missing}" if missing else _training(model, experiment)
    # The QNN's progress is shown elsewhere.
    others = [viewer for model, viewer in viewers.items() if isinstance(viewer, Viewer) and model != "qnn"]

    def cards() -> None:
        shown = [_card(model, viewers.get(model, ""), experiment, exponents, digit) for model in MODELS]
        html = render(FOLDER / "verdicts.html", cards=shown)
        st.html(html.replace(" %<", "&nbsp;%<").replace(" %)", "&nbsp;%)"))

    Follower.of(*others).follow(cards)


def _training(model: str, experiment: Experiment) -> Viewer:
    return state.trained(experiment.rival(model), place=f"draw-{model}", patience=0)


@dataclass(frozen=True)
class _Card:
    """What one network says about a digit, or, without an answer, what it waits for."""

    name: str
    colour: str
    waiting: str = ""
    bar: tuple[tuple[str, float], ...] = ()
    """Colours, and the share of the bar that each fills."""
    answer: int | None = None
    ink: str = ""
    """The answer's colour."""
    sure: str = ""
    mark: str = ""
    """"right" or "wrong", where the truth is known."""
    words: str = ""
    foot: tuple[str, ...] = ()
    """Its lines."""


def _card(model: str, viewer: Viewer | str, experiment: Experiment, exponents: Exponents, digit: Digit) -> _Card:
    name, colour, digits = MODELS[model].title, MODELS[model].colour, experiment.data.digits
    if digit.image is not None and is_blank(digit.image, experiment if model == "qnn" else experiment.rival(model)):
        digit = Digit(short="not classified: no pixel that it reads is lit")
    score = None
    if digit.image is not None and isinstance(viewer, Viewer) and (model == "qnn" or viewer.state == "finished"):
        score = _score(model, viewer, experiment, exponents, digit.image)
    if score is None:
        waiting, done = _waiting(viewer) if digit.image is not None else (digit.short, None)
        return _Card(name, colour, waiting, () if done is None else ((colour, done),))
    answer = said(score, digits)
    confident = confidence(score, is_logit=not MODELS[model].is_quantum)
    first = confident if says_first(score) else 1 - confident
    assert isinstance(viewer, Viewer)
    return _Card(
        name,
        colour,
        bar=((POSITIVE, first), (NEGATIVE, 1 - first)),
        answer=answer,
        ink=side_colour(score),
        sure=">99.9 %" if confident > 0.9995 else percent(confident),
        mark="" if digit.truth is None else ("right" if answer == digit.truth else "wrong"),
        words=f"The chance that one measurement says {answer}."
        if model == "qnn"
        else f"The sigmoid of its logit, {signed(score)}.",
        foot=_test_accuracy(viewer, experiment),
    )


def _score(model: str, viewer: Viewer, experiment: Experiment, exponents: Exponents, image: Gray) -> float:
    """⟨Z⟩ or a logit."""
    examples = as_examples(image[None], np.array([True]), viewer.job.experiment.input)
    if model == "qnn":
        return float(expectation(experiment.circuit, exponents, examples.bits)[0])
    network = viewer.job.model
    assert network is not None
    return float(network.scores(examples)[0])


def _waiting(viewer: Viewer | str) -> tuple[str, float | None]:
    """Why a network says nothing yet, and what share of its training is done."""
    if isinstance(viewer, str):
        return viewer, None
    if viewer.job.message:
        return f"cannot be trained: {viewer.job.message}", None
    done = share(viewer)
    if done:
        left = viewer.remaining if done > WARM_UP else math.nan
        return f"being trained: {100 * done:.0f} %{_left(left)}", done
    if viewer.ahead:
        return f"waiting, {counted(viewer.ahead, 'training')} ahead", 0.0
    return "being trained: starting", 0.0


def _left(seconds: float) -> str:
    if math.isnan(seconds):
        return ""
    if seconds < 1:
        return ", under 1 s left"
    return unbroken(f", {round(seconds)} s left" if seconds < 59.5 else f", {duration(seconds)} left")


def _test_accuracy(viewer: Viewer, experiment: Experiment) -> tuple[str, ...]:
    """The accuracy on the test images, with its interval, in lines."""
    outcome = viewer.job.outcome
    if outcome is None or viewer.state != "finished":
        return ()
    targets = state.dataset(experiment.data).test.targets
    low, high = accuracy_interval(outcome.accuracy, len(targets))
    lines = (f"test images: {percent(outcome.accuracy)}", f"({percent_range(low, high)})")
    if viewer.job.experiment.model == "fair":
        return (*lines, f"{percent(keras_accuracy(outcome.scores, targets, True))} by the tutorial's metric")
    return lines


def _read_upload() -> None:
    """Take over the file just given, or forget the last one."""
    file = st.session_state["draw-file"]
    if file is None:
        session().upload = None
        return
    gray = None
    try:
        full = read_image(file.getvalue())
        gray = _at_most(full, PAD_PIXELS)
        session().upload = Upload(gray, as_mnist(full))
    except InputError as error:
        session().upload = Upload(gray, None, str(error))


def _at_most(gray: Ink, side: int) -> Array:
    """A gray picture, float (height, width) in [0, 1], as uint8 of at most side×side."""
    from PIL import Image

    image = Image.fromarray(np.rint(gray * 255).astype(np.uint8))
    image.thumbnail((side, side))
    return np.asarray(image)


def _refused(text: str) -> Digit:
    return Digit(problem=f"{text[0].upper()}{text[1:]}.", short="not classified")


def _no_picture() -> str:
    side = svg.STRIP_SIDE
    frame = svg.element(
        "rect", x=2, y=2, width=side - 4, height=side - 4, rx=8, fill="none", stroke=INK, stroke_opacity=0.35,
        stroke_width=2, stroke_dasharray="7 7",
    )  # fmt: skip
    return svg.picture(side, side, "Nothing drawn yet.", frame)
