from __future__ import annotations

import itertools
import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.simulators import expectation
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training


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


def test_keras_counts_a_logit_above_one_half() -> None:
    logits, targets = np.array([0.4, 0.6, -0.1, 0.4]), np.array([1.0, 1.0, -1.0, -1.0])
    assert metrics.accuracy(logits, targets) == 0.75
    assert metrics.keras_accuracy(logits, targets, is_logit=True) == 0.75
    assert metrics.keras_accuracy(logits[:1], targets[:1], is_logit=True) == 0.0
    assert metrics.keras_accuracy(logits[:1], targets[:1], is_logit=False) == 1.0


def test_keras_takes_the_mean_over_batches() -> None:
    values, targets = np.append(np.ones(32), [-1.0, 1.0]), np.ones(34)
    assert metrics.keras_accuracy(values, targets, is_logit=False) == (1.0 + 0.5) / 2
    assert metrics.accuracy(values, targets) == 33 / 34


def test_the_tutorials_metrics_are_those_of_keras(keras: ModuleType) -> None:
    """Keras' own `evaluate`, on a network that hands its input through."""
    rng = np.random.default_rng(0)
    scores, targets = rng.normal(size=1968), rng.choice([-1.0, 1.0], 1968)

    def hinge_accuracy(y_true: Any, y_pred: Any) -> Any:
        """As the tutorial defines it."""
        right = (keras.backend.squeeze(y_true, 1) > 0.0) == (keras.backend.squeeze(y_pred, 1) > 0.0)
        return keras.backend.mean(keras.backend.cast(right, "float32"))

    for is_logit, metric in ((True, "accuracy"), (False, hinge_accuracy)):
        network = keras.Sequential([keras.layers.Input(shape=(1,)), keras.layers.Activation("linear")])
        network.compile(loss="hinge", metrics=[metric])
        labels = targets > 0 if is_logit else targets
        _, theirs = network.evaluate(scores[:, None], labels[:, None], verbose=0)
        assert metrics.keras_accuracy(scores, targets, is_logit) == pytest.approx(theirs, abs=1e-6)


def rights(dataset: Dataset, model: str, n_seeds: int) -> Array:
    """Which test images a model's networks classify correctly: bool (n_seeds, n_test)."""
    found = []
    for seed in range(n_seeds):
        training = Training(Experiment.tutorial(model, seed=seed), dataset=dataset)
        finished = list(training)[-1]
        assert isinstance(finished, Finished)
        found.append(metrics.right(finished.scores, dataset.test.targets))
    return np.array(found)


@pytest.fixture(scope="module")
def both(dataset: Dataset) -> tuple[Array, Array]:
    """Logistic regression and the QNN, ten seeds of each."""
    return rights(dataset, "logistic", 10), rights(dataset, "qnn", 10)


@pytest.mark.parametrize(
    ("seed", "only_logistic", "only_qnn", "p"),
    [(0, 50, 24, 0.00337), (1, 42, 16, 0.000862), (4, 41, 1, 1.96e-11), (7, 54, 26, 0.00232)],
)
def test_what_only_one_of_two_networks_gets_right(
    both: tuple[Array, Array], seed: int, only_logistic: int, only_qnn: int, p: float
) -> None:
    logistic, qnn = both[0][seed], both[1][seed]
    table = metrics.disagreements(logistic, qnn)
    assert (table[0, 1], table[1, 0]) == (only_logistic, only_qnn)
    assert (table[0, 0], table[1, 1]) == ((logistic & qnn).sum(), (~logistic & ~qnn).sum())
    assert metrics.mcnemar(only_logistic, only_qnn) == pytest.approx(p, rel=0.005)
    alone = metrics.paired_over_seeds(logistic[None], qnn[None])
    assert alone.p == pytest.approx(metrics.mcnemar(only_logistic, only_qnn), rel=1e-9)
    assert alone.difference == pytest.approx((only_logistic - only_qnn) / 1968)
    assert alone.p_any_seed is None
    assert alone.low > 0


def test_more_seeds_tell_more(both: tuple[Array, Array]) -> None:
    found = [metrics.paired_over_seeds(both[0][:n], both[1][:n]) for n in (1, 3, 5, 10)]
    assert [one.n_seeds for one in found] == [1, 3, 5, 10]
    assert all(after.p < before.p / 1000 for before, after in itertools.pairwise(found))
    any_seed = [one.p_any_seed for one in found if one.p_any_seed is not None]
    assert any_seed == pytest.approx([0.195, 0.0429, 0.00176], rel=0.01)
    widths = [one.high - one.low for one in found[1:]]
    assert widths == sorted(widths, reverse=True)
    for one in found[1:]:
        assert (one.low > 0) == (one.p_any_seed is not None and one.p_any_seed < 0.05)


def test_sign_flips_by_hand() -> None:
    """Differences +2, +1, −1, 0 over two seeds, in all +2: of the eight ways to give the first three a sign, six come
    to −2 or less, or to 2 or more."""
    this = np.array([[1, 1, 0, 1], [1, 0, 0, 1]], bool)
    other = np.array([[0, 0, 0, 1], [0, 0, 1, 1]], bool)
    assert metrics.paired_over_seeds(this, other).p == pytest.approx(6 / 8, abs=1e-12)
    assert metrics.paired_over_seeds(this[:, :1], other[:, :1]).p == 1.0


def test_the_same_answers_are_not_apart() -> None:
    same = np.array([[True, False, True]] * 3)
    assert metrics.mcnemar(0, 0) == 1.0
    assert metrics.paired_over_seeds(same[:1], same[:1]) == metrics.Paired(1, 0.0, 0.0, 0.0, 1.0, None)
    assert metrics.paired_over_seeds(same, same) == metrics.Paired(3, 0.0, 0.0, 0.0, 1.0, 1.0)
    assert metrics.paired_over_seeds(same[:, :1], ~same[:, :1]).p_any_seed == 1.0, "one image says nothing of others"


def equally_good(rng: np.random.Generator, n_seeds: int, seeds_spread: float) -> tuple[Array, Array]:
    """Answers of two models, equally good on the whole, to 200 images some of which are hard for all: bool
    (n_seeds, 200). Each model has images that it finds hard, and each seed a luck of its own."""
    hard = rng.normal(1.5, 1.0, 200)
    this, other = (
        hard + rng.normal(0.0, 0.5, 200) + rng.normal(0.0, seeds_spread, (n_seeds, 1)) + rng.normal(size=(n_seeds, 200))
        for _ in range(2)
    )
    return this > 0, other > 0


@pytest.mark.parametrize("n_seeds", [1, 2, 3, 10])
def test_equal_models_are_rarely_called_different(n_seeds: int) -> None:
    """At 5 %: by `p` networks that are equally good; by `p_any_seed` and the interval models whose seeds differ."""
    rng, repeats = np.random.default_rng(0), 600
    most = 0.05 + 3 * math.sqrt(0.05 * 0.95 / repeats)
    alike = [metrics.paired_over_seeds(*equally_good(rng, n_seeds, 0.0)) for _ in range(repeats)]
    assert np.mean([one.p < 0.05 for one in alike]) < most
    assert np.mean([not one.low <= 0 <= one.high for one in alike]) < most
    if n_seeds > 1:
        apart = [metrics.paired_over_seeds(*equally_good(rng, n_seeds, 0.5)) for _ in range(repeats)]
        assert np.mean([one.p_any_seed is not None and one.p_any_seed < 0.05 for one in apart]) < most
        assert np.mean([not one.low <= 0 <= one.high for one in apart]) < most
        assert np.mean([one.p < 0.05 for one in apart]) > 0.2, "that is what `p` leaves out"


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

    def average(values: Array) -> Any:
        return weight @ values @ weight

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

    def average(values: Array) -> Any:
        return weight @ values @ weight

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


def test_zero_says_the_second_digit_as_hinge_accuracy_counts() -> None:
    assert [metrics.said(value, (3, 6)) for value in (-0.1, 0.0, 1e-9)] == [6, 6, 3]
    np.testing.assert_array_equal(metrics.says_first(np.array([[-0.1, 0.0], [1e-9, 1.0]])), [[False] * 2, [True] * 2])


def test_the_interval_of_a_difference_is_newcombes() -> None:
    low, high = metrics.difference_interval(56 / 70, 70, 48 / 80, 80)  # his example (a), method 10
    assert (low, high) == pytest.approx((0.0524, 0.3339), abs=1e-4)
