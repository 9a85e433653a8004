"""A trained model and its history, as it is saved."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from qmnist_core import __version__
from qmnist_core.arrays import Array
from qmnist_core.config import Experiment
from qmnist_core.errors import RunError
from qmnist_core.models import Model, build_model
from qmnist_core.training.events import Finished, Stopped
from qmnist_core.training.history import History
from qmnist_core.training.loop import Training


@dataclass(frozen=True)
class Run:
    """A trained model and its history."""

    experiment: Experiment
    history: History
    """Its epochs are what is saved of it."""
    metrics: dict[str, Any]
    """outcome ("finished" or "stopped"), steps done, n_parameters, test {loss, accuracy}, seconds, version."""
    weights: dict[str, Array]

    @classmethod
    def of(cls, training: Training) -> Run:
        """The run of a training that has finished or was stopped.

        Errors: RunError for one that still goes on or has failed.
        """
        outcome = training.outcome
        if not isinstance(outcome, Finished | Stopped):
            raise RunError("only a finished or stopped training is a run: let it finish, or stop it")
        metrics = {
            "outcome": type(outcome).__name__.lower(),
            "steps": outcome.step if isinstance(outcome, Stopped) else training.total_steps,
            "n_parameters": training.model.n_parameters,
            "test": {"loss": outcome.loss, "accuracy": outcome.accuracy},
            "seconds": outcome.seconds,
            "version": __version__,
        }
        return cls(training.experiment, training.history, metrics, training.model.weights())

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, without the weights: config, history and the metrics."""
        return {
            "config": self.experiment.to_dict(),
            "history": [asdict(epoch) for epoch in self.history.epochs],
            **self.metrics,
        }

    def build_model(self) -> Model:
        """The trained model; its predictions are those of the training to the last bit.

        Errors: RunError where the weights are not those of the configured model, and those of `build_model`.
        """
        model = build_model(self.experiment)
        expected = {name: array.shape for name, array in model.weights().items()}
        found = {name: array.shape for name, array in self.weights.items()}
        if expected != found:
            raise RunError(f"the run's weights do not fit its configuration: expected {expected}, got {found}")
        model.set_weights(self.weights)
        return model
