"""The session's run as curves, for all pages that show some."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Task, Watcher
from qmnist_core.plots.curves import mean_of_bins
from qmnist_core.training.history import History
from qmnist_core.ui.components.curves import Line, curves
from qmnist_core.ui.shared import fans
from qmnist_core.ui.shared.live import NAME, Run

MAX_POINTS = 150
"""Of the line of batches; more steps are averaged."""


def learning_curves(
    run: Run,
    dataset: Dataset,
    height: int,
    key: str,
    fan: Watcher[Task] | None,
    with_loss: bool = True,
    others: Sequence[Line] = (),
) -> None:
    """Accuracy, and loss, of the run, of others, and of the run's settings from other seeds, over the same steps."""

    def draw() -> None:
        line = Line("test", reel=NAME, batches=batches(run.record.history), fan=fans.shown(fan))
        total = max([run.total, *(line.steps[-1] for line in others)])
        curves([line, *others], total, dataset.counts.accuracy_ceiling, height, key, with_loss)

    fans.follow(draw, fan)


def batches(history: History) -> list[list[float]]:
    """Of a training's batches: steps, accuracies and losses, as means of so many that a screen can show them apart."""
    n = len(history.losses)
    if not n:
        return []
    width = math.ceil(n / MAX_POINTS)
    steps = [float(min(first + width, n)) for first in range(0, n, width)]
    means = (mean_of_bins(values[:n], width) for values in (history.accuracies, history.losses))
    return [steps, *(np.round(mean, 4).tolist() for mean in means)]
