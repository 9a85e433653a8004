"""The circuits as Cirq objects: qubits, data encoding and model.

Qubit order: data qubit i is pixel i in row-major order, `cirq.GridQubit(i // size, i % size)`; the
readout is `cirq.GridQubit(-1, -1)`.

Parameter order is (layer, pixel). TFQ sorts symbol names as strings, so layer and pixel numbers are
padded with zeros ("L001-zz-007"): then the sorted order *is* (layer, pixel).

Source: Farhi & Neven, arXiv:1802.06002; readout preparation and gates as in TFQ's MNIST tutorial.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from qmnist_core.arrays import Array, Exponents, Inputs
from qmnist_core.circuits.exponents import check_exponents
from qmnist_core.config import CircuitConfig, reads_bits

if TYPE_CHECKING:
    import cirq
    import sympy


def readout_qubit() -> cirq.GridQubit:
    """The one qubit that every gate of the model meets."""
    import cirq

    return cirq.GridQubit(-1, -1)


def data_qubits(n_pixels: int) -> list[cirq.GridQubit]:
    """The data qubits of a square image, row by row; an image that is not square becomes one row."""
    import cirq

    size = math.isqrt(n_pixels)
    sides = (size, size) if size * size == n_pixels else (1, n_pixels)
    qubits: list[cirq.GridQubit] = cirq.GridQubit.rect(*sides)
    return qubits


def encoding_circuit(values: Inputs, encoding: str = "bits") -> cirq.Circuit:
    """Write one image onto the data qubits: X on each lit pixel ("bits"), or RX(π·value) on each ("angle").

    values: (n_pixels,), 0 or 1 for "bits", in [0, 1] for "angle".
    """
    import cirq

    qubits = data_qubits(len(values))
    if reads_bits(encoding):
        return cirq.Circuit(cirq.X(qubit) for qubit, bit in zip(qubits, values, strict=True) if bit)
    return cirq.Circuit(cirq.rx(math.pi * float(value))(qubit) for qubit, value in zip(qubits, values, strict=True))


def symbol_names(circuit: CircuitConfig, n_pixels: int) -> list[str]:
    """Names of the parameters in (layer, pixel) order, which is also their order as sorted strings."""
    return [
        f"L{layer:03d}-{kind.lower()}-{pixel:03d}"
        for layer, kind in enumerate(circuit.layers)
        for pixel in range(n_pixels)
    ]


def model_circuit(circuit: CircuitConfig, n_pixels: int, exponents: Exponents | None = None) -> cirq.Circuit:
    """The model: readout preparation X, H; the layers; H. Measuring Z on the readout comes after it.

    exponents: float (n_layers, n_pixels) in half-turns; without them the parameters stay symbols.
    A layer of equal Paulis uses XX, YY or ZZ. A mixed one such as ZX is a ZZ layer between changes of
    basis, (A⊗B) ZZ^t (A⊗B)†, which Cirq, TFQ and OpenQASM all know.
    Errors: InputError for exponents of another shape or type.
    """
    import cirq
    import sympy

    readout, data = readout_qubit(), data_qubits(n_pixels)
    parameters: list[sympy.Symbol] | Array
    if exponents is None:
        parameters = [sympy.Symbol(name) for name in symbol_names(circuit, n_pixels)]
    else:
        parameters = check_exponents(circuit, n_pixels, exponents).ravel()
    gates = {"XX": cirq.XX, "YY": cirq.YY, "ZZ": cirq.ZZ}

    built = cirq.Circuit(cirq.X(readout), cirq.H(readout))
    for layer, kind in enumerate(circuit.layers):
        row = parameters[layer * n_pixels : (layer + 1) * n_pixels]
        gate = gates.get(kind, cirq.ZZ)
        to_basis = (
            [] if kind in gates else [*_from_z(kind[1], readout), *(op for q in data for op in _from_z(kind[0], q))]
        )
        built += cirq.inverse(to_basis)
        built += [gate(qubit, readout) ** _parameter(value) for qubit, value in zip(data, row, strict=True)]
        built += to_basis
    built += cirq.H(readout)
    return built


def full_circuit(circuit: CircuitConfig, exponents: Exponents, values: Inputs) -> cirq.Circuit:
    """One image's encoding followed by the model with its exponents filled in."""
    return encoding_circuit(values, circuit.encoding) + model_circuit(circuit, len(values), exponents)


def _from_z(pauli: str, qubit: cirq.GridQubit) -> list[cirq.Operation]:
    """Operations A with A Z A† = the Pauli."""
    import cirq

    return {"X": [cirq.H(qubit)], "Y": [cirq.H(qubit), cirq.S(qubit)], "Z": []}[pauli]


def _parameter(value: sympy.Symbol | float) -> sympy.Symbol | float:
    return float(value) if isinstance(value, np.floating) else value
