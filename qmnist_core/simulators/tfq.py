"""TensorFlow Quantum's PQC layer: what the tutorial itself uses."""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.circuits import encoding_circuit, model_circuit, readout_qubit
from qmnist_core.config import CircuitConfig
from qmnist_core.tensorflow_loader import load_keras, load_tfq


def build_pqc(circuit: CircuitConfig, n_pixels: int) -> Any:
    """A `tfq.layers.PQC` of the model circuit that measures Z on the readout.

    Its one weight, float32 (n_layers·n_pixels,), is in (layer, pixel) order and starts at zero.
    """
    import cirq

    return load_tfq().layers.PQC(model_circuit(circuit, n_pixels), cirq.Z(readout_qubit()), initializer="zeros")


def encode_circuits(values: np.ndarray, encoding: str) -> Any:
    """Input circuits as a string tensor (batch,), for bits or gray values (batch, n_pixels)."""
    return load_tfq().convert_to_tensor([encoding_circuit(row, encoding) for row in values])


class TfqSimulator:
    """A PQC whose exponents are set before each evaluation."""

    def __init__(self, circuit: CircuitConfig, n_pixels: int) -> None:
        self.circuit = circuit
        self.pqc = build_pqc(circuit, n_pixels)

    def encode(self, values: np.ndarray) -> Any:
        return encode_circuits(values, self.circuit.encoding)

    def expectation(self, exponents: np.ndarray, encoded: Any) -> np.ndarray:
        self.pqc.set_weights([exponents.ravel()])
        return self.pqc(encoded).numpy()[:, 0].astype(np.float64)

    def forward(self, exponents: np.ndarray, encoded: Any) -> tuple[np.ndarray, Any]:
        tensorflow, _ = load_keras()
        self.pqc.set_weights([exponents.ravel()])
        with tensorflow.GradientTape() as tape:
            values = self.pqc(encoded)[:, 0]
        return values.numpy().astype(np.float64), (tape, values, exponents.shape)

    def backward(self, tape: Any, weights: np.ndarray) -> np.ndarray:
        recorded, values, shape = tape
        gradient = recorded.gradient(values, self.pqc.trainable_weights[0], output_gradients=weights.astype(np.float32))
        return gradient.numpy().astype(np.float64).reshape(shape)
