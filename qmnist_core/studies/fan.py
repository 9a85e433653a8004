"""The same training from many seeds: how its test accuracy spreads, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Indices, Reals
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, Split, distinct_rows
from qmnist_core.errors import ConfigError
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators import expectation_over_time
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.sources import is_upload
from qmnist_core.studies.reel import Reel, spread
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.training.many import train_many
from qmnist_core.workers import Part, cut, together

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
    kept, total = _kept_steps(experiment, len(dataset.train))
    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, min(experiment.batch_size, len(dataset.train)))
    groups = cut(range(n_seeds), lambda _: total * cost.step_seconds)
    parts = [Part(dataset.split, (experiment, seeds), total * len(seeds)) for seeds in groups]
    found = []
    for item in together(_ways, parts, total * n_seeds, is_kept=not is_upload(experiment.data.file)):
        if not isinstance(item, Progress):
            found.append(item)
            continue
        if item.done == item.of:
            accuracy, loss = (np.stack(rows) for rows in zip(*found, strict=True))
            yield Fan(tuple(range(n_seeds)), kept, accuracy, loss)
        yield item


def _kept_steps(experiment: Experiment, n_train: int) -> tuple[Indices, int]:
    """The steps that are looked at, and how many there are in all."""
    total = steps_an_epoch(experiment, n_train) * experiment.epochs
    return spread(total + 1, KEPT_STEPS), total


def _ways(data: Split, own: tuple[Experiment, Sequence[int]]) -> Computation[tuple[Reals, Reals]]:
    """Accuracy and loss of the trainings with some seeds, at the kept steps."""
    experiment, seeds = own
    kept, total = _kept_steps(experiment, len(data.train))
    first, pattern_of = distinct_rows(data.test.bits)
    bits, n_steps, n_found = data.test.bits[first], total * len(seeds), 0
    for done, exponents in train_many(experiment, seeds, data, kept):
        if exponents is not None:
            answers = expectation_over_time(experiment.circuit, exponents, bits)
            reel = Reel(kept, exponents, answers, pattern_of, data.test.labels)
            yield reel.accuracy, reel.loss
            n_found += 1
        # All steps may be done before the last networks have been looked at.
        yield Progress(n_steps if n_found == len(seeds) else min(done, n_steps - 1), n_steps)
