from __future__ import annotations

import dataclasses
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import CostError
from qmnist_core.models import build_model
from qmnist_core.models.qnn import Qnn, distinct_inputs, initial_exponents
from qmnist_core.simulators import expectation


@pytest.mark.parametrize(
    ("size", "circuit"),
    [
        (4, CircuitConfig()),
        (3, CircuitConfig(("XX", "ZZ", "XX", "ZZ"))),
        (3, CircuitConfig(("XX", "YZ", "ZY"))),
        (3, CircuitConfig(encoding="angle")),
    ],
    ids=lambda value: f"{','.join(value.layers)} {value.encoding}" if isinstance(value, CircuitConfig) else value,
)
def test_ten_steps_on_exact_and_tfq_are_the_same(
    mnist: Mnist, tfq: ModuleType, size: int, circuit: CircuitConfig
) -> None:
    experiment = Experiment(data=DataConfig(size=size), circuit=circuit, seed=3, learning_rate=0.01)
    exact, other = (build_model(dataclasses.replace(experiment, backend=backend)) for backend in ("exact", "tfq"))
    some = prepare(mnist, experiment.data).train.first(160)
    ours, theirs = exact.prepare(some), other.prepare(some)
    order = np.random.default_rng(0).permutation(160)
    for first in range(0, 160, 16):
        batch = order[first : first + 16]
        np.testing.assert_allclose(exact.train_step(ours, batch), other.train_step(theirs, batch), rtol=0, atol=1e-4)
    np.testing.assert_allclose(exact.weights()["exponents"], other.weights()["exponents"], rtol=0, atol=1e-4)
    np.testing.assert_allclose(exact.evaluate(ours), other.evaluate(theirs), rtol=0, atol=1e-4)


def test_cirq_trains_as_well(dataset: Dataset, mnist: Mnist) -> None:
    experiment = Experiment(data=DataConfig(size=2, threshold=0.1, n_examples=40), init="small")
    some = prepare(mnist, experiment.data).train
    models = [build_model(dataclasses.replace(experiment, backend=backend)) for backend in ("exact", "cirq")]
    for model in models:
        prepared = model.prepare(some)
        for first in (0, 8):
            model.train_step(prepared, np.arange(first, first + 8))
    np.testing.assert_allclose(models[0].weights()["exponents"], models[1].weights()["exponents"], rtol=0, atol=1e-9)


def test_only_distinct_circuits_are_evaluated(dataset: Dataset) -> None:
    model = Qnn(Experiment())
    assert model.prepare(dataset.train).inputs.shape == (1, 193, 16)
    assert model.prepare(dataset.test).inputs.shape == (1, 115, 16)
    distinct, index = distinct_inputs(dataset.test, CircuitConfig())
    np.testing.assert_array_equal(distinct[index], dataset.test.bits)
    gray, index = distinct_inputs(dataset.test, CircuitConfig(encoding="angle"))
    np.testing.assert_array_equal(gray[index], dataset.test.images.reshape(-1, 16))


def test_only_distinct_circuits_are_converted_for_tfq(dataset: Dataset, tfq: ModuleType) -> None:
    model = build_model(Experiment(backend="tfq"))
    assert model.prepare(dataset.train).inputs.shape == (193,)
    assert model.prepare(dataset.test).inputs.shape == (115,)


def test_scores_are_expectations(dataset: Dataset) -> None:
    for circuit in (CircuitConfig(), CircuitConfig(("XX", "ZY"), "angle")):
        model = Qnn(Experiment(circuit=circuit))
        some = dataset.test.first(50)
        inputs = some.bits if circuit.encoding == "bits" else some.images.reshape(50, 16)
        expected = expectation(circuit, model.weights()["exponents"], inputs)
        np.testing.assert_array_equal(np.sign(model.scores(some)), np.sign(expected))
        np.testing.assert_allclose(model.scores(some), expected, rtol=0, atol=1e-14)


def test_the_loss_falls_along_the_gradient(dataset: Dataset) -> None:
    model = Qnn(Experiment(learning_rate=1e-4))
    prepared, all_of_them = model.prepare(dataset.train), np.arange(len(dataset.train))
    losses = [model.train_step(prepared, all_of_them)[0] for _ in range(5)]
    assert losses == sorted(losses, reverse=True)


def test_first_exponents() -> None:
    uniform = initial_exponents(Experiment(data=DataConfig(size=28)))
    assert uniform.shape == (2, 784)
    assert uniform.min() >= 0
    assert 6.2 < uniform.max() < 2 * np.pi
    small = initial_exponents(Experiment(data=DataConfig(size=28), init="small"))
    assert small[0].std() == pytest.approx(0.05, rel=0.1)
    assert small[1].std() == pytest.approx(0.05 / 28, rel=0.1)
    np.testing.assert_array_equal(initial_exponents(Experiment(seed=4)), initial_exponents(Experiment(seed=4)))
    assert (initial_exponents(Experiment(seed=4)) != initial_exponents(Experiment(seed=5))).all()


def test_a_circuit_too_large_is_refused_before_training() -> None:
    with pytest.raises(CostError, match="26 qubits"):
        build_model(Experiment(backend="tfq", data=DataConfig(size=5)))
    with pytest.raises(CostError, match="fewer layers"):
        build_model(Experiment(circuit=CircuitConfig(("XX", "ZZ") * 8)))
