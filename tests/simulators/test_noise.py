"""The noise engine against Cirq's density matrices, TFQ's trajectories and Pauli tracking on 785 qubits."""

from __future__ import annotations

import math
import time
import tracemalloc
from types import ModuleType

import cirq
import numpy as np
import pytest
import stim
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core.arrays import Array, Bits, Exponents
from qmnist_core.channels import CHANNELS
from qmnist_core.circuits.build import data_qubits, full_circuit, readout_qubit
from qmnist_core.config import LAYERS, CircuitConfig, NoiseConfig
from qmnist_core.errors import ConfigError, CostError, InputError
from qmnist_core.simulators import expectation, noise
from qmnist_core.simulators.noise import estimate_noise_cost, noisy_expectation
from tests.simulators.noisy import noisy_circuit

Case = tuple[CircuitConfig, Array, Array, NoiseConfig]
STRENGTHS = (0.0, 1e-3, 0.05, 0.3, 0.5, 15 / 16, 1.0)


@st.composite
def cases(
    draw: st.DrawFn,
    n_layers: tuple[int, int] = (1, 3),
    max_pixels: int = 4,
    strengths: tuple[float, ...] = STRENGTHS,
    encodings: tuple[str, ...] = ("bits", "angle"),
) -> Case:
    """A random stack, exponents (some of them multiples of ½), 2 inputs, and any noise."""
    layers = tuple(draw(st.lists(st.sampled_from(LAYERS), min_size=n_layers[0], max_size=n_layers[1])))
    circuit = CircuitConfig(layers, draw(st.sampled_from(encodings)))
    n_pixels = draw(st.integers(1, max_pixels))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    exponents = rng.uniform(-2, 2, (len(layers), n_pixels))
    on_grid = rng.random(exponents.shape) < draw(st.sampled_from((0.0, 0.3)))
    exponents[on_grid] = np.round(2 * exponents[on_grid]) / 2
    inputs = rng.integers(0, 2, (2, n_pixels)) if circuit.encoding == "bits" else rng.random((2, n_pixels))
    return (
        circuit,
        exponents,
        inputs,
        NoiseConfig(draw(st.sampled_from(list(CHANNELS))), draw(st.sampled_from(strengths))),
    )


def density_matrix_expectations(case: Case) -> list[float]:
    circuit, exponents, inputs, noise_config = case
    simulator = cirq.DensityMatrixSimulator(dtype=np.complex128)
    order = [readout_qubit(), *data_qubits(inputs.shape[1])]
    results = []
    for values in inputs:
        built = noisy_circuit(circuit, exponents, values, noise_config)
        diagonal = np.diag(simulator.simulate(built, qubit_order=order).final_density_matrix).real
        zero, one = diagonal.reshape(2, -1).sum(axis=1)
        results.append(float(zero - one))
    return results


@settings(max_examples=150, deadline=None)
@given(cases())
def test_equals_cirqs_density_matrix(case: Case) -> None:
    np.testing.assert_allclose(noisy_expectation(*case), density_matrix_expectations(case), rtol=0, atol=1e-10)


@settings(max_examples=60, deadline=None)
@given(cases(), st.floats(0, 0.75))
def test_at_any_average_gate_infidelity_equals_cirqs_density_matrix(case: Case, infidelity: float) -> None:
    case = *case[:3], NoiseConfig.of_infidelity(case[3].kind, infidelity)
    np.testing.assert_allclose(noisy_expectation(*case), density_matrix_expectations(case), rtol=0, atol=1e-10)


@settings(max_examples=40, deadline=None)
@given(cases(n_layers=(4, 5), max_pixels=2))
def test_deeper_stacks_equal_cirqs_density_matrix(case: Case) -> None:
    np.testing.assert_allclose(noisy_expectation(*case), density_matrix_expectations(case), rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX", "ZZ", "XX"), ("ZY", "YX", "XZ")])
@pytest.mark.parametrize("strength", [1e-3, 0.02, 0.2])
def test_each_channel_equals_cirqs_and_differs_from_none(
    layers: tuple[str, ...], kind: str, strength: float, encoding: str
) -> None:
    rng = np.random.default_rng(11)
    exponents, inputs = rng.uniform(-0.3, 0.3, (len(layers), 4)), rng.integers(0, 2, (3, 4))
    case = CircuitConfig(layers, encoding), exponents, inputs, NoiseConfig(kind, strength)
    values = noisy_expectation(*case)
    np.testing.assert_allclose(values, density_matrix_expectations(case), rtol=0, atol=1e-10)
    assert abs(values - expectation(*case[:3])).max() > strength


@pytest.mark.parametrize("kind", CHANNELS)
def test_the_order_of_the_gates_counts(kind: str) -> None:
    """Without noise the gates of a layer commute; with it, the same pixels in another order are another circuit.
    The tutorial's two layers are the exception, as their closed form below says."""
    rng = np.random.default_rng(2)
    circuit, bits = CircuitConfig(("XX", "ZZ", "YY")), np.array([[0, 1, 1, 0]])
    exponents = rng.uniform(-0.5, 0.5, (3, 4))
    order = [2, 0, 3, 1]
    values = []
    for columns in ([0, 1, 2, 3], order):
        case = circuit, exponents[:, columns], bits[:, columns], NoiseConfig(kind, 0.1)
        values.append(noisy_expectation(*case)[0])
        assert values[-1] == pytest.approx(density_matrix_expectations(case)[0], abs=1e-10)
    assert abs(values[0] - values[1]) > 1e-4
    clean = expectation(circuit, exponents, bits)
    np.testing.assert_allclose(expectation(circuit, exponents[:, order], bits[:, order]), clean, rtol=0, atol=1e-14)
    two, other = (
        noisy_expectation(CircuitConfig(), exponents[:2, columns], bits[:, columns], NoiseConfig(kind, 0.1))
        for columns in ([0, 1, 2, 3], order)
    )
    np.testing.assert_allclose(two, other, rtol=0, atol=1e-14)


@settings(max_examples=100, deadline=None)
@given(cases(n_layers=(1, 6), max_pixels=8, strengths=(0.0,)))
def test_strength_0_is_the_exact_engine(case: Case) -> None:
    np.testing.assert_allclose(noisy_expectation(*case), expectation(*case[:3]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX", "ZZ") * 2, ("ZY", "XX", "YZ")])
@pytest.mark.parametrize("encoding", ["bits", "angle"])
def test_strength_0_is_the_exact_engine_on_785_qubits(layers: tuple[str, ...], encoding: str) -> None:
    rng = np.random.default_rng(6)
    circuit, exponents = CircuitConfig(layers, encoding), rng.normal(size=(len(layers), 784)) * 0.01
    inputs = rng.integers(0, 2, (3, 784))
    clean = expectation(circuit, exponents, inputs)
    assert abs(clean).max() > 0.1
    for kind in CHANNELS:
        noisy = noisy_expectation(circuit, exponents, inputs, NoiseConfig(kind, 0.0))
        np.testing.assert_allclose(noisy, clean, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(cases(max_pixels=12))
def test_results_are_expectations(case: Case) -> None:
    values = noisy_expectation(*case)
    assert (values.shape, values.dtype) == ((2,), np.dtype(np.float64))
    assert (abs(values) <= 1.0).all()


@settings(max_examples=40, deadline=None)
@given(cases(max_pixels=6, encodings=("angle",)))
def test_both_encodings_agree_on_bits(case: Case) -> None:
    circuit, exponents, inputs, noise_config = case
    as_bits = noisy_expectation(CircuitConfig(circuit.layers), exponents, np.round(inputs), noise_config)
    np.testing.assert_allclose(
        as_bits, noisy_expectation(circuit, exponents, np.round(inputs), noise_config), rtol=0, atol=1e-12
    )


@pytest.mark.parametrize(("kind", "strength"), [("depolarising", 15 / 16), ("dephasing", 0.5), ("damping", 1.0)])
@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX",), ("ZY", "YX", "XZ")])
def test_full_noise_leaves_nothing(layers: tuple[str, ...], kind: str, strength: float) -> None:
    rng = np.random.default_rng(0)
    exponents, bits = rng.normal(size=(len(layers), 9)), rng.integers(0, 2, (2, 9))
    values = noisy_expectation(CircuitConfig(layers), exponents, bits, NoiseConfig(kind, strength))
    np.testing.assert_allclose(values, 0.0, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("kind", "factor"), [("depolarising", 1 - 16e-4 / 15), ("dephasing", 1 - 2e-4), ("damping", math.sqrt(1 - 1e-4))]
)
def test_785_qubits_whose_gates_do_nothing_by_hand(kind: str, factor: float) -> None:
    """The readout's X shrinks by the same factor at each of 1,568 gates."""
    values = noisy_expectation(CircuitConfig(), np.zeros((2, 784)), np.ones((1, 784)), NoiseConfig(kind, 1e-4))
    assert values[0] == pytest.approx(-(factor**1568), abs=1e-12)


@pytest.mark.parametrize("kind", CHANNELS)
def test_785_qubits_with_little_noise_are_off_in_proportion(kind: str) -> None:
    rng = np.random.default_rng(3)
    exponents, bits = rng.normal(size=(2, 784)) * 0.01, rng.integers(0, 2, (2, 784))
    clean = expectation(CircuitConfig(), exponents, bits)
    small, double = (
        noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig(kind, p)) - clean for p in (1e-8, 2e-8)
    )
    # A channel that does something else with probability p, on two qubits, moves ⟨Z⟩ by 4p at most.
    assert (abs(small) <= 4 * 1568 * 1e-8).all()
    assert (abs(small) > 100 * 1e-8).all()
    np.testing.assert_allclose(double, 2 * small, rtol=1e-3)


@pytest.mark.parametrize("n_pixels", [1, 16, 784])
def test_the_tutorials_circuit_has_a_closed_form(n_pixels: int) -> None:
    """For (XX, ZZ) on bits Pauli noise multiplies every ⟨Z⟩ by the same number: it flips no answer."""
    rng = np.random.default_rng(9)
    exponents, bits = rng.normal(size=(2, n_pixels)) * 0.3 / np.sqrt(n_pixels), rng.integers(0, 2, (5, n_pixels))
    p, gates = 0.3 / n_pixels, 2 * n_pixels
    clean = expectation(CircuitConfig(), exponents, bits)
    assert abs(clean).max() > 0.5
    for kind, factor in (("depolarising", 1 - 16 * p / 15), ("dephasing", 1 - 2 * p)):
        values = noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig(kind, p))
        np.testing.assert_allclose(values, factor**gates * clean, rtol=0, atol=1e-12)
    a, b = np.pi * exponents
    z = (1 - p) * (1 - 2 * bits) * np.cos(a) + p  # decay pulls a data qubit towards |0⟩, z = 1
    damped = -np.prod((1 - p) * (np.cos(b) + 1j * z * np.sin(b)), axis=1).real
    values = noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig("damping", p))
    np.testing.assert_allclose(values, damped, rtol=0, atol=1e-12)


def tracked_expectation(circuit: CircuitConfig, exponents: Exponents, bits: Bits, config: NoiseConfig) -> float:
    """⟨Z⟩ at exponents that are multiples of ½ under Pauli noise: the observable, taken back through the circuit by
    stim, stays one Pauli string, and each channel multiplies it by a number."""
    n, p, share = len(bits), config.strength, 1.0
    observable = stim.PauliString(n + 1)
    observable[n] = "X"
    for layer, row in reversed(list(zip(circuit.layers, exponents, strict=True))):
        for pixel in reversed(range(n)):
            pair = [observable[pixel], observable[n]]  # 0–3 for 1, X, Y, Z
            if config.kind == "depolarising":
                share *= 1 - 16 * p / 15 if any(pair) else 1.0
            else:
                share *= (1 - 2 * p) ** sum(pauli in (1, 2) for pauli in pair)
            quarter_turns = int(np.rint(2 * row[pixel])) % 4
            if quarter_turns:
                root = f"SPP {layer[0]}{pixel}*{layer[1]}{n}\n"
                observable = observable.before(stim.Circuit(root * quarter_turns))
    if observable[n] not in (0, 1) or any(observable[pixel] in (1, 2) for pixel in range(n)):
        return 0.0
    lit = sum(observable[pixel] == 3 and bit == 1 for pixel, bit in enumerate(bits))
    return float(share * observable.sign.real * (-1.0) ** (lit + (observable[n] == 1)))


@pytest.mark.parametrize("kind", ["depolarising", "dephasing"])
@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("ZZ", "YX", "XZ"), ("XX", "ZZ", "XX", "ZZ")])
def test_785_qubits_at_clifford_exponents_equal_pauli_tracking(layers: tuple[str, ...], kind: str) -> None:
    rng = np.random.default_rng(8)
    circuit, seen = CircuitConfig(layers), set()
    for trial in range(9):
        bits = rng.integers(0, 2, 784)
        exponents = rng.integers(0, 4, (len(layers), 784)).astype(float)
        places = rng.permutation(784)[: 2 * (trial // 2)]
        exponents[trial % len(layers), places] += 0.5  # an even number in one layer: often not 0
        if trial % 3 == 2:
            exponents[:, trial] += 0.5 * rng.integers(0, 2, len(layers))
        config = NoiseConfig(kind, 1e-3)
        expected = tracked_expectation(circuit, exponents, bits, config)
        assert noisy_expectation(circuit, exponents, bits[None], config)[0] == pytest.approx(expected, abs=1e-12)
        seen.add(round(expected, 9))
    assert len(seen - {0.0}) > 1


def seventeen_qubits() -> tuple[np.random.Generator, Array, Array]:
    """A generator, and exponents and bits of the tutorial's circuit with ⟨Z⟩ near −1 without noise."""
    rng = np.random.default_rng(4)
    bits = rng.integers(0, 2, (1, 16))
    return rng, rng.normal(size=(2, 16)) * 0.05, bits


@pytest.mark.parametrize(("kind", "strength"), [("dephasing", 0.01), ("damping", 0.03)])
def test_17_qubits_equal_tfqs_noisy_trajectories(kind: str, strength: float, tfq: ModuleType) -> None:
    """700 of them, for the channels that TFQ has."""
    _, exponents, bits = seventeen_qubits()
    n, config = 700, NoiseConfig(kind, strength)
    measured = tfq.noise.expectation(
        tfq.convert_to_tensor([noisy_circuit(CircuitConfig(), exponents, bits[0], config)]),
        [],
        np.zeros((1, 0), np.float32),
        tfq.convert_to_tensor([[cirq.Z(readout_qubit())]]),
        [[n]],
    ).numpy()[0, 0]
    # One trajectory's ⟨Z⟩ spreads no more than one shot's.
    assert_within_error(exponents, bits, config, measured, math.sqrt((1 - measured**2) / n))


def test_17_qubits_equal_trajectories_of_two_qubit_depolarising(tfq: ModuleType) -> None:
    """TFQ has no such channel (it takes Cirq's for a one-qubit one): Paulis drawn as Cirq has them, run by TFQ."""
    rng, exponents, bits = seventeen_qubits()
    n, config, channel = 800, NoiseConfig("depolarising", 0.01), cirq.depolarize(0.01, n_qubits=2)
    operations = list(noisy_circuit(CircuitConfig(), exponents, bits[0], config).all_operations())
    chances, unitaries = zip(*cirq.mixture(channel), strict=True)
    paulis = (cirq.I, cirq.X, cirq.Y, cirq.Z)
    products = [(np.kron(cirq.unitary(a), cirq.unitary(b)), (a, b)) for a in paulis for b in paulis]
    pairs = [next(pair for product, pair in products if np.allclose(product, unitary)) for unitary in unitaries]

    def trajectory(row: Array) -> cirq.Circuit:
        drawn = iter(row)
        return cirq.Circuit(
            [gate(qubit) for gate, qubit in zip(pairs[next(drawn)], operation.qubits, strict=True)]
            if operation.gate == channel
            else operation
            for operation in operations
        )

    distinct, index = np.unique(rng.choice(16, size=(n, 32), p=chances), axis=0, return_inverse=True)
    circuits = tfq.convert_to_tensor([trajectory(row) for row in distinct])
    results = tfq.layers.Expectation()(circuits, operators=cirq.Z(readout_qubit())).numpy()[index.ravel()]
    assert_within_error(exponents, bits, config, results.mean(), results.std() / math.sqrt(n))


def assert_within_error(exponents: Exponents, bits: Bits, config: NoiseConfig, measured: float, error: float) -> None:
    """Within 4.5 standard errors; no noise, or twice as much, would be far outside."""
    right, none, twice = (
        noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig(config.kind, factor * config.strength))[0]
        for factor in (1, 0, 2)
    )
    assert min(abs(right - none), abs(right - twice)) > 6 * error
    assert abs(measured - right) < 4.5 * error


@pytest.mark.parametrize("encoding", ["bits", "angle"])
@pytest.mark.parametrize("layers", LAYERS)
def test_the_noisy_circuit_at_strength_0_is_the_circuit(layers: str, encoding: str) -> None:
    rng = np.random.default_rng(1)
    circuit, exponents = CircuitConfig((layers, "ZX"), encoding), rng.normal(size=(2, 3))
    values = np.array([0, 1, 1]) if encoding == "bits" else rng.random(3)
    order = [readout_qubit(), *data_qubits(3)]
    simulator = cirq.DensityMatrixSimulator(dtype=np.complex128)
    clean = simulator.simulate(full_circuit(circuit, exponents, values), qubit_order=order).final_density_matrix
    for kind in CHANNELS:
        built = noisy_circuit(circuit, exponents, values, NoiseConfig(kind, 0.0))
        noisy = simulator.simulate(built, qubit_order=order).final_density_matrix
        np.testing.assert_allclose(noisy, clean, rtol=0, atol=1e-12)


def test_noise_follows_every_two_qubit_gate_and_nothing_else() -> None:
    for kind, channel in (
        ("depolarising", cirq.depolarize(0.1, n_qubits=2)),
        ("dephasing", cirq.phase_flip(0.1)),
        ("damping", cirq.amplitude_damp(0.1)),
    ):
        built = noisy_circuit(CircuitConfig(("XX", "ZY")), np.ones((2, 3)), np.ones(3), NoiseConfig(kind, 0.1))
        operations = list(built.all_operations())
        gates = [operation for operation in operations if isinstance(operation.gate, cirq.ZZPowGate)]
        channels = [operation for operation in operations if operation.gate == channel]
        assert len(gates) == 6
        assert {operation.qubits[-1] for operation in channels} >= {readout_qubit()}
        assert sum(len(operation.qubits) for operation in channels) == 12
        assert not any(cirq.has_unitary(operation) for operation in channels)
        assert all(cirq.has_unitary(operation) for operation in operations if operation not in channels)


def test_equal_inputs_and_small_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    exponents, bits = rng.normal(size=(3, 16)) * 0.2, rng.integers(0, 2, (40, 16))
    circuit, config = CircuitConfig(("XX", "ZZ", "YX")), NoiseConfig("damping", 0.02)
    together = noisy_expectation(circuit, exponents, np.concatenate([bits, bits]), config)
    np.testing.assert_array_equal(together[:40], together[40:])
    one_by_one = [noisy_expectation(circuit, exponents, bits[i : i + 1], config)[0] for i in range(40)]
    monkeypatch.setattr(noise, "CHUNK", 4000)
    for expected in (together[:40], one_by_one):
        np.testing.assert_allclose(noisy_expectation(circuit, exponents, bits, config), expected, rtol=0, atol=1e-14)


def test_huge_exponents_are_whole_turns() -> None:
    exponents, bits = np.array([[0.25, 0.75], [0.125, -0.375]]), np.array([[0, 1]])
    config = NoiseConfig("damping", 0.1)
    np.testing.assert_allclose(
        noisy_expectation(CircuitConfig(), exponents + 2.0**40, bits, config),
        noisy_expectation(CircuitConfig(), exponents, bits, config),
        rtol=0,
        atol=1e-14,
    )


def test_batches_of_none() -> None:
    assert noisy_expectation(CircuitConfig(), np.zeros((2, 4)), np.zeros((0, 4)), NoiseConfig()).shape == (0,)


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match=r"bits must have shape \(batch, n_pixels\), got \(4,\)"):
        noisy_expectation(CircuitConfig(), np.zeros((2, 4)), np.zeros(4), NoiseConfig())
    with pytest.raises(InputError, match=r"exponents must have shape \(n_layers, n_pixels\) = \(2, 9\), got \(2, 4\)"):
        noisy_expectation(CircuitConfig(), np.zeros((2, 4)), np.zeros((1, 9)), NoiseConfig())
    with pytest.raises(ConfigError, match="noise must be one of depolarising, dephasing, damping, got 'thermal'"):
        NoiseConfig("thermal")
    for strength in (-0.1, 1.1, math.nan, "0.1", True):
        with pytest.raises(ConfigError, match="the noise's strength must be a number from 0 to 1, got"):
            NoiseConfig("damping", strength)  # type: ignore[arg-type]


def test_a_kind_of_noise_that_nobody_wrote_is_refused_by_the_engine() -> None:
    unknown = NoiseConfig("damping", 0.1)
    object.__setattr__(unknown, "kind", "thermal")
    with pytest.raises(ConfigError, match="noise must be one of depolarising, dephasing, damping, got 'thermal'"):
        noisy_expectation(CircuitConfig(), np.zeros((2, 4)), np.zeros((1, 4)), unknown)


def test_a_stack_too_deep_is_refused_with_what_to_do() -> None:
    circuit = CircuitConfig(("XX", "ZZ") * 4)
    with pytest.raises(
        CostError,
        match=r"8 layers with damping on 1 inputs of 784 pixels would take about .* GiB and .* s, more than 2 GiB "
        r"or 60 s: use fewer layers, a smaller size or fewer inputs",
    ):
        noisy_expectation(circuit, np.zeros((8, 784)), np.zeros((1, 784)), NoiseConfig("damping"))
    with pytest.raises(CostError, match="100 layers with dephasing"):
        noisy_expectation(
            CircuitConfig(("XX", "ZZ") * 50), np.zeros((100, 1)), np.zeros((1, 1)), NoiseConfig("dephasing")
        )


def test_what_the_product_promises_is_allowed() -> None:
    for n_layers, n_pixels, batch in ((2, 784, 1968), (4, 784, 1), (4, 16, 115), (6, 784, 1)):
        for kind in CHANNELS if n_layers < 6 else list(CHANNELS)[:2]:
            seconds, n_bytes = estimate_noise_cost(
                CircuitConfig(("XX", "ZZ") * (n_layers // 2)), n_pixels, batch, NoiseConfig(kind)
            )
            assert seconds < 10
            assert n_bytes < 1 << 30


@pytest.mark.parametrize(
    ("n_layers", "kind", "n_pixels", "batch"),
    [(2, "damping", 784, 1), (2, "depolarising", 784, 1000), (4, "damping", 784, 1), (6, "dephasing", 196, 20)],
)
def test_the_estimated_cost_is_of_the_right_size(n_layers: int, kind: str, n_pixels: int, batch: int) -> None:
    """Time within a factor of 15 of the fastest of three: machines differ. Memory is bounded by the estimate."""
    rng = np.random.default_rng(0)
    circuit, config = CircuitConfig(("XX", "ZZ") * (n_layers // 2)), NoiseConfig(kind)
    exponents, bits, seconds = rng.normal(size=(n_layers, n_pixels)), rng.integers(0, 2, (batch, n_pixels)), []
    for _ in range(3):
        start = time.perf_counter()
        noisy_expectation(circuit, exponents, bits, config)
        seconds.append(time.perf_counter() - start)
    estimate, n_bytes = estimate_noise_cost(circuit, n_pixels, batch, config)
    assert min(seconds) / 15 < estimate < min(seconds) * 15
    tracemalloc.start()
    noisy_expectation(circuit, exponents, bits, config)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.5 * n_bytes
