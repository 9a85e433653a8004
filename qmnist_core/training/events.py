"""What happens while a model trains, as plain frozen records. Times are in seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from qmnist_core.arrays import Scores
from qmnist_core.training.history import EpochFigures


@dataclass(frozen=True)
class Event:
    """Base of all events."""

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, with the kind of event under "event"."""
        return {"event": type(self).__name__.lower(), **asdict(self)}


@dataclass(frozen=True)
class Started(Event):
    """Before the first step: the model's parameters, the images it trains and is tested on, the steps to come."""

    n_parameters: int
    n_train: int
    n_test: int
    total_steps: int


@dataclass(frozen=True)
class Step(Event):
    """After one optimiser step: loss and accuracy of its batch, as they were just before the step."""

    epoch: int
    step: int
    """Steps done, counted from the start of training."""
    loss: float
    accuracy: float
    elapsed: float
    remaining: float
    """An estimate: the mean pace so far, for the steps that are left."""


@dataclass(frozen=True)
class Epoch(EpochFigures, Event):
    """After one pass over the training images."""

    elapsed: float
    remaining: float


@dataclass(frozen=True)
class Finished(Event):
    """All epochs are done; the figures are of the test set, `seconds` of the whole training."""

    loss: float
    accuracy: float
    seconds: float
    scores: Scores = field(compare=False, repr=False)
    """The network's score of each test image, float64 (n_test,)."""

    def to_dict(self) -> dict[str, Any]:
        """Without the scores."""
        record = super().to_dict()
        del record["scores"]
        return record


@dataclass(frozen=True)
class Stopped(Event):
    """Stopped on request after `step` steps; the weights are valid and were tested as they are."""

    step: int
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Failed(Event):
    """Training could not go on; `message` says why and what to do."""

    step: int
    message: str
