"""The same training from many seeds: how its test accuracy spreads, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Indices, Reals
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, distinct_rows
from qmnist_core.errors import ConfigError
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators import expectation_over_time
from qmnist_core.studies.reel import Reel, spread
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.training.many import train_many

KEPT_STEPS = 61
"""So many steps of each training are looked at, the first and the last among them."""


@dataclass(frozen=True, eq=False)
class Fan:
    """S trainings that differ in their seeds alone."""

    seeds: tuple[int, ...]
    steps: Indices
    """int (T,), those that were looked at."""
    accuracy: Reals
    """float64 (S, T): of the test images."""
    loss: Reals
    """float64 (S, T): of the same."""


def fan(experiment: Experiment, dataset: Dataset, n_seeds: int) -> Computation[Fan]:
    """Train with the seeds 0, 1, … on the exact engine; the last thing it gives is the fan.

    dataset: the experiment's. Errors: ConfigError for an experiment of another model or fewer than one seed; CostError
    for circuits that take too long.
    """
    if not experiment.is_quantum:
        raise ConfigError(f"a fan is of the QNN, not of the model {experiment.model!r}")
    if n_seeds < 1:
        raise ConfigError(f"a fan needs at least one seed, got {n_seeds}")
    total = steps_an_epoch(experiment, len(dataset.train)) * experiment.epochs
    kept = spread(total + 1, KEPT_STEPS)
    first, pattern_of = distinct_rows(dataset.test.bits)
    bits, seeds = dataset.test.bits[first], range(n_seeds)
    found = []
    for done, own in train_many(experiment, seeds, dataset, kept):
        if own is not None:
            answers = expectation_over_time(experiment.circuit, own, bits)
            reel = Reel(kept, own, answers, pattern_of, dataset.test.labels)
            found.append((reel.accuracy, reel.loss))
        if len(found) == n_seeds:
            accuracy, loss = (np.stack(rows) for rows in zip(*found, strict=True))
            yield Fan(tuple(seeds), kept, accuracy, loss)
        # All steps may be done before the last networks have been looked at.
        yield Progress(total * n_seeds if len(found) == n_seeds else min(done, total * n_seeds - 1), total * n_seeds)
