"""TensorFlow Quantum's PQC layer, which the tutorial uses."""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.arrays import Array, Exponents, Inputs, Scores
from qmnist_core.circuits.build import encoding_circuit, model_circuit, readout_qubit
from qmnist_core.config import CircuitConfig
from qmnist_core.data.pipeline import distinct_rows
from qmnist_core.tensorflow_loader import load_keras, load_tfq


def pqc_network(circuit: CircuitConfig, n_pixels: int) -> Any:
    """The tutorial's Keras network: circuits as strings (batch,) → `tfq.layers.PQC` → ⟨Z⟩, float32 (batch, 1).

    Its one weight, float32 (n_layers·n_pixels,), is in (layer, pixel) order and starts at zero.
    """
    import cirq

    tfq = load_tfq()
    tensorflow, keras = load_keras()
    pqc = tfq.layers.PQC(model_circuit(circuit, n_pixels), cirq.Z(readout_qubit()), initializer="zeros")
    return keras.Sequential([keras.layers.Input(shape=(), dtype=tensorflow.string), pqc])


def encode_circuits(values: Inputs, encoding: str) -> Any:
    """Input circuits as a string tensor (batch,), for bits or gray values (batch, n_pixels)."""
    return load_tfq().convert_to_tensor([encoding_circuit(row, encoding) for row in values])


class TfqSimulator:
    """A PQC whose exponents are set before each evaluation; equal inputs are converted and simulated once."""

    def __init__(self, circuit: CircuitConfig) -> None:
        load_tfq()  # or say now that it is not there
        self.circuit = circuit
        self.network: Any = None
        """Built once the number of pixels is known."""

    def encode(self, values: Inputs) -> tuple[Any, Array]:
        """The distinct inputs as a tensor of circuits, and int (batch,), which of them each input is."""
        first, index = distinct_rows(values)
        return encode_circuits(values[first], self.circuit.encoding), index

    def expectation(self, exponents: Exponents, encoded: tuple[Any, Array]) -> Scores:
        """⟨Z⟩, float64 (batch,) of float32 precision."""
        values, _ = self._run(exponents, encoded)
        answers: Scores = values.numpy().astype(np.float64)
        return answers

    def expectation_and_gradient(
        self, exponents: Exponents, encoded: tuple[Any, Array], weights: Scores
    ) -> tuple[Scores, Exponents]:
        """Both float64 of float32 precision; the gradient by TFQ's adjoint differentiation."""
        values, tape = self._run(exponents, encoded)
        (variable,) = self.network.trainable_weights
        gradient = tape.gradient(values, variable, output_gradients=weights.astype(np.float32))
        return values.numpy().astype(np.float64), gradient.numpy().astype(np.float64).reshape(exponents.shape)

    def _run(self, exponents: Exponents, encoded: tuple[Any, Array]) -> tuple[Any, Any]:
        """⟨Z⟩ as a tensor (batch,), and TensorFlow's tape."""
        tensorflow, _ = load_keras()
        circuits, index = encoded
        if self.network is None:
            self.network = pqc_network(self.circuit, exponents.shape[1])
        self.network.set_weights([exponents.ravel()])
        with tensorflow.GradientTape() as tape:
            values = tensorflow.gather(self.network(circuits)[:, 0], index)
        return values, tape
