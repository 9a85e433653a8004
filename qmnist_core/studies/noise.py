"""What noise and a finite number of shots do to a trained network, computed result by result for a page to follow."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array, Bits, Exponents, Reals, Targets
from qmnist_core.config import CircuitConfig, DataConfig, Experiment, NoiseConfig
from qmnist_core.data.pipeline import Dataset, Examples, Split, distinct_rows
from qmnist_core.errors import CostError
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators import expectation
from qmnist_core.simulators.noise import estimate_noise_cost, noisy_expectation
from qmnist_core.simulators.shots import flip_probability, shots_needed
from qmnist_core.sources import is_upload
from qmnist_core.training.events import Epoch, Finished
from qmnist_core.training.loop import Training
from qmnist_core.workers import Part, together

SLICE_SECONDS = 1.0
"""Longest computation in one piece, by an estimate; between pieces others have their turn, and it can be stopped."""
MAX_SLICES = 4
"""Most pieces for one infidelity; images beyond that are left out, and the page says so."""
BREAKING = 0.01
"""So much less accuracy than without noise is what we call suffering."""
MIN_IMAGES = 100
"""Fewer say too little about a network: it is refused instead."""


@dataclass(frozen=True)
class NoisePoint:
    """A trained network under noise of one average gate infidelity, on some test images."""

    infidelity: float
    values: Reals
    """⟨Z⟩ of each image: float64 (n_images,)."""
    accuracy: float
    """With unlimited shots."""
    share: float
    """The margin, which is the mean of target·⟨Z⟩, divided by that without noise; nan where that is 0."""
    n_lost: int
    """Images classified correctly without noise and wrongly with it, with unlimited shots."""
    n_gained: int
    """The reverse."""


def images_that_fit(circuit: CircuitConfig, bits: Bits, kind: str, max_slices: int = MAX_SLICES) -> int:
    """How many of the first images an infidelity can be computed for; those with the same bits are computed once.

    bits: (n, n_pixels). Errors: CostError where not even `MIN_IMAGES` can.
    """
    rows = max_slices * _rows_a_slice(circuit, bits.shape[1], kind)
    n, least = len(bits), min(MIN_IMAGES, len(bits))
    while n >= least:
        if len(distinct_rows(bits[:n])[0]) <= rows:
            return n
        n //= 2
    raise CostError(
        f"{kind} noise on {circuit.n_layers} layers of {bits.shape[1]} pixels takes too long to follow for even "
        f"{least} test images: use fewer layers or a smaller size"
    )


def _rows_a_slice(circuit: CircuitConfig, n_pixels: int, kind: str) -> int:
    """How many distinct inputs can be computed in about `SLICE_SECONDS`, maybe none.

    A slice has a price of its own, whatever it computes: where that takes most of the time, the same time again is
    allowed.
    """
    own, with_one = (estimate_noise_cost(circuit, n_pixels, n, NoiseConfig(kind))[0] for n in (0, 1))
    return int(max(SLICE_SECONDS - own, own) / (with_one - own)) if own < SLICE_SECONDS else 0


def noise_points(
    circuit: CircuitConfig,
    exponents: Exponents,
    examples: Examples,
    kind: str,
    infidelities: Sequence[float],
) -> Computation[NoisePoint]:
    """The network under one kind of noise at each average gate infidelity; a step is a slice of one of them."""
    first, index = distinct_rows(examples.bits)
    distinct = examples.bits[first]
    n_slices = math.ceil(len(distinct) / max(1, _rows_a_slice(circuit, distinct.shape[1], kind)))

    def points() -> Computation[NoisePoint]:
        n_done, n_steps = 0, len(infidelities) * n_slices
        clean = expectation(circuit, exponents, distinct)[index]
        margin = float(examples.targets @ clean)
        was_right = metrics.right(clean, examples.targets)
        for infidelity in infidelities:
            noise = NoiseConfig.of_infidelity(kind, infidelity)
            parts: list[Array] = []
            for rows in np.array_split(distinct, n_slices):
                if parts:
                    yield Progress(n_done, n_steps)
                parts.append(noisy_expectation(circuit, exponents, rows, noise))
                n_done += 1
            values = np.concatenate(parts)[index]
            is_right = metrics.right(values, examples.targets)
            yield NoisePoint(
                infidelity=infidelity,
                values=values,
                accuracy=metrics.accuracy(values, examples.targets),
                share=float(examples.targets @ values) / margin if margin else math.nan,
                n_lost=int((was_right & ~is_right).sum()),
                n_gained=int((is_right & ~was_right).sum()),
            )
            yield Progress(n_done, n_steps)

    return points()


def breaking_point(infidelities: Sequence[float], accuracies: Sequence[float]) -> float | None:
    """The smallest infidelity at which the accuracy is a point or more below the first one, without noise; None where
    there is none. Both in the order of rising infidelity."""
    for infidelity, accuracy in zip(infidelities, accuracies, strict=True):
        if accuracies[0] - accuracy >= BREAKING:
            return infidelity
    return None


def right_with_shots(values: Reals, targets: Targets, n_shots: int) -> Array:
    """The chance that n_shots give the right answer, for each image: float64 (n,), from ⟨Z⟩ and targets ±1."""
    distinct, index = np.unique(values, return_inverse=True)  # images of one pattern have one answer
    flips = flip_probability(distinct, n_shots)[index]
    return np.where(metrics.right(values, targets), 1.0 - flips, flips)


def image_answer(circuit: CircuitConfig, exponents: Exponents, bits: Bits, noise: NoiseConfig) -> Computation[float]:
    """⟨Z⟩ of one image with noise, bits (n_pixels,), in one step."""
    yield float(noisy_expectation(circuit, exponents, bits[None], noise)[0])
    yield Progress(1, 1)


@dataclass(frozen=True)
class Advice:
    """What noise leaves of one size and depth, of a network trained without it."""

    size: int
    layers: tuple[str, ...]
    refused: str = ""
    """Why it was not computed; the figures are then nan."""
    n_images: int = 0
    """Test images under noise."""
    accuracy: float = math.nan
    """Without noise, on these images."""
    noisy_accuracy: float = math.nan
    """With noise and unlimited shots, on the same."""
    share: float = math.nan
    """Of the margin that is left."""
    median_shots: float = math.nan
    """So many give the answer of unlimited shots, right or wrong, with the target confidence on half of the images."""
    most_shots: float = math.nan
    """The same on 95 % of the images."""
    median: float = math.nan
    """|⟨Z⟩| with noise: half of the images have as much or more."""
    low: float = math.nan
    """The same of 95 % of the images."""

    @property
    def n_gates(self) -> int:
        """Two-qubit gates, each followed by noise."""
        return len(self.layers) * self.size**2


def advise(
    experiment: Experiment,
    noise: NoiseConfig,
    confidence: float,
    sizes: Sequence[int],
    stacks: Sequence[tuple[str, ...]],
    load: Callable[[DataConfig], Dataset],
) -> Computation[Advice]:
    """Each size and depth, trained from small angles, then exposed to the noise.

    A step is an epoch of a network's training, so that other work has its turn, or what the noise leaves of it.
    """
    cases = [
        replace(
            experiment,
            model="qnn",
            backend="exact",
            data=replace(experiment.data, size=size),
            circuit=CircuitConfig(layers),
            init="small",
        )
        for layers in stacks
        for size in sizes
    ]
    steps_a_case = experiment.epochs + 1
    parts = (Part(load(one.data).split, (one, noise, confidence), steps_a_case) for one in cases)
    return together(_advised, parts, len(cases) * steps_a_case, is_kept=not is_upload(experiment.data.file))


def _advised(data: Split, own: tuple[Experiment, NoiseConfig, float]) -> Computation[Advice]:
    experiment, noise, confidence = own
    n_steps = experiment.epochs + 1
    try:
        n = images_that_fit(experiment.circuit, data.test.bits, noise.kind, max_slices=1)
        training = Training(experiment, dataset=data)
        for event in training:
            if isinstance(event, Epoch):
                yield Progress(event.epoch, n_steps)
        yield _advice(training, noise, confidence, n)
    except CostError:
        yield Advice(experiment.data.size, experiment.circuit.layers, "it would take too long to compute here")
    yield Progress(n_steps, n_steps)


def _advice(training: Training, noise: NoiseConfig, confidence: float, n_images: int) -> Advice:
    circuit, size = training.experiment.circuit, training.experiment.data.size
    if not isinstance(training.outcome, Finished):
        return Advice(size, circuit.layers, "its training failed: lower the learning rate")
    exponents = training.model.weights()["exponents"]
    examples = training.test_examples.first(n_images)
    clean = expectation(circuit, exponents, examples.bits)
    values = noisy_expectation(circuit, exponents, examples.bits, noise)
    margin = float(examples.targets @ clean)
    # The larger |⟨Z⟩|, the fewer shots: at least 50 % of the images have the first one or more, 95 % the second.
    median, low = np.quantile(np.abs(values), (0.5, 0.05), method="lower")
    return Advice(
        size=size,
        layers=circuit.layers,
        n_images=len(examples),
        accuracy=metrics.accuracy(clean, examples.targets),
        noisy_accuracy=metrics.accuracy(values, examples.targets),
        share=float(examples.targets @ values) / margin if margin else math.nan,
        median_shots=float(shots_needed(median, confidence)),
        most_shots=float(shots_needed(low, confidence)),
        median=float(median),
        low=float(low),
    )
