from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.models import build_model
from qmnist_core.models.logistic import Logistic


@pytest.mark.parametrize(("model", "n_parameters"), [("qnn", 32), ("logistic", 17), ("cnn", 1_198_721), ("fair", 37)])
def test_parameter_counts(model: str, n_parameters: int) -> None:
    assert build_model(Experiment.tutorial(model)).n_parameters == n_parameters


def test_the_tfq_qnn_has_the_qnns_parameters(tfq: ModuleType) -> None:
    assert build_model(Experiment(backend="tfq")).n_parameters == 32


def test_other_sizes(keras: ModuleType) -> None:
    data = DataConfig(size=6)
    assert build_model(Experiment.tutorial("fair", data=data)).n_parameters == 36 * 2 + 2 + 3
    assert build_model(Experiment.tutorial("logistic", data=data)).n_parameters == 37


def test_logistic_steps_equal_keras(dataset: Dataset, keras: ModuleType) -> None:
    model = Logistic(Experiment.tutorial("logistic", learning_rate=0.05))
    layers = keras.layers
    network = keras.Sequential([layers.Input(shape=(16,)), layers.Dense(1, kernel_initializer="zeros")])
    network.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), optimizer=keras.optimizers.Adam(0.05))
    prepared = model.prepare(dataset.train)
    for step in range(10):
        batch = np.arange(step * 128, (step + 1) * 128)
        loss = network.train_on_batch(dataset.train.bits[batch].astype(np.float32), dataset.train.labels[batch])
        assert model.train_step(prepared, batch)[0] == pytest.approx(loss, abs=1e-5)
    kernel, bias = network.get_weights()
    np.testing.assert_allclose(model.weights()["pixels"], kernel[:, 0], rtol=0, atol=1e-4)
    np.testing.assert_allclose(model.weights()["bias"], bias, rtol=0, atol=1e-4)


@pytest.mark.parametrize("model", ["cnn", "fair"])
def test_evaluation_is_the_mean_over_examples(model: str, dataset: Dataset, keras: ModuleType) -> None:
    experiment = Experiment.tutorial(model)
    network = build_model(experiment)
    if model == "cnn":
        rng = np.random.default_rng(0)
        images = rng.random((700, 28, 28), np.float32)
        examples = type(dataset.test)(images, (images > 0.5).reshape(700, -1), rng.random(700) < 0.5)
    else:
        examples = dataset.test.first(700)
    scores, targets = network.scores(examples), np.where(examples.labels, 1.0, -1.0)
    loss, accuracy = network.evaluate(network.prepare(examples))
    assert loss == pytest.approx(np.log1p(np.exp(-targets * scores)).mean(), rel=1e-6)
    assert accuracy == ((scores > 0) == (targets > 0)).mean()
    np.testing.assert_allclose(scores[:5], network.scores(examples.first(5)), atol=1e-5)
