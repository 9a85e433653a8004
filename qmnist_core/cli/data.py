"""`data`: how many images each step of the pipeline leaves."""

from __future__ import annotations

import argparse
import json
import textwrap

from qmnist_core.cli.options import Verbs, add_settings, add_verb, data_config
from qmnist_core.cli.text import table
from qmnist_core.data.class_names import Names
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.pipeline import Counts, prepare
from qmnist_core.words.ceiling import in_short

DESCRIPTION = """\
Count the images at each step: filter two classes, shrink, remove contradictory ones (seen with both
labels), binarise. The ceiling is the best score on these very images with their labels known: many images
of both classes look the same once they are this small. It is hindsight, and more than can be learnt."""


def add_to(verbs: Verbs) -> None:
    add_settings(add_verb(verbs, "data", "count the images at each step of the pipeline", DESCRIPTION, run), "data")


def run(options: argparse.Namespace) -> int:
    config = data_config(options)
    dataset = prepare(load_mnist(config.file), config)
    counts = dataset.counts
    print(json.dumps(counts.to_dict()) if options.json else _text(counts, dataset.names))
    return 0


def _text(counts: Counts, names: Names) -> str:
    first, second = names
    split = f"only {first} / only {second} / both"

    def three(positive: int, negative: int, both: int) -> str:
        return f"{positive:,} / {negative:,} / {both:,}"

    rows = [
        ("step", "train", "test"),
        ("all images", f"{counts.n_train_raw:,}", f"{counts.n_test_raw:,}"),
        (f"images of {first} and {second}", f"{counts.n_train_filtered:,}", f"{counts.n_test_filtered:,}"),
        ("distinct after shrinking", f"{counts.n_unique:,}", ""),
        (f"  {split}", three(counts.n_unique_positive, counts.n_unique_negative, counts.n_contradictory), ""),
        ("distinct binary patterns", f"{counts.n_unique_binary:,}", f"{counts.n_test_patterns:,}"),
        (
            f"  {split}",
            three(counts.n_unique_binary_positive, counts.n_unique_binary_negative, counts.n_contradictory_binary),
            "",
        ),
        ("kept", f"{counts.n_kept:,}", f"{counts.n_test_filtered:,}"),
        ("used", f"{counts.n_train:,}", f"{counts.n_test_filtered:,}"),
        ("blank images", f"{counts.n_blank_train:,}", f"{counts.n_blank_test:,}"),
        ("patterns seen once", "", f"{counts.test_patterns_seen_once:,}"),
        (
            "accuracy ceiling (hindsight)",
            f"{100 * counts.accuracy_ceiling_train:.2f} %",
            f"{100 * counts.accuracy_ceiling:.2f} %",
        ),
        ("lookup table from training", "", f"{100 * counts.lookup_accuracy:.2f} %"),
    ]
    return f"{table(rows)}\n{textwrap.fill(in_short(counts))}"
