"""The tutorial's CNN with ten outputs, on gray images of all ten digits. TensorFlow is loaded when it is made."""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.arrays import Array, Images
from qmnist_core.data.ten import N_DIGITS
from qmnist_core.models.keras import EVALUATION_BATCH, cnn_layers
from qmnist_core.tensorflow_loader import load_keras


class TenCnn:
    """1,199,882 parameters, trained one batch at a time with Keras' Adam at its usual rate, as the tutorial's CNN."""

    def __init__(self, seed: int) -> None:
        tensorflow, keras = load_keras()
        network = cnn_layers(N_DIGITS, seed)
        optimizer = keras.optimizers.Adam()
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        @tensorflow.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def step(inputs: Any, labels: Any) -> None:
            with tensorflow.GradientTape() as tape:
                loss = loss_of(labels, network(inputs, training=True))
            variables = network.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))

        @tensorflow.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def evaluate(inputs: Any) -> Any:
            return network(inputs, training=False)

        self._step, self._evaluate = step, evaluate
        self.n_parameters = int(network.count_params())

    def train_step(self, images: Images, labels: Array) -> None:
        """images: uint8 (batch, 28, 28). labels: uint8 (batch,), 0–9."""
        self._step(_inputs(images), labels.astype(np.int32))

    def scores(self, images: Images) -> Array:
        """Ten logits for each image, float32 (n, 10)."""
        starts = range(0, len(images), EVALUATION_BATCH)
        parts = [self._evaluate(_inputs(images[first : first + EVALUATION_BATCH])).numpy() for first in starts]
        found: Array = np.concatenate(parts)
        return found


def _inputs(images: Images) -> Array:
    gray: Array = images[..., None].astype(np.float32) / np.float32(255)
    return gray
