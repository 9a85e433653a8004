"""The same QNN from many seeds, trained together on the exact engine: each as `Training` trains it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.models.optimizer import Adam
from qmnist_core.models.qnn import Qnn, initial_exponents
from qmnist_core.simulators.cost import check_cost
from qmnist_core.simulators.many import ManyCircuits

MOST_NUMBERS = 1 << 18
"""Numbers in the largest array of a step (2 MiB of float64): what fits into a core's cache is handled at twice the
speed."""


def together(experiment: Experiment, n_train: int) -> int:
    """How many networks of an experiment are trained together at most."""
    batch = min(experiment.batch_size, n_train)
    each = batch * max(1, count_path_pairs(experiment.circuit.layers)) * experiment.data.n_pixels
    return max(1, MOST_NUMBERS // each)


def train_many(experiment: Experiment, seeds: Sequence[int], dataset: Dataset) -> Iterator[tuple[int, Array]]:
    """Train with each seed; before the first step and after each one, its number and the exponents of all networks,
    float64 (S, n_layers, n_pixels), which go on changing.

    Errors: CostError for circuits that take too long.
    """
    n = len(dataset.train)
    batch_size = min(experiment.batch_size, n)
    check_cost(experiment.circuit, experiment.data.n_pixels, "exact", batch_size)
    alone = [replace(experiment, seed=seed, backend="exact") for seed in seeds]
    exponents = np.stack([initial_exponents(one) for one in alone])
    adam = Adam(exponents.shape, experiment.learning_rate)
    networks, prepared = ManyCircuits(experiment.circuit), Qnn(alone[0]).prepare(dataset.train)
    draws = [np.random.default_rng([seed, 1]) for seed in seeds]
    step = 0
    yield step, exponents
    for _ in range(experiment.epochs):
        order = np.stack([draw.permutation(n) for draw in draws])
        for first in range(0, n, batch_size):
            indices = order[:, first : first + batch_size]
            _, tape = networks.forward(exponents, prepared.inputs[prepared.index[indices]])
            slopes = prepared.targets[indices] * (-1.0 / indices.shape[1])
            adam.update(exponents, networks.backward(tape, slopes))
            step += 1
            yield step, exponents
