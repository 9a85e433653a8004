"""Ten digits: a network of star circuits beside softmax regression, on the same whole images.

All that is chosen, the threshold among it, was chosen on the training images that are held out. The test images are
looked at once, by the networks that are trained.

Frames of the training are kept on the way: a page plays them in the browser (see `studies.ten_reel`).
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
from qmnist_core.data.ten import N_DIGITS, N_PIXELS, Digits, TenDigits, ten_digits
from qmnist_core.errors import ConfigError
from qmnist_core.models import ten as models
from qmnist_core.models.ten import Network, Softmax, Stars
from qmnist_core.progress import Computation, Progress
from qmnist_core.studies.reel import HALF_TURN, whole
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
MOST_FRAMES = 24
"""Frames of a training after the first: closer together at its beginning, where most is learnt."""
MOST_FRAME_BYTES = 12 << 20
"""Of all of them together: with many circuits fewer are kept."""
CONFIDENCE = 0.95
MOST_SHOTS = 1e12


@dataclass(frozen=True, eq=False)
class Frame:
    """The circuits after so many steps."""

    step: int
    accuracy: float
    """On the images that are held out, 0–1."""
    loss: float
    """The mean cross-entropy on them."""
    angles: Array
    """φ as `studies.reel.whole` writes it, in units of 1/HALF_TURN half-turns: int16 (10·K, 784)."""
    damping: Array
    """R, float32 (10·K,)."""

    @classmethod
    def of(cls, network: Stars, step: int, held_out: Digits) -> Frame:
        angles, damping = network.waves()
        found = models.scores(network, held_out)
        shares = models.probabilities(found)[np.arange(len(found)), held_out.labels]
        loss = -np.log(np.maximum(shares, np.finfo(np.float32).tiny)).mean()
        return cls(step, accuracy_of(found, held_out.labels), float(loss), whole(angles / math.pi), damping)

    def means(self, signs: Array) -> Array:
        """The mean ⟨Z⟩ of each digit's circuits, float32 (n, 10), of signs (n, 784)."""
        turned = (signs @ self.angles.T.astype(np.float32)) * np.float32(math.pi / HALF_TURN)
        found: Array = (-self.damping * np.cos(turned)).reshape(len(signs), N_DIGITS, -1).mean(axis=2)
        return found


@dataclass(frozen=True, eq=False)
class Trained:
    """One network after its training."""

    n_parameters: int
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

    network: Stars
    stars: Trained
    softmax: Trained
    labels: Array
    """uint8 (n_test,), 0–9."""
    shots: Array
    """Of each test image, as `shots_needed` gives them: float (n_test,)."""

    def right(self, trained: Trained) -> Flags:
        """Which test images it classifies correctly: bool (n_test,)."""
        return np.equal(trained.said, self.labels)

    def accuracy(self, trained: Trained) -> float:
        """On the test images, 0–1."""
        return float(self.right(trained).mean())

    def table(self, other: Trained) -> Numbers:
        """Test images by whether the circuits (rows) and another network (columns) are right: int (2, 2)."""
        return metrics.disagreements(self.right(self.stars), self.right(other))

    def p(self, other: Trained) -> float:
        """McNemar's exact, two-sided, of the circuits and another network on the test images."""
        (_, only_stars), (only_other, _) = self.table(other).tolist()
        return metrics.mcnemar(only_stars, only_other)

    @cached_property
    def confusion(self) -> Numbers:
        """How often each digit was taken for each: int (10, 10), rows the true digit, columns the digit said."""
        cells = N_DIGITS * self.labels.astype(int) + self.stars.said
        return np.bincount(cells, minlength=N_DIGITS**2).reshape(N_DIGITS, N_DIGITS)

    def called(self, true: int, said: int) -> Array:
        """Rows of the test images of one digit that the circuits take for another, or for itself: int."""
        return np.flatnonzero((self.labels == true) & (self.stars.said == said))


def ten(mnist: Mnist, n_circuits: int = N_CIRCUITS, epochs: int = EPOCHS, seed: int = 0) -> Computation[Frame | Ten]:
    """Train both networks: frames of the circuits on the way, and at the end `Ten`.

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


def _train_both(data: TenDigits, n_circuits: int, epochs: int, seed: int) -> Computation[Frame | Ten]:
    total = n_steps(data.train, epochs)
    kept = frame_steps(total, n_circuits)
    stars, softmax, watches = Stars.start(n_circuits, seed), Softmax(), (Stopwatch(), Stopwatch())
    yield Frame.of(stars, 0, data.validation)
    with cores.team() as team:
        steps = _timed(train(stars, data.train, epochs, seed, team, moved=True), watches[0])
        # Softmax regression gets fewer held-out images right if those it learns from are moved.
        beside = train(softmax, data.train, epochs, seed, team, moved=False, learning_rate=SOFTMAX_RATE)
        beside = _timed(beside, watches[1])
        for done, _ in zip(steps, beside, strict=True):
            if done in kept:
                yield Frame.of(stars, done, data.validation)
            if done < total:
                yield Progress(done, total)
    both = _trained(stars, data, watches[0]()), _trained(softmax, data, watches[1]())
    yield Ten(stars, *both, data.test.labels, shots_needed(stars, data.test))
    yield Progress(total, total)


def frame_steps(total: int, n_circuits: int) -> set[int]:
    """After which steps of a training a frame is kept, the first and the last among them; total: its steps."""
    n = max(2, min(MOST_FRAMES, MOST_FRAME_BYTES // (2 * N_DIGITS * n_circuits * N_PIXELS)))
    return {round(total * (i / n) ** 2) for i in range(n + 1)}


def _timed(steps: Iterator[int], watch: Stopwatch) -> Iterator[int]:
    """The steps; the watch runs only while they are done."""
    watch.start()
    for done in steps:
        watch.stop()
        yield done
        watch.start()
    watch.stop()


def _trained(network: Network, data: TenDigits, seconds: float) -> Trained:
    validation = accuracy_of(models.scores(network, data.validation), data.validation.labels)
    return Trained(network.n_parameters, validation, models.scores(network, data.test), seconds)


def accuracy_of(scores: Array, labels: Array) -> float:
    """The share of the images whose largest score is their digit's, 0–1. scores: (n, 10). labels: (n,)."""
    return float(np.equal(scores.argmax(axis=1), labels).mean())


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
