"""`ten`: all ten digits on whole images, by many star circuits, beside softmax regression."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Mapping

from qmnist_core.cli.options import Verbs, add_setting, add_verb, data_config
from qmnist_core.cli.progress import result_of
from qmnist_core.cli.text import table
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.ten import N_HELD_OUT, N_PIXELS
from qmnist_core.look.text import duration, percent, percent_range
from qmnist_core.metrics import accuracy_interval
from qmnist_core.studies.ten import EPOCHS, MOST_CIRCUITS, MOST_EPOCHS, N_CIRCUITS, Frame, Ten, Trained, ten
from qmnist_core.studies.ten_cnn import ten_cnn
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
    parser.add_argument(
        "--cnn", action="store_true", help="train the tutorial's CNN with ten outputs, too, which takes a minute or two"
    )
    add_setting(parser, "data.file")


def run(options: argparse.Namespace) -> int:
    mnist = load_mnist(data_config(options).file)
    last = result_of(ten(mnist, options.circuits, options.epochs, options.seed), _so_far)
    assert isinstance(last, Ten)
    others = {"softmax regression": last.softmax}
    if options.cnn:
        cnn = result_of(ten_cnn(mnist, options.seed), lambda _: "")
        assert isinstance(cnn, Trained)
        others["the CNN"] = cnn
    print(json.dumps(_record(last, others)) if options.json else _text(last, others))
    return 0


def _so_far(item: Frame | Ten) -> str:
    return f"accuracy {item.accuracy:.3f} on held-out images" if isinstance(item, Frame) else ""


def _record(found: Ten, others: Mapping[str, Trained]) -> dict[str, object]:
    record: dict[str, object] = {
        **_figures(found, found.stars),
        "n_qubits": N_PIXELS + 1,
        "n_circuits": found.network.exponents.shape[1],
        "purity": float(found.network.purity().mean()),
    }
    paired = {}
    for name, other in zip(("softmax", "cnn"), others.values(), strict=False):
        (_, only_circuits), (only_other, _) = found.table(other).tolist()
        record[name] = _figures(found, other)
        paired[name] = {"only_circuits": only_circuits, f"only_{name}": only_other, "p": found.p(other)}
    return {**record, "paired": paired.pop("softmax"), **({"paired_cnn": paired["cnn"]} if paired else {})}


def _figures(found: Ten, trained: Trained) -> dict[str, object]:
    return {
        "test_accuracy": found.accuracy(trained),
        "validation_accuracy": trained.validation,
        "n_parameters": trained.n_parameters,
        "seconds": trained.seconds,
    }


def _text(found: Ten, others: Mapping[str, Trained]) -> str:
    n_test = len(found.labels)
    rows = [
        (
            title.removeprefix("the "),
            f"{trained.n_parameters:,}",
            percent(trained.validation),
            percent(found.accuracy(trained)),
            percent_range(*accuracy_interval(found.accuracy(trained), n_test)),
            duration(trained.seconds),
        )
        for title, trained in {"star circuits": found.stars, **others}.items()
    ]
    figures = table([("network", "parameters", "held out", "test accuracy", "95 % *", "time"), *rows])
    width = len(figures.split("\n")[1])
    said = [
        circuits_words(found.network),
        *(beside_words(found, other, name) for name, other in others.items()),
        entanglement_words(found.network),
        simulation_words(),
        shots_words(found),
        published_words(),
    ]
    note = f"* uncertainty from the choice of {n_test:,} test images"
    return "\n".join([figures, note, *(textwrap.fill(sentence, width) for sentence in said)])
