"""Ten digits: a network of star circuits beside softmax regression, on the same whole images.

All that is chosen, the threshold among it, was chosen on the training images that are held out. The test images are
looked at once, by the networks that are trained.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtr

from qmnist_core import cores, metrics
from qmnist_core.arrays import Array, Flags, Numbers
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.ten import N_DIGITS, Digits, TenDigits, packed, ten_digits
from qmnist_core.errors import ConfigError
from qmnist_core.models import ten as models
from qmnist_core.models.ten import Network, Softmax, Stars
from qmnist_core.progress import Computation, Progress
from qmnist_core.training.stopwatch import Stopwatch
from qmnist_core.training.ten import n_steps, train

N_CIRCUITS = 16
"""A digit, unless asked otherwise."""
EPOCHS = 8
MOST_CIRCUITS = 256
MOST_EPOCHS = 200
THRESHOLD = 0.3
"""The gray value above which a pixel is lit: of 0.1 to 0.5 the best for three seeds on the images that are held out."""
SOFTMAX_RATE = 0.01
"""The learning rate of softmax regression, likewise."""
LOOKS = 2
"""At the images that are held out, an epoch."""
CONFIDENCE = 0.95
MOST_SHOTS = 1e12


@dataclass(frozen=True)
class Look:
    """The accuracy on the images that are held out, 0–1, after so many steps."""

    step: int
    accuracy: float


@dataclass(frozen=True, eq=False)
class Trained:
    """One network after its training."""

    network: Network
    validation: float
    """Its accuracy on the images that are held out, 0–1."""
    scores: Array
    """float32 (n_test, 10), of the test images."""
    seconds: float
    """Of training."""

    @property
    def said(self) -> Numbers:
        """int (n_test,), 0–9."""
        found: Numbers = self.scores.argmax(axis=1)
        return found


@dataclass(frozen=True, eq=False)
class Ten:
    """Both networks, and the labels of the test images."""

    stars: Trained
    softmax: Trained
    labels: Array
    """uint8 (n_test,), 0–9."""
    shots: Array
    """Of each test image, as `shots_needed` gives them: float (n_test,)."""

    @property
    def network(self) -> Stars:
        assert isinstance(self.stars.network, Stars)
        return self.stars.network

    def right(self, trained: Trained) -> Flags:
        """Which test images it classifies correctly: bool (n_test,)."""
        return np.equal(trained.said, self.labels)

    def accuracy(self, trained: Trained) -> float:
        """On the test images, 0–1."""
        return float(self.right(trained).mean())

    @cached_property
    def table(self) -> Numbers:
        """Test images by whether the circuits (rows) and softmax regression (columns) are right: int (2, 2)."""
        return metrics.disagreements(self.right(self.stars), self.right(self.softmax))

    @property
    def p(self) -> float:
        """McNemar's exact, two-sided, of both networks on the test images."""
        (_, only_stars), (only_softmax, _) = self.table.tolist()
        return metrics.mcnemar(only_stars, only_softmax)

    @cached_property
    def confusion(self) -> Numbers:
        """How often each digit was taken for each: int (10, 10), rows the true digit, columns the digit said."""
        cells = N_DIGITS * self.labels.astype(int) + self.stars.said
        return np.bincount(cells, minlength=N_DIGITS**2).reshape(N_DIGITS, N_DIGITS)

    def called(self, true: int, said: int) -> Array:
        """Rows of the test images of one digit that the circuits take for another, or for itself: int."""
        return np.flatnonzero((self.labels == true) & (self.stars.said == said))


def ten(mnist: Mnist, n_circuits: int = N_CIRCUITS, epochs: int = EPOCHS, seed: int = 0) -> Computation[Look | Ten]:
    """Train both networks: looks at the circuits' accuracy on the way, and at the end `Ten`.

    n_circuits: a digit, 1–256. epochs: 1–200, of both. Errors: ConfigError for other numbers, or a seed below 0;
    DataError for too little data.
    """
    for what, value, least, most in (
        ("the number of circuits a digit", n_circuits, 1, MOST_CIRCUITS),
        ("the number of epochs", epochs, 1, MOST_EPOCHS),
        ("the seed", seed, 0, math.inf),
    ):
        if not least <= value <= most:
            span = f"from {least} to {most}" if most < math.inf else f"{least} or more"
            raise ConfigError(f"{what} must be {span}, got {value}")
    return _train_both(ten_digits(mnist, THRESHOLD), n_circuits, epochs, seed)


def _train_both(data: TenDigits, n_circuits: int, epochs: int, seed: int) -> Computation[Look | Ten]:
    total = n_steps(data.train, epochs)
    looks = {total * i // (LOOKS * epochs) for i in range(LOOKS * epochs + 1)}
    stars, softmax, watches = Stars.start(n_circuits, seed), Softmax(), (Stopwatch(), Stopwatch())
    yield Look(0, _accuracy(stars, data.validation))
    with cores.team() as team:
        steps = _timed(train(stars, data.train, epochs, seed, team, moved=True), watches[0])
        # Softmax regression gets fewer held-out images right if those it learns from are moved.
        beside = train(softmax, data.train, epochs, seed, team, moved=False, learning_rate=SOFTMAX_RATE)
        beside = _timed(beside, watches[1])
        for done, _ in zip(steps, beside, strict=True):
            if done in looks:
                yield Look(done, _accuracy(stars, data.validation))
            if done < total:
                yield Progress(done, total)
    both = _trained(stars, data, watches[0]()), _trained(softmax, data, watches[1]())
    yield Ten(*both, data.test.labels, shots_needed(stars, data.test))
    yield Progress(total, total)


def _timed(steps: Iterator[int], watch: Stopwatch) -> Iterator[int]:
    """The steps; the watch runs only while they are done."""
    watch.start()
    for done in steps:
        watch.stop()
        yield done
        watch.start()
    watch.stop()


def _trained(network: Network, data: TenDigits, seconds: float) -> Trained:
    return Trained(network, _accuracy(network, data.validation), models.scores(network, data.test), seconds)


def _accuracy(network: Network, images: Digits) -> float:
    return float(np.equal(models.scores(network, images).argmax(axis=1), images.labels).mean())


def read(network: Network, image: Array) -> Array:
    """The chance that the softmax gives each digit: float (10,). image: uint8 (28, 28)."""
    one = Digits(packed(image[None], THRESHOLD), np.zeros(1, np.uint8))
    shares: Array = models.probabilities(models.scores(network, one)[0])
    return shares


def shots_needed(network: Stars, images: Digits, confidence: float = CONFIDENCE) -> Array:
    """Measurements of each circuit that are enough for the same answer with this probability: float (n,), whole.

    With n shots of each circuit the difference of two digits' mean ⟨Z⟩ is nearly normal, about the true one Δ, with
    variance (v + v')/n, where v = Σ_k (1 − ⟨Z⟩_k²)/K² over a digit's circuits. The chance that any other digit comes
    out above the winner is at most the sum over the nine; so many shots make this 1 − confidence. Infinite where two
    digits tie.
    Source: ours; Boole's inequality.
    """
    (piece,) = network.pieces(1)
    needed = []
    for first in range(0, len(images), models.CHUNK):
        answers = piece.answers(images.signs(slice(first, first + models.CHUNK))).astype(np.float64)
        z = answers.reshape(len(answers), N_DIGITS, -1)
        needed.append(_shots(z.mean(axis=2), (1.0 - z**2).clip(0.0).sum(axis=2) / z.shape[2] ** 2, confidence))
    return np.concatenate(needed)


def _shots(mean: Array, variance: Array, confidence: float) -> Array:
    each, winner = np.arange(len(mean)), mean.argmax(axis=1)
    gap = mean[each, winner][:, None] - mean
    spread = np.sqrt(variance[each, winner][:, None] + variance)
    sharpness = np.divide(gap, spread, out=np.full(gap.shape, np.inf), where=spread > 0)
    sharpness[each, winner] = np.inf  # it does not overtake itself
    low, high = np.ones(len(mean)), np.full(len(mean), MOST_SHOTS)
    for _ in range(45):  # of the logarithm of n
        middle = np.sqrt(low * high)
        enough = ndtr(-sharpness * np.sqrt(middle)[:, None]).sum(axis=1) <= 1.0 - confidence
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    found: Array = np.where(high >= MOST_SHOTS, np.inf, np.ceil(high * (1 - 1e-9)))
    return found
