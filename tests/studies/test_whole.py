from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import TrainingError
from qmnist_core.models.qnn import Qnn
from qmnist_core.progress import Progress
from qmnist_core.studies import whole
from qmnist_core.studies.whole import Snapshot, mean_images, snapshots, whole_image
from qmnist_core.training.loop import Training
from tests.found import results, steps_and_results


@pytest.fixture(scope="module")
def base() -> Experiment:
    return whole_image(Experiment(circuit=CircuitConfig(("XX",)), seed=1), whole.SMOOTH_BATCH)


@pytest.fixture(scope="module")
def images(mnist: Mnist, base: Experiment) -> Dataset:
    return prepare(mnist, base.data)


@pytest.fixture(scope="module")
def taken(base: Experiment, images: Dataset) -> list[Snapshot]:
    return steps_and_results(snapshots(base, images))[1]


def test_the_whole_image_has_785_qubits_whatever_the_settings(base: Experiment) -> None:
    assert (base.data.size, base.circuit.layers, base.circuit.encoding) == (28, ("XX", "ZZ"), "bits")
    assert (base.init, base.backend, base.batch_size, base.seed) == ("small", "exact", 1024, 1)


def test_snapshots_are_of_the_training(base: Experiment, images: Dataset, taken: list[Snapshot]) -> None:
    assert [snapshot.step for snapshot in taken] == list(range(37))
    assert {snapshot.total_steps for snapshot in taken} == {36}
    training = Training(base, dataset=images)
    list(training)
    assert training.outcome is not None
    assert taken[-1].accuracy == training.outcome.accuracy  # type: ignore[union-attr]
    assert taken[-1].accuracy > 0.98
    assert 0.99 < taken[-1].damping <= 1


def test_phi_and_r_give_the_networks_answers(base: Experiment, images: Dataset, taken: list[Snapshot]) -> None:
    training = Training(base, dataset=images)
    list(training)
    signs = 1.0 - 2.0 * images.test.bits
    values = -taken[-1].damping * np.cos(signs @ taken[-1].angles)
    np.testing.assert_allclose(values, training.model.scores(images.test), atol=1e-9)


@pytest.mark.parametrize("digits", [(3, 6), (6, 3), (4, 9)])
def test_blue_belongs_to_the_first_digit(mnist: Mnist, base: Experiment, digits: tuple[int, int]) -> None:
    data = DataConfig(size=28, digits=digits)
    images = prepare(mnist, data)
    last = results(snapshots(replace(base, data=data, epochs=2), images))[-1]
    first, second = mean_images(images)
    assert np.corrcoef(last.angles, (first - second).ravel())[0, 1] > 0.6, "one can see the two digits in it"
    turned = (1.0 - 2.0 * images.test.bits) @ last.angles / np.pi
    one, other = (np.median(turned[of]) for of in (images.test.labels, ~images.test.labels))
    assert one < other, "a lit pixel of positive φ lowers the sum: towards the first digit"
    assert last.middles[0] - last.middles[1] == pytest.approx(one - other, abs=1e-4)
    assert last.middles == pytest.approx((-1, 0), abs=0.35), "near the wave's crest and its trough"


def test_a_long_training_is_looked_at_now_and_then(base: Experiment, images: Dataset) -> None:
    first, progress = itertools.islice(snapshots(replace(base, batch_size=1, epochs=100), images), 2)
    assert progress == Progress(1, whole.MAX_SNAPSHOTS + 1)
    assert isinstance(first, Snapshot)
    assert first.step == 0


def test_a_loss_that_is_no_number_is_an_error(base: Experiment, images: Dataset) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Qnn, "train_step", lambda *_: (float("nan"), 0.5))
        items = snapshots(base, images)
        assert isinstance(next(items), Snapshot)
        assert isinstance(next(items), Progress)
        with pytest.raises(TrainingError, match="lower the learning rate"):
            next(items)


def test_mean_images(images: Dataset) -> None:
    first, second = mean_images(images)
    assert first.shape == second.shape == (28, 28)
    weight = images.train.labels.mean()
    np.testing.assert_allclose(
        (weight * first + (1 - weight) * second).ravel(), images.train.bits.mean(axis=0), atol=1e-12
    )
    assert first[0, 0] == 0
