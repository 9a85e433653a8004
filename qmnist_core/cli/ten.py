"""`ten`: all ten digits on whole images, by many star circuits, beside softmax regression."""

from __future__ import annotations

import argparse
import json
import textwrap

from qmnist_core.cli.options import Verbs, add_setting, add_verb, data_config
from qmnist_core.cli.progress import result_of
from qmnist_core.cli.text import table
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.ten import N_HELD_OUT, N_PIXELS
from qmnist_core.look.text import duration, percent, percent_range
from qmnist_core.metrics import accuracy_interval
from qmnist_core.studies.ten import EPOCHS, MOST_CIRCUITS, MOST_EPOCHS, N_CIRCUITS, Frame, Ten, ten
from qmnist_core.words.ten import (
    beside_words,
    circuits_words,
    entanglement_words,
    published_words,
    shots_words,
    simulation_words,
)

DESCRIPTION = f"""\
Tell all ten digits apart on whole images of 28×28 pixels: for each digit K star circuits of the layers XX and ZZ,
each with {N_PIXELS} data qubits and a readout; the mean ⟨Z⟩ of a digit's circuits is its score. Beside it softmax
regression is trained on the same images. {N_HELD_OUT:,} training images are held out; the settings were chosen on
them, and the test images are looked at once. More circuits and epochs get more right, such as
--circuits 64 --epochs 20. In --json, n_qubits is of each circuit, and seconds is the time of training."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "ten", "all ten digits, on whole images", DESCRIPTION, run)
    for flag, metavar, default, what in (
        ("--circuits", "K", N_CIRCUITS, f"circuits a digit, 1–{MOST_CIRCUITS}"),
        ("--epochs", "E", EPOCHS, f"passes over the training images, 1–{MOST_EPOCHS}"),
        ("--seed", "S", 0, "fixes the start and the order of the images"),
    ):
        parser.add_argument(flag, type=int, metavar=metavar, default=default, help=f"{what} (default {default})")
    add_setting(parser, "data.file")


def run(options: argparse.Namespace) -> int:
    mnist = load_mnist(data_config(options).file)
    last = result_of(ten(mnist, options.circuits, options.epochs, options.seed), _so_far)
    assert isinstance(last, Ten)
    if options.json:
        print(json.dumps(_record(last)))
    else:
        print(_text(last))
    return 0


def _so_far(item: Frame | Ten) -> str:
    return f"accuracy {item.accuracy:.3f} on held-out images" if isinstance(item, Frame) else ""


def _record(found: Ten) -> dict[str, object]:
    softmax = found.softmax
    (_, only_circuits), (only_softmax, _) = found.table(softmax).tolist()
    return {
        "test_accuracy": found.accuracy(found.stars),
        "validation_accuracy": found.stars.validation,
        "n_parameters": found.stars.n_parameters,
        "n_qubits": N_PIXELS + 1,
        "n_circuits": found.network.exponents.shape[1],
        "seconds": found.stars.seconds,
        "purity": float(found.network.purity().mean()),
        "softmax": {
            "test_accuracy": found.accuracy(softmax),
            "validation_accuracy": softmax.validation,
            "n_parameters": softmax.n_parameters,
            "seconds": softmax.seconds,
        },
        "paired": {"only_circuits": only_circuits, "only_softmax": only_softmax, "p": found.p(softmax)},
    }


def _text(found: Ten) -> str:
    n_test = len(found.labels)
    rows = [
        (
            title,
            f"{trained.n_parameters:,}",
            percent(trained.validation),
            percent(found.accuracy(trained)),
            percent_range(*accuracy_interval(found.accuracy(trained), n_test)),
            duration(trained.seconds),
        )
        for title, trained in (("star circuits", found.stars), ("softmax regression", found.softmax))
    ]
    figures = table([("network", "parameters", "held out", "test accuracy", "95 % *", "time"), *rows])
    width = len(figures.split("\n")[1])
    said = [
        circuits_words(found.network),
        beside_words(found, found.softmax, "softmax regression"),
        entanglement_words(found.network),
        simulation_words(),
        shots_words(found),
        published_words(),
    ]
    note = f"* uncertainty from the choice of {n_test:,} test images"
    return "\n".join([figures, note, *(textwrap.fill(sentence, width) for sentence in said)])
