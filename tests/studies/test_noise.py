"""What noise and shots do to a trained network, result by result."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.config import CircuitConfig, DataConfig, Experiment, NoiseConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import CostError
from qmnist_core.progress import Progress
from qmnist_core.simulators import expectation
from qmnist_core.simulators.noise import noisy_expectation
from qmnist_core.simulators.shots import shot_distribution, shots_needed
from qmnist_core.studies import noise as noise_study
from qmnist_core.studies.noise import (
    MIN_IMAGES,
    Advice,
    advise,
    breaking_point,
    image_answer,
    images_that_fit,
    noise_points,
    right_with_shots,
)
from qmnist_core.training.loop import Training
from tests.found import results, steps_and_results


@pytest.fixture(scope="module")
def trained(mnist: Mnist) -> Training:
    training = Training(Experiment(), mnist)
    list(training)
    return training


def test_points_are_the_engines_figures(trained: Training) -> None:
    circuit, exponents = trained.experiment.circuit, trained.model.weights()["exponents"]
    examples = trained.test_examples.first(200)
    count, (clean, noisy) = steps_and_results(noise_points(circuit, exponents, examples, "damping", (0.0, 0.02)))
    assert count == 2
    before = expectation(circuit, exponents, examples.bits)
    np.testing.assert_allclose(clean.values, before, atol=1e-12)
    assert clean.accuracy == metrics.accuracy(before, examples.targets)
    assert clean.infidelity == 0.0
    assert clean.share == pytest.approx(1.0)
    noise = NoiseConfig.of_infidelity("damping", 0.02)
    values = noisy_expectation(circuit, exponents, examples.bits, noise)
    np.testing.assert_allclose(noisy.values, values, atol=1e-12)
    assert noisy.accuracy == metrics.accuracy(values, examples.targets)
    margin, margin_before = (1 - metrics.hinge_loss(of, examples.targets) for of in (values, before))
    assert noisy.share == pytest.approx(margin / margin_before)
    with_shots = [right_with_shots(point.values, examples.targets, 11).mean() for point in (noisy, clean)]
    assert 0.5 < with_shots[0] < with_shots[1] < 1


def test_gates_that_do_nothing_lose_the_same_share_of_every_output(trained: Training) -> None:
    points = noise_points(CircuitConfig(), np.zeros((2, 16)), trained.test_examples, "dephasing", (0.0, 0.01))
    # A Z on the readout with probability p turns its X: 1 − 2p a gate, where an infidelity of 0.01 is (1 − p)² = 79/80.
    kept = 2 * math.sqrt(1 - 0.01 / 0.8) - 1
    assert [point.share for point in results(points)] == pytest.approx([1, kept**32], abs=1e-12)


def test_changed_answers_are_counted_one_by_one(trained: Training) -> None:
    circuit, exponents = trained.experiment.circuit, trained.model.weights()["exponents"]
    examples = trained.test_examples
    points = noise_points(circuit, exponents, examples, "damping", (0.0, 0.1))
    clean, noisy = results(points)
    before = expectation(circuit, exponents, examples.bits)
    after = noisy_expectation(circuit, exponents, examples.bits, NoiseConfig.of_infidelity("damping", 0.1))
    assert (clean.n_lost, clean.n_gained) == (0, 0)
    assert noisy.n_lost + noisy.n_gained == (np.sign(before) != np.sign(after)).sum()
    assert (noisy.n_lost, noisy.n_gained) == (3, 4)
    assert noisy.n_gained - noisy.n_lost == round(1968 * (noisy.accuracy - clean.accuracy))


@pytest.mark.parametrize(("seed", "to_first", "to_second"), [(0, 0, 7), (1, 173, 3)])
def test_damping_draws_answers_to_neither_digit_in_general(
    mnist: Mnist, seed: int, to_first: int, to_second: int
) -> None:
    """The tutorial's network, from two seeds: it draws lit pixels to unlit ones, and what follows depends."""
    training = Training(Experiment(seed=seed), mnist)
    list(training)
    arguments = training.experiment.circuit, training.model.weights()["exponents"], training.test_examples
    clean, noisy = (point.values > 0 for point in results(noise_points(*arguments, "damping", (0.0, 0.1))))
    assert ((noisy & ~clean).sum(), (clean & ~noisy).sum()) == (to_first, to_second)


def test_depolarising_changes_no_answer_of_the_tutorials_network(trained: Training) -> None:
    circuit, exponents = trained.experiment.circuit, trained.model.weights()["exponents"]
    points = noise_points(circuit, exponents, trained.test_examples, "depolarising", (0.0, 0.01))
    clean, noisy = results(points)
    assert (noisy.n_lost, noisy.n_gained) == (0, 0)
    assert noisy.accuracy == clean.accuracy
    assert noisy.share == pytest.approx((1 - 16 * (0.01 / 0.8) / 15) ** 32)


def test_depolarising_does_change_answers_of_four_layers(mnist: Mnist) -> None:
    training = Training(Experiment(circuit=CircuitConfig(("XX", "ZZ") * 2)), mnist)
    list(training)
    arguments = training.experiment.circuit, training.model.weights()["exponents"], training.test_examples
    for kind in ("depolarising", "dephasing"):
        (noisy,) = results(noise_points(*arguments, kind, (0.05,)))
        assert (noisy.n_lost, noisy.n_gained) == (10, 5)


@pytest.mark.parametrize("n_shots", [1, 2, 7])
def test_the_chance_of_a_right_answer_adds_up(n_shots: int) -> None:
    values, targets = np.array([0.4, -0.3, 0.2, -0.9]), np.array([1.0, 1.0, -1.0, -1.0])
    for value, target, chance in zip(values, targets, right_with_shots(values, targets, n_shots), strict=True):
        estimates, probabilities = shot_distribution(float(value), n_shots)
        assert chance == pytest.approx(probabilities[(estimates > 0) == (target > 0)].sum(), abs=1e-12)


def test_fewer_images_where_all_would_take_too_long_and_never_too_few(dataset: Dataset, mnist: Mnist) -> None:
    assert images_that_fit(CircuitConfig(), dataset.test.bits, "depolarising") == 1968
    six = CircuitConfig(("XX", "ZZ") * 3)
    assert images_that_fit(six, dataset.test.bits, "damping") == 1968, "they are 115 patterns"
    full, four = prepare(mnist, DataConfig(size=28)).test.bits, CircuitConfig(("XX", "ZZ", "XX", "ZZ"))
    assert MIN_IMAGES <= images_that_fit(four, full, "damping", max_slices=1) < images_that_fit(four, full, "damping")
    assert images_that_fit(four, full, "damping") < 1968
    with pytest.raises(CostError, match="too long to follow for even 100 test images: use fewer layers or a smaller"):
        images_that_fit(six, full, "damping")


def test_a_strength_in_slices_is_that_in_one_piece(trained: Training, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = (trained.experiment.circuit, trained.model.weights()["exponents"], trained.test_examples)
    at_once = noise_points(*arguments, "damping", (0.0, 0.05))
    monkeypatch.setattr(noise_study, "SLICE_SECONDS", 0.00012)
    count, sliced = steps_and_results(noise_points(*arguments, "damping", (0.0, 0.05)))
    assert count > 4
    for one, other in zip(results(at_once), sliced, strict=True):
        np.testing.assert_allclose(other.values, one.values, atol=1e-12)
        assert (other.accuracy, other.n_lost, other.n_gained) == (one.accuracy, one.n_lost, one.n_gained)
        assert other.share == pytest.approx(one.share)


def test_advice_row_by_row(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(data: DataConfig) -> Dataset:
        return prepare(mnist, data)

    experiment = Experiment(data=DataConfig(n_examples=1000), epochs=2)
    rows = advise(experiment, NoiseConfig("damping", 0.01), 0.95, (2, 4), (("XX", "ZZ"),), load)
    count, (small, large) = steps_and_results(rows)
    assert count == 6  # for each network one an epoch, and one for the noise
    assert (small.size, large.size, large.n_gates, large.n_images) == (2, 4, 32, 1968)
    assert 0 < large.share < small.share < 1
    clean = Training(replace(experiment, data=DataConfig(n_examples=1000), init="small"), mnist)
    list(clean)
    exponents, bits = clean.model.weights()["exponents"], clean.test_examples.bits
    needed = shots_needed(noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig("damping", 0.01)), 0.95)
    assert large.median_shots < large.most_shots < needed.max()
    for shots, share in ((large.median_shots, 0.5), (large.most_shots, 0.95)):
        assert (needed < shots).mean() < share <= (needed <= shots).mean()
    values = np.abs(noisy_expectation(CircuitConfig(), exponents, bits, NoiseConfig("damping", 0.01)))
    assert (values >= large.median).mean() >= 0.5 >= (values > large.median).mean()
    assert (values >= large.low).mean() >= 0.95 >= (values > large.low).mean()
    assert large.accuracy == clean.outcome.accuracy  # type: ignore[union-attr]
    assert 0.5 < large.noisy_accuracy <= 1
    monkeypatch.setattr(noise_study, "SLICE_SECONDS", 0.0)
    refused, progress = advise(experiment, NoiseConfig(), 0.95, (4,), (("XX", "ZZ"),), load)
    assert progress == Progress(3, 3)
    assert isinstance(refused, Advice)
    assert refused.refused == "it would take too long to compute here"


def test_one_image_with_noise(trained: Training) -> None:
    circuit, exponents = trained.experiment.circuit, trained.model.weights()["exponents"]
    bits, noise = trained.test_examples.bits[5], NoiseConfig("damping", 0.05)
    count, (value,) = steps_and_results(image_answer(circuit, exponents, bits, noise))
    assert count == 1
    assert value == noisy_expectation(circuit, exponents, bits[None], noise)[0]
    assert value != expectation(circuit, exponents, bits[None])[0]


def test_answers_suffer_from_the_first_infidelity_that_costs_a_point() -> None:
    rates = (0.0, 0.001, 0.01, 0.1)
    assert breaking_point(rates, (0.9, 0.895, 0.889, 0.6)) == 0.01
    assert breaking_point(rates, (0.9, 0.95, 0.92, 0.6)) == 0.1
    assert breaking_point(rates, (0.9, 0.9, 0.9, 0.95)) is None
