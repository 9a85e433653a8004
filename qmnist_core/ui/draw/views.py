"""The Draw page's pieces: where the digit comes from, and what each network says about it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import streamlit as st

from qmnist_core.address.views import SOURCE
from qmnist_core.arrays import Gray
from qmnist_core.catalogue import MODELS
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, as_examples
from qmnist_core.errors import UnavailableError
from qmnist_core.jobs import Viewer
from qmnist_core.look.text import counted, duration, percent, percent_range, signed, unbroken, with_article
from qmnist_core.metrics import accuracy_interval, confidence, keras_accuracy, said, says_first
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.components.verdicts import Verdict, verdicts
from qmnist_core.ui.frame.page import another_digit, test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import WARM_UP, Follower, share
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.drawing import WIDTH, Digit, leave_drawing, own_digit, show_pad, uploaded_digit
from qmnist_core.ui.shared.live import NAME, Run
from qmnist_core.ui.shared.networks import network_name, other_qnn

STRIP = "draw"
"""The digit's ⟨Z⟩ among what follows the cursor."""
OTHER_QNN = "other"
"""The second QNN among the networks beside the run's."""


def choose_source(dataset: Dataset) -> str:
    """Ask where the digit comes from: "draw", "upload" or "test"."""
    if seen(SOURCE) == "test":
        another_digit(dataset, "another", "Another test image")
    say_of = state.in_words_of(dataset.gray.config.file)
    return choose(
        SOURCE,
        say_of("The digit comes from"),
        "draw-source",
        label_visibility="collapsed",
        format_func=lambda one: SOURCE.title(one) if one == "any" else say_of(SOURCE.title(one)),
    )


def digit_from(source: str, dataset: Dataset, run: Run) -> Digit:
    """Show where the digit comes from, and return it."""
    if source == "draw":
        digit = own_digit()
        show_pad("draw-pad", dataset.names)
        return digit
    leave_drawing()
    return uploaded_digit("draw-file", run.experiment.data.file) if source == "upload" else test_digit(dataset, run)


def test_digit(dataset: Dataset, run: Run) -> Digit:
    """One of the test images, which are in MNIST's form already."""
    example = test_example(dataset, run)
    image = state.raw_images(run.experiment.data.file, dataset.test_rows, "test")[example]
    picture(gray_picture(image), key="draw-test", max_width=WIDTH)
    truth = dataset.truth(example)
    st.markdown(f"Test image {example + 1:,} of {len(dataset.test):,}, {with_article(truth)}", text_alignment="center")
    return Digit(image, truth=truth)


def train(experiment: Experiment) -> dict[str, Viewer | str]:
    """Train all that answer beside the run's QNN, the quickest first; a text says why one cannot be trained."""
    wanted = {model: experiment.rival(model) for model, kind in MODELS.items() if not kind.is_quantum}
    wanted[OTHER_QNN] = other_qnn(experiment)
    found: dict[str, Viewer | str] = {}
    for name, one in sorted(wanted.items(), key=lambda item: MODELS[item[1].model].step_seconds):
        missing = why_missing(one.package) if one.package else None
        place = f"draw-{name}"
        found[name] = f"unavailable: {missing}" if missing else state.trained(one, place=place, patience=0)
    return found


def is_blank(image: Gray, experiment: Experiment) -> bool:
    """Whether a model sees nothing in a uint8 (28, 28) image, so that it would be like any other blank image to it."""
    examples = as_examples(image[None], np.array([True]), experiment.input)
    return not examples.seen(experiment.reads_gray).any()


def reading_words(digit: Digit, experiment: Experiment) -> str:
    """What stands above the strip."""
    if digit.image is None or not is_blank(digit.image, experiment):
        return "**How the quantum network reads it**"
    side = experiment.data.size
    return (
        f":material/visibility_off: **No pixel of the {side}×{side} image is lit**, and a network that reads only this "
        "has nothing to read: draw thicker, or lower the threshold."
    )


def show_verdicts(run: Run, trainings: Mapping[str, Viewer | str], digit: Digit, n_test: int) -> None:
    """What each network says about the digit; trainings under way show how far they are."""
    experiment, image = run.experiment, digit.image
    fresh = None
    if image is not None and not is_blank(image, experiment):
        run.follow(STRIP, as_examples(image[None], np.array([True]), experiment.data).bits[0])
        fresh = run.series[STRIP]

    def draw() -> None:
        beside = {
            name: _verdict(name, trainings[name], experiment, digit) for name in (OTHER_QNN, *MODELS) if name != "qnn"
        }
        shown = [_followed(experiment, digit), *beside.values()]
        verdicts(NAME, shown, state.names(experiment.data), digit.truth, n_test, "draw-verdicts", fresh)

    Follower.of(*(viewer for viewer in trainings.values() if isinstance(viewer, Viewer))).follow(draw)


def _followed(experiment: Experiment, digit: Digit) -> Verdict:
    """The QNN that the cursor is in: the browser has its answers."""
    name, colour = network_name(experiment), MODELS["qnn"].colour
    if digit.image is None:
        return Verdict(name, colour, digit.short)
    if is_blank(digit.image, experiment):
        return Verdict(name, colour, _BLANK)
    return Verdict(name, colour, series=STRIP)


_BLANK = "not classified: no pixel that it reads is lit"


def _verdict(name: str, training: Viewer | str, experiment: Experiment, digit: Digit) -> Verdict:
    trained = other_qnn(experiment) if name == OTHER_QNN else experiment.rival(name)
    kind = MODELS[trained.model]
    title = network_name(trained)
    if not isinstance(training, Viewer) or training.state != "finished":
        words, done = _waiting(training)
        return Verdict(title, kind.colour, words, done)
    foot = _test_accuracy(training)
    if digit.image is None or is_blank(digit.image, trained):
        return Verdict(title, kind.colour, digit.short if digit.image is None else _BLANK, foot=foot)
    try:
        score = _score(training, digit.image)
    except UnavailableError as error:
        return Verdict(title, kind.colour, f"cannot be asked: {error}", foot=foot)
    answer = said(score, state.names(experiment.data))
    sure = confidence(score, is_logit=not kind.is_quantum)
    meaning = (
        f"the chance that one measurement says {answer}"
        if kind.is_quantum
        else f"the sigmoid of its logit, {signed(score)}; not the chance that it is right"
    )
    return Verdict(
        title,
        kind.colour,
        first=sure if says_first(score) else 1 - sure,
        says=answer,
        words=f"The bar and the percentage: {meaning}.",
        foot=foot,
    )


def _score(training: Viewer, image: Gray) -> float:
    """⟨Z⟩ or a logit. Errors: UnavailableError."""
    network = training.job.model
    assert network is not None
    return float(network.scores(as_examples(image[None], np.array([True]), training.job.experiment.input))[0])


def _waiting(training: Viewer | str) -> tuple[str, float | None]:
    """Why a network says nothing yet, and what share of its training is done."""
    if isinstance(training, str):
        return training, None
    if training.job.message:
        return f"cannot be trained: {training.job.message}", None
    done = share(training)
    if done:
        left = training.remaining if done > WARM_UP else math.nan
        return f"training: {100 * done:.0f} %{_left(left)}", done
    if training.ahead:
        return f"waiting, {counted(training.ahead, 'training')} ahead", 0.0
    return "training: starting", 0.0


def _left(seconds: float) -> str:
    if math.isnan(seconds):
        return ""
    if seconds < 1:
        return ", under 1 s left"
    return unbroken(f", {round(seconds)} s left" if seconds < 59.5 else f", {duration(seconds)} left")


def _test_accuracy(training: Viewer) -> tuple[str, ...]:
    """The accuracy on the test images, with its interval, in lines."""
    outcome, trained = training.job.outcome, training.job.experiment
    assert outcome is not None
    targets = state.dataset(trained.input).test.targets
    interval = percent_range(*accuracy_interval(outcome.accuracy, len(targets)))
    words = unbroken(
        f"{percent(outcome.accuracy)} of the {len(targets):,} test images right (95 % interval {interval})"
    )
    if trained.model == "fair":
        tutorials = unbroken(percent(keras_accuracy(outcome.scores, targets, True)))
        return (f"{words}, {tutorials} by the tutorial's metric.",)
    return (f"{words}.",)
