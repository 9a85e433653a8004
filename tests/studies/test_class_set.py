"""The class's own drawings: tested on, trained with, and taught alone."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.arrays import Images, Labels
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples, prepare
from qmnist_core.errors import InputError
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.progress import Progress
from qmnist_core.simulators import make_simulator
from qmnist_core.studies.class_set import (
    Change,
    Comparison,
    Network,
    Share,
    halves,
    right_of,
    teach,
    teaching,
    train_with,
    with_drawings,
    with_repeats,
)
from qmnist_core.studies.reel import Reel
from qmnist_core.training.loop import Training
from tests.hands import hearts_and_stars

SHORT = Experiment(data=DataConfig(n_examples=200), epochs=2, learning_rate=0.01)


def drawings(mnist: Mnist, n: int) -> tuple[Images, Labels]:
    """n threes and sixes that stand for drawings: from the end of the training images, which SHORT does not use."""
    rows = np.flatnonzero(np.isin(mnist.y_train, (3, 6)))[-n:]
    return mnist.x_train[rows], mnist.y_train[rows] == 3


def network(mnist: Mnist, experiment: Experiment) -> Network:
    return Network(experiment.model, experiment, prepare(mnist, experiment.input))


def test_a_network_reads_drawings_as_its_circuit_says(mnist: Mnist) -> None:
    training = Training(SHORT, mnist=mnist)
    list(training)
    images, labels = drawings(mnist, 30)
    right = right_of(training.model, SHORT, images, labels)
    bits = as_examples(images, labels, SHORT.data).bits
    simulator = make_simulator(SHORT.circuit, 16, "cirq")
    exponents = training.model.weights()["exponents"]
    values = simulator.expectation(exponents, simulator.encode(bits))
    np.testing.assert_array_equal(right, (values > 0) == labels)


def test_halves_share_nothing_and_have_the_same_of_each_class() -> None:
    labels = np.array([True] * 9 + [False] * 5)
    added, held = halves(labels)
    assert sorted([*added, *held]) == list(range(14))
    assert (int(labels[held].sum()), int((~labels[held]).sum())) == (4, 2)
    again, _ = halves(labels)
    np.testing.assert_array_equal(added, again)
    _, few = halves(np.array([True, False, False, False]), share=0.1)
    assert len(few) == 2


def test_a_comparison_counts_pairs_and_tests_them_exactly() -> None:
    before = np.array([True] * 10 + [False] * 10)
    after = np.array([True] * 9 + [False] + [True] * 8 + [False] * 2)
    found = Comparison.of(before, after)
    assert (found.before.n_right, found.after.n_right, found.n_gained, found.n_lost) == (10, 17, 8, 1)
    assert found.p == pytest.approx(2 * (1 + 9) / 2**9)
    assert not found.is_clear
    assert Share(3, 4).interval == metrics.accuracy_interval(0.75, 4)


def test_drawings_are_appended_and_none_is_removed(mnist: Mnist) -> None:
    dataset = prepare(mnist, SHORT.data)
    images, labels = drawings(mnist, 6)
    both = with_drawings(dataset, images[[0, 0, 1]], labels[[0, 0, 1]], SHORT.data)
    assert len(both.train) == 203
    np.testing.assert_array_equal(both.train.bits[:200], dataset.train.bits)
    np.testing.assert_array_equal(both.train.bits[200:], as_examples(images, labels, SHORT.data).bits[[0, 0, 1]])
    np.testing.assert_array_equal(both.train.labels[200:], labels[[0, 0, 1]])
    assert both.test is dataset.test


def test_repeats_are_training_images(mnist: Mnist) -> None:
    dataset = prepare(mnist, SHORT.data)
    repeated = with_repeats(dataset, 7).train
    assert len(repeated) == 207
    own = {(bits.tobytes(), label) for bits, label in zip(dataset.train.bits, dataset.train.labels, strict=True)}
    assert {
        (bits.tobytes(), label) for bits, label in zip(repeated.bits[200:], repeated.labels[200:], strict=True)
    } <= own
    np.testing.assert_array_equal(with_repeats(dataset, 7).train.bits, repeated.bits)


def test_training_with_them_is_compared_with_the_same_training_of_as_many_images(mnist: Mnist) -> None:
    images, labels = drawings(mnist, 24)
    networks = [network(mnist, SHORT), network(mnist, SHORT.rival("logistic"))]
    items = list(train_with(networks, images, labels))
    changes = [item for item in items if isinstance(item, Change)]
    assert [change.name for change in changes] == ["qnn", "logistic"]
    steps = [item.done for item in items if isinstance(item, Progress)]
    assert steps == sorted(set(steps))
    assert items[-1] == Progress(steps[-1], steps[-1])

    added, held = halves(labels)
    for one, change in zip(networks, changes, strict=True):
        more = with_drawings(one.dataset, images[added], labels[added], one.experiment.input)
        for dataset, found in ((with_repeats(one.dataset, len(added)), "before"), (more, "after")):
            training = Training(one.experiment, dataset=dataset)
            *_, finished = training
            assert getattr(change.mnist, found).value == pytest.approx(finished.accuracy)  # type: ignore[attr-defined]
            right = right_of(training.model, one.experiment, images[held], labels[held])
            assert getattr(change.held, found) == Share.of(right)
        assert change.n_added == len(added)


def test_training_with_too_few_is_refused(mnist: Mnist) -> None:
    images, labels = drawings(mnist, 8)
    few = np.array([*np.flatnonzero(labels), np.flatnonzero(~labels)[0]])
    with pytest.raises(InputError, match="too few drawings of 6, 1 of at least 2: draw more first"):
        next(iter(train_with([network(mnist, SHORT)], images[few], labels[few])))


def test_two_classes_are_learnt_from_drawings_alone() -> None:
    images, labels = hearts_and_stars(15)
    taught, used = teach(images, labels, ("heart", "star"))
    assert len(used) == 20
    assert taught.experiment == teaching(20)
    np.testing.assert_array_equal(taught.moments[0].exponents, initial_exponents(taught.experiment))
    steps = [moment.step for moment in taught.moments]
    assert steps == list(range(steps[-1] + 1))

    later, truth = hearts_and_stars(20, seed=1)
    dataset = taught.dataset(later, truth)
    reel = Reel.of(taught.experiment, taught.moments, dataset)
    assert reel.accuracy[-1] >= 0.85
    assert reel.accuracy[-1] > reel.accuracy[0]

    training = Training(taught.experiment, dataset=dataset)
    *_, finished = training
    assert finished.accuracy == reel.accuracy[-1]  # type: ignore[attr-defined]
    np.testing.assert_array_equal(training.model.weights()["exponents"], taught.moments[-1].exponents)


@pytest.mark.parametrize("n", [2, 20, 33, 400])
def test_teaching_has_enough_steps_however_many_drawings_there_are(n: int) -> None:
    experiment = teaching(n)
    steps = experiment.epochs * math.ceil(n / min(experiment.batch_size, n))
    assert 200 <= steps < 200 + n / experiment.batch_size + 1


def test_the_fewest_drawings_can_be_taught_and_fewer_are_refused() -> None:
    images, labels = hearts_and_stars(3)
    taught, used = teach(images, labels, ("heart", "star"))
    held = np.setdiff1d(np.arange(6), used)
    assert (len(used), sorted(labels[held])) == (4, [False, True])
    one_class = taught.dataset(images[:1], labels[:1])  # the others were deleted
    assert len(Reel.of(taught.experiment, taught.moments, one_class).accuracy) == len(taught.moments)
    with pytest.raises(InputError, match="too few drawings of star, 2 of at least 3: draw more first"):
        teach(images[:5], labels[:5], ("heart", "star"))


def test_taught_drawings_are_seen_as_the_pipeline_sees_them() -> None:
    images, labels = hearts_and_stars(4)
    taught, used = teach(images, labels, ("heart", "star"))
    dataset = taught.dataset(images, labels)
    for examples, rows in ((dataset.train, used), (dataset.test, np.arange(8))):
        expected = as_examples(images[rows], labels[rows], taught.experiment.data)
        np.testing.assert_array_equal(examples.bits, expected.bits)
        np.testing.assert_array_equal(examples.labels, expected.labels)
    assert replace(taught.experiment.data, digits=(0, 1)) == taught.experiment.data
