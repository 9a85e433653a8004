"""The atlas: every stack of up to three layers, trained as the tutorial's from many seeds and both starts; and how well
the best of them do once their lead can no longer be luck.

Stacks are compared on validation images (`search.without_test`), which no network is trained on. The few that are best
there are then trained anew from other seeds and tested once: what is chosen is a stack, not a seed. A stack that cannot
depend on the image answers the same for every image; it is not trained.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from qmnist_core.arrays import Array, Flags, Indices, Numbers, Reals
from qmnist_core.catalogue import INITS
from qmnist_core.circuits.dependence import depends_on_image, effective_numbers
from qmnist_core.config import LAYERS, CircuitConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, Examples, Split, distinct_rows, prepare
from qmnist_core.errors import ConfigError
from qmnist_core.metrics import difference_interval, says_first
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators import expectation_over_time
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.studies.search import Difference, test_images, without_test
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.training.many import train_many
from qmnist_core.workers import Part, cut, together

STARTS = tuple(INITS)
N_SEEDS = 20
MOST_SEEDS = 1000
MOST_LAYERS = 3
N_BEST = 10
"""So many stacks of each start are tested: decided before anything was measured."""
BASE = Experiment()
"""All settings but the layers, the start and the seed."""
MISSING = -1
"""In place of how many images are right: not trained yet, or never."""

Layers = tuple[str, ...]


def stacks_of(most_layers: int) -> tuple[Layers, ...]:
    """Every stack of up to so many layers, short ones first."""
    return tuple(itertools.chain(*(itertools.product(LAYERS, repeat=n) for n in range(1, most_layers + 1))))


@dataclass(frozen=True)
class Piece:
    """What is trained at once: one stack from one start, with several seeds."""

    layers: Layers
    start: str
    seeds: tuple[int, ...]
    is_test: bool = False
    """Whether the test images are looked at, too."""

    @property
    def experiment(self) -> Experiment:
        """Of its first seed."""
        return replace(BASE, circuit=CircuitConfig(self.layers), init=self.start, seed=self.seeds[0])


def measure(piece: Piece, dataset: Dataset | Split, test: Examples) -> Numbers:
    """Train a piece: how many images each network classifies correctly, int (1 or 2, n_seeds): of validation, and of
    test where the piece asks for it.

    dataset: of `search.without_test`. test: MNIST's own. It takes a fraction of a second.
    """
    experiment, images = piece.experiment, (dataset.test, test) if piece.is_test else (dataset.test,)
    n_steps = steps_an_epoch(experiment, len(dataset.train)) * experiment.epochs
    trained = [own for _, own in train_many(experiment, piece.seeds, dataset, np.array([n_steps])) if own is not None]
    exponents = np.concatenate(trained)
    return np.array([_right(experiment.circuit, exponents, each) for each in images])


def _right(circuit: CircuitConfig, exponents: Array, images: Examples) -> Numbers:
    """int (n_seeds,). exponents: float64 (n_seeds, n_layers, n_pixels)."""
    first, pattern_of = distinct_rows(images.bits)
    answers = expectation_over_time(circuit, exponents, images.bits[first])
    found: Numbers = np.equal(says_first(answers)[:, pattern_of], images.labels).sum(axis=1)
    return found


@dataclass(frozen=True, eq=False)
class Atlas:
    """What is known of all stacks so far."""

    n_seeds: int
    most_layers: int
    n_validation: tuple[int, int]
    """Validation images of the first and of the second digit."""
    n_test: int
    numbers: Numbers
    """int (n_stacks,): how many effective numbers each stack has."""
    depends: Flags
    """bool (n_stacks,): whether it can depend on the image."""
    right: Numbers
    """int (n_starts, n_stacks, n_seeds): validation images that are classified correctly, with the seeds 0, 1, …;
    MISSING where nothing is trained."""
    tested: Numbers
    """int (n_starts, n_best, 2, n_seeds): of the best stacks of each start, in their order, with the seeds that follow:
    validation and test images."""
    seconds: float
    """Of all trainings so far."""
    versions: tuple[tuple[str, str], ...]
    """Of what computed it."""

    @cached_property
    def stacks(self) -> tuple[Layers, ...]:
        return stacks_of(self.most_layers)

    @property
    def n_images(self) -> int:
        """How many validation images there are."""
        return sum(self.n_validation)

    @property
    def constant(self) -> tuple[float, float]:
        """Accuracy on the validation images of whoever always says the first digit, or always the second: one of these
        two has every network of a stack that cannot depend on the image."""
        first, second = self.n_validation
        return first / self.n_images, second / self.n_images

    @property
    def n_best(self) -> int:
        """Stacks of each start that are tested."""
        return min(N_BEST, int(self.depends.sum()))

    def accuracy(self, start: str) -> Reals:
        """On validation images, float64 (n_stacks, n_seeds); nan where nothing is trained."""
        right = self.right[STARTS.index(start)]
        return np.where(right == MISSING, np.nan, right / self.n_images)

    def alike(self, *starts: str) -> Indices:
        """int (n_stacks,): of each stack that is trained, the first one that has the same figures with every seed from
        these starts; of the others itself. Many stacks are one network: their letters exchanged, or a layer idle.
        """
        found = np.arange(len(self.stacks))
        rows = np.concatenate([self.right[STARTS.index(start)] for start in starts], axis=1)
        trained = np.flatnonzero((rows != MISSING).all(axis=1))
        if len(trained):
            _, first, which = np.unique(rows[trained], axis=0, return_index=True, return_inverse=True)
            found[trained] = trained[first[which.ravel()]]
        return found

    def best(self, start: str) -> list[int]:
        """The stacks with the best mean accuracy on validation images, by number, the best first; of stacks that are
        alike only the first one, unless there are too few others."""
        total = self.right[STARTS.index(start)].sum(axis=1)
        is_first = self.alike(start) == np.arange(len(self.stacks))
        order = np.lexsort((-total, ~is_first, ~self.depends))
        return [int(place) for place in order[: self.n_best]]

    @property
    def n_pieces(self) -> int:
        return len(STARTS) * (int(self.depends.sum()) + self.n_best)

    @property
    def n_left(self) -> int:
        done = self.right[:, self.depends, 0] != MISSING, self.tested[:, :, 0, 0] != MISSING
        return self.n_pieces - sum(int(one.sum()) for one in done)

    def left(self) -> list[Piece]:
        """What can be measured now, in any order: all stacks first, and only then the best of them."""
        untrained = [
            Piece(self.stacks[i], start, tuple(range(self.n_seeds)))
            for s, start in enumerate(STARTS)
            for i in np.flatnonzero(self.depends & (self.right[s, :, 0] == MISSING))
        ]
        if untrained:
            return untrained
        others = tuple(range(self.n_seeds, 2 * self.n_seeds))
        return [
            Piece(self.stacks[i], start, others, is_test=True)
            for s, start in enumerate(STARTS)
            for place, i in enumerate(self.best(start))
            if self.tested[s, place, 0, 0] == MISSING
        ]

    def with_result(self, piece: Piece, found: Numbers, seconds: float) -> Atlas:
        """The atlas with what `measure` gave for a piece. seconds: that it took."""
        s, i = STARTS.index(piece.start), self.stacks.index(piece.layers)
        right, tested = self.right.copy(), self.tested.copy()
        if piece.is_test:
            tested[s, self.best(piece.start).index(i)] = found
        else:
            right[s, i] = found[0]
        return replace(self, right=right, tested=tested, seconds=self.seconds + seconds)

    def finalists(self, start: str) -> list[Finalist]:
        """The best of a start, the best first. The atlas must be whole."""
        s = STARTS.index(start)
        return [
            Finalist(self.stacks[i], self.right[s, i] / self.n_images, again / self.n_images, test / self.n_test)
            for i, (again, test) in zip(self.best(start), self.tested[s], strict=True)
        ]

    def luck(self, finalists: Sequence[Finalist]) -> Luck:
        """Of one finalist, or of the mean of several."""
        chosen, again, test = (
            np.mean([getattr(one, name) for one in finalists], axis=0) for name in ("chosen", "again", "test")
        )
        before, after = float(chosen.mean()), float(test.mean())
        images = difference_interval(before, self.n_images, after, self.n_test)
        return Luck(_difference(chosen, again), _difference(chosen, test, images))


@dataclass(frozen=True, eq=False)
class Finalist:
    """One of the best stacks; each array float64 (n_seeds,), accuracies from 0 to 1."""

    layers: Layers
    chosen: Reals
    """On validation images, with the seeds by which it was chosen."""
    again: Reals
    """On the same images, with other seeds."""
    test: Reals
    """On the test images, with these other seeds."""


@dataclass(frozen=True)
class Luck:
    """How much of a lead was luck: mean accuracy when it was chosen, less the mean accuracy afterwards, with its 95 %
    interval."""

    seeds: Difference
    """Afterwards: other seeds, the same images."""
    all: Difference
    """Afterwards: other seeds, and the test images. As far as images go the interval is as wide as it can be: networks
    that are wrong on the same images vary together."""


def _difference(chosen: Reals, after: Reals, images: tuple[float, float] | None = None) -> Difference:
    """chosen, after: float64 (n_seeds,), with different seeds. images: the 95 % interval of the difference of the means
    for other images, if they are not the same.

    Both parts add as squared errors; of seeds Student's t has the fewest degrees of freedom that it can have.
    """
    from scipy.stats import t as student

    value, n = float(chosen.mean() - after.mean()), len(chosen)
    half = np.inf
    if n > 1:
        half = float(student.ppf(0.975, n - 1)) * float(np.sqrt((chosen.var(ddof=1) + after.var(ddof=1)) / n))
    low, high = (value, value) if images is None else images
    return Difference(
        value,
        max(-1.0, value - float(np.hypot(value - low, half))),
        min(1.0, value + float(np.hypot(high - value, half))),
    )


def begin(mnist: Mnist, n_seeds: int = N_SEEDS, most_layers: int = MOST_LAYERS) -> Atlas:
    """An atlas of which nothing is trained yet. Errors: ConfigError for other numbers than can be."""
    for what, value, most in (("seeds", n_seeds, MOST_SEEDS), ("layers", most_layers, MOST_LAYERS)):
        if not 1 <= value <= most:
            raise ConfigError(f"the number of {what} must be from 1 to {most:,}, got {value}")
    stacks, n_pixels = stacks_of(most_layers), BASE.data.n_pixels
    circuits = [CircuitConfig(layers) for layers in stacks]
    depends = np.array([depends_on_image(circuit, n_pixels) for circuit in circuits])
    labels = prepare(without_test(mnist), BASE.data).test.labels
    shape = len(STARTS), min(N_BEST, int(depends.sum())), 2, n_seeds
    return Atlas(
        n_seeds,
        most_layers,
        n_validation=(int(labels.sum()), int((~labels).sum())),
        n_test=len(test_images(mnist, BASE.data)),
        numbers=np.array([effective_numbers(circuit, n_pixels) for circuit in circuits]),
        depends=depends,
        right=np.full((len(STARTS), len(stacks), n_seeds), MISSING),
        tested=np.full(shape, MISSING),
        seconds=0.0,
        versions=versions(),
    )


def versions() -> tuple[tuple[str, str], ...]:
    """Of what computes an atlas here."""
    import platform
    from importlib.metadata import version

    from qmnist_core import __version__

    return (
        ("qmnist", __version__),
        ("python", platform.python_version()),
        *((package, version(package)) for package in ("numpy", "numba")),
    )


def atlas(mnist: Mnist, begun: Atlas) -> Computation[Atlas]:
    """Go on with an atlas: it is given again after each piece, and at the end it is whole."""
    dataset, test = prepare(without_test(mnist), BASE.data), test_images(mnist, BASE.data)
    now = begun
    if not now.n_left:
        yield now
    shared = dataset.split, test
    while pieces := now.left():
        n_before = now.n_pieces - now.n_left
        parts = [
            Part(shared, group, len(group)) for group in cut(pieces, lambda piece: _seconds(piece, len(dataset.train)))
        ]
        for item in together(_measured, parts, len(pieces)):
            if isinstance(item, Progress):
                yield Progress(n_before + item.done, now.n_pieces)
            else:
                now = now.with_result(*item)
                yield now


def _seconds(piece: Piece, n_train: int) -> float:
    """How long a piece takes on one core, by estimate."""
    one = piece.experiment
    n_steps = steps_an_epoch(one, n_train) * one.epochs
    return len(piece.seeds) * n_steps * estimate_cost(one.circuit, one.data.n_pixels, one.batch_size).step_seconds


def _measured(shared: tuple[Split, Examples], pieces: Sequence[Piece]) -> Computation[tuple[Piece, Numbers, float]]:
    """Each piece, what was found and how long it took."""
    data, test = shared
    for n_done, piece in enumerate(pieces, 1):
        since = time.perf_counter()
        found = measure(piece, data, test)
        yield piece, found, time.perf_counter() - since
        yield Progress(n_done, len(pieces))
