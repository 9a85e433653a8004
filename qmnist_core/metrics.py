"""How good predictions are: losses, accuracies and how far these can be trusted.

A score is the QNN's ⟨Z⟩ or a classical network's logit, and says a digit by `says_first`. Targets are ±1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar, overload

import numpy as np

from qmnist_core.arrays import Array, Flags, Numbers, Reals, Scores, Targets

KERAS_BATCH = 32
"""Examples in one batch of Keras' `evaluate`, unless it is told otherwise; the tutorial does not tell it."""


N_BINS = 40
OUTPUT_EDGES = np.linspace(-1.0, 1.0, N_BINS + 1)
"""Of a histogram of ⟨Z⟩. 0 is one of them: no bar holds both answers."""
T = TypeVar("T")
LEVEL = 0.01
"""A difference with a smaller p is called clear."""


@overload
def says_first(scores: float) -> bool: ...
@overload
def says_first(scores: Reals) -> Flags: ...
def says_first(scores: Reals | float) -> Flags | bool:
    """The one rule, for one score or many: above 0 it says the first digit, else the second, as hinge accuracy counts.

    scores: float, any shape. Returns bool, the same shape.
    """
    return scores > 0


def said(score: float, names: tuple[T, T]) -> T:
    """The class that a score stands for."""
    return names[0] if says_first(score) else names[1]


def output_bin(scores: Array) -> Array:
    """Which bar of a histogram each ⟨Z⟩ falls into: int, any shape, (−1, −0.95] is 0 and (0.95, 1] the last; −1 belongs
    to the first. As in an answer, 0 is not above 0. Rounding errors beyond ±1 are taken in."""
    return np.clip(np.searchsorted(OUTPUT_EDGES, scores) - 1, 0, N_BINS - 1)


def hinge_loss(scores: Scores, targets: Targets) -> float:
    """Mean of max(0, 1 − target·score), as Keras' Hinge. scores, targets: float (n,), targets ±1."""
    return float(np.add.reduce(np.maximum(1.0 - targets * scores, 0.0))) / len(targets)


def logit_loss(scores: Scores, targets: Targets) -> float:
    """Mean binary cross-entropy from logits, ln(1 + e^{−target·logit}), as Keras' BinaryCrossentropy.

    scores, targets: float (n,), targets ±1.
    """
    return float(np.logaddexp(0.0, -targets * scores).mean())


def accuracy(scores: Scores, targets: Targets) -> float:
    """The share of examples whose score says the digit that the target is; for ⟨Z⟩ the tutorial's hinge accuracy.

    scores, targets: float (n,), targets ±1; in [0, 1].
    """
    return np.count_nonzero(right(scores, targets)) / len(targets)


def right(scores: Scores, targets: Targets) -> Flags:
    """Which examples are classified correctly, bool (n,): the rule of `accuracy`, example by example."""
    return np.equal(says_first(scores), targets > 0)


def keras_accuracy(scores: Scores, targets: Targets, is_logit: bool) -> float:
    """The accuracy that the tutorial's Keras metric reports of the same scores. Arguments as for `accuracy`.

    is_logit: Keras' "accuracy" takes 0.5 for the boundary, as of a probability, although it is given the bare logit: a
    logit between 0 and 0.5, that is a probability between 50 and 62 %, counts as the second digit. For ⟨Z⟩ the
    boundary is 0, but Keras takes the mean over batches, and a last, shorter batch counts as much as a full one.
    """
    if is_logit:
        return float(((scores > 0.5) == (targets > 0)).mean())
    starts = range(KERAS_BATCH, len(targets), KERAS_BATCH)
    return float(np.mean([batch.mean() for batch in np.split(right(scores, targets), starts)]))


def confusion(scores: Scores, targets: Targets) -> Numbers:
    """How often each digit was taken for each: int (2, 2), rows the true digit, columns the digit said.

    Index 0 is the first digit, 1 the second, so that `accuracy` is the diagonal's share. Arguments as there.
    """
    cells = 2 * (targets <= 0) + ~says_first(scores)
    return np.bincount(cells, minlength=4).reshape(2, 2)


def confidence(score: float, is_logit: bool) -> float:
    """A classifier's own confidence in its answer, 0.5–1; not the chance that it is right.

    is_logit: for a classical network's logit the sigmoid 1 / (1 + e^{−|logit|}). For ⟨Z⟩, not a logit, the
    probability (1 + |⟨Z⟩|) / 2 that a single measurement of the readout says the same digit.
    """
    if is_logit:
        return 1.0 / (1.0 + math.exp(-abs(score)))
    return min((1.0 + abs(score)) / 2.0, 1.0)  # a computed expectation may be off by rounding


def accuracy_interval(share: float, n: int) -> tuple[float, float]:
    """The 95 % interval of an accuracy measured on n examples.

    Source: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), the score interval.
    """
    z = 1.96  # standard deviations either side of 95 % of a normal distribution
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def difference_interval(this: float, n_this: int, other: float, n_other: int) -> tuple[float, float]:
    """The 95 % interval of the difference of two accuracies, this less the other, each measured on images of its own.

    Source: R. G. Newcombe, Stat. Med. 17, 873 (1998), method 10: the score intervals' distances, as if squared errors.
    """
    (low, high), (other_low, other_high) = accuracy_interval(this, n_this), accuracy_interval(other, n_other)
    difference = this - other
    return difference - math.hypot(this - low, other_high - other), difference + math.hypot(
        high - this, other - other_low
    )


def disagreements(this: Array, other: Array) -> Numbers:
    """How often two classifiers are right and wrong on the same examples: int (2, 2), rows this one, columns the other.

    this, other: bool (n,), whether each is right, as `right` gives it. Index 0 is right, 1 wrong.
    """
    return np.bincount(2 * ~this + ~other, minlength=4).reshape(2, 2)


def mcnemar(only_this: int, only_other: int) -> float:
    """Exact two-sided p of two classifiers on the same examples, from how many only one of them classifies correctly.

    Null hypothesis: where just one is right, it is this one or the other with equal chances.
    Source: Q. McNemar, Psychometrika 12, 153 (1947), with the binomial distribution itself.
    """
    from scipy.stats import binomtest

    n = only_this + only_other
    return float(binomtest(only_this, n).pvalue) if n else 1.0


@dataclass(frozen=True)
class Paired:
    """How far apart two models are on the same images, each trained with one or several seeds."""

    n_seeds: int
    difference: float
    """Accuracy of this model less that of the other, the mean over seeds."""
    low: float
    """95 % interval of the difference, for other images and, with two seeds or more, for other seeds as well."""
    high: float
    p: float
    """Two-sided, of the networks as they were trained. Null hypothesis: at each image, which of the two models is
    right more often, over the seeds, is a matter of equal chances. With one seed it is McNemar's exact test."""
    p_any_seed: float | None
    """Two-sided, of the models with any seeds. Null hypothesis: over all seeds and all images of this kind the two
    models have the same accuracy. None for one seed, which says nothing of others."""


def paired_over_seeds(this: Array, other: Array) -> Paired:
    """Compare two models image by image.

    this, other: bool (n_seeds, n_images), whether each network is right; the same images throughout.

    d[s, i], −1, 0 or 1, is the difference at seed s and image i. All seeds share the images, so that their own tests
    are not independent: `p` first sums d over the seeds, which leaves one number per image, and then gives each
    image's sum either sign, exactly. The interval and `p_any_seed` take seeds and images both as drawn at random: with
    the mean squares of seeds, images and rest, the variance of the mean d is (MS_seeds + MS_images − MS_rest) /
    (n_seeds · n_images), where neither MS_seeds nor MS_images counts as less than MS_rest; Student's t has the fewest
    degrees of freedom that it can have, n_seeds − 1.
    Source: `p`, R. A. Fisher's sign flips; the rest, D. D. Dorfman, K. S. Berbaum, C. E. Metz, Invest. Radiol. 27, 723
    (1992), where readers and cases are what seeds and images are here.
    """
    from scipy.stats import t as student

    d = this.astype(np.float64) - other
    n_seeds, n_images = d.shape
    mean, of_image, of_seed = float(d.mean()), d.mean(axis=0), d.mean(axis=1)
    p = _sign_flips(np.abs(d.sum(axis=0)).astype(int), abs(round(float(d.sum()))))
    if n_images == 1:  # says nothing of others
        return Paired(n_seeds, mean, -1.0, 1.0, p, None if n_seeds == 1 else 1.0)
    images = n_seeds * of_image.var(ddof=1)
    freedom, p_any_seed = n_images - 1, None
    variance = images / (n_seeds * n_images)
    if n_seeds > 1:
        rest = ((d - of_image - of_seed[:, None] + mean) ** 2).sum() / ((n_seeds - 1) * (n_images - 1))
        seeds = n_images * of_seed.var(ddof=1)
        freedom = n_seeds - 1
        variance = (max(seeds, rest) + max(images - rest, 0.0)) / (n_seeds * n_images)
    error = math.sqrt(variance)
    if n_seeds > 1:
        p_any_seed = float(2 * student.sf(abs(mean) / error, freedom)) if error else float(mean == 0)
    half = float(student.ppf(0.975, freedom)) * error
    return Paired(n_seeds, mean, max(-1.0, mean - half), min(1.0, mean + half), p, p_any_seed)


def _sign_flips(sizes: Array, total: int) -> float:
    """The chance that the sum of `sizes`, each with a random sign, is at least `total` from 0."""
    from scipy.stats import binom

    chances = np.ones(1)  # of all sums from −reach to reach
    for size, n in zip(*np.unique(sizes[sizes > 0], return_counts=True), strict=True):
        of_one_size = np.zeros(2 * size * n + 1)
        of_one_size[:: 2 * size] = binom.pmf(np.arange(n + 1), n, 0.5)
        chances = np.convolve(chances, of_one_size)
    reach = len(chances) // 2
    return min(1.0, 2.0 * float(chances[reach + total :].sum()))


def uniform_output_spread(n_pixels: int, length: float = 2 * math.pi) -> float:
    """Root mean square of ⟨Z⟩ over exponents drawn uniformly from [0, length), for the layers (XX, ZZ).

    length: half-turns, above 0; TFQ's PQC draws from [0, 2π).
    ⟨Z⟩ = −Re ∏ M_i with independent M = cos πb + i z cos πa sin πb, so E⟨Z⟩² = ½ (E|M|²)^n + ½ Re (E M²)^n.
    Over whole periods E|M|² = 3/4 and E M² = 1/4; the interval [0, 2π) of exponents, in half-turns,
    is not a whole number of periods, which makes E|M|² 0.762.
    The sign of z, that is the image, only conjugates E M²; the figure is for a blank one.
    Source: ours.
    """
    cos1, cos2, cos_sin = _means_of_angle(length)
    modulus = cos2 + cos2 * (1 - cos2)
    square = complex(cos2 - cos2 * (1 - cos2), 2 * cos1 * cos_sin)
    return math.sqrt(0.5 * modulus**n_pixels + 0.5 * (square**n_pixels).real)


def uniform_gradient_spread(n_pixels: int, length: float = 2 * math.pi) -> float:
    """Root mean square of the gradient's components, ∂⟨Z⟩/∂a and ∂⟨Z⟩/∂b, per half-turn.

    Arguments as for `uniform_output_spread`. It is that product with one factor replaced by its derivative:
    ∂M/∂b = π (−sin πb + i z cos πa cos πb), ∂M/∂a = −π i z sin πa sin πb.
    Over whole periods this is π √(2/3) · √(½ (3/4)^n). Source: ours.
    """
    cos1, cos2, cos_sin = _means_of_angle(length)
    sin2 = 1 - cos2
    modulus = cos2 + cos2 * sin2
    square = complex(cos2 - cos2 * sin2, 2 * cos1 * cos_sin)
    moduli = sin2 + cos2 * cos2 + sin2 * sin2
    squares = complex(sin2 - cos2 * cos2 - sin2 * sin2, -2 * cos1 * cos_sin)
    mean = 0.5 * moduli * modulus ** (n_pixels - 1) + 0.5 * (squares * square ** (n_pixels - 1)).real
    return math.pi * math.sqrt(mean / 2)


def _means_of_angle(length: float) -> tuple[float, float, float]:
    """The means of cos πt, cos² πt and cos πt sin πt over t in [0, length)."""
    turn = math.pi * length
    return math.sin(turn) / turn, 0.5 + math.sin(2 * turn) / (4 * turn), math.sin(turn) ** 2 / (2 * turn)
