"""How long a training that needs TensorFlow will compute, before it begins."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core.catalogue import MODELS
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, distinct_rows
from qmnist_core.simulators.cost import MAX_QUBITS, estimate_cost

SAMPLED_BATCHES = 8


def training_seconds(experiment: Experiment, dataset: Dataset) -> float:
    """An estimate for a machine like the one it was fitted on, right to about a factor of three there; infinite for
    more qubits than a state vector can have here.

    TensorFlow Quantum simulates each distinct input of a batch once, so these are counted.
    """
    n, batch_size = len(dataset.train), min(experiment.batch_size, len(dataset.train))
    n_steps = math.ceil(n / batch_size) * experiment.epochs
    if not experiment.is_quantum:
        return n_steps * MODELS[experiment.model].step_seconds
    if experiment.data.n_pixels + 1 > MAX_QUBITS:
        return math.inf
    _, index = distinct_rows(dataset.train.bits)
    order = np.random.default_rng([experiment.seed, 1]).permutation(n)
    batches = [order[start : start + batch_size] for start in range(0, n, batch_size)][:SAMPLED_BATCHES]
    distinct = float(np.mean([len(np.unique(index[batch])) for batch in batches]))
    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, math.ceil(distinct), experiment.backend)
    n_tests = len(distinct_rows(dataset.test.bits)[0])
    return n_steps * cost.step_seconds + experiment.epochs * n_tests * cost.input_seconds
