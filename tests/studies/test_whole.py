from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.arrays import Exponents
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.models.qnn import Qnn
from qmnist_core.studies import whole
from qmnist_core.studies.whole import learnt, mean_difference, mean_images, whole_image
from qmnist_core.training.loop import Training


@pytest.fixture(scope="module")
def base() -> Experiment:
    return whole_image(Experiment(circuit=CircuitConfig(("XX",)), seed=1), whole.SMOOTH_BATCH)


@pytest.fixture(scope="module")
def images(mnist: Mnist, base: Experiment) -> Dataset:
    return prepare(mnist, base.data)


@pytest.fixture(scope="module")
def training(base: Experiment, images: Dataset) -> Training:
    done = Training(base, dataset=images)
    list(done)
    return done


def exponents(training: Training) -> Exponents:
    assert isinstance(training.model, Qnn)
    return training.model.exponents


def test_the_whole_image_has_785_qubits_whatever_the_settings(base: Experiment) -> None:
    assert (base.data.size, base.circuit.layers, base.circuit.encoding) == (28, ("XX", "ZZ"), "bits")
    assert (base.init, base.backend, base.batch_size, base.seed) == ("small", "exact", 1024, 1)


def test_phi_and_r_give_the_networks_answers(base: Experiment, images: Dataset, training: Training) -> None:
    found = learnt(base, exponents(training), images)
    assert 0.99 < found.damping <= 1
    signs = 1.0 - 2.0 * images.test.bits
    values = -found.damping * np.cos(signs @ found.angles)
    np.testing.assert_allclose(values, training.model.scores(images.test), atol=1e-9)


@pytest.mark.parametrize("digits", [(3, 6), (6, 3), (4, 9)])
def test_blue_belongs_to_the_first_digit(mnist: Mnist, base: Experiment, digits: tuple[int, int]) -> None:
    data = DataConfig(size=28, digits=digits)
    images = prepare(mnist, data)
    experiment = replace(base, data=data, epochs=2)
    training = Training(experiment, dataset=images)
    list(training)
    last = learnt(experiment, exponents(training), images)
    assert np.corrcoef(last.angles, mean_difference(images))[0, 1] > 0.6, "one can see the two digits in it"
    turned = (1.0 - 2.0 * images.test.bits) @ last.angles / np.pi
    one, other = (np.median(turned[of]) for of in (images.test.labels, ~images.test.labels))
    assert one < other, "a lit pixel of positive φ lowers the sum: towards the first digit"
    assert last.middles[0] - last.middles[1] == pytest.approx(one - other, abs=1e-4)
    assert last.middles == pytest.approx((-1, 0), abs=0.35), "near the wave's crest and its trough"


def test_mean_images(images: Dataset) -> None:
    first, second = mean_images(images)
    assert first.shape == second.shape == (28, 28)
    weight = images.train.labels.mean()
    np.testing.assert_allclose(
        (weight * first + (1 - weight) * second).ravel(), images.train.bits.mean(axis=0), atol=1e-12
    )
    assert first[0, 0] == 0
