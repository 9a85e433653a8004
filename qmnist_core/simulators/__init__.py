"""Three ways to compute the same number: the expectation ⟨Z⟩ of the readout qubit.

- "exact": the path sum of the star circuit; any size, a few layers, no state vector.
- "tfq": TensorFlow Quantum's state-vector simulator in float32; up to 20 qubits.
- "cirq": Cirq's state-vector simulator in float64; up to 20 qubits, slow, the reference.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from qmnist_core.arrays import Array, Bits, Exponents, Inputs, Scores
from qmnist_core.catalogue import BACKENDS, load
from qmnist_core.circuits.exponents import as_numbers, check_exponents
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import InputError, choose
from qmnist_core.simulators.cost import check_cost
from qmnist_core.simulators.exact import ExactSimulator


class Simulator(Protocol):
    """One circuit on one backend. Arrays as in `expectation`; `encode` comes first."""

    def encode(self, values: Inputs) -> Any:
        """Bring inputs (batch, n_pixels) into the backend's own form."""

    def expectation_and_gradient(self, exponents: Exponents, encoded: Any, weights: Scores) -> tuple[Scores, Exponents]:
        """⟨Z⟩, float64 (batch,), and the gradient of Σ_b weights_b ⟨Z⟩_b, float64 (n_layers, n_pixels)."""

    def expectation(self, exponents: Exponents, encoded: Any) -> Scores:
        """⟨Z⟩ alone, float64 (batch,)."""


def make_simulator(circuit: CircuitConfig, n_pixels: int, backend: str = "exact", batch_size: int = 1) -> Simulator:
    """A simulator for a circuit on images of n_pixels, in batches of up to batch_size when there is a gradient.

    Errors: CostError where this would need more time or memory than a computer has; UnavailableError
    where the backend is not installed.
    """
    place = choose("backend", BACKENDS, backend).simulator
    check_cost(circuit, n_pixels, backend, batch_size)
    simulator: Simulator = load(place)(circuit)
    return simulator


def expectation(circuit: CircuitConfig, exponents: Exponents, bits: Bits, backend: str = "exact") -> Scores:
    """⟨Z⟩ of the readout qubit for each input.

    exponents: float (n_layers, n_pixels), half-turns, any finite value. bits: (batch, n_pixels), 0 or 1;
    for a circuit with the "angle" encoding gray values in [0, 1]. Returns float64 (batch,) in [−1, 1];
    from "tfq" the numbers have float32 precision.
    Errors: InputError for a wrong shape, type or value; and those of `make_simulator`.
    """
    exponents, values = _check_inputs(circuit, exponents, bits)
    simulator = make_simulator(circuit, values.shape[1], backend)
    return simulator.expectation(exponents, simulator.encode(values)) if len(values) else np.empty(0)


def expectation_over_time(circuit: CircuitConfig, exponents: Array, bits: Bits) -> Array:
    """⟨Z⟩ of the same inputs at T moments of a training, by the exact engine: float64 (T, batch).

    exponents: float (T, n_layers, n_pixels), half-turns, T at least 1. bits: (batch, n_pixels), 0 or 1.
    Errors: InputError, as for `expectation`, and for a circuit that reads gray values.
    """
    values = _check_values(circuit, bits)
    checked = check_exponents(circuit, values.shape[1], exponents, at_moments=True)
    simulator = ExactSimulator(circuit)
    return simulator.over_time(checked, simulator.encode(values))


def expectation_and_gradient(
    circuit: CircuitConfig, exponents: Exponents, bits: Bits, weights: Scores, backend: str = "exact"
) -> tuple[Array, Array]:
    """⟨Z⟩ for each input, and the gradient of Σ_b weights_b ⟨Z⟩_b with respect to the exponents.

    Arguments as for `expectation`; weights: float (batch,), for one input's own gradient a 1 in its place.
    Returns float64 (batch,) and float64 (n_layers, n_pixels), per half-turn.
    """
    exponents, values = _check_inputs(circuit, exponents, bits)
    weights = as_numbers("weights", weights)
    if weights.shape != (len(values),):
        raise InputError(f"weights must have shape (batch,) = ({len(values)},), got {weights.shape}")
    if not np.isfinite(weights).all():
        raise InputError("weights must be finite, got nan or infinity")
    simulator = make_simulator(circuit, values.shape[1], backend, batch_size=len(values))
    if not len(values):
        return np.empty(0), np.zeros_like(exponents)
    return simulator.expectation_and_gradient(exponents, simulator.encode(values), weights)


def _check_inputs(circuit: CircuitConfig, exponents: Exponents, bits: Bits) -> tuple[Array, Array]:
    values = _check_values(circuit, bits)
    return check_exponents(circuit, values.shape[1], exponents), values


def _check_values(circuit: CircuitConfig, bits: Bits) -> Array:
    values = as_numbers("bits", bits)
    if values.ndim != 2 or values.shape[1] == 0:
        raise InputError(f"bits must have shape (batch, n_pixels), got {values.shape}; put one image into a batch of 1")
    if reads_bits(circuit.encoding) and not ((values == 0) | (values == 1)).all():
        raise InputError("bits must be 0 or 1, got other values: binarise the images, or use the angle encoding")
    if not reads_bits(circuit.encoding) and not ((values >= 0) & (values <= 1)).all():
        raise InputError("gray values must lie in [0, 1] for the angle encoding, got others: divide by 255")
    return values
