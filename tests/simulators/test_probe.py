from __future__ import annotations

import cirq
import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.circuits.build import data_qubits, full_circuit, readout_qubit
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators import expectation, expectation_and_gradient
from qmnist_core.simulators.probe import readout_after_layers, scan_exponent, scan_over_time, strongest_exponent

STACKS = [("XX", "ZZ"), ("ZZ", "XX"), ("ZY", "XZ", "YY"), ("XX", "ZZ", "YX", "ZY"), ("XX", "ZZ") * 3]


def image_for(circuit: CircuitConfig, n_pixels: int, rng: np.random.Generator) -> Array:
    return rng.integers(0, 2, n_pixels) if circuit.encoding == "bits" else rng.random(n_pixels)


def z_by_cirq(built: cirq.Circuit) -> float:
    order = [readout_qubit(), *data_qubits(4)]
    state = cirq.Simulator(dtype=np.complex128).simulate(built, qubit_order=order).final_state_vector
    z = cirq.Z(readout_qubit()).expectation_from_state_vector(state, {q: i for i, q in enumerate(order)})
    return float(z.real)


@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("layers", STACKS)
def test_the_readout_after_each_layer_is_cirqs(layers: tuple[str, ...], encoding: str) -> None:
    rng = np.random.default_rng(len(layers))
    circuit = CircuitConfig(layers, encoding)
    exponents, values = rng.normal(size=(len(layers), 4)), image_for(circuit, 4, rng)
    found = readout_after_layers(circuit, exponents, values)
    no_layer = cirq.Circuit(cirq.X(readout_qubit()), cirq.H(readout_qubit()), cirq.H(readout_qubit()))
    cut = [CircuitConfig(layers[:n], encoding) for n in range(1, len(layers) + 1)]
    circuits = [no_layer, *(full_circuit(part, exponents[: part.n_layers], values) for part in cut)]
    np.testing.assert_allclose(found, [z_by_cirq(built) for built in circuits], rtol=0, atol=1e-12)
    assert (found.dtype, found[0]) == (np.dtype(np.float64), -1.0)
    assert found[-1] == expectation(circuit, exponents, values[None])[0]


@pytest.mark.parametrize(("n_pixels", "encoding"), [(1, "bits"), (16, "bits"), (784, "bits"), (16, "angle")])
@pytest.mark.parametrize("layers", STACKS)
def test_a_scan_equals_direct_evaluation(layers: tuple[str, ...], n_pixels: int, encoding: str) -> None:
    rng = np.random.default_rng(n_pixels)
    circuit = CircuitConfig(layers, encoding)
    exponents = rng.normal(size=(len(layers), n_pixels)) / np.sqrt(n_pixels)
    values, grid = image_for(circuit, n_pixels, rng), np.array([-1.7, 0.0, 0.31, 1.0, 1.9, 2.31, 7.0])
    layer, pixel = int(rng.integers(len(layers))), int(rng.integers(n_pixels))
    direct = []
    for exponent in grid:
        changed = exponents.copy()
        changed[layer, pixel] = exponent
        direct.append(expectation(circuit, changed, values[None])[0])
    np.testing.assert_allclose(
        scan_exponent(circuit, exponents, values, layer, pixel, grid), direct, rtol=0, atol=1e-13
    )


def test_the_slope_of_a_scan_is_the_gradient() -> None:
    rng = np.random.default_rng(3)
    circuit = CircuitConfig(("XX", "ZY", "ZZ"))
    exponents, bits = rng.normal(size=(3, 9)), rng.integers(0, 2, 9)
    _, gradient = expectation_and_gradient(circuit, exponents, bits[None], np.ones(1))
    for layer, pixel in ((0, 0), (1, 8), (2, 4)):
        shifted = exponents[layer, pixel] + np.array([-0.5, 0.5])
        low, high = scan_exponent(circuit, exponents, bits, layer, pixel, shifted)
        assert np.pi / 2 * (high - low) == pytest.approx(gradient[layer, pixel], abs=1e-12)


@pytest.mark.parametrize("n_pixels", [1, 16, 196])
@pytest.mark.parametrize("layers", STACKS)
def test_a_scan_at_every_moment_is_that_of_each(layers: tuple[str, ...], n_pixels: int) -> None:
    rng = np.random.default_rng(n_pixels + len(layers))
    circuit, grid = CircuitConfig(layers), np.array([-1.7, 0.0, 0.31, 1.0])
    exponents = rng.normal(size=(3, len(layers), n_pixels)) / np.sqrt(n_pixels)
    bits = rng.integers(0, 2, n_pixels)
    layer, pixel = int(rng.integers(len(layers))), int(rng.integers(n_pixels))
    found = scan_over_time(circuit, exponents, bits, layer, pixel)
    assert found.shape == (3, 3)
    for moment, (mean, cosine, sine) in zip(exponents, found, strict=True):
        there = mean + cosine * np.cos(np.pi * grid) + sine * np.sin(np.pi * grid)
        np.testing.assert_allclose(there, scan_exponent(circuit, moment, bits, layer, pixel, grid), rtol=0, atol=1e-12)


@pytest.mark.parametrize("layers", STACKS)
@pytest.mark.parametrize("lit", [[1, 2, 6], []])
def test_the_strongest_exponent_moves_the_readout_most(layers: tuple[str, ...], lit: list[int]) -> None:
    rng = np.random.default_rng(len(layers))
    circuit, exponents, bits = CircuitConfig(layers), rng.normal(size=(len(layers), 9)), np.zeros(9, np.uint8)
    bits[lit] = 1

    def reach(layer: int, pixel: int) -> float:
        return float(np.hypot(*scan_over_time(circuit, exponents[None], bits, layer, pixel)[0, 1:]))

    layer, pixel = strongest_exponent(circuit, exponents, bits)
    most = max(reach(one, other) for one in range(len(layers)) for other in lit or range(9))
    assert pixel in (lit or range(9))
    assert reach(layer, pixel) == pytest.approx(most, abs=1e-8)


def test_what_does_not_exist_is_named() -> None:
    circuit, exponents, bits = CircuitConfig(), np.zeros((2, 4)), np.zeros(4)
    with pytest.raises(InputError, match=r"values must have shape \(n_pixels,\), one image, got \(1, 4\)"):
        readout_after_layers(circuit, exponents, bits[None])
    with pytest.raises(InputError, match=r"exponents must have shape \(n_layers, n_pixels\) = \(2, 4\), got \(3, 4\)"):
        readout_after_layers(circuit, np.zeros((3, 4)), bits)
    with pytest.raises(InputError, match="layer must be from 0 to 1, got 2"):
        scan_exponent(circuit, exponents, bits, 2, 0, np.zeros(1))
    with pytest.raises(InputError, match="pixel must be from 0 to 3, got -1"):
        scan_exponent(circuit, exponents, bits, 0, -1, np.zeros(1))
    for grid in (np.zeros((1, 1)), np.array([np.nan])):
        with pytest.raises(InputError, match="the grid must be finite numbers of shape"):
            scan_exponent(circuit, exponents, bits, 0, 0, grid)
    with pytest.raises(InputError, match="bits must be 0 or 1"):
        scan_exponent(circuit, exponents, bits + 0.5, 0, 0, np.zeros(1))
    with pytest.raises(InputError, match="pixel must be from 0 to 3, got 4"):
        scan_over_time(circuit, exponents[None], bits, 0, 4)
    with pytest.raises(InputError, match="only circuits that read bits are sums of waves"):
        scan_over_time(CircuitConfig(encoding="angle"), exponents[None], bits, 0, 0)
