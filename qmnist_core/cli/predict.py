"""`predict`: what a saved run says about an image."""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
from pathlib import Path

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.catalogue import MODELS
from qmnist_core.cli.options import Verbs, add_setting, add_verb
from qmnist_core.cli.text import picture
from qmnist_core.data.drawing import as_mnist, read_image
from qmnist_core.data.labelled import contained
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import as_examples, called, filter_digits
from qmnist_core.errors import ConfigError, DataError, InputError
from qmnist_core.look.text import with_article
from qmnist_core.metrics import said
from qmnist_core.runs import load_run
from qmnist_core.sources import path_of
from qmnist_core.words.cautions import cautions_of

DESCRIPTION = """\
Show what the model saw, its score and its label. The image is a PNG or JPEG of any size, dark on light or
light on dark, a photograph of paper too, which is brought into MNIST's form first, unless it has it already,
or taken whole where the run's classes have names;
or a number, an index into the test images of the run's two digits. The QNN's score is ⟨Z⟩ in [−1, 1], a
classical network's is its logit; above 0 means the first digit. Where an image lights no pixel that the model
reads, it says so instead of giving a label, which is null in JSON."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "predict", "ask a saved run about an image", DESCRIPTION, run)
    parser.add_argument("--run", dest="folder", required=True, metavar="DIR", help="a folder written by train --out")
    parser.add_argument("image", metavar="IMAGE", help="an image file, or an index into the test set")
    add_setting(parser, "backend", default="the one the run was trained on")
    parser.add_argument(
        "--data", metavar="DATA", help="the data set that an index counts in (default: the one the run was trained on)"
    )


def run(options: argparse.Namespace) -> int:
    loaded = load_run(options.folder)
    if options.backend is not None and not loaded.experiment.is_quantum:
        raise ConfigError(f"--backend is for the QNN, and this run is a {loaded.experiment.model}: leave it out")
    if options.backend is not None:
        loaded = dataclasses.replace(loaded, experiment=dataclasses.replace(loaded.experiment, backend=options.backend))
    experiment = loaded.experiment
    file = path_of(options.data) if options.data else experiment.data.file
    mnist = None if file is None and not _is_index(options.image) else _data(file, _is_index(options.image))
    image, truth = _find_image(options.image, mnist, experiment.data.digits)
    examples = as_examples(image[None], np.array([truth == experiment.data.digits[0]]), experiment.input)
    score = float(loaded.build_model().scores(examples)[0])
    seen = examples.seen(experiment.reads_gray)[0]
    blank = not seen.any()
    label = None if blank else said(score, experiment.data.digits)
    names = experiment.data.digits if mnist is None else called(mnist, experiment.data.digits)
    if options.json:
        known = {"input": seen.tolist(), "score": score, "label": label, "true_label": truth, "blank": blank}
        print(json.dumps(known))
        return 0
    print(f"what the model saw ({seen.shape[0]}×{seen.shape[1]}):")
    print(picture(seen))
    says = f"{MODELS[experiment.model].score} = {score:+.4f}" + ("" if blank else f", so it says {said(score, names)}")
    print(says + ("" if truth is None else f"; it is {with_article(names[experiment.data.digits.index(truth)])}"))
    if blank:
        print(
            "No pixel is lit: the model sees a blank image, and gives every blank image this score, whatever was "
            "drawn; take a thicker digit, or a model with a lower threshold or a larger image."
        )
    for words in cautions_of(experiment, loaded.metrics["steps"]):
        print(words)
    return 0


def _is_index(image: str) -> bool:
    return re.fullmatch(r"-?[0-9]+", image) is not None and not Path(image).is_file()


def _data(file: str | None, is_needed: bool) -> Mnist | None:
    """The data that an index counts in; for a picture only what its classes are called, where that can be read."""
    try:
        return load_mnist(file)
    except DataError:
        if is_needed:
            raise
        return None


def _find_image(text: str, mnist: Mnist | None, digits: tuple[int, int]) -> tuple[Array, int | None]:
    """The image, uint8 (28, 28), and its true class where that is known."""
    if mnist is None or not _is_index(text):
        picture_in = read_image(text)
        is_drawn = mnist is None or mnist.class_names is None
        return as_mnist(picture_in) if is_drawn else contained(picture_in), None
    images, positive = filter_digits(mnist.x_test, mnist.y_test, digits)
    index = int(text)
    if not 0 <= index < len(images):
        raise InputError(f"there is no test image {index}: give a number from 0 to {len(images) - 1}")
    return images[index], digits[0 if positive[index] else 1]
