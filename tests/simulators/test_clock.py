from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators import expectation
from qmnist_core.simulators.clock import Clock, is_clock, lighting_effects, read_clock, wrapped
from qmnist_core.simulators.exact import ExactSimulator

PAULIS = {
    "X": np.array([[0, 1], [1, 0]], complex),
    "Y": np.array([[0, -1j], [1j, 0]], complex),
    "Z": np.array([[1, 0], [0, -1]], complex),
}
ONE_WAVE = [("XX", "ZZ"), ("ZZ",), ("XY",), ("XX", "YY"), ("ZX", "YZ", "XZ"), ("XX",)]


def draw(layers: tuple[str, ...], n_pixels: int, seed: int = 0) -> tuple[CircuitConfig, Array, Array]:
    rng = np.random.default_rng(seed)
    return (
        CircuitConfig(layers),
        rng.uniform(-1, 1, (len(layers), n_pixels)),
        rng.integers(0, 2, n_pixels).astype(np.uint8),
    )


@pytest.mark.parametrize("layers", ONE_WAVE)
def test_the_hand_ends_at_the_readouts_expectation(layers: tuple[str, ...]) -> None:
    circuit, exponents, bits = draw(layers, 9)
    assert is_clock(circuit)
    clock = read_clock(circuit, exponents)
    hand = clock.hand(bits)
    assert hand[0] == -1
    assert hand[-1].real == pytest.approx(expectation(circuit, exponents, bits[None])[0], abs=1e-12)
    assert hand[-1].real == pytest.approx(-clock.damping * math.cos(clock.total(bits[None])[0]), abs=1e-12)
    assert abs(hand[-1]) == pytest.approx(clock.damping, abs=1e-12)


def test_the_hand_on_its_way_is_the_circuit_of_the_pixels_so_far() -> None:
    circuit, exponents, bits = draw(("XX", "ZZ"), 6)
    hand = read_clock(circuit, exponents).hand(bits)
    for k in range(1, 7):
        assert hand[k].real == pytest.approx(expectation(circuit, exponents[:, :k], bits[None, :k])[0], abs=1e-12)


def test_the_hand_is_the_readouts_bloch_vector() -> None:
    circuit, exponents, bits = draw(("XX", "ZZ"), 3, seed=5)
    n = len(bits)
    state = np.zeros((2,) * (n + 1), complex)  # the readout is the last axis
    state[tuple(bits)] = np.array([1, -1]) / math.sqrt(2)

    def act(pixel: int, matrix: Array, on_readout: Array, state: Array) -> Array:
        state = np.moveaxis(np.tensordot(matrix, state, ([1], [pixel])), 0, pixel)
        return np.moveaxis(np.tensordot(on_readout, state, ([1], [n])), 0, n)

    for layer, row in zip(circuit.layers, exponents, strict=True):
        pauli = PAULIS[layer[0]]
        for pixel, exponent in enumerate(row):
            angle = math.pi * exponent / 2
            turned = act(pixel, pauli, PAULIS[layer[1]], state)
            state = math.cos(angle) * state - 1j * math.sin(angle) * turned
    density = np.tensordot(state, state.conj(), (range(n), range(n)))
    x, y, z = (np.trace(density @ PAULIS[name]).real for name in "XYZ")
    end = read_clock(circuit, exponents).hand(bits)[-1]
    assert (x, abs(y), z) == pytest.approx((end.real, abs(end.imag), 0), abs=1e-12)


def test_the_tutorials_clock_is_that_of_the_formula() -> None:
    circuit, exponents, _ = draw(("XX", "ZZ"), 16)
    clock = read_clock(circuit, exponents)
    factors = np.cos(np.pi * exponents[1]) + 1j * np.cos(np.pi * exponents[0]) * np.sin(np.pi * exponents[1])
    np.testing.assert_allclose(clock.lengths, np.abs(factors), atol=1e-15)
    np.testing.assert_allclose(clock.angles, np.angle(factors), atol=1e-15)
    assert clock.damping == pytest.approx(np.prod(np.abs(factors)))


@pytest.mark.parametrize("n_pixels", [1, 16, 784])
def test_r_and_phi_reproduce_the_model(n_pixels: int) -> None:
    rng = np.random.default_rng(0)
    exponents = rng.normal(size=(2, n_pixels)) * np.array([[0.1], [0.3 / np.sqrt(n_pixels)]])
    bits = rng.integers(0, 2, (20, n_pixels))
    clock = read_clock(CircuitConfig(), exponents)
    assert 0.1 < clock.damping <= 1.0
    model = -clock.damping * np.cos((1.0 - 2.0 * bits) @ clock.angles)
    np.testing.assert_allclose(model, expectation(CircuitConfig(), exponents, bits), rtol=0, atol=1e-13)


@pytest.mark.parametrize("layers", [("XX", "ZZ", "XX", "ZZ"), ("XY", "ZZ"), ("ZZ", "XX", "ZY", "XX")])
def test_other_stacks_have_no_single_clock(layers: tuple[str, ...]) -> None:
    circuit, exponents, _ = draw(layers, 4)
    assert not is_clock(circuit)
    with pytest.raises(InputError, match="make several waves: there is no single clock"):
        read_clock(circuit, exponents)


@pytest.mark.parametrize("exponents", [0.5, np.zeros(4), np.zeros((2, 4, 1))])
def test_exponents_of_another_shape_are_refused(exponents: object) -> None:
    with pytest.raises(InputError, match="exponents must have shape"):
        read_clock(CircuitConfig(), np.asarray(exponents))


def test_layers_at_the_end_that_change_nothing_leave_the_clock_as_it_is() -> None:
    circuit, exponents, _ = draw(("XX", "ZZ", "XX", "ZX"), 4)
    clock, without = read_clock(circuit, exponents), read_clock(CircuitConfig(), exponents[:2])
    assert clock.damping == pytest.approx(without.damping)
    # As the mirror image, which has the same cosine.
    np.testing.assert_allclose(clock.angles * np.sign(clock.angles[0]), without.angles * np.sign(without.angles[0]))


def test_gray_values_have_no_clock() -> None:
    assert not is_clock(CircuitConfig(encoding="angle"))


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"), ("XY", "ZZ"), ("XX",)])
def test_lighting_a_pixel_in_every_image(layers: tuple[str, ...]) -> None:
    circuit, exponents, _ = draw(layers, 4)
    bits = np.array(list(itertools.product((0, 1), repeat=4)), np.uint8)
    effects = lighting_effects(ExactSimulator(circuit).waves(exponents), bits)
    for pixel in range(4):
        lit, unlit = bits.copy(), bits.copy()
        lit[:, pixel], unlit[:, pixel] = 1, 0
        expected = expectation(circuit, exponents, lit) - expectation(circuit, exponents, unlit)
        np.testing.assert_allclose(effects[:, pixel], expected, atol=1e-12)


def test_effects_in_pieces_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit, exponents, _ = draw(("XX", "ZZ", "XX"), 5)
    bits = np.random.default_rng(1).integers(0, 2, (7, 5))
    waves = ExactSimulator(circuit).waves(exponents)
    whole = lighting_effects(waves, bits)
    monkeypatch.setattr("qmnist_core.simulators.clock.CHUNK", 2)
    np.testing.assert_allclose(lighting_effects(waves, bits), whole, atol=1e-15)


def test_lighting_turns_the_hand_back_twice() -> None:
    clock = Clock(np.ones(4), np.array([0.5, -0.25, math.pi, -2.0]))
    assert clock.lighting == pytest.approx([-1.0, 0.5, 0.0, 4.0 - 2 * math.pi], abs=1e-12)


def test_wrapping() -> None:
    angles = np.array([0.0, math.pi, -math.pi, 3 * math.pi, 4.0, -4.0])
    expected = [0.0, math.pi, math.pi, math.pi, 4 - 2 * math.pi, 2 * math.pi - 4]
    assert wrapped(angles) == pytest.approx(expected)
    assert wrapped(np.array([-math.pi]))[0] == math.pi
