from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.models.optimizer import Adam


def test_adam_equals_keras(keras: ModuleType) -> None:
    import tensorflow

    rng = np.random.default_rng(0)
    ours = rng.normal(size=(2, 5))
    theirs = tensorflow.Variable(ours, dtype=tensorflow.float64)
    optimizer, adam = keras.optimizers.Adam(0.01), Adam((2, 5), 0.01)
    for step in range(200):
        gradient = rng.normal(size=(2, 5)) * 10.0 ** rng.integers(-9, 2)
        optimizer.apply_gradients([(tensorflow.constant(gradient), theirs)])
        adam.update(ours, gradient)
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-5, err_msg=f"step {step}")


def test_losses_and_accuracy_equal_keras(keras: ModuleType) -> None:
    rng = np.random.default_rng(0)
    scores, targets = rng.normal(size=50) * 3, np.where(rng.random(50) < 0.5, 1.0, -1.0)
    assert metrics.hinge_loss(scores, targets) == pytest.approx(float(keras.losses.Hinge()(targets, scores)), rel=1e-6)
    entropy = keras.losses.BinaryCrossentropy(from_logits=True)((targets + 1) / 2, scores)
    assert metrics.logit_loss(scores, targets) == pytest.approx(float(entropy), rel=1e-6)
    assert metrics.accuracy(scores, targets) == ((scores > 0) == (targets > 0)).mean()
