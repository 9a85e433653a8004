"""A search for the best settings, on images that no network is trained or tested on; and how much of a lead is luck."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, Examples, as_examples, filter_digits
from qmnist_core.errors import ConfigError, CostError, TrainingError
from qmnist_core.look.text import duration
from qmnist_core.models import Model
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.training.events import Failed, Step
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.training.loop import Training

VALIDATION = 5
"""One of so many training images is for validation."""
MOST_SECONDS = 30.0
"""Of one training, by estimate."""
STEPS_BETWEEN = 20
"""Two reports of how far a training is."""
N_SIMULATED = 4_000
VALUES = 8
"""Of an accuracy that may be the true one, to each 1/√n."""
EM_STEPS = 500


@dataclass(frozen=True)
class Limits:
    """What those who search may choose."""

    most_size: int
    most_layers: int
    most_epochs: int

    def check(self, experiment: Experiment, n_train: int) -> float:
        """The seconds that a training will take, by estimate. n_train: its training images.

        Errors: ConfigError, for settings beyond the limits; CostError, for more than `MOST_SECONDS`.
        """
        for what, value, most in (
            ("the image size", experiment.data.size, self.most_size),
            ("the number of layers", experiment.circuit.n_layers, self.most_layers),
            ("the number of epochs", experiment.epochs, self.most_epochs),
        ):
            if value > most:
                raise ConfigError(f"{what} can be {most} at most in this search, got {value}: choose less")
        if not experiment.is_quantum or experiment.backend != "exact":
            raise ConfigError("a search trains the QNN on the exact engine: choose that")
        seconds = training_seconds(experiment, n_train)
        if seconds > MOST_SECONDS:
            raise CostError(
                f"this training would take about {duration(seconds)}, more than {duration(MOST_SECONDS)}: choose fewer "
                "epochs or layers, a larger batch or a smaller image"
            )
        return seconds

    def clamp(self, experiment: Experiment) -> Experiment:
        """The settings, with each that is beyond its limit brought to it."""
        return replace(
            experiment,
            data=replace(experiment.data, size=min(experiment.data.size, self.most_size)),
            circuit=replace(experiment.circuit, layers=experiment.circuit.layers[: self.most_layers]),
            epochs=min(experiment.epochs, self.most_epochs),
        )


def training_seconds(experiment: Experiment, n_train: int) -> float:
    """How long a training takes on the exact engine, by estimate."""
    batch_size = min(experiment.batch_size, n_train)
    n_steps = steps_an_epoch(experiment, n_train) * experiment.epochs
    return n_steps * estimate_cost(experiment.circuit, experiment.data.n_pixels, batch_size).step_seconds


def without_test(mnist: Mnist) -> Mnist:
    """The training images alone, a fifth of them, the same always, in the place of the test images: for validation.

    Like the test images they are not sorted out: contradictory ones are removed from those to train on only.
    """
    order = np.random.default_rng([0, 3]).permutation(len(mnist.y_train))
    n = len(order) // VALIDATION
    held, rest = np.sort(order[:n]), np.sort(order[n:])
    return Mnist(mnist.x_train[rest], mnist.y_train[rest], mnist.x_train[held], mnist.y_train[held])


@dataclass(frozen=True)
class Found:
    """A network of a search: its accuracy, from 0 to 1, on n images."""

    accuracy: float
    n: int


def trained(experiment: Experiment, dataset: Dataset) -> Computation[Model]:
    """A network of these settings. dataset: of `without_test`, by the settings' data. Errors: TrainingError."""
    training = Training(experiment, dataset=dataset)
    for event in training:
        if isinstance(event, Failed):
            raise TrainingError(event.message)
        is_report = isinstance(event, Step) and event.step % STEPS_BETWEEN == 0 and event.step < training.total_steps
        if isinstance(event, Step) and is_report:
            yield Progress(event.step, training.total_steps)
    yield training.model
    yield Progress(training.total_steps, training.total_steps)


def measure(experiment: Experiment, dataset: Dataset, images: Examples) -> Computation[Found]:
    """Train, and measure on some images: those of validation, `dataset.test`, or in the end `test_images`."""
    for item in trained(experiment, dataset):
        if isinstance(item, Progress):
            yield item
        else:
            _, accuracy = item.evaluate(item.prepare(images))
            yield Found(accuracy, len(images))


def test_images(mnist: Mnist, config: DataConfig) -> Examples:
    """MNIST's own test images, as the settings have them."""
    return as_examples(*filter_digits(mnist.x_test, mnist.y_test, config.digits), config)


def measure_on_test(
    experiments: Sequence[Experiment], load: Callable[[DataConfig], Dataset], mnist: Mnist
) -> Computation[Found]:
    """Train each of some networks once more, and measure it on the test images.

    load: gives the data set of `without_test`, by its settings.
    """
    parts, total = 100, 100 * len(experiments)
    for i, experiment in enumerate(experiments):
        for item in measure(experiment, load(experiment.data), test_images(mnist, experiment.data)):
            if isinstance(item, Progress):
                yield Progress(parts * i + max(1, parts * item.done // item.of), total)
            else:
                yield item


@dataclass(frozen=True)
class Difference:
    """Accuracy on validation images less that on test images, with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, validation: Found, test: Found) -> Difference:
        low, high = metrics.difference_interval(validation.accuracy, validation.n, test.accuracy, test.n)
        return cls(validation.accuracy - test.accuracy, low, high)


@dataclass(frozen=True)
class Luck:
    """How much of a search's lead was luck."""

    winner: Difference
    """Of the network that was best on the validation images."""
    all: Difference
    """Of the mean of all that were tested. The interval is as wide as it can be: networks that are wrong on the same
    images vary together."""
    expected: float
    """By how much the best of such a search is better on its validation images than it is, on average: see
    `likely_excess`."""


def luck(validation: Sequence[Found], tests: Sequence[Found], tried: Sequence[Found]) -> Luck:
    """validation, tests: of the networks that were tested, at least one, in the same order. tried: of all different
    networks that were tried, on their validation images."""
    best = int(np.argmax([found.accuracy for found in validation]))
    means = [Found(float(np.mean([one.accuracy for one in found])), found[0].n) for found in (validation, tests)]
    accuracies = np.array([found.accuracy for found in tried])
    return Luck(
        Difference.of(validation[best], tests[best]),
        Difference.of(*means),
        likely_excess(accuracies, validation[best].n),
    )


def excess(accuracies: Array, n: int, seed: int = 0) -> float:
    """How much better than it is the best of some networks looks on n images, on average, from 0 to 1.

    Each network classifies correctly as many of n images as chance gives it, and its images are its own:
    E[max_i k_i/n − p_argmax], k_i ~ Binomial(n, p_i), by simulation.
    accuracies: the true ones, float (n_networks,), or where they are uncertain (`N_SIMULATED`, n_networks).
    Source: ours.
    """
    rng, each = np.random.default_rng(seed), np.arange(N_SIMULATED)
    p = np.broadcast_to(accuracies, (N_SIMULATED, accuracies.shape[-1]))
    drawn = rng.binomial(n, p) / n
    best = drawn.argmax(axis=1)
    return float((drawn[each, best] - p[each, best]).mean())


def likely_excess(scores: Array, n: int, seed: int = 0) -> float:
    """`excess`, estimated from the accuracies that some networks had on n images each.

    These are spread by chance as well, so that true accuracies as far apart as they are would make too little of luck.
    The true ones are therefore drawn as `_true_accuracies` gives them.
    scores: float (n_networks,).
    """
    rng = np.random.default_rng(seed)
    values, weights = _true_accuracies(scores, n)
    reached = weights.cumsum(axis=1)
    drawn = [np.searchsorted(one, one[-1] * rng.random(N_SIMULATED), side="right") for one in reached]
    return excess(values[np.minimum(np.stack(drawn, axis=1), len(values) - 1)], n, seed)


def _true_accuracies(scores: Array, n: int) -> tuple[Array, Array]:
    """Values, float (n_values,), and the chance of each to be each network's true accuracy, (n_networks, n_values).

    By empirical Bayes: before its own score is looked at, each network's accuracy is distributed as makes the scores of
    all likeliest, where chance is binomial.
    Source: J. Kiefer, J. Wolfowitz, Ann. Math. Stat. 27, 887 (1956); by the EM steps of N. Laird, J. Am. Stat. Assoc.
    73, 805 (1978).
    """
    counts = scores * n
    low, high = np.clip([counts.min(), counts.max()], 0.5, n - 0.5) / n
    values = np.linspace(low, high, 1 + max(1, math.ceil((high - low) * math.sqrt(n) * VALUES)))
    logs = counts[:, None] * np.log(values) + (n - counts[:, None]) * np.log1p(-values)
    likelihood = np.exp(logs - logs.max(axis=1, keepdims=True))
    before = np.full(len(values), 1 / len(values))
    for _ in range(EM_STEPS):
        before = before * ((1 / (likelihood @ before)) @ likelihood) / len(scores)
    chances = likelihood * before
    return values, chances / chances.sum(axis=1, keepdims=True)
