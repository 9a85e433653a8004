"""The slow reference: Cirq's state vector, and gradients by the parameter-shift rule."""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Array, Exponents, Inputs, Reals, Scores
from qmnist_core.circuits.build import data_qubits, full_circuit, readout_qubit
from qmnist_core.config import CircuitConfig
from qmnist_core.data.pipeline import distinct_rows


class StateVectorSimulator:
    """Runs the circuit gate by gate on all 2^(n_pixels + 1) amplitudes, in complex128."""

    def __init__(self, circuit: CircuitConfig) -> None:
        self.circuit = circuit

    def encode(self, values: Inputs) -> Array:
        """Inputs as they are, (batch, n_pixels)."""
        return values

    def expectation(self, exponents: Exponents, encoded: Reals) -> Scores:
        """float64 (batch,); equal inputs are simulated once."""
        import cirq

        simulator = cirq.Simulator(dtype=np.complex128)
        first, index = distinct_rows(encoded)
        results = []
        for values in encoded[first]:
            built = full_circuit(self.circuit, exponents, values)
            state = simulator.simulate(built, qubit_order=[readout_qubit(), *data_qubits(len(values))])
            zero, one = (np.abs(state.final_state_vector.reshape(2, -1)) ** 2).sum(axis=1)
            results.append(float(zero - one))
        return np.array(results)[index]

    def expectation_and_gradient(
        self, exponents: Exponents, encoded: Reals, weights: Scores
    ) -> tuple[Scores, Exponents]:
        """The gradient from ∂⟨Z⟩/∂t = π/2 (⟨Z⟩ at t + ½ − ⟨Z⟩ at t − ½).

        It is exact because each gate's generator has two eigenvalues.
        Source: Schuld et al., Phys. Rev. A 99, 032331 (2019).
        """
        gradient: Exponents = np.empty_like(exponents)
        for place in np.ndindex(*exponents.shape):
            shift = np.zeros_like(exponents)
            shift[place] = 0.5
            difference = self.expectation(exponents + shift, encoded) - self.expectation(exponents - shift, encoded)
            gradient[place] = np.pi / 2 * (weights @ difference)
        return self.expectation(exponents, encoded), gradient
