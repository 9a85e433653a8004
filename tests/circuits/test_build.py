from __future__ import annotations

import json
import urllib.parse

import cirq
import numpy as np
import pytest
from cirq.contrib.qasm_import import circuit_from_qasm

from qmnist_core.circuits.build import (
    data_qubits,
    encoding_circuit,
    full_circuit,
    model_circuit,
    readout_qubit,
    symbol_names,
)
from qmnist_core.circuits.export import quirk_address, to_json, to_qasm, to_quirk
from qmnist_core.config import LAYERS, CircuitConfig
from qmnist_core.errors import InputError

PAULIS = {"X": cirq.X, "Y": cirq.Y, "Z": cirq.Z}


def test_the_tutorials_qubits_in_row_major_order() -> None:
    assert data_qubits(16) == cirq.GridQubit.rect(4, 4)
    assert data_qubits(16)[7] == cirq.GridQubit(1, 3)
    assert readout_qubit() == cirq.GridQubit(-1, -1)


def test_bits_become_x_gates_on_lit_pixels_only() -> None:
    bits = np.array([0, 1, 0, 1], np.uint8)
    assert encoding_circuit(bits) == cirq.Circuit(cirq.X(cirq.GridQubit(0, 1)), cirq.X(cirq.GridQubit(1, 1)))


def test_gray_values_become_rotations() -> None:
    built = encoding_circuit(np.array([0.0, 0.5, 1.0, 0.25]), "angle")
    assert [op.gate for op in built.all_operations()] == [cirq.rx(np.pi * v) for v in (0.0, 0.5, 1.0, 0.25)]


def test_the_tutorials_model_gate_by_gate() -> None:
    exponents = np.arange(8).reshape(2, 4) / 8
    readout, data = readout_qubit(), data_qubits(4)
    expected = cirq.Circuit(cirq.X(readout), cirq.H(readout))
    expected += [cirq.XX(qubit, readout) ** t for qubit, t in zip(data, exponents[0], strict=True)]
    expected += [cirq.ZZ(qubit, readout) ** t for qubit, t in zip(data, exponents[1], strict=True)]
    expected += cirq.H(readout)
    assert model_circuit(CircuitConfig(), 4, exponents) == expected


def test_sorted_symbol_names_are_in_layer_pixel_order() -> None:
    circuit = CircuitConfig(("ZZ", "XX") * 6)
    names = symbol_names(circuit, 784)
    assert names == sorted(names)
    assert len(set(names)) == 12 * 784
    assert sorted(cirq.parameter_names(model_circuit(CircuitConfig(), 16))) == symbol_names(CircuitConfig(), 16)


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize("exponent", [0.0, 0.37, 1.0, -1.6])
def test_a_layer_is_its_pauli_product_data_letter_first(kind: str, exponent: float) -> None:
    readout, (data,) = readout_qubit(), data_qubits(1)
    product = cirq.PauliString({data: PAULIS[kind[0]], readout: PAULIS[kind[1]]})
    power = cirq.PauliStringPhasor(product, exponent_neg=exponent, exponent_pos=0)
    expected = cirq.Circuit(cirq.X(readout), cirq.H(readout), power, cirq.H(readout))
    built = model_circuit(CircuitConfig((kind,)), 1, np.array([[exponent]]))
    np.testing.assert_allclose(built.unitary([readout, data]), expected.unitary([readout, data]), atol=1e-12)


def test_json_is_read_back_equal() -> None:
    for built in (
        model_circuit(CircuitConfig(("XX", "ZY")), 4),
        full_circuit(CircuitConfig(), np.full((2, 4), 0.3), np.array([1, 0, 0, 1])),
    ):
        assert cirq.read_json(json_text=to_json(built)) == built


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("ZX", "YY"), ("YZ",)])
def test_qasm_is_read_back_as_the_same_unitary(layers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(1)
    circuit = CircuitConfig(layers)
    built = full_circuit(circuit, rng.normal(size=(len(layers), 4)), np.array([1, 0, 1, 1]))
    order = [readout_qubit(), *data_qubits(4)]
    read = circuit_from_qasm(to_qasm(built, 4))
    np.testing.assert_array_less(
        1 - 1e-7,
        abs(np.trace(built.unitary(order).conj().T @ read.unitary(cirq.NamedQubit.range(5, prefix="q_")))) / 32,
    )


@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("n_pixels", [1, 4, 9])
@pytest.mark.parametrize(
    "layers", [("XX", "ZZ"), ("ZX", "YY"), ("YZ", "XY", "ZX"), ("ZZ", "YX", "XZ"), ("XX", "ZY", "YZ")]
)
def test_quirks_circuit_is_read_back_as_the_same_state(layers: tuple[str, ...], n_pixels: int, encoding: str) -> None:
    rng = np.random.default_rng(n_pixels)
    circuit = CircuitConfig(layers, encoding)
    exponents = rng.normal(size=(len(layers), n_pixels))
    values = rng.integers(0, 2, n_pixels) if encoding == "bits" else rng.random(n_pixels)
    read = cirq.quirk_json_to_circuit(json.loads(to_quirk(circuit, exponents, values)))
    wires, order = cirq.LineQubit.range(n_pixels + 1), [readout_qubit(), *data_qubits(n_pixels)]
    theirs = read.final_state_vector(qubit_order=wires, dtype=np.complex128)
    ours = full_circuit(circuit, exponents, values).final_state_vector(qubit_order=order, dtype=np.complex128)
    assert abs(np.vdot(ours, theirs)) == pytest.approx(1.0, abs=1e-9)
    z = np.where(np.arange(len(ours)) < len(ours) // 2, 1.0, -1.0)
    assert z @ abs(theirs) ** 2 == pytest.approx(z @ abs(ours) ** 2, abs=1e-5)


def test_quirks_address_holds_the_circuit_in_plain_decimals() -> None:
    built = to_quirk(CircuitConfig(("ZX",)), np.array([[1e-5, -0.5]]), np.array([0, 1]))
    turns = [[{"id": "Rzft", "arg": f"{t} pi"} for t in pair] for pair in (("0.000010", "-0.500000"),)]
    assert json.loads(built)["cols"][:2] == [["X", 1, "X"], ["H"]]
    assert json.loads(built)["cols"][2] == ["⊕", *turns[0]]
    address = quirk_address(built)
    assert address.isascii()
    assert " " not in address
    start, _, fragment = address.partition("#circuit=")
    assert (start, urllib.parse.unquote(fragment)) == ("https://algassert.com/quirk", built)


def test_quirk_draws_16_qubits_at_most() -> None:
    assert len(json.loads(to_quirk(CircuitConfig(), np.zeros((2, 15)), np.zeros(15)))["cols"]) == 7
    with pytest.raises(InputError, match="Quirk draws 16 qubits at most, got 17: use a size of 3 or less"):
        to_quirk(CircuitConfig(), np.zeros((2, 16)), np.zeros(16))


def test_bad_exponents_are_named() -> None:
    with pytest.raises(InputError, match=r"shape \(n_layers, n_pixels\) = \(2, 4\), got \(4, 2\)"):
        model_circuit(CircuitConfig(), 4, np.zeros((4, 2)))
    with pytest.raises(InputError, match="exponents must be finite, got nan or infinity"):
        model_circuit(CircuitConfig(), 1, np.array([[0.0], [np.nan]]))
    with pytest.raises(InputError, match="exponents must be numbers, got an array of type <U1"):
        model_circuit(CircuitConfig(), 1, np.array([["a"], ["b"]]))
    with pytest.raises(InputError, match="OpenQASM needs numbers for all parameters"):
        to_qasm(model_circuit(CircuitConfig(), 4), 4)
