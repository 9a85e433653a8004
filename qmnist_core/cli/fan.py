"""`fan`: one training from many seeds, and how far apart they end."""

from __future__ import annotations

import argparse
import json
import time

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.cli.options import (
    Verbs,
    add_setting,
    add_verb,
    circuit_config,
    data_config,
    given_options,
    names_in,
    section,
)
from qmnist_core.cli.progress import result_of
from qmnist_core.config import SETTINGS, Experiment
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import counted, duration, percent
from qmnist_core.studies.fan import fan

DESCRIPTION = """\
Train the same QNN from many seeds on the exact engine, all of them together, and print how its accuracy on the
test images spreads over them: one seed alone says little. The seeds are 0, 1, 2 and so on. In --json, accuracies
are those at the end, in the order of the seeds, and seconds is the time of all trainings and tests."""
FIXED = ("model", "backend", "seed")
"""Settings that a fan decides itself."""
MOST_SEEDS = 10_000


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "fan", "train the QNN from many seeds", DESCRIPTION, run)
    parser.add_argument("--seeds", type=int, default=100, metavar="N", help="how many (default 100)")
    for heading in ("model", "training", "data"):
        group = parser.add_argument_group(heading)
        for setting in SETTINGS:
            if section(setting) == heading and setting.name not in FIXED:
                add_setting(group, setting.path)


def run(options: argparse.Namespace) -> int:
    if not 1 <= options.seeds <= MOST_SEEDS:
        raise ConfigError(f"--seeds must be a whole number from 1 to {MOST_SEEDS:,}, got {options.seeds}")
    experiment = Experiment(
        data=data_config(options), circuit=circuit_config(options), **given_options(options, names_in(""))
    )
    dataset = prepare(load_mnist(experiment.data.file), experiment.input)
    begun = time.perf_counter()
    found = result_of(fan(experiment, dataset, options.seeds))
    seconds = time.perf_counter() - begun
    ends = found.accuracy[:, -1]
    if options.json:
        print(json.dumps({"accuracies": ends.tolist(), "seconds": seconds}))
        return 0
    print(_text(ends, len(dataset.test), seconds))
    return 0


def _text(ends: Reals, n_test: int, seconds: float) -> str:
    low, first, middle, third, high = np.percentile(ends, (0, 25, 50, 75, 100))
    spread = f", spread {100 * ends.std(ddof=1):.1f} points" if len(ends) > 1 else ""
    return "\n".join(
        [
            f"{counted(len(ends), 'seed')}, {n_test:,} test images, {duration(seconds)}",
            f"mean {percent(ends.mean())}{spread}",
            f"from {percent(low)} to {percent(high)}; half of them from {percent(first)} to {percent(third)}, "
            f"median {percent(middle)}",
        ]
    )
