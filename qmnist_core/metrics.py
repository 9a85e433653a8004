"""What a prediction is worth: losses, accuracies and how far they can be trusted.

A score is the QNN's ⟨Z⟩ or a classical network's logit; above 0 it says "first digit". Targets are ±1.
"""

from __future__ import annotations

import math

import numpy as np


def hinge_loss(scores: np.ndarray, targets: np.ndarray) -> float:
    """Mean of max(0, 1 − target·score), as Keras' Hinge. scores, targets: float (n,), targets ±1."""
    return float(np.add.reduce(np.maximum(1.0 - targets * scores, 0.0))) / len(targets)


def logit_loss(scores: np.ndarray, targets: np.ndarray) -> float:
    """Mean binary cross-entropy from logits, ln(1 + e^{−target·logit}), as Keras' BinaryCrossentropy.

    scores, targets: float (n,), targets ±1.
    """
    return float(np.logaddexp(0.0, -targets * scores).mean())


def accuracy(scores: np.ndarray, targets: np.ndarray) -> float:
    """The share of examples with (target > 0) == (score > 0); for ⟨Z⟩ the tutorial's hinge accuracy.

    scores, targets: float (n,), targets ±1; in [0, 1].
    """
    return np.count_nonzero((scores > 0) == (targets > 0)) / len(targets)


def confusion(scores: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """How often each digit was taken for each: int (2, 2), rows the true digit, columns the digit said.

    Index 0 is the first digit, 1 the second, so that `accuracy` is the diagonal's share. Arguments as there.
    """
    cells = 2 * (targets <= 0) + ~(scores > 0)
    return np.bincount(cells, minlength=4).reshape(2, 2)


def confidence(score: float, is_logit: bool) -> float:
    """How sure a classifier says it is of the digit it says, 0.5–1; not the chance that it is right.

    is_logit: for a classical network's logit the sigmoid 1 / (1 + e^{−|logit|}). For ⟨Z⟩, not a logit, the
    probability (1 + |⟨Z⟩|) / 2 that a single measurement of the readout says the same digit.
    """
    if is_logit:
        return 1.0 / (1.0 + math.exp(-abs(score)))
    return min((1.0 + abs(score)) / 2.0, 1.0)  # a computed expectation may be off by rounding


def accuracy_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of an accuracy measured on n examples.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), the score interval.
    """
    z = 1.96  # standard deviations either side of 95 % of a normal distribution
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def uniform_output_spread(n_pixels: int, length: float = 2 * math.pi) -> float:
    """Root mean square of ⟨Z⟩ over exponents drawn uniformly from [0, length), for the layers (XX, ZZ).

    length: half-turns, above 0; TFQ's PQC draws from [0, 2π).
    ⟨Z⟩ = −Re ∏ M_i with independent M = cos πb + i z cos πa sin πb, so E⟨Z⟩² = ½ (E|M|²)^n + ½ Re (E M²)^n.
    Over whole periods E|M|² = 3/4 and E M² = 1/4; the interval [0, 2π) of exponents, in half-turns,
    is not a whole number of periods, which makes E|M|² 0.762.
    The sign of z, that is the image, only conjugates E M²; the figure is for a blank one.
    Source: ours.
    """
    cos1, cos2, cos_sin = _means_of_angle(length)
    modulus = cos2 + cos2 * (1 - cos2)
    square = complex(cos2 - cos2 * (1 - cos2), 2 * cos1 * cos_sin)
    return math.sqrt(0.5 * modulus**n_pixels + 0.5 * (square**n_pixels).real)


def uniform_gradient_spread(n_pixels: int, length: float = 2 * math.pi) -> float:
    """Root mean square of the gradient's components, ∂⟨Z⟩/∂a and ∂⟨Z⟩/∂b, per half-turn.

    Arguments as for `uniform_output_spread`, whose product it is with one factor's derivative in that factor's place:
    ∂M/∂b = π (−sin πb + i z cos πa cos πb), ∂M/∂a = −π i z sin πa sin πb.
    Over whole periods this is π √(2/3) · √(½ (3/4)^n). Source: ours.
    """
    cos1, cos2, cos_sin = _means_of_angle(length)
    sin2 = 1 - cos2
    modulus = cos2 + cos2 * sin2
    square = complex(cos2 - cos2 * sin2, 2 * cos1 * cos_sin)
    moduli = sin2 + cos2 * cos2 + sin2 * sin2
    squares = complex(sin2 - cos2 * cos2 - sin2 * sin2, -2 * cos1 * cos_sin)
    mean = 0.5 * moduli * modulus ** (n_pixels - 1) + 0.5 * (squares * square ** (n_pixels - 1)).real
    return math.pi * math.sqrt(mean / 2)


def _means_of_angle(length: float) -> tuple[float, float, float]:
    """The means of cos πt, cos² πt and cos πt sin πt over t in [0, length)."""
    turn = math.pi * length
    return math.sin(turn) / turn, 0.5 + math.sin(2 * turn) / (4 * turn), math.sin(turn) ** 2 / (2 * turn)
