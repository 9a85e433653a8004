"""The models that Keras trains: the tutorial's two classical networks, and the QNN on TFQ's PQC layer.

TensorFlow is loaded when one of them is made. First weights and dropout have seeds of their own, so that runs
made side by side in one process do not disturb each other; only a global seed of TensorFlow's would.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array, Indices, Scores
from qmnist_core.config import IMAGE_SIDE, Experiment
from qmnist_core.data.pipeline import Examples
from qmnist_core.models.protocol import Prepared
from qmnist_core.models.qnn import distinct_inputs, initial_exponents
from qmnist_core.simulators.cost import check_cost
from qmnist_core.simulators.tfq import encode_circuits, pqc_network
from qmnist_core.tensorflow_loader import load_keras

EVALUATION_BATCH = 500
"""Inputs evaluated at once, so that memory stays bounded."""


class KerasModel:
    """A Keras network with one output, trained one batch at a time with Keras' Adam."""

    def __init__(self, network: Any, experiment: Experiment, hinge: bool = False) -> None:
        tensorflow, keras = load_keras()
        self.network = network
        self.tensorflow = tensorflow
        self.numpy_loss = metrics.hinge_loss if hinge else metrics.logit_loss
        optimizer = keras.optimizers.Adam(experiment.learning_rate)
        loss_of = keras.losses.Hinge() if hinge else keras.losses.BinaryCrossentropy(from_logits=True)

        @tensorflow.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def step(inputs: Any, index: Any, targets: Any) -> Any:
            with tensorflow.GradientTape() as tape:
                scores = tensorflow.gather(network(inputs, training=True)[:, 0], index)
                wanted = targets if hinge else (targets + 1.0) / 2.0
                loss = loss_of(wanted, scores)
            variables = network.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            return scores

        @tensorflow.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
        def evaluate(inputs: Any) -> Any:
            return network(inputs, training=False)[:, 0]

        self._step, self._evaluate = step, evaluate

    @property
    def n_parameters(self) -> int:
        return int(self.network.count_params())

    def prepare(self, examples: Examples) -> Prepared:
        raise NotImplementedError

    def train_step(self, prepared: Prepared, indices: Indices) -> tuple[float, float]:
        distinct, index = np.unique(prepared.index[indices], return_inverse=True)
        targets = prepared.targets[indices]
        inputs = self.tensorflow.gather(prepared.inputs, distinct)
        scores = self._step(inputs, index, targets.astype(np.float32)).numpy().astype(np.float64)
        return self.numpy_loss(scores, targets), metrics.accuracy(scores, targets)

    def evaluate(self, prepared: Prepared) -> tuple[float, float]:
        scores = self.predict(prepared)
        return self.numpy_loss(scores, prepared.targets), metrics.accuracy(scores, prepared.targets)

    def scores(self, examples: Examples) -> Scores:
        return self.predict(self.prepare(examples))

    def predict(self, prepared: Prepared) -> Scores:
        n_distinct = int(prepared.inputs.shape[0])
        parts = [
            self._evaluate(prepared.inputs[start : start + EVALUATION_BATCH]).numpy()
            for start in range(0, n_distinct, EVALUATION_BATCH)
        ]
        scores: Scores = np.concatenate(parts).astype(np.float64)[prepared.index]
        return scores

    def weights(self) -> dict[str, Array]:
        return {f"w{i:02d}": array for i, array in enumerate(self.network.get_weights())}

    def set_weights(self, weights: dict[str, Array]) -> None:
        self.network.set_weights([weights[name] for name in sorted(weights)])


class ImageNetwork(KerasModel):
    """A network that reads images, float32 (n, size, size, 1): gray for the CNN, binary for the fair one."""

    def __init__(self, network: Any, experiment: Experiment, binary: bool) -> None:
        super().__init__(network, experiment)
        self.binary = binary

    def prepare(self, examples: Examples) -> Prepared:
        images = examples.bits.reshape(examples.images.shape) if self.binary else examples.images
        inputs = self.tensorflow.constant(images[..., None], dtype=self.tensorflow.float32)
        return Prepared(inputs, np.arange(len(examples)), examples.targets)


class TfqQnn(KerasModel):
    """The QNN as the tutorial builds it. Only distinct circuits are converted and evaluated."""

    def __init__(self, experiment: Experiment) -> None:
        check_cost(experiment.circuit, experiment.data.n_pixels, "tfq", batch_size=1)
        network = pqc_network(experiment.circuit, experiment.data.n_pixels)
        super().__init__(network, experiment, hinge=True)
        self.circuit = experiment.circuit
        self.shape = (experiment.circuit.n_layers, experiment.data.n_pixels)
        self.set_weights({"exponents": initial_exponents(experiment)})

    def prepare(self, examples: Examples) -> Prepared:
        distinct, index = distinct_inputs(examples, self.circuit)
        inputs = encode_circuits(distinct, self.circuit.encoding)
        return Prepared(inputs, index, examples.targets)

    def weights(self) -> dict[str, Array]:
        return {"exponents": self.network.get_weights()[0].reshape(self.shape)}

    def set_weights(self, weights: dict[str, Array]) -> None:
        self.network.set_weights([weights["exponents"].ravel()])


def full_cnn(experiment: Experiment) -> ImageNetwork:
    """The tutorial's CNN on original 28×28 images: 1,198,721 parameters."""
    return ImageNetwork(cnn_layers(1, experiment.seed), experiment, binary=False)


def cnn_layers(n_outputs: int, seed: int) -> Any:
    """Its layers, as a Keras network of images, float32 (n, 28, 28, 1), with a logit for each output."""
    _, keras = load_keras()
    layers, seeds = keras.layers, iter(_seeds(seed))

    def glorot() -> Any:
        return keras.initializers.GlorotUniform(seed=next(seeds))

    return keras.Sequential(
        [
            layers.Input(shape=(IMAGE_SIDE, IMAGE_SIDE, 1)),
            layers.Conv2D(32, 3, activation="relu", kernel_initializer=glorot()),
            layers.Conv2D(64, 3, activation="relu", kernel_initializer=glorot()),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25, seed=next(seeds)),
            layers.Flatten(),
            layers.Dense(128, activation="relu", kernel_initializer=glorot()),
            layers.Dropout(0.5, seed=next(seeds)),
            layers.Dense(n_outputs, kernel_initializer=glorot()),
        ]
    )


def fair_network(experiment: Experiment) -> ImageNetwork:
    """The tutorial's small network on the QNN's own binary images: 37 parameters at 4×4."""
    _, keras = load_keras()
    layers, seeds, size = keras.layers, _seeds(experiment.seed), experiment.data.size
    network = keras.Sequential(
        [
            layers.Input(shape=(size, size, 1)),
            layers.Flatten(),
            layers.Dense(2, activation="relu", kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[0])),
            layers.Dense(1, kernel_initializer=keras.initializers.GlorotUniform(seed=seeds[1])),
        ]
    )
    return ImageNetwork(network, experiment, binary=True)


def _seeds(seed: int) -> list[int]:
    return [int(seed) for seed in np.random.default_rng([seed, 0]).integers(0, 2**31, 8)]
