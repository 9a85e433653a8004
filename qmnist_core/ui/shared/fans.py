"""The same training from other seeds, behind the curves of pages that show some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Task, Watcher
from qmnist_core.jobs.workshop import MAX_KEPT_JOBS
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.studies.fan import Fan, fan
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower

SEEDS, FEWEST = 20, 5
"""How many seeds a fan has, and fewer than how many are none."""
MOST_SECONDS = 3.0
"""That a fan may compute on one core, by estimate: with a heavier circuit it has fewer seeds."""
WAIT_SECONDS = 0.1
"""How long a page waits for it; it comes a little later otherwise."""
PLACE = "fan"
"""What they are called among the session's computations."""
SHARES = (0.0, 0.25, 0.75, 1.0)


def seeds(experiment: Experiment, n_train: int) -> int:
    """How many seeds the fan of an experiment has; 0 where it would take too long."""
    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, min(experiment.batch_size, n_train))
    n = int(MOST_SECONDS / (cost.step_seconds * steps_an_epoch(experiment, n_train) * experiment.epochs))
    return min(n, SEEDS) if n >= FEWEST else 0


def begin(experiment: Experiment, dataset: Dataset, place: str = "") -> Watcher[Task] | None:
    """Have the fan of a QNN computed, whatever its seed; None where there is none. place: of several on one page."""
    n = seeds(experiment, len(dataset.train))
    if not n:
        return None
    any_seed = replace(experiment, seed=0, backend="exact")
    watcher = state.workshop().compute((PLACE, any_seed), lambda: fan(any_seed, dataset, n))
    return state.client().keep(f"{PLACE} {place}", watcher)


def shown(watcher: Watcher[Task] | None) -> Mapping[str, Any] | None:
    """What the curves show of a fan, if there is one."""
    found = [] if watcher is None else watcher.job.results()
    return _bands(found[0]) if found else None


def ends(watcher: Watcher[Task] | None) -> Reals | None:
    """Each seed's accuracy after its training, 0–1, if they are there; waits as long as curves do."""
    if watcher is None or not watcher.wait(WAIT_SECONDS):
        return None
    found = watcher.job.results()
    return found[0].accuracy[:, -1] if found else None


@lru_cache(maxsize=MAX_KEPT_JOBS)
def _bands(found: Fan) -> Mapping[str, Any]:
    """Of all seeds, after some steps: the least, the lower quartile, the upper one and the most."""
    accuracy, loss = (
        np.round(np.quantile(values, SHARES, axis=0), 4).tolist() for values in (found.accuracy, found.loss)
    )
    return {"n": len(found.seeds), "steps": found.steps.tolist(), "accuracy": accuracy, "loss": loss}


def follow(draw: Callable[[], None], *watchers: Watcher[Task] | None) -> None:
    """Draw curves once their fans are there, or, where these take longer, now and then."""
    known = [watcher for watcher in watchers if watcher is not None]
    if all(watcher.wait(WAIT_SECONDS) for watcher in known):
        draw()
    else:
        Follower.of(*known).follow(draw)
