"""Shots against exact fractions, the distribution itself, and sampling."""

from __future__ import annotations

from fractions import Fraction
from math import comb, inf, sqrt

import numpy as np
import pytest

from qmnist_core.errors import InputError
from qmnist_core.simulators.shots import MAX_SHOTS, flip_probability, shot_distribution, shots_needed, smallest_readable

VALUES = (0.0, 0.5, -0.5, 0.01, -0.01, 0.99, -0.875, 1.0, -1.0, 1e-12)
COUNTS = (1, 2, 3, 4, 7, 10, 64, 101, 127, 128, 129, 130, 131, 300)


def exact_probabilities(z: float, n: int) -> list[Fraction]:
    p = (1 + Fraction(z)) / 2
    return [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]


@pytest.mark.parametrize("n", COUNTS)
@pytest.mark.parametrize("z", VALUES)
def test_equals_exact_fractions(z: float, n: int) -> None:
    exact = exact_probabilities(z, n)
    estimates, probabilities = shot_distribution(z, n)
    np.testing.assert_allclose(estimates, [2 * k / n - 1 for k in range(n + 1)], rtol=0, atol=1e-15)
    np.testing.assert_allclose(probabilities, [float(p) for p in exact], rtol=1e-11, atol=1e-300)
    flipped = float(sum(p for k, p in enumerate(exact) if (2 * k > n) != (z > 0)))
    assert flip_probability(z, n) == pytest.approx(flipped, rel=1e-12, abs=1e-300)


def test_the_tie_says_second_digit() -> None:
    """Two shots at z = ±½: +− ties with probability 3/8, −− has 1/16 for z = ½ and ++ for z = −½."""
    assert flip_probability(0.5, 2) == pytest.approx(3 / 8 + 1 / 16, abs=1e-15)
    assert flip_probability(-0.5, 2) == pytest.approx(1 / 16, abs=1e-15)
    assert flip_probability(0.0, 2) == pytest.approx(1 / 4, abs=1e-15)
    assert flip_probability(0.0, 999) == pytest.approx(1 / 2, abs=1e-14)


@pytest.mark.parametrize("n", [999_999, 1_000_000])
@pytest.mark.parametrize("z", [1e-3, -1e-3, 3e-3, 0.0, 0.02])
def test_a_million_shots_add_up(z: float, n: int) -> None:
    estimates, probabilities = shot_distribution(z, n)
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-12)
    assert estimates @ probabilities == pytest.approx(z, abs=1e-12)
    assert (estimates - z) ** 2 @ probabilities == pytest.approx((1 - z * z) / n, rel=1e-10)
    wrong = probabilities[(estimates > 0) != (z > 0)].sum()
    assert flip_probability(z, n) == pytest.approx(wrong, rel=1e-10)


def test_flips_are_as_frequent_as_when_sampled() -> None:
    rng = np.random.default_rng(0)
    for z in (0.1, -0.1, 0.3):
        for n in (25, 100):
            counts = rng.binomial(n, (1 + z) / 2, 200_000)
            share = np.mean((2 * counts > n) != (z > 0))
            expected = float(flip_probability(z, n))
            assert abs(share - expected) < 5 * np.sqrt(expected / 200_000)


def test_flips_keep_the_shape_and_symmetry() -> None:
    z = np.linspace(-1, 1, 12).reshape(3, 4)
    flips = flip_probability(z, 101)
    assert flips.shape == (3, 4)
    np.testing.assert_allclose(flips, flips[::-1, ::-1], rtol=1e-12)
    assert flips[0, 0] == flips[-1, -1] == 0.0
    assert [float(flip_probability(value, 101)) for value in z.ravel()] == flips.ravel().tolist()
    # On average over the two digits, 2m shots are as good as 2m − 1.
    even, odd = flip_probability(np.array([0.2, -0.2]), 40), flip_probability(np.array([0.2, -0.2]), 39)
    assert even.mean() == pytest.approx(odd.mean(), rel=1e-12)


def test_rounding_outside_is_no_error() -> None:
    assert flip_probability(np.array([1 + 4e-16, -1 - 1e-7]), 10).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.99, 1 - 1e-9])
def test_the_shots_needed_suffice_and_two_fewer_do_not(confidence: float) -> None:
    z = np.array([0.9, -0.9, 0.5, -0.2, 0.03, 0.004])
    needed = shots_needed(z, confidence)
    assert (needed % 2 == 1).all()
    for value, n in zip(z, needed.astype(int), strict=True):
        assert flip_probability(value, n) <= 1 - confidence
        assert n == 1 or flip_probability(value, n - 2) > 1 - confidence


def test_the_shots_needed_by_hand() -> None:
    """At z = ½ a single shot is right 3 times in 4; the majority of 3 in 27/32 of all cases, of 5 in 459/512."""
    assert shots_needed(0.5, 0.75) == 1
    assert shots_needed(0.5, 27 / 32 - 1e-12) == 3
    assert shots_needed(0.5, 459 / 512 - 1e-12) == 5
    assert shots_needed(0.5, 459 / 512 + 1e-9) == 7
    assert shots_needed(np.array([[1.0], [-1.0]]), 0.999).tolist() == [[1.0], [1.0]]


def test_more_odd_shots_always_help() -> None:
    for z in (0.01, 0.3, -0.9):
        flips = [float(flip_probability(z, n)) for n in range(1, 400, 2)]
        assert (np.diff(flips) < 0).all()


def test_where_no_number_of_shots_will_do() -> None:
    assert shots_needed(np.array([0.0, 1e-49, 1e-170]), 0.99).tolist() == [inf, pytest.approx(5.4119e98, rel=1e-4), inf]
    assert shots_needed(0.0, 0.5) == 1  # a coin needs one


@pytest.mark.parametrize("confidence", [0.9, 0.99, 1 - 1e-9])
def test_exact_and_approximate_numbers_meet(confidence: float) -> None:
    """Either side of the largest number that is searched for."""
    (below,) = shots_needed(np.array([1.0]) * _z_for(confidence, 0.999 * MAX_SHOTS), confidence)
    (above,) = shots_needed(np.array([1.0]) * _z_for(confidence, 1.001 * MAX_SHOTS), confidence)
    assert below == pytest.approx(0.999 * MAX_SHOTS, rel=1e-5)
    assert above == pytest.approx(1.001 * MAX_SHOTS, rel=1e-5)


def _z_for(confidence: float, n: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(confidence) / sqrt(n)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: flip_probability(1.1, 5), r"⟨Z⟩ must be in \[−1, 1\], got other values"),
        (lambda: flip_probability(np.nan, 5), r"⟨Z⟩ must be in \[−1, 1\]"),
        (lambda: flip_probability("a", 5), "⟨Z⟩ must be numbers, got an array of type <U1"),  # type: ignore[arg-type]
        (lambda: flip_probability(0.1, 0), "shots must be a whole number from 1 to 10,000,000, got 0"),
        (lambda: flip_probability(0.1, 2.0), r"shots must be a whole number .*, got 2\.0"),  # type: ignore[arg-type]
        (lambda: shot_distribution(0.1, 10**8), "shots must be a whole number .*, got 100000000"),
        (lambda: shots_needed(0.1, 1.0), "the confidence must be from 0.5 to below 1, got 1.0"),
        (lambda: shots_needed(0.1, 0.4), "the confidence must be from 0.5 to below 1, got 0.4"),
    ],
)
def test_bad_arguments_are_named(call, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=message):
        call()


def test_the_smallest_readable_answer_is_just_readable() -> None:
    least = smallest_readable(10_001, 0.95)
    assert float(flip_probability(least, 10_001)) == pytest.approx(0.05)
    assert shots_needed(1.001 * least, 0.95) <= 10_001 < shots_needed(0.999 * least, 0.95)
