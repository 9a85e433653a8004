"""What a trained QNN has learnt, read off its exponents: no sampling, no examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Angles, Exponents, Reals, Scores
from qmnist_core.circuits.exponents import check_exponents
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators.cost import check_cost
from qmnist_core.simulators.exact import CHUNK, ExactSimulator

MAX_PIXELS = 16
"""Largest image all of whose 2^n inputs are answered at once."""


@dataclass(frozen=True)
class LearntMap:
    """A model of layers (XX, ZZ) on bits: ⟨Z⟩ = −R cos(Σ_i z_i φ_i) with z = +1 for unlit, −1 for lit pixels.

    damping: R in [0, 1], the greatest possible size of the output. angles: φ, float64 (n_pixels,) in
    (−π, π] radians, r_i e^{iφ_i} = cos πb_i + i cos πa_i sin πb_i and R = ∏ r_i.
    Source: ours; checked against TFQ and a state vector.
    """

    damping: float
    angles: Angles


def learnt_map(circuit: CircuitConfig, exponents: Exponents) -> LearntMap:
    """R and φ of a model of layers (XX, ZZ) that reads bits. exponents: float (2, n_pixels), half-turns.

    Errors: InputError for any other circuit, whose answer is not a single wave, or exponents of another shape.
    """
    if not circuit.is_tutorials:
        raise InputError("R and φ exist for the layers XX, ZZ on bits only: other circuits are sums of several waves")
    waves = ExactSimulator(circuit).waves(check_exponents(circuit, _n_pixels(exponents), exponents))
    return LearntMap(damping=-float(waves.amplitude[0]), angles=waves.angles[0])


def all_answers(circuit: CircuitConfig, exponents: Exponents) -> Scores:
    """⟨Z⟩ for every possible binary image of up to 16 pixels: float64 (2^n_pixels,).

    exponents: float (n_layers, n_pixels), half-turns.
    Entry j belongs to the image whose bits are those of the number j, the first pixel the most significant.
    cos and sin of a sum over two halves of the pixels are products of the halves' own, so all answers are one
    matrix product. Works for both encodings, which agree on bits.
    Errors: InputError for more than 16 pixels; CostError for too deep a stack.
    """
    n_pixels = _n_pixels(exponents)
    if n_pixels > MAX_PIXELS:
        raise InputError(f"all answers exist for up to {MAX_PIXELS} pixels, got {n_pixels}: use a size of 4 or less")
    on_bits = CircuitConfig(circuit.layers)
    check_cost(on_bits, n_pixels, "exact", batch_size=1)
    waves = ExactSimulator(on_bits).waves(check_exponents(on_bits, n_pixels, exponents))
    half = n_pixels // 2
    first, second = _all_signs(half), _all_signs(n_pixels - half)
    answers = np.zeros((len(first), len(second)))
    step = max(1, CHUNK // len(second))
    for k in range(0, len(waves.amplitude), step):
        part = slice(k, k + step)
        left = waves.phase[part] + first @ waves.angles[part, :half].T
        right = second @ waves.angles[part, half:].T
        answers += (waves.amplitude[part] * np.cos(left)) @ np.cos(right).T
        answers -= (waves.amplitude[part] * np.sin(left)) @ np.sin(right).T
    return answers.ravel()


def _n_pixels(exponents: Exponents) -> int:
    """The images' size that the exponents are for; 1, which will then be said to be wrong, without two axes."""
    return np.shape(exponents)[1] if np.ndim(exponents) == 2 else 1


def _all_signs(n: int) -> Reals:
    """z of all 2^n bit strings in counting order: float64 (2^n, n)."""
    signs: Reals = 1.0 - 2.0 * ((np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1)
    return signs
