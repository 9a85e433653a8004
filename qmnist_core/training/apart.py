"""A training, and what its network says, as they are asked for from another process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from qmnist_core.arrays import Array, Exponents, Scores
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Examples, Split
from qmnist_core.models import build_model
from qmnist_core.training.events import Event, Finished, Started, Step
from qmnist_core.training.loop import Training

MOST_NETWORKS = 4
"""Networks that are kept to be asked again."""
_asking = threading.Lock()


@dataclass(frozen=True, eq=False)
class Seen:
    """An event of a training, and what it leaves of the network."""

    event: Event
    exponents: Exponents | None = None
    """A QNN's, before the first step and after each."""
    weights: dict[str, Array] | None = None
    """All parameters by name, once it has finished."""


def train(data: Split, experiment: Experiment) -> Iterator[Seen]:
    """Train. Errors: those of `Training`."""
    training = Training(experiment, dataset=data)
    for event in training:
        if isinstance(event, Finished):
            yield Seen(event, weights=training.model.weights())
        elif experiment.is_quantum and isinstance(event, Started | Step):
            yield Seen(event, training.model.weights()["exponents"])
        else:
            yield Seen(event)


def score(weights: dict[str, Array], asked: tuple[Experiment, Examples]) -> Iterator[Scores]:
    """What a network with these parameters says of examples: ⟨Z⟩ or logits, float64 (n,)."""
    experiment, examples = asked
    with _asking:  # several networks of one experiment are one
        model = _built(experiment)
        model.set_weights(weights)
        yield model.scores(examples)


_built = lru_cache(maxsize=MOST_NETWORKS)(build_model)
