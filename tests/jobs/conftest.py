"""Work for the tests to watch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.jobs import Workshop


@pytest.fixture
def workshop(mnist: Mnist) -> Iterator[Workshop]:
    prepared: dict[DataConfig, Dataset] = {}

    def load(experiment: Experiment) -> Dataset:
        return prepared.setdefault(experiment.input, prepare(mnist, experiment.input))

    made = Workshop(load)
    yield made
    made.end()
