"""Trainings together, against each alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.config import LAYERS, CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import CostError
from qmnist_core.training.loop import Training
from qmnist_core.training.many import together, train_many


def some(n: int) -> list[Experiment]:
    """Experiments drawn at random: any layers, sizes, encodings, starts, batches."""
    rng = np.random.default_rng(20)
    found = []
    for _ in range(n):
        layers = tuple(rng.choice(LAYERS, rng.integers(1, 5)))
        data = DataConfig(size=int(rng.choice([2, 3, 4, 7])), resize=str(rng.choice(["sample", "area"])), n_examples=90)
        circuit = CircuitConfig(layers, str(rng.choice(["bits", "angle"])))
        init, batch = str(rng.choice(["uniform", "small"])), int(rng.choice([1, 7, 32, 200]))
        found.append(Experiment(data=data, circuit=circuit, init=init, batch_size=batch, epochs=2))
    return found


@pytest.mark.parametrize("experiment", some(24), ids=lambda one: "-".join(one.circuit.layers))
def test_each_ends_where_it_ends_alone(experiment: Experiment, mnist: Mnist) -> None:
    dataset = prepare(mnist, experiment.input)
    *_, (steps, exponents) = train_many(experiment, (4, 0, 7), dataset)
    for seed, own in zip((4, 0, 7), exponents, strict=True):
        alone = Training(replace(experiment, seed=seed), dataset=dataset)
        for _ in alone:
            pass
        assert steps == alone.total_steps
        np.testing.assert_allclose(own, alone.model.weights()["exponents"], rtol=0, atol=1e-9)


def test_the_tutorials_whole_training_is_the_same(mnist: Mnist) -> None:
    experiment = Experiment()
    dataset = prepare(mnist, experiment.input)
    *_, (_, exponents) = train_many(experiment, range(5), dataset)
    for seed in range(5):
        alone = Training(replace(experiment, seed=seed), dataset=dataset)
        for _ in alone:
            pass
        np.testing.assert_allclose(exponents[seed], alone.model.weights()["exponents"], rtol=0, atol=1e-9)


def test_as_many_at_once_as_fit_into_memory() -> None:
    tutorial = Experiment()
    assert together(tutorial, 10_338) == 512
    large = replace(tutorial, data=DataConfig(size=28), circuit=CircuitConfig(("XX", "ZZ", "XX", "ZZ", "XX", "ZZ")))
    assert together(large, 12_049) == 1


def test_what_takes_too_long_is_refused(mnist: Mnist) -> None:
    experiment = Experiment(circuit=CircuitConfig(("XX", "ZZ") * 6))
    with pytest.raises(CostError):
        next(train_many(experiment, (0,), prepare(mnist, experiment.input)))
