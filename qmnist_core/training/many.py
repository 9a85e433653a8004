"""The same QNN from many seeds, on the exact engine and on all cores: each as `Training` trains it alone."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np

from qmnist_core import cores
from qmnist_core.arrays import Array, Indices
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, Split
from qmnist_core.models.qnn import Qnn, initial_exponents
from qmnist_core.simulators import compiled
from qmnist_core.simulators.cost import check_cost

MOST_INDICES = 1 << 18
"""Of examples, in their order, that one call takes: 2 MiB."""
LOOK_SECONDS = 0.2
"""How often whoever waits for a network hears how far all are."""


def train_many(
    experiment: Experiment, seeds: Sequence[int], dataset: Dataset | Split, kept: Indices
) -> Generator[tuple[int, Array | None], None, None]:
    """Train with each seed: how many steps are done in all, and of each network, in the seeds' order and as soon as it
    is done, the exponents after the kept steps, float64 (len(kept), n_layers, n_pixels); None while it is under way.

    kept: int, rising, from 0 to the number of steps. Whoever stops asking waits for one step.
    Errors: CostError for circuits that take too long.
    """
    n = len(dataset.train)
    batch_size = min(experiment.batch_size, n)
    check_cost(experiment.circuit, experiment.data.n_pixels, "exact", batch_size)
    alone = replace(experiment, backend="exact")
    circuit, prepared = compiled.Circuit.of(experiment.circuit.layers), Qnn(alone).prepare(dataset.train)
    examples = prepared.inputs, prepared.index, prepared.targets
    epochs_at_once = max(1, MOST_INDICES // n)
    done, stop = np.zeros((len(seeds), 1), int), np.zeros(1, bool)

    def train(place: int) -> Array:
        one = replace(alone, seed=seeds[place])
        draw, exponents = np.random.default_rng([one.seed, 1]), initial_exponents(one)
        moments = np.zeros(exponents.size), np.zeros(exponents.size)
        found = np.empty((len(kept), *exponents.shape))
        for first in range(0, one.epochs, epochs_at_once):
            n_epochs = min(epochs_at_once, one.epochs - first)
            orders = np.stack([draw.permutation(n) for _ in range(n_epochs)])
            compiled.train(
                circuit, exponents, moments, one.learning_rate, done[place],
                examples, orders, batch_size, kept, found, stop,
            )  # fmt: skip
        return found

    n_threads = os.cpu_count() or 1
    with ThreadPoolExecutor(n_threads, thread_name_prefix="seeds") as pool:
        ahead: list[Future[Array]] = []
        try:
            for place in range(len(seeds)):
                # Some ahead of the one that is waited for, so that no core is idle meanwhile.
                while len(ahead) < 2 * n_threads and place + len(ahead) < len(seeds):
                    with cores.spread():  # it may begin a thread
                        ahead.append(pool.submit(train, place + len(ahead)))
                while not wait(ahead[:1], LOOK_SECONDS).done:
                    yield int(done.sum()), None
                yield int(done.sum()), ahead.pop(0).result()
        finally:
            stop[0] = True
            for future in ahead:
                future.cancel()
