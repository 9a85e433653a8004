"""The circuits as Cirq objects: qubits, data encoding, model, and their export to files.

Qubit order: data qubit i is pixel i in row-major order, `cirq.GridQubit(i // size, i % size)`; the
readout is `cirq.GridQubit(-1, -1)`. In OpenQASM the readout is q[0] and data qubit i is q[i + 1].

In Quirk, too, the readout is the first wire.

Parameter order is (layer, pixel). TFQ sorts symbol names as strings, so layer and pixel numbers are
padded with zeros ("L001-zz-007"): then the sorted order *is* (layer, pixel).

Source: Farhi & Neven, arXiv:1802.06002; readout preparation and gates as in TFQ's MNIST tutorial.
"""

from __future__ import annotations

import json
import math
import urllib.parse
from typing import TYPE_CHECKING, Any

import numpy as np

from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError

if TYPE_CHECKING:
    import cirq
    import sympy

MAX_QUIRK_QUBITS = 16
_QUIRK_CONTROLS = {"X": ("⊕", "⊖"), "Y": ("⊗", "(/)"), "Z": ("◦", "•")}
"""Quirk's names for "only where this Pauli is +1" and "only where it is −1"; it draws the X and Y ones the other
way round. Source: Quirk, src/gates/Controls.js."""


def readout_qubit() -> cirq.GridQubit:
    """The one qubit that every gate of the model meets."""
    import cirq

    return cirq.GridQubit(-1, -1)


def data_qubits(n_pixels: int) -> list[cirq.GridQubit]:
    """The data qubits of a square image, row by row; an image that is not square becomes one row."""
    import cirq

    size = math.isqrt(n_pixels)
    return cirq.GridQubit.rect(size, size) if size * size == n_pixels else cirq.GridQubit.rect(1, n_pixels)


def encoding_circuit(values: np.ndarray, encoding: str = "bits") -> cirq.Circuit:
    """Write one image onto the data qubits: X on each lit pixel ("bits"), or RX(π·value) on each ("angle").

    values: (n_pixels,), 0 or 1 for "bits", in [0, 1] for "angle".
    """
    import cirq

    qubits = data_qubits(len(values))
    if encoding == "bits":
        return cirq.Circuit(cirq.X(qubit) for qubit, bit in zip(qubits, values, strict=True) if bit)
    return cirq.Circuit(cirq.rx(math.pi * float(value))(qubit) for qubit, value in zip(qubits, values, strict=True))


def symbol_names(circuit: CircuitConfig, n_pixels: int) -> list[str]:
    """Names of the parameters in (layer, pixel) order, which is also their order as sorted strings."""
    return [
        f"L{layer:03d}-{kind.lower()}-{pixel:03d}"
        for layer, kind in enumerate(circuit.layers)
        for pixel in range(n_pixels)
    ]


def model_circuit(circuit: CircuitConfig, n_pixels: int, exponents: np.ndarray | None = None) -> cirq.Circuit:
    """The model: readout preparation X, H; the layers; H. Measuring Z on the readout comes after it.

    exponents: float (n_layers, n_pixels) in half-turns; without them the parameters stay symbols.
    A layer of equal Paulis uses XX, YY or ZZ. A mixed one such as ZX is a ZZ layer between changes of
    basis, (A⊗B) ZZ^t (A⊗B)†, which Cirq, TFQ and OpenQASM all know.
    Errors: InputError for exponents of another shape or type.
    """
    import cirq
    import sympy

    readout, data = readout_qubit(), data_qubits(n_pixels)
    parameters: list[sympy.Symbol] | np.ndarray
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


def full_circuit(circuit: CircuitConfig, exponents: np.ndarray, values: np.ndarray) -> cirq.Circuit:
    """One image's encoding followed by the model with its exponents filled in."""
    return encoding_circuit(values, circuit.encoding) + model_circuit(circuit, len(values), exponents)


def to_json(built: cirq.Circuit) -> str:
    """Cirq's own JSON; `cirq.read_json(json_text=…)` gives an equal circuit back."""
    import cirq

    return cirq.to_json(built)


def to_qasm(built: cirq.Circuit, n_pixels: int) -> str:
    """OpenQASM 2.0 of a circuit without free symbols, readout first, then the data qubits.

    Errors: InputError where a parameter is still a symbol.
    """
    import cirq

    if cirq.is_parameterized(built):
        raise InputError("OpenQASM needs numbers for all parameters: give model_circuit the exponents")
    return built.to_qasm(qubit_order=[readout_qubit(), *data_qubits(n_pixels)])


def to_quirk(circuit: CircuitConfig, exponents: np.ndarray, values: np.ndarray) -> str:
    """One image's circuit as Quirk's JSON: the readout is the first wire, the data qubits follow.

    exponents: float (n_layers, n_pixels), half-turns, written with 6 decimals. values: (n_pixels,), bits or gray
    values. A layer is two columns: its gates e^{−iπtP⊗Q/2} turn every data qubit about P by +πt where the readout's
    Q is +1, and by −πt where it is −1.
    Errors: InputError for more than 16 qubits, and those of `check_exponents`.
    """
    n_qubits = len(values) + 1
    if n_qubits > MAX_QUIRK_QUBITS:
        raise InputError(f"Quirk draws {MAX_QUIRK_QUBITS} qubits at most, got {n_qubits}: use a size of 3 or less")
    encoded: list[Any]
    if circuit.encoding == "bits":
        encoded = ["X" if bit else 1 for bit in values]
    else:
        encoded = [_quirk_turn("X", float(value)) for value in values]
    columns = [["X", *encoded], ["H"]]
    for kind, row in zip(circuit.layers, check_exponents(circuit, len(values), exponents), strict=True):
        for control, sign in zip(_QUIRK_CONTROLS[kind[1]], (1, -1), strict=True):
            columns.append([control, *(_quirk_turn(kind[0], sign * t) for t in row)])
    return json.dumps({"cols": [*columns, ["H"]]}, ensure_ascii=False, separators=(",", ":"))


def quirk_address(quirk_json: str) -> str:
    """The web address that opens a circuit of `to_quirk` in Quirk."""
    return "https://algassert.com/quirk#circuit=" + urllib.parse.quote(quirk_json)


def check_exponents(circuit: CircuitConfig, n_pixels: int, exponents: np.ndarray) -> np.ndarray:
    """exponents as float64 (n_layers, n_pixels) in (−2, 2), or InputError that says what is wrong.

    Gates repeat every 2 half-turns. Taking whole periods off is exact and keeps huge exponents precise.
    """
    array = as_numbers("exponents", exponents)
    expected = (circuit.n_layers, n_pixels)
    if array.shape != expected:
        raise InputError(f"exponents must have shape (n_layers, n_pixels) = {expected}, got {array.shape}")
    if not np.isfinite(array).all():
        raise InputError("exponents must be finite, got nan or infinity")
    return np.fmod(array, 2.0)


def as_numbers(name: str, values: object) -> np.ndarray:
    """values as float64, or InputError where they are not a plain array of numbers."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"{name} must be an array, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must be numbers, got an array of type {array.dtype}")
    return array.astype(np.float64, copy=False)


def _from_z(pauli: str, qubit: cirq.GridQubit) -> list[cirq.Operation]:
    """Operations A with A Z A† = the Pauli."""
    import cirq

    return {"X": [cirq.H(qubit)], "Y": [cirq.H(qubit), cirq.S(qubit)], "Z": []}[pauli]


def _quirk_turn(pauli: str, half_turns: float) -> dict[str, str]:
    # Never 1e-05: Quirk's formulas know e as Euler's number.
    return {"id": f"R{pauli.lower()}ft", "arg": f"{half_turns:.6f} pi"}


def _parameter(value: sympy.Symbol | float) -> sympy.Symbol | float:
    return float(value) if isinstance(value, np.floating) else value
