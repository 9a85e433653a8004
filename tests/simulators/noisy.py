"""A circuit with Cirq's own noise channels, to check the noise engine against."""

from __future__ import annotations

import math
from collections.abc import Callable

import cirq

from qmnist_core.arrays import Array, Exponents
from qmnist_core.circuits.build import _from_z, data_qubits, encoding_circuit, readout_qubit
from qmnist_core.config import CircuitConfig, NoiseConfig
from qmnist_core.errors import choose

ON_TWO_QUBITS: dict[str, Callable[[float, cirq.Qid, cirq.Qid], list[cirq.Operation]]] = {
    "depolarising": lambda p, data, readout: [cirq.depolarize(p, n_qubits=2)(data, readout)],
    "dephasing": lambda p, data, readout: cirq.phase_flip(p).on_each(data, readout),
    "damping": lambda p, data, readout: cirq.amplitude_damp(p).on_each(data, readout),
}
"""Cirq's own channel for each kind of noise."""
FORMULAS: dict[str, Callable[[float], float]] = {
    "r = 0.8 p": lambda p: 0.8 * p,
    "r = 0.8 (1 − (1 − p)²)": lambda p: 0.8 * (1 - (1 - p) ** 2),
    "r = 0.8 (1 − ((1 + √(1 − γ))/2)⁴)": lambda p: 0.8 * (1 - ((1 + math.sqrt(1 - p)) / 2) ** 4),
}
"""What a channel's relation says, as people read it."""


def cirq_noise(noise: NoiseConfig, data: cirq.Qid, readout: cirq.Qid) -> list[cirq.Operation]:
    """Cirq's own channel on a gate's two qubits. Errors: ConfigError for a kind that is not here."""
    return choose("noise", ON_TWO_QUBITS, noise.kind)(noise.strength, data, readout)


def noisy_circuit(circuit: CircuitConfig, exponents: Exponents, values: Array, noise: NoiseConfig) -> cirq.Circuit:
    """One image's encoding and the model, with Cirq's noise channels after every two-qubit gate.

    "depolarising" is `cirq.depolarize(p, n_qubits=2)` on the data qubit and the readout; "dephasing" and "damping" are
    `cirq.phase_flip(p)` and `cirq.amplitude_damp(p)` on each of the two. A gate such as ZX counts as one gate: its
    changes of basis are noiseless.
    """
    readout = readout_qubit()
    built = encoding_circuit(values, circuit.encoding) + cirq.Circuit(cirq.X(readout), cirq.H(readout))
    for kind, row in zip(circuit.layers, exponents, strict=True):
        for qubit, exponent in zip(data_qubits(len(values)), row, strict=True):
            to_basis = [*_from_z(kind[1], readout), *_from_z(kind[0], qubit)]
            built += [cirq.inverse(to_basis), cirq.ZZ(qubit, readout) ** float(exponent), to_basis]
            built += cirq_noise(noise, qubit, readout)
    built += cirq.H(readout)
    return built
