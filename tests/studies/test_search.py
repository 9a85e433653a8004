"""A search: images for validation, what is measured on them, and how much of a lead is luck."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from scipy.stats import binom

from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import ConfigError, CostError
from qmnist_core.progress import Progress
from qmnist_core.studies.search import (
    Difference,
    Found,
    Limits,
    excess,
    likely_excess,
    luck,
    measure,
    measure_on_test,
    test_images,
    without_test,
)
from qmnist_core.training.loop import Training

SHORT = Experiment(data=DataConfig(n_examples=300), epochs=1, learning_rate=0.01)
LIMITS = Limits(most_size=4, most_layers=3, most_epochs=5)
test_images.__test__ = False  # type: ignore[attr-defined]  # a function, no test


def test_validation_images_are_a_fifth_of_the_training_images_and_none_of_the_test(mnist: Mnist) -> None:
    found = without_test(mnist)
    assert (len(found.y_test), len(found.y_train)) == (12_000, 48_000)
    all_rows = np.concatenate([found.x_train, found.x_test]).reshape(60_000, -1)
    own = mnist.x_train.reshape(60_000, -1)
    for pixels in (slice(300, 308), slice(400, 408)):  # as many of each, in another order
        both = [np.sort(np.ascontiguousarray(rows[:, pixels]).view("u8").ravel()) for rows in (all_rows, own)]
        np.testing.assert_array_equal(both[0], both[1])
    np.testing.assert_array_equal(without_test(mnist).y_test, found.y_test)


def test_the_validation_images_are_the_same_whatever_the_settings(mnist: Mnist) -> None:
    held = without_test(mnist)
    configs = (DataConfig(), DataConfig(size=6, threshold=0.3, contradictions="after", n_examples=100))
    one, other = (prepare(held, config) for config in configs)
    np.testing.assert_array_equal(one.test_rows, other.test_rows)
    assert len(one.test) == int(np.isin(held.y_test, (3, 6)).sum())


def test_it_measures_what_a_training_on_the_rest_gives(mnist: Mnist) -> None:
    held = without_test(mnist)
    dataset = prepare(held, SHORT.data)
    *progress, found, end = measure(SHORT, dataset, dataset.test)
    assert isinstance(end, Progress)
    assert end.done == end.of
    assert all(isinstance(item, Progress) for item in progress)
    training = Training(SHORT, mnist=held)
    *_, finished = training
    assert found == Found(finished.accuracy, len(dataset.test))  # type: ignore[attr-defined]

    images = test_images(mnist, SHORT.data)
    items = list(measure_on_test([SHORT, SHORT], lambda config: prepare(held, config), mnist))
    tested = [item for item in items if isinstance(item, Found)]
    expected = training.model.evaluate(training.model.prepare(images))[1]
    assert tested == [Found(expected, 1968)] * 2
    done = [item.done for item in items if isinstance(item, Progress)]
    assert done == sorted(done)
    assert done[0] > 0
    assert items[-1] == Progress(200, 200)


@pytest.mark.parametrize(
    ("experiment", "error", "words"),
    [
        (Experiment(data=DataConfig(size=5)), ConfigError, "image size can be 4 at most"),
        (Experiment(circuit=CircuitConfig(layers=("XX",) * 4)), ConfigError, "number of layers can be 3 at most"),
        (Experiment(epochs=6), ConfigError, "number of epochs can be 5 at most in this search, got 6"),
        (Experiment(backend="tfq"), ConfigError, "exact engine"),
        (Experiment(batch_size=1, epochs=5, circuit=CircuitConfig(layers=("XY", "YZ", "ZX"))), CostError, "more than"),
    ],
)
def test_limits_refuse_in_a_sentence(experiment: Experiment, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        LIMITS.check(experiment, 1_000_000)


def test_settings_are_brought_within_the_limits() -> None:
    layers = ("XX", "ZZ", "XY", "YZ")
    beyond = Experiment(data=DataConfig(size=6), circuit=CircuitConfig(layers), epochs=20, learning_rate=0.01)
    within = Experiment(circuit=CircuitConfig(layers[:3]), epochs=5, learning_rate=0.01)
    assert LIMITS.clamp(beyond) == within
    assert LIMITS.clamp(within) == within


def test_limits_estimate_the_time() -> None:
    once, twice = (LIMITS.check(Experiment(epochs=n), 8_000) for n in (1, 2))
    assert twice == pytest.approx(2 * once)
    assert 0 < once < 5


def exact_excess(accuracies: list[float], n: int) -> float:
    """By summing over all outcomes; of equal ones the first wins."""
    total = 0.0
    for counts in product(range(n + 1), repeat=len(accuracies)):
        chance = math.prod(binom.pmf(k, n, p) for k, p in zip(counts, accuracies, strict=True))
        best = int(np.argmax(counts))
        total += chance * (counts[best] / n - accuracies[best])
    return total


@pytest.mark.parametrize("accuracies", [[0.7], [0.8, 0.8], [0.6, 0.8, 0.75]])
def test_the_luck_of_the_best_is_that_of_all_outcomes(accuracies: list[float]) -> None:
    assert excess(np.array(accuracies), 12) == pytest.approx(exact_excess(accuracies, 12), abs=0.003)


def test_many_equal_networks_look_better_than_few() -> None:
    few, many = (excess(np.full(n, 0.85), 2000) for n in (2, 40))
    assert abs(excess(np.array([0.85]), 2000)) < 0.0003
    assert 0.003 < few < many < 0.03


EQUAL, CLOSE = np.full(30, 0.85), np.linspace(0.84, 0.86, 30)


@pytest.mark.parametrize(
    "accuracies",
    [EQUAL, CLOSE, np.append(EQUAL, [0.5] * 5), np.linspace(0.75, 0.9, 30), np.array([0.95, 0.6]), np.array([0.85])],
    ids=["equal", "close", "equal but for some", "far apart", "two", "one"],
)
def test_luck_is_estimated_from_scores_that_hold_luck_themselves(accuracies: Array) -> None:
    n, rng = 2400, np.random.default_rng(1)
    scores = rng.binomial(n, accuracies, (15, len(accuracies))) / n
    estimated = np.mean([likely_excess(one, n) for one in scores])
    true = excess(accuracies, n)
    assert estimated == pytest.approx(true, rel=0.15, abs=0.001)
    if accuracies is EQUAL:
        assert np.mean([excess(one, n) for one in scores]) < 0.8 * true


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_scores_at_the_ends_leave_nothing_to_luck(score: float) -> None:
    assert likely_excess(np.full(3, score), 100) == pytest.approx(0, abs=0.012)


def test_luck_compares_the_winner_and_the_mean() -> None:
    validation = [Found(0.90, 2400), Found(0.92, 2400), Found(0.88, 2400)]
    tests = [Found(0.90, 1968), Found(0.89, 1968), Found(0.88, 1968)]
    found = luck(validation, tests, [*validation, Found(0.5, 2400)])
    assert found.winner.value == pytest.approx(0.03)
    assert found.winner.low < 0.03 < found.winner.high
    assert found.all.value == pytest.approx(0.01)
    assert found.all == Difference.of(Found(0.90, 2400), Found(0.89, 1968))
    assert found.expected == likely_excess(np.array([0.90, 0.92, 0.88, 0.5]), 2400)
