"""What is known of a training: one shape of it, from the engine to charts, reports and files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from qmnist_core.arrays import Exponents
from qmnist_core.config import Experiment


@dataclass(frozen=True)
class EpochFigures:
    """Of one pass over the training images. loss and accuracy are means over its batches while the
    weights moved, as Keras reports them; val_loss and val_accuracy are of the test set, as in the tutorial."""

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    """This epoch alone, validation included."""


EPOCH_FIELDS = tuple(one.name for one in fields(EpochFigures))


class Moment(NamedTuple):
    """A QNN's exponents after `step` steps: float64 (n_layers, n_pixels), half-turns."""

    step: int
    exponents: Exponents


@dataclass
class History:
    """A training step by step, epoch by epoch, and the QNN's exponents now and then.

    While the training goes on its lists only ever grow: read them from any thread.
    """

    steps_an_epoch: int = 0
    """0 where that is not known: before the training has begun, and in a file, which keeps its epochs only."""
    losses: list[float] = field(default_factory=list)
    """Of each step's batch, just before the step."""
    accuracies: list[float] = field(default_factory=list)
    """Of the same; shares in [0, 1], as all accuracies here."""
    elapsed: list[float] = field(default_factory=list)
    """Seconds computed up to the end of each step; pauses do not count. Of steps that were taken together, within a
    millisecond or so, they are spread evenly."""
    epochs: list[EpochFigures] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    """In order."""

    def add_steps(self, figures: Sequence[tuple[float, float]], elapsed: Sequence[float]) -> None:
        """figures: each step's loss and accuracy."""
        self.accuracies.extend([accuracy for _, accuracy in figures])
        self.elapsed.extend(elapsed)
        self.losses.extend([loss for loss, _ in figures])  # last: their number is the number of steps done

    def last_step(self, epoch: EpochFigures) -> int:
        """The number of steps done at an epoch's end."""
        return epoch.epoch * self.steps_an_epoch

    def until(self, step: int) -> History:
        """The history as it was after this many steps; it changes no more."""
        return History(
            self.steps_an_epoch,
            self.losses[:step],
            self.accuracies[:step],
            self.elapsed[:step],
            [epoch for epoch in self.epochs if self.last_step(epoch) <= step],
            [moment for moment in self.moments if moment.step <= step],
        )


def steps_an_epoch(experiment: Experiment, n_train: int) -> int:
    """How many batches n_train images make."""
    return math.ceil(n_train / min(experiment.batch_size, n_train))
