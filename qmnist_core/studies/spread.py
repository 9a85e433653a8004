"""How large the QNN's output and gradient are before training, measured over seeds on real images."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from qmnist_core.arrays import Array, Gray, Images, Reals
from qmnist_core.catalogue import INITS
from qmnist_core.config import CircuitConfig, DataConfig, Experiment, reads_bits
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples, filter_digits
from qmnist_core.metrics import uniform_gradient_spread, uniform_output_spread
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators import expectation_and_gradient
from qmnist_core.simulators.cost import check_cost, estimate_cost
from qmnist_core.workers import Part, cut, together

SIZES = (2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28)
"""Image sizes that are measured."""
QUANTITIES = ("output", "gradient")
"""|⟨Z⟩| of one image, and the root mean square of its derivatives with respect to all exponents, per half-turn."""
N_RESAMPLES = 400
FLAT_LOSS = 0.01
FLAT_OUTPUT = 0.01
"""A hinge loss this close to 1 with an output this close to 0 has learnt nothing."""


@dataclass(frozen=True)
class Spread:
    """How large something is at one image size, over seeds; nothing is negative."""

    size: int
    n_seeds: int
    rms: float
    """Root mean square."""
    low: float
    """With `high` the 95 % interval of the root mean square that the choice of seeds leaves open."""
    high: float
    median: float
    lower: float
    """With `upper` the quartiles."""
    upper: float
    seeds_needed: float
    """About how many seeds bring the mean square's standard error down to half of it."""

    @property
    def is_enough(self) -> bool:
        return self.n_seeds >= self.seeds_needed

    @property
    def n_pixels(self) -> int:
        return self.size**2


@dataclass(frozen=True)
class Law:
    """A line calculated rather than measured."""

    name: str
    values: Mapping[int, float]
    """By image size."""
    dash: str = "dash"


def normalised(experiment: Experiment) -> Experiment:
    """The experiment reduced to what a measurement depends on: equal ones give the same figures."""
    data = experiment.data
    kept = DataConfig(digits=data.digits, threshold=data.threshold, resize=data.resize, file=data.file)
    return Experiment(data=kept, circuit=experiment.circuit, seed=experiment.seed)


def measure(experiment: Experiment, mnist: Mnist, n_seeds: int, sizes: Sequence[int] = SIZES) -> Computation[Array]:
    """Samples: for each seed, and within it for each size, the `QUANTITIES` of both kinds of first exponents, float64
    (len(INITS), len(QUANTITIES)), not negative. Each is a step.

    Seeds count up from the experiment's own. Each draws one training image of the two digits, the same for all
    sizes and kinds, and the exponents as a training with that seed does.
    Errors: CostError where an image of the largest size takes too long; DataError for a digit that there is not.
    """
    experiment = normalised(experiment)
    check_cost(experiment.circuit, max(sizes) ** 2, "exact", 1)
    rows, _ = filter_digits(np.arange(len(mnist.y_train)), mnist.y_train, experiment.data.digits)

    seeded = [replace(experiment, seed=(experiment.seed + i) % 2**32) for i in range(n_seeds)]
    drawn = [rows[np.random.default_rng([one.seed, 2]).integers(len(rows))] for one in seeded]
    seconds = len(INITS) * sum(estimate_cost(experiment.circuit, size**2, 1).step_seconds for size in sizes)
    groups = cut(range(n_seeds), lambda _: seconds)
    parts = (
        Part(
            None, ([seeded[i] for i in group], mnist.x_train[[drawn[i] for i in group]], sizes), len(group) * len(sizes)
        )
        for group in groups
    )
    return together(_samples, parts, n_seeds * len(sizes))


def _samples(_: None, own: tuple[Sequence[Experiment], Images, Sequence[int]]) -> Computation[Array]:
    """Those of some seeds, each on an image of its own."""
    seeded, images, sizes = own
    n_done = 0
    for experiment, image in zip(seeded, images, strict=True):
        for size in sizes:
            yield _sample(replace(experiment, data=replace(experiment.data, size=size)), image)
            n_done += 1
            yield Progress(n_done, len(seeded) * len(sizes))


def _sample(experiment: Experiment, image: Gray) -> Reals:
    example = as_examples(image[None], np.array([True]), experiment.data)
    inputs = example.bits if reads_bits(experiment.circuit.encoding) else example.images.reshape(1, -1)
    found = []
    for init in INITS:
        exponents = initial_exponents(replace(experiment, init=init))
        values, gradient = expectation_and_gradient(experiment.circuit, exponents, inputs, np.ones(1))
        found.append((abs(values[0]), root_mean_square(gradient)))
    return np.array(found)


def summarise(
    samples: Sequence[Array], circuit: CircuitConfig, sizes: Sequence[int] = SIZES
) -> dict[str, dict[str, tuple[Spread, ...]]]:
    """Statistics of the samples so far, by quantity and kind of first exponents; of seeds that were measured at all
    sizes.

    The interval is from resampling the seeds; where they are too few for a mean square that rare networks dominate, it
    is far too narrow. How many are needed is known for uniform exponents of (XX, ZZ), else estimated from the samples,
    for uniform exponents never fewer than at a smaller size. sizes: rising.
    Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), the percentile interval.
    """
    n_seeds = len(samples) // len(sizes)
    if not n_seeds:
        return {quantity: dict.fromkeys(INITS, ()) for quantity in QUANTITIES}
    values = np.array(samples[: n_seeds * len(sizes)]).reshape(n_seeds, len(sizes), len(INITS), len(QUANTITIES))
    # Squares of 1e-150 are still numbers, fourth powers of 1e-80 are not: everything is relative to the largest.
    largest = values.max(axis=0)
    unit = np.where(largest > 0, largest, 1.0)
    squares = (values / unit) ** 2
    mean = squares.mean(axis=0)
    resampled = (_resampling(n_seeds) @ squares.reshape(n_seeds, -1)).reshape(-1, *mean.shape)
    low, high = unit * np.sqrt(np.quantile(resampled, [0.025, 0.975], axis=0))
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    rms = unit * np.sqrt(mean)
    needed = 4.0 * squares.var(axis=0) / np.where(mean > 0, mean, 1.0) ** 2
    uniform = list(INITS).index("uniform")
    if circuit.is_tutorials:
        needed[:, uniform] = np.array([[seeds_needed(size**2)] for size in sizes])
    else:  # samples without a rare network do not know of it, but more pixels make none less rare
        needed[:, uniform] = np.maximum.accumulate(needed[:, uniform], axis=0)
    columns = (rms, low, high, median, lower, upper, needed)  # in the order of Spread's fields
    return {
        quantity: {
            init: tuple(
                Spread(size, n_seeds, *(float(column[k, i, q]) for column in columns)) for k, size in enumerate(sizes)
            )
            for i, init in enumerate(INITS)
        }
        for q, quantity in enumerate(QUANTITIES)
    }


@lru_cache(maxsize=8)
def _resampling(n: int) -> Array:
    """The weight of each of n seeds in each resample: float64 (N_RESAMPLES, n), rows of sum 1."""
    return np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), N_RESAMPLES) / n


def laws(quantity: str, sizes: Sequence[int] = SIZES) -> tuple[Law, Law]:
    """For uniform first exponents of the layers (XX, ZZ): the root mean square over whole periods, without terms of
    (1/4)^n, and the exact one for TFQ's interval [0, 2π)."""
    exact = {"output": uniform_output_spread, "gradient": uniform_gradient_spread}[quantity]
    factor = {"output": 1.0, "gradient": math.pi * math.sqrt(2 / 3)}[quantity]
    return (
        Law("theory, whole periods", {size: factor * whole_periods_spread(size**2) for size in sizes}),
        Law("theory, exact for [0, 2π)", {size: exact(size**2) for size in sizes}, "dot"),
    )


def seeds_needed(n_pixels: int) -> float:
    """About how many seeds bring the standard error of the mean of ⟨Z⟩² down to half of it, for exponents drawn
    uniformly from [0, 2π) half-turns and the layers (XX, ZZ).

    The relative variance of ⟨Z⟩² is close to 3/2 (E r⁴ / (E r²)²)^n − 1, with r² = cos² πb + cos² πa sin² πb: it grows
    by a factor 1.13 with each pixel, because ever rarer networks dominate the mean. For the gradient it is somewhat
    less.
    Source: ours.
    """
    turn = 2 * math.pi**2
    double, fourfold = math.sin(2 * turn) / (2 * turn), math.sin(4 * turn) / (4 * turn)  # means of cos 2πt and cos 4πt
    cos2, cos4 = 0.5 + double / 2, 0.375 + double / 2 + fourfold / 8
    cos2_sin2, sin4 = (1 - fourfold) / 8, 0.375 - double / 2 + fourfold / 8
    second, fourth = cos2 + cos2 * (1 - cos2), cos4 + 2 * cos2 * cos2_sin2 + cos4 * sin4
    return 4.0 * (1.5 * (fourth / second**2) ** n_pixels - 1.0)


def whole_periods_spread(n_pixels: int) -> float:
    """√(½ (3/4)^n): the output's root mean square over whole periods of uniform exponents, layers (XX, ZZ)."""
    return math.sqrt(0.5 * 0.75**n_pixels)


def flat_output(loss: float, scores: Callable[[], Array]) -> float | None:
    """The root mean square of ⟨Z⟩ on the test images where a training has left it flat there, else None.

    loss: of the test images. scores: gives ⟨Z⟩ of each; asked only where the loss allows for flatness.
    """
    if abs(loss - 1.0) >= FLAT_LOSS:
        return None
    spread = root_mean_square(scores())
    return spread if spread < FLAT_OUTPUT else None


def root_mean_square(values: Reals) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
