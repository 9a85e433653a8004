"""Trainings to put in the background."""

from __future__ import annotations

from qmnist_core.arrays import Array
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.training.loop import Training

FEW = Experiment(data=DataConfig(n_examples=320), epochs=2)
"""20 steps."""
LONG = Experiment(epochs=10_000)


def weights_after(experiment: Experiment, mnist: Mnist) -> list[Array]:
    """Exponents before the first step and after each, without any thread."""
    training = Training(experiment, mnist)
    found = [training.model.weights()["exponents"]]
    found += [training.model.weights()["exponents"] for event in training if type(event).__name__ == "Step"]
    return found
