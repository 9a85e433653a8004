"""The kinds of noise after a two-qubit gate, as one table, and how large each makes the gate's error.

A kind has a parameter of its own, and equal parameters are not equal errors. What is comparable, and what data sheets
quote as a gate's error, is the average gate infidelity: 1 minus the fidelity of the gate's output with the ideal
state, averaged over all states of its two qubits. On d = 4 dimensions it is

    r = d/(d + 1) · (1 − F) = 4/5 · (1 − F),    F = tr(T)/16,

with F the entanglement fidelity of the noise and T its Pauli transfer matrix.

Source: M. A. Nielsen, "A simple formula for the average gate fidelity of a quantum dynamical operation", Phys. Lett. A
303, 249 (2002), equation 3. The three relations below follow from it; the tests check them against Cirq's channels.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.errors import ConfigError, choose


@dataclass(frozen=True)
class Channel:
    """One kind of noise after a gate, with a parameter from 0 (none) to 1."""

    title: str
    symbol: str
    """Of its parameter."""
    words: str
    """What happens after each gate; {p} stands for the parameter, which is a probability."""
    relation: str
    """The average gate infidelity r, written as a formula of the parameter."""
    transfer: Callable[[float], Array]
    """Parameter → Pauli transfer matrix on the data qubit and the readout: float64 (16, 16), Paulis 1, X, Y, Z of the
    data qubit, and for each of them those of the readout."""
    parameter: Callable[[float], float]
    """Entanglement fidelity → parameter."""


def _depolarising(p: float) -> Array:
    # A Pauli other than 1 anticommutes with 8 of the 15, which turn its sign.
    return np.diag([1.0] + 15 * [1 - 16 * p / 15])


def _dephasing(p: float) -> Array:
    one = np.diag([1, 1 - 2 * p, 1 - 2 * p, 1])
    return np.kron(one, one)


def _damping(p: float) -> Array:
    one = np.diag([1, math.sqrt(1 - p), math.sqrt(1 - p), 1 - p])
    one[3, 0] = p
    return np.kron(one, one)


CHANNELS: dict[str, Channel] = {
    "depolarising": Channel(
        title="depolarising",
        symbol="p",
        words="with probability {p}, one of the 15 two-qubit Paulis other than the identity, all equally likely",
        relation="r = 0.8 p",
        transfer=_depolarising,
        parameter=lambda fidelity: 1 - fidelity,
    ),
    "dephasing": Channel(
        title="dephasing",
        symbol="p",
        words="on each of its two qubits, a Z with probability {p}",
        relation="r = 0.8 (1 − (1 − p)²)",
        transfer=_dephasing,
        parameter=lambda fidelity: 1 - math.sqrt(fidelity),
    ),
    "damping": Channel(
        title="amplitude damping",
        symbol="γ",
        words="on each of its two qubits, the decay of |1⟩ to |0⟩ with probability {p}",
        relation="r = 0.8 (1 − ((1 + √(1 − γ))/2)⁴)",
        transfer=_damping,
        parameter=lambda fidelity: 1 - (2 * fidelity**0.25 - 1) ** 2,
    ),
}
"""By the name that stands in settings and addresses."""


def channel(kind: str) -> Channel:
    """Errors: ConfigError, with the kinds that there are, for any other."""
    return choose("noise", CHANNELS, kind)


def gate_infidelity(kind: str, parameter: float) -> float:
    """The average gate infidelity of a kind of noise at a parameter from 0 to 1."""
    return 0.8 * (1 - float(np.trace(channel(kind).transfer(parameter))) / 16)


def channel_parameter(kind: str, infidelity: float) -> float:
    """The parameter, from 0 to 1, at which a kind of noise has an average gate infidelity.

    Errors: ConfigError for an infidelity beyond its range: the largest is 0.8 for depolarising and
    dephasing, 0.75 for damping.
    """
    largest = gate_infidelity(kind, 1.0)
    if not 0 <= infidelity <= largest:
        raise ConfigError(
            f"the average gate infidelity of {kind} must be a number from 0 to {largest:g}, got {infidelity!r}"
        )
    return min(1.0, channel(kind).parameter(1 - infidelity / 0.8))
