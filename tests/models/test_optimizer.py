from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.models.optimizer import Adam, halving_gradient, reach


def test_adam_equals_keras(keras: ModuleType) -> None:
    import tensorflow

    rng = np.random.default_rng(0)
    ours = rng.normal(size=(2, 5))
    theirs = tensorflow.Variable(ours, dtype=tensorflow.float64)
    optimizer, adam = keras.optimizers.Adam(0.01), Adam(10, 0.01)
    for step in range(200):
        gradient = rng.normal(size=(2, 5)) * 10.0 ** rng.integers(-9, 2)
        optimizer.apply_gradients([(tensorflow.constant(gradient), theirs)])
        adam.update(ours, gradient)
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-5, err_msg=f"step {step}")


@pytest.mark.parametrize(("step", "size"), [(1, 3.2e-6), (100, 3.2e-7), (972, 1.3e-7)])
def test_a_constant_gradient_of_this_size_has_its_step_halved(step: int, size: float) -> None:
    gradient = halving_gradient(step)
    assert gradient == pytest.approx(size, rel=0.03)
    adam, parameters, before = Adam(1, 0.5), np.zeros(1), np.zeros(1)
    for _ in range(step):
        before[:] = parameters
        adam.update(parameters, np.array([gradient]))
    assert before - parameters == pytest.approx(0.25, rel=1e-9)


def test_nothing_is_moved_farther_than_the_reach() -> None:
    adam, parameters = Adam(1, 0.01), np.zeros(1)
    for _ in range(48):
        adam.update(parameters, np.ones(1))
    assert -parameters == pytest.approx(reach(0.01, 48), rel=1e-4)


def test_losses_and_accuracy_equal_keras(keras: ModuleType) -> None:
    rng = np.random.default_rng(0)
    scores, targets = rng.normal(size=50) * 3, np.where(rng.random(50) < 0.5, 1.0, -1.0)
    assert metrics.hinge_loss(scores, targets) == pytest.approx(float(keras.losses.Hinge()(targets, scores)), rel=1e-6)
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)((targets + 1) / 2, scores)
    assert metrics.logit_loss(scores, targets) == pytest.approx(float(entropy), rel=1e-6)
    assert metrics.accuracy(scores, targets) == ((scores > 0) == (targets > 0)).mean()
