"""What the network of the whole image, one qubit for each of its 784 pixels and a readout, learns step by step."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from qmnist_core.arrays import Angles, Array
from qmnist_core.config import IMAGE_SIDE, CircuitConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import TrainingError
from qmnist_core.models.qnn import Qnn
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators.clock import read_clock
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.training.events import Failed, Step
from qmnist_core.training.loop import Training

SMOOTH_BATCH = 1024
"""Images a step: with so many φ has little noise, and looks like the digits."""
SLICE_SECONDS = 0.04
"""Between two snapshots, by estimate."""
MIN_SNAPSHOTS, MAX_SNAPSHOTS = 36, 400
CROWDED = 0.97
"""The share of pixels for which the colours distinguish φ; beyond, they saturate."""


@dataclass(frozen=True)
class Snapshot:
    """The network after so many steps."""

    step: int
    total_steps: int
    angles: Angles
    """φ, float64 (784,) in radians, of the sign for which a lit pixel of positive φ turns Σ z φ towards the first
    digit's images: φ and −φ are the same network, for ⟨Z⟩ = −R cos(Σ z φ)."""
    damping: float
    """R."""
    accuracy: float
    """On the test images, 0–1."""
    middles: tuple[float, float]
    """The median of Σ z φ over the test images of each digit, in units of π; whole turns are taken off both alike."""

    @property
    def limit(self) -> float:
        """Where the colours end, in radians."""
        return float(np.quantile(np.abs(self.angles), CROWDED)) or 1.0


def whole_image(base: Experiment, batch_size: int) -> Experiment:
    """`base` on whole images: the tutorial's two layers, from small angles, by the exact engine."""
    return replace(
        base,
        model="qnn",
        backend="exact",
        data=replace(base.data, size=IMAGE_SIDE, resize="sample"),
        circuit=CircuitConfig(),
        init="small",
        batch_size=batch_size,
    )


def mean_images(dataset: Dataset) -> tuple[Array, Array]:
    """How often each pixel is lit in the training images of each digit: two float64 (size, size) in [0, 1]."""
    train = dataset.train
    size = train.images.shape[1]
    first, second = (
        train.bits[chosen].mean(axis=0).reshape(size, size) if chosen.any() else np.zeros((size, size))
        for chosen in (train.labels, ~train.labels)
    )
    return first, second


def snapshots(experiment: Experiment, dataset: Dataset) -> Computation[Snapshot]:
    """Train, and look at the network now and then, from before the first step to after the last one. Each snapshot is
    a step.

    Errors, while it goes on: TrainingError where the loss is no longer a number.
    """
    training = Training(experiment, dataset=dataset)
    total = training.total_steps
    step_seconds = estimate_cost(experiment.circuit, experiment.data.n_pixels, training.batch_size).step_seconds
    n = min(total, MAX_SNAPSHOTS, max(MIN_SNAPSHOTS, math.ceil(total * step_seconds / SLICE_SECONDS)))
    at = np.unique(np.linspace(0, total, n + 1).round().astype(int)).tolist()
    return _snapshots(training, dataset, at)


def _snapshots(training: Training, dataset: Dataset, at: list[int]) -> Computation[Snapshot]:
    first, second = mean_images(dataset)
    difference = (first - second).ravel()
    test, model = training.model.prepare(dataset.test), training.model
    assert isinstance(model, Qnn)
    signs, labels = 1.0 - 2.0 * dataset.test.bits.astype(np.float32), dataset.test.labels

    def look(step: int) -> Snapshot:
        learnt = read_clock(training.experiment.circuit, model.exponents)
        # Σ z φ = Σ φ − 2 Σ φ over lit pixels: it is less for the first digit if φ is on the whole positive where that
        # digit is lit more often.
        angles = learnt.angles * (1.0 if learnt.angles @ difference >= 0 else -1.0)
        turned = signs @ angles.astype(np.float32) / math.pi
        one, other = (float(np.median(turned[of])) if of.any() else 0.0 for of in (labels, ~labels))
        turns = 2.0 * round(other / 2.0)
        middles = (one - turns, other - turns)
        return Snapshot(step, training.total_steps, angles, learnt.damping, model.evaluate(test)[1], middles)

    events = iter(training)
    next(events)  # Started
    yield look(0)
    yield Progress(1, len(at))
    number = {step: i for i, step in enumerate(at, start=1)}
    for event in events:
        if isinstance(event, Failed):
            raise TrainingError(event.message)
        if isinstance(event, Step) and event.step in number:
            yield look(event.step)
            yield Progress(number[event.step], len(at))
