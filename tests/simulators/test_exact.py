"""The exact engine against Cirq's state vector, TFQ, a stabiliser simulator and difference quotients."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
import stim
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core.arrays import Array, Bits, Exponents
from qmnist_core.config import LAYERS, CircuitConfig, NoiseConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators import compiled, exact, expectation, expectation_and_gradient, expectation_over_time
from qmnist_core.simulators.all_inputs import all_answers
from qmnist_core.simulators.compiled import Circuit, columns
from qmnist_core.simulators.exact import CHUNK, ExactSimulator
from qmnist_core.simulators.noise import noisy_expectation

Case = tuple[CircuitConfig, Array, Array]


@st.composite
def cases(draw: st.DrawFn, encodings: tuple[str, ...] = ("bits", "angle"), max_pixels: int = 6) -> Case:
    """A random stack of 2–6 layers, exponents (some of them multiples of ½, where factors vanish) and 3 inputs."""
    layers = tuple(draw(st.lists(st.sampled_from(LAYERS), min_size=2, max_size=6)))
    circuit = CircuitConfig(layers, draw(st.sampled_from(encodings)))
    n_pixels = draw(st.integers(1, max_pixels))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    exponents = rng.uniform(-2, 2, (len(layers), n_pixels))
    on_grid = rng.random(exponents.shape) < draw(st.sampled_from((0.0, 0.3, 1.0)))
    exponents[on_grid] = np.round(2 * exponents[on_grid]) / 2
    inputs = rng.integers(0, 2, (3, n_pixels)) if circuit.encoding == "bits" else rng.random((3, n_pixels))
    return circuit, exponents, inputs


@settings(max_examples=200, deadline=None)
@given(cases())
def test_equals_cirqs_state_vector(case: Case) -> None:
    circuit, exponents, inputs = case
    np.testing.assert_allclose(
        expectation(circuit, exponents, inputs), expectation(circuit, exponents, inputs, "cirq"), rtol=0, atol=1e-10
    )


@settings(max_examples=100, deadline=None)
@given(cases(encodings=("bits",), max_pixels=8), st.integers(1, 5))
def test_over_time_it_is_the_same_at_each_moment(case: Case, n_moments: int) -> None:
    circuit, exponents, inputs = case
    moments = np.array([exponents * (1 + i) / n_moments for i in range(n_moments)])
    found = expectation_over_time(circuit, moments, inputs)
    one_by_one = [expectation(circuit, moment, inputs) for moment in moments]
    np.testing.assert_allclose(found, one_by_one, rtol=0, atol=1e-12)


def test_over_time_it_takes_some_moments_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    circuit, moments = CircuitConfig(("XX", "ZZ")), np.random.default_rng(0).uniform(-1, 1, (7, 2, 4))
    bits = np.eye(4, dtype=np.uint8)
    whole = expectation_over_time(circuit, moments, bits)
    monkeypatch.setattr(exact, "CHUNK", 8)
    np.testing.assert_allclose(expectation_over_time(circuit, moments, bits), whole, rtol=0, atol=1e-15)


def test_over_time_bad_exponents_are_named() -> None:
    with pytest.raises(InputError, match=r"exponents must have shape \(n_layers, n_pixels\) = \(2, 4\)"):
        expectation_over_time(CircuitConfig(("XX", "ZZ")), np.zeros((3, 2, 5)), np.zeros((1, 4)))


@settings(max_examples=30, deadline=None)
@given(cases(max_pixels=3))
def test_gradient_equals_the_parameter_shift_rule(case: Case) -> None:
    circuit, exponents, inputs = case
    weights = np.array([1.0, -0.5, 2.0])
    values, gradient = expectation_and_gradient(circuit, exponents, inputs, weights)
    shifted_values, shifted = expectation_and_gradient(circuit, exponents, inputs, weights, "cirq")
    np.testing.assert_allclose(values, shifted_values, rtol=0, atol=1e-10)
    np.testing.assert_allclose(gradient, shifted, rtol=0, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(cases(max_pixels=8))
def test_gradient_equals_central_differences(case: Case) -> None:
    circuit, exponents, inputs = case
    weights, h = np.array([0.3, 1.0, -1.0]), 1e-5
    _, gradient = expectation_and_gradient(circuit, exponents, inputs, weights)
    for place in np.ndindex(*exponents.shape):
        step = np.zeros_like(exponents)
        step[place] = h
        difference = expectation(circuit, exponents + step, inputs) - expectation(circuit, exponents - step, inputs)
        assert gradient[place] == pytest.approx(weights @ difference / (2 * h), abs=1e-7)


def test_equals_tfq_with_gradients(tfq: ModuleType) -> None:
    @settings(max_examples=40, deadline=None)
    @given(cases())
    def agrees(case: Case) -> None:
        circuit, exponents, inputs = case
        weights = np.array([1.0, -1.0, 0.5])
        ours, our_gradient = expectation_and_gradient(circuit, exponents, inputs, weights)
        theirs, their_gradient = expectation_and_gradient(circuit, exponents, inputs, weights, "tfq")
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)
        # TFQ differentiates each gate by a difference of width 5e-3, which is 5e-5 off in proportion.
        np.testing.assert_allclose(our_gradient, their_gradient, rtol=2e-4, atol=1e-4)

    agrees()


def test_equals_tfq_and_cirq_on_the_tutorials_17_qubits(tfq: ModuleType) -> None:
    rng = np.random.default_rng(5)
    for layers in (("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"), ("XX", "ZX", "YY")):
        circuit, bits = CircuitConfig(layers), rng.integers(0, 2, (3, 16))
        exponents = rng.uniform(0, 2 * np.pi, (len(layers), 16))
        ours = expectation(circuit, exponents, bits)
        np.testing.assert_allclose(ours, expectation(circuit, exponents, bits, "cirq"), rtol=0, atol=1e-10)
        np.testing.assert_allclose(ours, expectation(circuit, exponents, bits, "tfq"), rtol=0, atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_both_encodings_agree_on_bits(case: Case) -> None:
    circuit, exponents, inputs = case
    bits = np.round(inputs)
    np.testing.assert_allclose(
        expectation(CircuitConfig(circuit.layers, "bits"), exponents, bits),
        expectation(CircuitConfig(circuit.layers, "angle"), exponents, bits),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.parametrize("n_pixels", [1, 16, 784])
def test_closed_form_and_path_sum_agree(n_pixels: int) -> None:
    """The closed form serves (XX, ZZ) on bits; the gray encoding of the same bits takes the path sum."""
    rng = np.random.default_rng(2)
    bits, weights = rng.integers(0, 2, (5, n_pixels)), rng.normal(size=5)
    exponents = rng.normal(size=(2, n_pixels)) * 0.3 / np.sqrt(n_pixels)
    closed = expectation_and_gradient(CircuitConfig(), exponents, bits, weights)
    summed = expectation_and_gradient(CircuitConfig(encoding="angle"), exponents, bits, weights)
    assert abs(closed[0]).max() > 0.5
    np.testing.assert_allclose(closed[0], summed[0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(closed[1], summed[1], rtol=0, atol=1e-11)


def stabiliser_expectation(layers: tuple[str, ...], exponents: Exponents, bits: Bits) -> float:
    """⟨Z⟩ at exponents that are multiples of ½, by stim: each gate is a Clifford, exp(−iπt/2 · P⊗Q)."""
    n = len(bits)
    simulator = stim.TableauSimulator()
    simulator.x(n, *np.flatnonzero(bits))
    simulator.h(n)
    for layer, row in zip(layers, exponents, strict=True):
        for pixel, exponent in enumerate(row):
            for _ in range(int(np.rint(2 * exponent)) % 4):  # √(P⊗Q), up to a phase
                simulator.do(sqrt_product(layer, pixel, n))
    simulator.h(n)
    return float(simulator.peek_z(n))


def sqrt_product(layer: str, data: int, readout: int) -> stim.Circuit:
    """Clifford gates for (P⊗Q)^½: SQRT_ZZ between changes of basis."""
    to_z = {"X": ("H", "H"), "Y": ("SQRT_X", "SQRT_X_DAG"), "Z": ("I", "I")}
    built = stim.Circuit()
    for pauli, qubit in zip(layer, (data, readout), strict=True):
        built.append(to_z[pauli][0], [qubit])
    built.append("SQRT_ZZ", [data, readout])
    for pauli, qubit in zip(layer, (data, readout), strict=True):
        built.append(to_z[pauli][1], [qubit])
    return built


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("ZZ", "YX", "XZ"), ("XX", "ZZ", "XX", "ZZ")])
def test_785_qubits_at_clifford_exponents_equal_a_stabiliser_simulator(layers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(8)
    seen = set()
    for trial in range(12):
        bits = rng.integers(0, 2, 784)
        # Mostly whole half-turns, or ⟨Z⟩ would be 0 in every trial.
        exponents = rng.integers(0, 4, (len(layers), 784)).astype(float)
        for row in exponents[:, rng.permutation(784)[: trial % 4]].T:
            row += 0.5
        exponents[:, :trial] += 0.5 * rng.integers(0, 2, (len(layers), trial))
        expected = stabiliser_expectation(layers, exponents, bits)
        value = expectation(CircuitConfig(layers), exponents, bits[None])[0]
        assert value == pytest.approx(expected, abs=1e-10)
        seen.add(expected)
    assert len(seen) > 1


@pytest.mark.parametrize("end", [("XX",), ("ZX",), ("YX", "ZX")])
@pytest.mark.parametrize("encoding", ["bits", "angle"])
def test_layers_at_the_end_that_change_nothing_cost_no_digits(encoding: str, end: tuple[str, ...]) -> None:
    """On 784 pixels ⟨Z⟩ is some 1e-70: waves that cancel would leave nothing of it."""
    rng = np.random.default_rng(0)
    exponents, values = rng.uniform(0, 2 * np.pi, (2 + len(end), 784)), rng.integers(0, 2, (3, 784))
    short, long = CircuitConfig(encoding=encoding), CircuitConfig(("XX", "ZZ", *end), encoding)
    weights = np.array([1.0, -2.0, 0.5])
    expected = expectation_and_gradient(short, exponents[:2], values, weights)
    found = expectation_and_gradient(long, exponents, values, weights)
    assert (expected[0] != 0.0).all()
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-9)
    np.testing.assert_allclose(found[1][:2], expected[1], rtol=1e-9, atol=1e-85)
    assert not found[1][2:].any()


@pytest.mark.parametrize(
    "layers", [("XZ", "XX", "ZZ"), ("YY", "ZZ", "XY"), ("XX", "ZZ", "XX", "ZZ"), ("XY", "ZX", "YZ")]
)
def test_waves_that_cancel_leave_no_more_than_their_rounding(layers: tuple[str, ...]) -> None:
    """Against the noise engine without noise, which contracts pixel by pixel and makes no waves."""
    rng = np.random.default_rng(1)
    circuit, bits = CircuitConfig(layers), rng.integers(0, 2, (3, 150))
    exponents = rng.uniform(0, 2 * np.pi, (len(layers), 150))
    expected = noisy_expectation(circuit, exponents, bits, NoiseConfig("dephasing", 0.0))
    scale = np.abs(ExactSimulator(circuit).waves(exponents).amplitude).sum()
    assert scale < 1e-10
    np.testing.assert_allclose(expectation(circuit, exponents, bits), expected, rtol=1e-9, atol=1e-14 * scale)


@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("n_vanishing", [1, 2, 3])
def test_exactly_vanishing_factors_keep_their_gradient(n_vanishing: int, encoding: str) -> None:
    """These exponents of (XY, XY) make factors of exactly 0.0."""
    circuit = CircuitConfig(("XY", "XY"), encoding)
    exponents = np.array([[0.1, 0.2, 0.3], [0.4, -0.6, 0.2]])
    exponents[:, :n_vanishing] = [[0.5], [0.0]]
    w0, _, wz = columns(Circuit.of(circuit.layers), exponents)
    assert (np.hypot(w0, wz)[:, 0] == 0.0).all()
    bits, weights = np.array([[0, 1, 1], [1, 1, 0]]), np.array([1.0, -0.5])
    ours = expectation_and_gradient(circuit, exponents, bits, weights)
    reference = expectation_and_gradient(circuit, exponents, bits, weights, "cirq")
    np.testing.assert_allclose(ours[0], reference[0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(ours[1], reference[1], rtol=0, atol=1e-13)


def test_nearly_vanishing_factors_keep_their_gradient() -> None:
    """⟨Z⟩ = 0 to rounding, yet the vanishing factor's own exponent still moves it."""
    circuit, bits, weights = CircuitConfig(), np.array([[0, 1, 1]]), np.ones(1)
    for exponents in (
        np.array([[0.5, 0.2, 0.1], [0.5, 0.3, 0.2]]),
        np.array([[0.5, 0.5, 0.1], [0.5, 0.5, 0.2]]),
        np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]]),
    ):
        ours = expectation_and_gradient(circuit, exponents, bits, weights)
        reference = expectation_and_gradient(circuit, exponents, bits, weights, "cirq")
        np.testing.assert_allclose(ours[0], reference[0], rtol=0, atol=1e-14)
        np.testing.assert_allclose(ours[1], reference[1], rtol=0, atol=1e-13)
        assert np.isfinite(ours[1]).all()


@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 0.499999])
def test_784_equal_factors(exponent: float, encoding: str) -> None:
    """⟨Z⟩ = −Re (cos πb + i z cos πa sin πb)^784 on a blank image, even where the product underflows."""
    exponents = np.full((2, 784), exponent)
    factor = np.cos(np.pi * exponent) + 1j * np.cos(np.pi * exponent) * np.sin(np.pi * exponent)
    values, gradient = expectation_and_gradient(
        CircuitConfig(encoding=encoding), exponents, np.zeros((1, 784)), np.ones(1)
    )
    assert values[0] == pytest.approx(-(factor**784).real, abs=1e-11)
    assert np.isfinite(gradient).all()


def test_huge_exponents_are_whole_turns() -> None:
    exponents = np.array([[0.25, 0.75], [0.125, -0.375]])  # exact in binary, also beside 2⁴⁰
    bits = np.array([[0, 1], [1, 1]])
    moved = exponents + np.array([[2.0, -8.0], [2.0**40, 2.0**40]])
    np.testing.assert_allclose(
        expectation(CircuitConfig(), moved, bits), expectation(CircuitConfig(), exponents, bits), rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(
        all_answers(CircuitConfig(), moved), all_answers(CircuitConfig(), exponents), rtol=0, atol=1e-12
    )


def test_a_last_xx_layer_changes_nothing_and_learns_nothing() -> None:
    rng = np.random.default_rng(4)
    exponents, bits = rng.normal(size=(3, 16)), rng.integers(0, 2, (4, 16))
    circuit = CircuitConfig(("XX", "ZZ", "XX"))
    values, gradient = expectation_and_gradient(circuit, exponents, bits, np.ones(4))
    np.testing.assert_allclose(values, expectation(CircuitConfig(), exponents[:2], bits), rtol=0, atol=1e-14)
    assert (gradient[2] == 0.0).all()


@pytest.mark.parametrize("layers", [("XX",), ("XX", "XX"), ("ZX", "XX", "ZX")])
def test_layers_that_commute_with_the_readout_are_constant(layers: tuple[str, ...]) -> None:
    rng = np.random.default_rng(4)
    values = expectation(CircuitConfig(layers), rng.normal(size=(len(layers), 9)), rng.integers(0, 2, (3, 9)))
    np.testing.assert_allclose(values, -1.0, rtol=0, atol=1e-14)


@pytest.mark.parametrize("encoding", ["bits", "angle"])
def test_many_inputs_in_chunks_equal_one_by_one(encoding: str) -> None:
    rng = np.random.default_rng(3)
    circuit = CircuitConfig(("XX", "ZZ") * 3, encoding)
    exponents, inputs = rng.normal(size=(6, 16)), rng.integers(0, 2, (1500, 16))
    assert len(inputs) * 256 * 16 > CHUNK
    together = expectation(circuit, exponents, inputs)
    np.testing.assert_allclose(together[::100], expectation(circuit, exponents, inputs[::100]), rtol=0, atol=1e-13)


def test_waves_add_up_to_the_model() -> None:
    rng = np.random.default_rng(3)
    for layers in (("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"), ("ZY", "XZ", "YY")):
        exponents, bits = rng.normal(size=(len(layers), 5)), rng.integers(0, 2, (6, 5))
        waves = ExactSimulator(CircuitConfig(layers)).waves(exponents)
        angles = waves.phase + (1.0 - 2.0 * bits) @ waves.angles.T
        np.testing.assert_allclose(
            np.cos(angles) @ waves.amplitude, expectation(CircuitConfig(layers), exponents, bits), rtol=0, atol=1e-13
        )


def test_expectation_by_hand() -> None:
    """One pixel, a = 0: ⟨Z⟩ = −cos πb."""
    exponents = np.array([[0.0], [0.3]])
    np.testing.assert_allclose(
        expectation(CircuitConfig(), exponents, np.array([[0], [1]])), -np.cos(0.3 * np.pi), atol=1e-15
    )


def test_angles_are_in_the_half_open_range() -> None:
    """Where cos πb is −1 and the sine's rounding is below zero, an arc tangent would be −π."""
    for layers in (("XX", "ZZ"), ("ZZ", "YX"), ("XZ", "YZ", "ZZ")):
        waves = ExactSimulator(CircuitConfig(layers)).waves(np.ones((len(layers), 4)))
        assert (waves.angles > -np.pi).all()
        assert np.allclose(np.abs(waves.angles), np.pi) or np.allclose(waves.angles, 0)


def test_the_loops_own_cosine_is_numpys_to_rounding() -> None:
    rng = np.random.default_rng(3)
    near = np.pi * np.arange(-40, 40) / 4  # where the series changes its place, and its own zeros
    angles = np.concatenate([near, near + 1e-9, rng.uniform(-2500, 2500, 2000), [0.0, -0.0]])[None, None]
    found = compiled.sum_of_cosines(np.ones((1, 1)), angles, np.zeros(1))[0]
    np.testing.assert_allclose(found, np.cos(angles[0, 0]), rtol=0, atol=4e-16)
    amplitude, phase = rng.normal(size=(3, 5)), rng.uniform(-np.pi, np.pi, 3)
    angles = rng.uniform(-9, 9, (3, 5, 7))
    expected = np.einsum("kt,ktb->tb", amplitude, np.cos(angles + phase[:, None, None]))
    np.testing.assert_allclose(compiled.sum_of_cosines(amplitude, angles, phase), expected, rtol=0, atol=1e-14)
