"""How large each kind of noise makes a gate's error, against Cirq's channels."""

from __future__ import annotations

import math

import cirq
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.arrays import Array
from qmnist_core.channels import CHANNELS, channel, channel_parameter, gate_infidelity
from qmnist_core.config import NoiseConfig
from qmnist_core.errors import ConfigError
from tests.simulators.noisy import FORMULAS, cirq_noise

PARAMETERS = (0.0, 1e-4, 0.1, 0.5, 15 / 16, 1.0)


def kraus_of(kind: str, parameter: float) -> Array:
    """Cirq's Kraus operators on two qubits: complex (n, 4, 4)."""
    data, readout = cirq.LineQubit.range(2)
    operators = np.eye(4)[None]
    for operation in cirq_noise(NoiseConfig(kind, parameter), data, readout):
        single = cirq.kraus(operation)
        if operation.qubits == (data,):
            single = tuple(np.kron(one, np.eye(2)) for one in single)
        elif operation.qubits == (readout,):
            single = tuple(np.kron(np.eye(2), one) for one in single)
        operators = np.concatenate([one @ operators for one in single])
    return operators


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("kind", CHANNELS)
def test_the_infidelity_is_nielsens_of_cirqs_channel(kind: str, parameter: float) -> None:
    """4/5 of one minus the entanglement fidelity Σ |tr K|² / 16; and the formula that people read says the same."""
    entanglement_fidelity = (abs(np.trace(kraus_of(kind, parameter), axis1=1, axis2=2)) ** 2).sum() / 16
    assert gate_infidelity(kind, parameter) == pytest.approx(0.8 * (1 - entanglement_fidelity), abs=1e-12)
    assert FORMULAS[CHANNELS[kind].relation](parameter) == pytest.approx(gate_infidelity(kind, parameter), abs=1e-12)


@pytest.mark.parametrize("kind", CHANNELS)
def test_the_infidelity_is_the_mean_over_random_states(kind: str) -> None:
    """Without Nielsen's formula: the gate's output against the right state, over 200,000 states drawn uniformly."""
    rng, n = np.random.default_rng(5), 200_000
    states = rng.normal(size=(n, 4)) + 1j * rng.normal(size=(n, 4))
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    overlaps = np.einsum("ni,kij,nj->kn", states.conj(), kraus_of(kind, 0.1), states, optimize=True)
    infidelities = 1 - (abs(overlaps) ** 2).sum(axis=0)
    error = infidelities.std() / math.sqrt(n)
    assert infidelities.mean() == pytest.approx(gate_infidelity(kind, 0.1), abs=4.5 * error)
    assert error < 0.002 * infidelities.mean()


def test_ten_percent_of_each_are_three_different_errors() -> None:
    """Dephasing acts on both qubits: the chance of an error is 19 %, and 0.8 of that is the infidelity."""
    found = [gate_infidelity(kind, 0.1) for kind in ("depolarising", "dephasing", "damping")]
    assert found == pytest.approx([0.08, 0.8 * 0.19, 0.0790003], abs=1e-7)


@given(st.sampled_from(list(CHANNELS)), st.floats(0, 1))
def test_parameter_and_infidelity_go_back_and_forth(kind: str, share: float) -> None:
    infidelity = share * gate_infidelity(kind, 1.0)
    parameter = channel_parameter(kind, infidelity)
    assert 0 <= parameter <= 1
    # Near its end, damping's √(1 − γ) makes of a last digit of γ, 1e-16, up to 1e-8.
    exact = 1e-14 if parameter < 0.99 else 1e-8
    assert gate_infidelity(kind, parameter) == pytest.approx(infidelity, abs=exact)


@pytest.mark.parametrize(("kind", "largest"), [("depolarising", 0.8), ("dephasing", 0.8), ("damping", 0.75)])
def test_each_kind_has_its_largest_infidelity(kind: str, largest: float) -> None:
    assert channel_parameter(kind, largest) == 1.0
    for infidelity in (largest + 1e-6, -1e-9, math.nan):
        with pytest.raises(
            ConfigError, match=rf"the average gate infidelity of {kind} must be a number from 0 to {largest:g}, got "
        ):
            channel_parameter(kind, infidelity)


def test_an_unknown_kind_is_refused() -> None:
    for refused in (lambda: channel("thermal"), lambda: NoiseConfig.of_infidelity("thermal", 0.1)):
        with pytest.raises(ConfigError, match="noise must be one of depolarising, dephasing, damping, got 'thermal'"):
            refused()
