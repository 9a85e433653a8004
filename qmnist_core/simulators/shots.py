"""What a finite number of measurements ("shots") says about ⟨Z⟩: exact binomials, no sampling.

Each shot measures Z = +1 with probability p = (1 + ⟨Z⟩)/2, else −1, so of n shots k = Binomial(n, p) say +1 and the
estimate of ⟨Z⟩ is 2k/n − 1. As everywhere, a score above 0 says "first digit": a tie, possible for even n only, says
"second digit", and so does ⟨Z⟩ = 0 itself.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from scipy.special import betainc

from qmnist_core.arrays import Array, Reals
from qmnist_core.circuits.exponents import as_numbers
from qmnist_core.errors import InputError
from qmnist_core.metrics import says_first

MAX_SHOTS = 10_000_000
"""Largest number of shots of `shot_distribution` and `flip_probability`."""

ROUNDING = 1e-5
"""How far a computed ⟨Z⟩ may lie outside [−1, 1]: TFQ computes in float32."""


def shot_distribution(z: float, n_shots: int) -> tuple[Array, Array]:
    """The estimates of ⟨Z⟩ that n_shots can give, and how probable each is.

    z: ⟨Z⟩ in [−1, 1]. n_shots: 1–10,000,000. Returns the estimates −1, −1 + 2/n … 1 and their probabilities, which
    add up to 1: float64 (n_shots + 1,) each.
    Errors: InputError for an argument out of range.
    """
    (value,), n = _check_values(np.reshape(z, -1)), _check_shots(n_shots)
    counts = np.arange(n + 1)
    p = (1.0 + value) / 2.0
    mode = min(int((n + 1) * p), n)
    probabilities = np.zeros(n + 1)
    probabilities[mode] = 1.0
    if 0.0 < p < 1.0:
        # Outwards from the mode by P(k + 1) / P(k): sums of logarithms stay small where probabilities are not.
        log_odds = np.log1p(value) - np.log1p(-value)
        steps = np.log((n - counts[:-1]) / (counts[:-1] + 1.0)) + log_odds
        probabilities[mode + 1 :] = np.exp(np.cumsum(steps[mode:]))
        probabilities[:mode] = np.exp(-np.cumsum(steps[:mode][::-1]))[::-1]
    return 2.0 * counts / n - 1.0, probabilities / probabilities.sum()


def flip_probability(z: Array | float, n_shots: int) -> Reals:
    """The chance that the estimate from n_shots says another digit than ⟨Z⟩ does.

    For ⟨Z⟩ > 0 this is P(k ≤ n/2), for ⟨Z⟩ ≤ 0 it is P(k > n/2): a tie says "second digit". Each is a tail of the
    binomial, and as such a regularised incomplete beta function, P(at least m of n shots are wrong) = I_q(m, n − m + 1)
    with q = (1 − |⟨Z⟩|)/2: no digits are lost, however small the chance (NIST Digital Library of Mathematical
    Functions, 8.17.5). Odd n treat both digits alike; on average over the two digits 2m shots are as good as 2m − 1.
    z: float, any shape, ⟨Z⟩ in [−1, 1]. n_shots: 1–10,000,000. Returns float64 of z's shape, 0–½ but for ties.
    Errors: InputError for an argument out of range.
    """
    values, n = _check_values(z), _check_shots(n_shots)
    wrong = np.where(says_first(values), (n + 1) // 2, n // 2 + 1)
    return np.asarray(betainc(wrong, n + 1 - wrong, (1.0 - np.abs(values)) / 2.0))


def shots_needed(z: Array | float, confidence: float) -> Array:
    """The smallest odd number of shots that gives the same digit as ⟨Z⟩ with this probability.

    Exact, by bisection: more shots, as long as they are odd, always help. Above 10,000,000 shots it is the normal
    approximation (Φ⁻¹(confidence) / ⟨Z⟩)², whose relative error is then below 1e-5.
    z: float, any shape, ⟨Z⟩ in [−1, 1]. confidence: from ½, which one shot has, to below 1.
    Returns float64 of z's shape, whole numbers, infinite where ⟨Z⟩ is 0 and confidence above ½.
    Errors: InputError for an argument out of range.
    """
    if not 0.5 <= confidence < 1.0:
        raise InputError(f"the confidence must be from 0.5 to below 1, got {confidence}")
    values = _check_values(z)
    quantile = NormalDist().inv_cdf(confidence)
    needed = [_search(value, confidence, quantile) for value in np.abs(values).ravel().tolist()]
    return np.array(needed).reshape(values.shape)


def smallest_readable(n_shots: int, confidence: float) -> float:
    """|⟨Z⟩| of which n_shots say the sign with this probability, by bisection: float in (0, 1].

    n_shots, confidence: as of `flip_probability` and `shots_needed`.
    """
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2.0
        low, high = (low, middle) if flip_probability(middle, n_shots) <= 1.0 - confidence else (middle, high)
    return high


def _search(z: float, confidence: float, quantile: float) -> float:
    def suffices(half: int) -> bool:
        return bool(betainc(half + 1, half + 1, (1.0 - z) / 2.0) <= 1.0 - confidence)

    if suffices(0):
        return 1.0
    guess = (quantile / z) ** 2 if z > quantile / math.sqrt(1e300) else math.inf
    if guess > MAX_SHOTS:
        return guess if math.isinf(guess) else 2.0 * math.ceil((guess - 1.0) / 2.0) + 1.0
    low, high = 0, max(1, int(guess) // 2)  # low never suffices; high comes to
    while not suffices(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return 2.0 * high + 1.0


def _check_values(z: Array | float) -> Reals:
    values = as_numbers("⟨Z⟩", z)
    if not (np.abs(values) <= 1.0 + ROUNDING).all():
        raise InputError("⟨Z⟩ must be in [−1, 1], got other values")
    return np.clip(values, -1.0, 1.0)


def _check_shots(n_shots: int) -> int:
    if isinstance(n_shots, bool) or not isinstance(n_shots, int | np.integer) or not 1 <= n_shots <= MAX_SHOTS:
        raise InputError(f"the number of shots must be a whole number from 1 to {MAX_SHOTS:,}, got {n_shots!r}")
    return int(n_shots)
