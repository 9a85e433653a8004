"""Drawings of a class: a test set of its own, images to train with beside MNIST's, or all that a network is taught.

Drawings are uint8 (n, 28, 28), as MNIST has its images; their labels are bool (n,), True for the first digit or class.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Flags, Images, Indices, Labels
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.pipeline import (
    Dataset,
    Examples,
    Grayscale,
    LabelCounts,
    as_examples,
    resize,
)
from qmnist_core.errors import InputError, TrainingError
from qmnist_core.models import Classifier
from qmnist_core.progress import Computation, Progress
from qmnist_core.training.events import Failed, Step
from qmnist_core.training.history import Moment, steps_an_epoch
from qmnist_core.training.loop import Training

LEAST_TO_TEACH = 3
"""Drawings of each class: two to train with, one to test on."""
LEAST_TO_ADD = 2
"""Drawings of each digit to train a network of MNIST's with: one of them is kept to test on."""
TAUGHT_STEPS = 200
"""Of a training on drawings alone, or a few more, until an epoch is whole."""
TAUGHT_RATE, TAUGHT_THRESHOLD = 0.003, 0.2
"""Measured with hearts and stars of the tests, 3 to 15 of each, six draws: 98 to 100 % of 120 others are right. At
ten times this rate 46 to 73 % are; at the threshold 0.5 three of each give 94 %."""
STEPS_BETWEEN = 50
"""Two reports of how far a training is."""


@dataclass(frozen=True)
class Share:
    """How many of n images are classified correctly."""

    n_right: int
    n: int

    @classmethod
    def of(cls, right: Flags) -> Share:
        return cls(int(right.sum()), len(right))

    @property
    def value(self) -> float:
        """From 0 to 1. Errors: ZeroDivisionError, of no images."""
        return self.n_right / self.n

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, as `metrics.accuracy_interval`."""
        return metrics.accuracy_interval(self.value, self.n)


def right_of(model: Classifier, experiment: Experiment, drawings: Images, labels: Labels) -> Flags:
    """Which drawings a trained network of an experiment classifies correctly: bool (n,)."""
    own = as_examples(drawings, labels, experiment.input)
    return metrics.right(model.scores(own), own.targets)


def halves(labels: Labels, share: float = 0.5, seed: int = 0) -> tuple[Indices, Indices]:
    """Which drawings to train with, and which to test on; of each class the same share, drawn by the seed.

    share: of those to test on, rounded down, but at least one of each class. Returns two int arrays, rising.
    """
    rng = np.random.default_rng([seed, 2])
    kept = []
    for label in (True, False):
        own = np.flatnonzero(labels == label)
        kept.append(rng.permutation(own)[: max(1, math.floor(share * len(own)))])
    tested = np.sort(np.concatenate(kept))
    return np.setdiff1d(np.arange(len(labels)), tested), tested


@dataclass(frozen=True)
class Comparison:
    """Two networks on the same images."""

    before: Share
    after: Share
    n_gained: int
    """Images that only the second one classifies correctly."""
    n_lost: int
    p: float
    """Two-sided, McNemar's exact test."""

    @classmethod
    def of(cls, before: Flags, after: Flags) -> Comparison:
        """before, after: bool (n,), whether each image is classified correctly."""
        (_, gained), (lost, _) = metrics.disagreements(after, before)
        return cls(Share.of(before), Share.of(after), int(gained), int(lost), metrics.mcnemar(int(gained), int(lost)))

    @property
    def is_clear(self) -> bool:
        return self.p < metrics.LEVEL


@dataclass(frozen=True)
class Change:
    """What training a network with drawings, too, has changed."""

    name: str
    n_added: int
    """Drawings among the training images."""
    mnist: Comparison
    """On MNIST's test images."""
    held: Comparison
    """On the drawings that were held out."""


@dataclass(frozen=True)
class Network:
    """A network to be trained. dataset: that of its experiment's input."""

    name: str
    experiment: Experiment
    dataset: Dataset


def with_drawings(dataset: Dataset, drawings: Images, labels: Labels, config: DataConfig) -> Dataset:
    """The data set with drawings appended to its training examples; none is removed. config: the data set's."""
    return _with(dataset, as_examples(drawings, labels, config))


def with_repeats(dataset: Dataset, n: int, seed: int = 0) -> Dataset:
    """The data set with n of its training examples, drawn by the seed, appended to them once more."""
    train = dataset.train
    rows = np.random.default_rng([seed, 4]).choice(len(train), n)
    return _with(dataset, Examples(train.images[rows], train.bits[rows], train.labels[rows]))


def _with(dataset: Dataset, more: Examples) -> Dataset:
    train = dataset.train
    both = Examples(
        np.concatenate([train.images, more.images]),
        np.concatenate([train.bits, more.bits]),
        np.concatenate([train.labels, more.labels]),
    )
    return replace(dataset, train=both)


def check_enough(labels: Labels, least: int, names: tuple[str, str]) -> None:
    """Raise InputError where a class has fewer drawings than are needed. names: of the first and the second class."""
    for name, n in zip(names, (int(labels.sum()), int((~labels).sum())), strict=True):
        if n < least:
            raise InputError(f"there are too few drawings of {name}, {n} of at least {least}: draw more first")


def train_with(networks: Sequence[Network], drawings: Images, labels: Labels) -> Computation[Change]:
    """Train each network twice: with half of the drawings among its training images, and with as many of MNIST's own
    training images a second time in their place. Number and order of the images are then the same: another order alone
    may change a network more than some drawings do.

    The other half of the drawings is held out.
    Errors, at the first step: InputError for fewer than `LEAST_TO_ADD` drawings of a digit; TrainingError.
    """
    digits = networks[0].experiment.data.digits
    check_enough(labels, LEAST_TO_ADD, (str(digits[0]), str(digits[1])))
    added, held = halves(labels)
    pairs = [
        tuple(
            Training(one.experiment, dataset=dataset)
            for dataset in (
                with_repeats(one.dataset, len(added)),
                with_drawings(one.dataset, drawings[added], labels[added], one.experiment.input),
            )
        )
        for one in networks
    ]
    total, done = sum(training.total_steps for pair in pairs for training in pair), 0
    for one, pair in zip(networks, pairs, strict=True):
        test = one.dataset.test
        on_mnist, on_held = [], []
        for training in pair:
            for event in training:
                if isinstance(event, Failed):
                    raise TrainingError(f"{one.name} cannot be trained: {event.message}")
                if isinstance(event, Step):
                    done += 1
                    if done % STEPS_BETWEEN == 0 and done < total:
                        yield Progress(done, total)
            on_mnist.append(metrics.right(training.model.scores(test), test.targets))
            on_held.append(right_of(training.model, one.experiment, drawings[held], labels[held]))
        yield Change(one.name, len(added), Comparison.of(*on_mnist), Comparison.of(*on_held))
    yield Progress(total, total)


@dataclass(frozen=True, eq=False)
class Taught:
    """A network that has learnt two classes from drawings alone, and how."""

    experiment: Experiment
    """Its digits, 0 and 1, stand for the first and the second class."""
    drawings: Images
    """Those it was trained on."""
    labels: Labels
    moments: list[Moment]

    def dataset(self, drawings: Images, labels: Labels) -> Dataset:
        """Its training drawings, and others to test it on, of which there is at least one."""
        config = self.experiment.data
        train, test = (resize(images, config.size, config.resize) for images in (self.drawings, drawings))
        n = len(self.labels)
        return Grayscale(
            config=config,
            train_images=train,
            train_labels=self.labels,
            train_rows=np.arange(n),
            test_images=test,
            test_labels=labels,
            test_rows=np.arange(len(labels)),
            label_counts=LabelCounts.of(train, self.labels),
            all_images=train,
            all_labels=self.labels,
            n_train_raw=n,
            n_test_raw=len(labels),
            n_train_filtered=n,
            names=config.digits,
        ).binarise()


def teaching(n_train: int, seed: int = 0) -> Experiment:
    """How drawings alone are taught: 8×8, by area, the tutorial's circuit from small angles on the exact engine."""
    data = DataConfig(digits=(0, 1), size=8, resize="area", contradictions="keep", threshold=TAUGHT_THRESHOLD)
    base = Experiment(data=data, init="small", learning_rate=TAUGHT_RATE, seed=seed)
    return replace(base, epochs=math.ceil(TAUGHT_STEPS / steps_an_epoch(base, n_train)))


def teach(drawings: Images, labels: Labels, names: tuple[str, str]) -> tuple[Taught, Indices]:
    """Train on two thirds of the drawings; returns which those are, too: int, rising. It takes a blink.

    names: of the two classes. Errors: InputError for fewer than `LEAST_TO_TEACH` drawings of one of them.
    """
    check_enough(labels, LEAST_TO_TEACH, names)
    used, held = halves(labels, share=1 / 3)
    taught = Taught(teaching(len(used)), drawings[used], labels[used], [])
    training = Training(taught.experiment, dataset=taught.dataset(drawings[held], labels[held]))
    for event in training:
        if isinstance(event, Failed):
            raise TrainingError(f"the network cannot be trained: {event.message}")
        if not isinstance(event, Step) and taught.moments:
            continue  # no step was done since the last moment
        step = event.step if isinstance(event, Step) else 0
        taught.moments.append(Moment(step, training.model.weights()["exponents"]))
    return taught, used
