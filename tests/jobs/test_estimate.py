"""How long a training that needs TensorFlow will compute."""

from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.jobs import Workshop
from qmnist_core.simulators.cost import estimate_cost


@pytest.mark.parametrize("epochs", [1, 3])
def test_an_estimate_counts_the_circuits_that_are_simulated(workshop: Workshop, epochs: int) -> None:
    """Twenty or so of a batch's 32 images are different; every epoch ends with the 115 of the test set."""
    tutorial = Experiment(backend="tfq", epochs=epochs)
    everything = estimate_cost(tutorial.circuit, 16, 32, "tfq").step_seconds * 324 * epochs
    assert 0.4 * everything < workshop.expected_seconds(tutorial) < 0.95 * everything
    assert workshop.expected_seconds(Experiment(backend="tfq", data=DataConfig(size=28))) == np.inf
    cnn, fair = (workshop.expected_seconds(Experiment.tutorial(model)) for model in ("cnn", "fair"))
    assert fair < cnn < 60
