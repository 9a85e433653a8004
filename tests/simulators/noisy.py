"""A circuit with Cirq's own noise channels, to check the noise engine against."""

from __future__ import annotations

import cirq
import numpy as np

from qmnist_core.circuits import _from_z, data_qubits, encoding_circuit, readout_qubit
from qmnist_core.config import CircuitConfig, NoiseConfig


def noisy_circuit(
    circuit: CircuitConfig, exponents: np.ndarray, values: np.ndarray, noise: NoiseConfig
) -> cirq.Circuit:
    """One image's encoding and the model, with Cirq's noise channels after every two-qubit gate.

    "depolarising" is `cirq.depolarize(p, n_qubits=2)` on the data qubit and the readout; "dephasing" and "damping" are
    `cirq.phase_flip(p)` and `cirq.amplitude_damp(p)` on each of the two. A gate such as ZX counts as one gate: its
    changes of basis are noiseless.
    """
    readout, p = readout_qubit(), noise.strength
    built = encoding_circuit(values, circuit.encoding) + cirq.Circuit(cirq.X(readout), cirq.H(readout))
    for kind, row in zip(circuit.layers, exponents, strict=True):
        for qubit, exponent in zip(data_qubits(len(values)), row, strict=True):
            to_basis = [*_from_z(kind[1], readout), *_from_z(kind[0], qubit)]
            built += [cirq.inverse(to_basis), cirq.ZZ(qubit, readout) ** float(exponent), to_basis]
            if noise.kind == "depolarising":
                built += cirq.depolarize(p, n_qubits=2)(qubit, readout)
            else:
                channel = cirq.phase_flip(p) if noise.kind == "dephasing" else cirq.amplitude_damp(p)
                built += channel.on_each(qubit, readout)
    built += cirq.H(readout)
    return built
