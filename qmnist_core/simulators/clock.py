"""A network of one wave as a clock: every pixel turns and shortens one hand, and where it ends is the answer.

⟨Z⟩ = Re h with h = −∏_i r_i e^{i z_i φ_i}: the hand starts at −1, ⟨Z⟩ of a circuit without a gate, and each pixel
multiplies it by a factor of its own. With the layers (XX, ZZ) it is the readout qubit itself: before the last H its
Bloch vector is (Re h, Im h, 0) up to the sign of Im h; a shorter hand than 1 is a readout entangled
with pixels' qubits.
Source: ours; checked against a state vector in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Angles, Array, Bits, Complexes, Exponents, Reals
from qmnist_core.circuits.exponents import check_exponents
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import InputError
from qmnist_core.simulators.exact import ExactSimulator, Waves

CHUNK = 1 << 20
"""Numbers in the largest array at once when effects are computed (8 MiB of float64)."""


@dataclass(frozen=True)
class Clock:
    """⟨Z⟩ = −R cos(Σ_i z_i φ_i), pixel by pixel; z = +1 for unlit and −1 for lit pixels.

    lengths: r, float64 (n_pixels,) in [0, 1]. angles: φ, float64 (n_pixels,), radians in (−π, π]. Of the layers
    (XX, ZZ) they are r_i e^{iφ_i} = cos πb_i + i cos πa_i sin πb_i.
    """

    lengths: Reals
    angles: Angles

    @property
    def damping(self) -> float:
        """R = ∏ r_i in [0, 1], the greatest possible size of ⟨Z⟩."""
        return float(np.multiply.reduce(self.lengths))

    @property
    def lighting(self) -> Array:
        """How far lighting each pixel turns the hand, −2φ_i without whole turns: float64 (n_pixels,) in (−π, π]."""
        return wrapped(-2.0 * self.angles)

    def turns(self, bits: Bits) -> Angles:
        """z_i φ_i of one image: float64 (n_pixels,), radians. bits: (n_pixels,), 0 or 1."""
        return (1.0 - 2.0 * bits) * self.angles

    def total(self, bits: Bits) -> Angles:
        """Σ_i z_i φ_i of each image: float64 (batch,), radians. bits: (batch, n_pixels), 0 or 1."""
        return (1.0 - 2.0 * bits) @ self.angles

    def hand(self, bits: Bits) -> Complexes:
        """The hand before the first and after each pixel of one image: complex128 (n_pixels + 1,), the first −1."""
        factors = self.lengths * np.exp(1j * self.turns(bits))
        hand: Complexes = -np.cumprod(np.concatenate([[1.0], factors]))
        return hand


def is_clock(circuit: CircuitConfig) -> bool:
    """Whether the circuit's answer is a single wave, as with the tutorial's layers and a few other stacks."""
    return reads_bits(circuit.encoding) and count_path_pairs(circuit.layers) == 1


def read_clock(circuit: CircuitConfig, exponents: Exponents) -> Clock:
    """The clock of a circuit for which `is_clock`. exponents: float (n_layers, n_pixels), half-turns.

    Errors: InputError for any other circuit, or exponents of another shape.
    """
    if not is_clock(circuit):
        raise InputError(f"the layers {', '.join(circuit.layers)} make several waves: there is no single clock")
    exponents = check_exponents(circuit, np.shape(exponents)[1] if np.ndim(exponents) == 2 else 1, exponents)
    waves = ExactSimulator(circuit).waves(exponents)
    return Clock(waves.lengths[0], waves.angles[0])


def lighting_effects(waves: Waves, bits: Bits) -> Array:
    """⟨Z⟩ with a pixel lit less ⟨Z⟩ with it unlit, all others as they are: float64 (batch, n_pixels) in [−2, 2].

    bits: (batch, n_pixels), 0 or 1. With z = 1 − 2·bit a wave's difference is
    A [cos(ρ − φ) − cos(ρ + φ)] = 2 A sin φ sin ρ, where ρ = phase + Σ z φ over all other pixels.
    """
    signs = 1.0 - 2.0 * bits
    sin, cos = np.sin(waves.angles), np.cos(waves.angles)
    by_sin, by_cos = 2.0 * sin * cos, 2.0 * sin * sin
    effects = np.empty(signs.shape)
    step = max(1, CHUNK // max(waves.angles.shape))
    for i in range(0, len(signs), step):
        part = signs[i : i + step]
        theta = waves.phase + part @ waves.angles.T
        effects[i : i + step] = (waves.amplitude * np.sin(theta)) @ by_sin
        effects[i : i + step] -= part * ((waves.amplitude * np.cos(theta)) @ by_cos)
    return effects


def wrapped(angles: Angles) -> Angles:
    """Angles without whole turns: radians in (−π, π]."""
    return -(np.mod(-np.asarray(angles) + np.pi, 2.0 * np.pi) - np.pi)
