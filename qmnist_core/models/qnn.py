"""The quantum neural network on a simulator of this package: hinge loss on ⟨Z⟩, trained with Adam."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array, Indices, Scores
from qmnist_core.catalogue import INITS
from qmnist_core.config import CircuitConfig, Experiment, reads_bits
from qmnist_core.data.pipeline import Examples, distinct_rows
from qmnist_core.errors import choose
from qmnist_core.models.optimizer import Adam
from qmnist_core.models.protocol import Prepared
from qmnist_core.simulators import Simulator, compiled, make_simulator
from qmnist_core.simulators.exact import ExactSimulator


class Qnn:
    """The QNN on the exact engine or the reference simulator, both of which encode inputs as an array."""

    def __init__(self, experiment: Experiment) -> None:
        self.circuit = experiment.circuit
        self.simulator: Simulator = make_simulator(experiment.circuit, experiment.data.n_pixels, experiment.backend)
        self.exponents = initial_exponents(experiment)
        self.adam = Adam(self.exponents.size, experiment.learning_rate)

    @property
    def n_parameters(self) -> int:
        return self.exponents.size

    @property
    def strides(self) -> bool:
        """Whether it can `train_steps`."""
        return isinstance(self.simulator, ExactSimulator)

    def prepare(self, examples: Examples) -> Prepared:
        distinct, index = distinct_inputs(examples, self.circuit)
        return Prepared(self.simulator.encode(distinct), index, examples.targets)

    def train_step(self, prepared: Prepared, indices: Indices) -> tuple[float, float]:
        adam = self.adam
        if isinstance(self.simulator, ExactSimulator):
            examples = prepared.inputs, prepared.index, prepared.targets
            loss, accuracy = compiled.step(
                self.simulator.loops, self.exponents, adam.moments, adam.learning_rate, adam.steps, examples, indices
            )
            adam.steps += 1
            return loss, accuracy
        targets = prepared.targets[indices]
        # |⟨Z⟩| ≤ 1, so the hinge max(0, 1 − target·⟨Z⟩) never clips: it is linear, with slope −target.
        values, gradient = self.simulator.expectation_and_gradient(
            self.exponents, prepared.inputs[prepared.index[indices]], targets * (-1.0 / len(targets))
        )
        adam.update(self.exponents, gradient)
        return metrics.hinge_loss(values, targets), metrics.accuracy(values, targets)

    def train_steps(self, prepared: Prepared, order: Indices, batch_size: int) -> tuple[Array, Array]:
        """One step after another on batch_size examples of order at a time, on the exact engine.

        Each batch's loss and accuracy just before its step, float64 (n_steps, 2), and the exponents after each,
        float64 (n_steps, n_layers, n_pixels).
        """
        assert isinstance(self.simulator, ExactSimulator)
        adam, n_steps = self.adam, math.ceil(len(order) / batch_size)
        figures, found = np.empty((n_steps, 2)), np.empty((n_steps, *self.exponents.shape))
        compiled.steps(
            *(self.simulator.loops, self.exponents, adam.moments, adam.learning_rate, adam.steps),
            *((prepared.inputs, prepared.index, prepared.targets), order, batch_size, figures, found),
        )
        adam.steps += n_steps
        return figures, found

    def evaluate(self, prepared: Prepared) -> tuple[float, float]:
        values = self.predict(prepared)
        return metrics.hinge_loss(values, prepared.targets), metrics.accuracy(values, prepared.targets)

    def predict(self, prepared: Prepared) -> Scores:
        return self.simulator.expectation(self.exponents, prepared.inputs)[prepared.index]

    def scores(self, examples: Examples) -> Scores:
        return self.predict(self.prepare(examples))

    def weights(self) -> dict[str, Array]:
        return {"exponents": self.exponents.copy()}

    def set_weights(self, weights: dict[str, Array]) -> None:
        self.exponents[...] = weights["exponents"]


def initial_exponents(experiment: Experiment) -> Array:
    """First exponents as the experiment's start draws them, float64 (n_layers, n_pixels) in half-turns, fixed by the
    seed."""
    rng = np.random.default_rng([experiment.seed, 0])
    return choose("init", INITS, experiment.init).draw(experiment.circuit.layers, experiment.data.n_pixels, rng)


def distinct_inputs(examples: Examples, circuit: CircuitConfig) -> tuple[Array, Array]:
    """Each distinct input once, (n_distinct, n_pixels), and int (n,), which of them each example is."""
    inputs = examples.bits if reads_bits(circuit.encoding) else examples.images.reshape(len(examples), -1)
    first, index = distinct_rows(inputs)
    return inputs[first], index
