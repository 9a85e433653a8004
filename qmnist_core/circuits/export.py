"""Circuits in other forms: Cirq's JSON, OpenQASM, Quirk.

In OpenQASM the readout is q[0] and data qubit i is q[i + 1]. In Quirk, too, the readout is the first wire.
"""

from __future__ import annotations

import json
import urllib.parse
from typing import TYPE_CHECKING, Any

from qmnist_core.arrays import Exponents, Inputs
from qmnist_core.circuits.build import data_qubits, readout_qubit
from qmnist_core.circuits.exponents import check_exponents
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import InputError

if TYPE_CHECKING:
    import cirq

MAX_QUIRK_QUBITS = 16


_QUIRK_CONTROLS = {"X": ("⊕", "⊖"), "Y": ("⊗", "(/)"), "Z": ("◦", "•")}
"""Quirk's names for "only where this Pauli is +1" and "only where it is −1"; it draws the X and Y ones the other
way round. Source: Quirk, src/gates/Controls.js."""


def to_json(built: cirq.Circuit) -> str:
    """Cirq's own JSON; `cirq.read_json(json_text=…)` gives an equal circuit back."""
    import cirq

    return str(cirq.to_json(built))


def to_qasm(built: cirq.Circuit, n_pixels: int) -> str:
    """OpenQASM 2.0 of a circuit without free symbols, readout first, then the data qubits.

    Errors: InputError where a parameter is still a symbol.
    """
    import cirq

    if cirq.is_parameterized(built):
        raise InputError("OpenQASM needs numbers for all parameters: give model_circuit the exponents")
    return str(built.to_qasm(qubit_order=[readout_qubit(), *data_qubits(n_pixels)]))


def to_quirk(circuit: CircuitConfig, exponents: Exponents, values: Inputs) -> str:
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
    if reads_bits(circuit.encoding):
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


def _quirk_turn(pauli: str, half_turns: float) -> dict[str, str]:
    # Never 1e-05: Quirk's formulas know e as Euler's number.
    return {"id": f"R{pauli.lower()}ft", "arg": f"{half_turns:.6f} pi"}
