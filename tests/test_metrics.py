from __future__ import annotations

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.config import CircuitConfig
from qmnist_core.simulators import expectation


def test_accuracy_counts_a_zero_score_as_negative() -> None:
    assert metrics.accuracy(np.array([0.0, 0.0, 0.1, -0.1]), np.array([1.0, -1.0, 1.0, 1.0])) == 0.5


def test_confusion_by_hand() -> None:
    scores = np.array([0.5, 0.0, -1.0, 0.2, -0.2, 0.0, np.nan])
    targets = np.array([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0])
    assert metrics.confusion(scores, targets).tolist() == [[1, 2], [1, 3]]
    assert metrics.confusion(scores[:1], targets[:1]).tolist() == [[1, 0], [0, 0]]


def test_the_diagonal_of_the_confusion_is_the_accuracy() -> None:
    rng = np.random.default_rng(0)
    scores, targets = rng.normal(size=1000), rng.choice([-1.0, 1.0], 1000)
    found = metrics.confusion(scores, targets)
    assert (found.shape, found.sum()) == ((2, 2), 1000)
    assert np.trace(found) / 1000 == metrics.accuracy(scores, targets)
    assert found.sum(axis=1).tolist() == [(targets > 0).sum(), (targets < 0).sum()]


@pytest.mark.parametrize(
    ("score", "is_logit", "expected"),
    [
        (0.0, False, 0.5),
        (0.5, False, 0.75),
        (-0.5, False, 0.75),
        (1.0 + 1e-9, False, 1.0),
        (0.0, True, 0.5),
        (np.log(3.0), True, 0.75),
        (-np.log(3.0), True, 0.75),
        (-1000.0, True, 1.0),
    ],
)
def test_confidence_by_hand(score: float, is_logit: bool, expected: float) -> None:
    assert metrics.confidence(score, is_logit) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("share", "n", "low", "high"),
    [(0.5, 100, 0.4038, 0.5962), (0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0), (0.905, 1968, 0.8912, 0.9172)],
)
def test_wilsons_interval(share: float, n: int, low: float, high: float) -> None:
    """Worked out with the formula's own numbers; the first three are textbook cases."""
    assert metrics.accuracy_interval(share, n) == pytest.approx((low, high), abs=2e-4)


@pytest.mark.parametrize("n_pixels", [1, 4, 16])
def test_output_spread_is_that_of_random_networks(n_pixels: int) -> None:
    rng = np.random.default_rng(0)
    blank = np.zeros((1, n_pixels))
    values = [expectation(CircuitConfig(), rng.uniform(0, 2 * np.pi, (2, n_pixels)), blank)[0] for _ in range(20_000)]
    measured = np.sqrt(np.mean(np.square(values)))
    assert metrics.uniform_output_spread(n_pixels) == pytest.approx(measured, rel=0.05)


def test_output_spread_of_few_pixels_by_quadrature() -> None:
    """E⟨Z⟩² over [0, 2π) for one pixel, a trapezoid in a and b."""
    grid = np.linspace(0, 2 * np.pi, 2001)
    weight = np.full(2001, 1 / 2000)
    weight[[0, -1]] /= 2
    a, b = grid[:, None], grid[None, :]
    factor = np.cos(np.pi * b) + 1j * np.cos(np.pi * a) * np.sin(np.pi * b)
    average = lambda values: weight @ values @ weight  # noqa: E731
    for n, square in (
        (1, average(factor.real**2)),
        (2, (average(abs(factor) ** 2) ** 2 + (average(factor**2) ** 2).real) / 2),
    ):
        assert metrics.uniform_output_spread(n) == pytest.approx(np.sqrt(square), rel=1e-5)


def test_gradient_spread_of_few_pixels_by_quadrature() -> None:
    """E of the mean of (∂⟨Z⟩/∂a)² and (∂⟨Z⟩/∂b)² over [0, 2π) for one and two pixels, a trapezoid in a and b."""
    grid = np.linspace(0, 2 * np.pi, 2001)
    weight = np.full(2001, 1 / 2000)
    weight[[0, -1]] /= 2
    a, b = np.pi * grid[:, None], np.pi * grid[None, :]
    factor = np.cos(b) + 1j * np.cos(a) * np.sin(b)
    slopes = (-np.pi * 1j * np.sin(a) * np.sin(b), np.pi * (-np.sin(b) + 1j * np.cos(a) * np.cos(b)))
    average = lambda values: weight @ values @ weight  # noqa: E731
    one = np.mean([average(slope.real**2) for slope in slopes])
    two = np.mean(
        [
            average(abs(slope) ** 2) * average(abs(factor) ** 2) + (average(slope**2) * average(factor**2)).real
            for slope in slopes
        ]
    )
    assert metrics.uniform_gradient_spread(1) == pytest.approx(np.sqrt(one), rel=1e-5)
    assert metrics.uniform_gradient_spread(2) == pytest.approx(np.sqrt(two / 2), rel=1e-5)


@pytest.mark.parametrize("n_pixels", [1, 4, 784])
def test_spreads_over_whole_periods(n_pixels: int) -> None:
    output = np.sqrt(0.5 * 0.75**n_pixels + 0.5 * 0.25**n_pixels)
    assert metrics.uniform_output_spread(n_pixels, length=2) == pytest.approx(output)
    gradient = np.pi * np.sqrt(2 / 3) * np.sqrt(0.5 * 0.75**n_pixels)
    assert metrics.uniform_gradient_spread(n_pixels, length=2) == pytest.approx(gradient)


def test_output_spread_at_full_size() -> None:
    assert 1e-47 < metrics.uniform_output_spread(784) < 1e-46
