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
from qmnist_core.training.many import together, train_many

KEPT_STEPS = 61
"""So many steps of each training are looked at, the first and the last among them."""
STEPS_A_PROGRESS = 20
"""Training steps between two reports of progress."""


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
    bits, wanted = dataset.test.bits[first], set(kept.tolist())
    at_once = together(experiment, len(dataset.train))
    groups = [range(start, min(start + at_once, n_seeds)) for start in range(0, n_seeds, at_once)]
    reels: list[Reel] = []
    for done, group in enumerate(groups):
        moments = []
        for step, exponents in train_many(experiment, group, dataset):
            if step in wanted:
                moments.append(exponents.copy())
            if step and step % STEPS_A_PROGRESS == 0 and step < total:
                yield Progress(done * total + step, len(groups) * total)
        for own in np.stack(moments, axis=1):
            answers = expectation_over_time(experiment.circuit, own, bits)
            reels.append(Reel(kept, own, answers, pattern_of, dataset.test.labels))
        if done == len(groups) - 1:
            accuracy, loss = (np.stack(rows) for rows in zip(*((one.accuracy, one.loss) for one in reels), strict=True))
            yield Fan(tuple(range(n_seeds)), kept, accuracy, loss)
        yield Progress((done + 1) * total, len(groups) * total)
