"""A network's answers to all possible inputs, read off its exponents: no sampling, no examples."""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Bits, Exponents, Scores
from qmnist_core.circuits.exponents import check_exponents
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators.cost import check_cost
from qmnist_core.simulators.exact import CHUNK, ExactSimulator

MAX_PIXELS = 16
"""Largest image for which all 2^n inputs are answered at once."""


def every_input(n_pixels: int) -> Bits:
    """All bit patterns, row j the bits of the number j, the first pixel the most significant: uint8 (2^n, n)."""
    inputs: Bits = ((np.arange(2**n_pixels)[:, None] >> np.arange(n_pixels)[::-1]) & 1).astype(np.uint8)
    return inputs


def all_answers(circuit: CircuitConfig, exponents: Exponents) -> Scores:
    """⟨Z⟩ for every possible binary image of up to 16 pixels: float64 (2^n_pixels,).

    exponents: float (n_layers, n_pixels), half-turns.
    Entry j belongs to row j of `every_input`.
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
    first, second = 1.0 - 2.0 * every_input(half), 1.0 - 2.0 * every_input(n_pixels - half)
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
    """The image size that the exponents are for; 1, to be rejected later, if they do not have two axes."""
    return np.shape(exponents)[1] if np.ndim(exponents) == 2 else 1
