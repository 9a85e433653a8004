"""Trainings together, against each alone."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.config import LAYERS, CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import CostError
from qmnist_core.training.events import Step
from qmnist_core.training.loop import Training
from qmnist_core.training.many import train_many


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
    seeds = (4, 0, 7)
    alone = [Training(replace(experiment, seed=seed), dataset=dataset) for seed in seeds]
    kept = np.array([0, 1, alone[0].total_steps])
    together = [own for _, own in train_many(experiment, seeds, dataset, kept) if own is not None]
    for training, own in zip(alone, together, strict=True):
        assert own.shape == (3, experiment.circuit.n_layers, experiment.data.n_pixels)
        np.testing.assert_array_equal(own[0], training.model.weights()["exponents"])
        after = {}
        for event in training:
            if isinstance(event, Step):
                after[event.step] = training.model.weights()["exponents"]
        np.testing.assert_allclose(own[1], after[1], rtol=0, atol=1e-9)
        np.testing.assert_allclose(own[2], after[training.total_steps], rtol=0, atol=1e-9)


def test_who_stops_asking_waits_for_no_training(mnist: Mnist) -> None:
    experiment = Experiment(data=DataConfig(n_examples=90), epochs=10_000, batch_size=1)
    together = train_many(experiment, range(3), prepare(mnist, experiment.input), np.array([0]))
    assert next(together)[1] is None
    done, _ = next(together)
    assert 0 < done < 3 * 10_000 * 90
    together.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("seeds")]


def test_what_takes_too_long_is_refused(mnist: Mnist) -> None:
    experiment = Experiment(circuit=CircuitConfig(("XX", "ZZ") * 7))
    with pytest.raises(CostError):
        next(train_many(experiment, (0,), prepare(mnist, experiment.input), np.array([0])))
