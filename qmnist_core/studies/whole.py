"""The network of the whole image, one qubit for each of its 784 pixels and a readout, and what it has learnt."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from qmnist_core.arrays import Angles, Array, Exponents
from qmnist_core.config import IMAGE_SIDE, CircuitConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.simulators.clock import read_clock

SMOOTH_BATCH = 1024
"""Images a step: with so many φ has little noise, and looks like the digits."""


@dataclass(frozen=True)
class Learnt:
    """What the network is at some moment of its training."""

    angles: Angles
    """φ, float64 (784,) in radians, of the sign for which a lit pixel of positive φ turns Σ z φ towards the first
    digit's images: φ and −φ are the same network, for ⟨Z⟩ = −R cos(Σ z φ)."""
    damping: float
    """R."""
    middles: tuple[float, float]
    """The median of Σ z φ over the test images of each digit, in units of π; whole turns are taken off both alike."""


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


def mean_difference(dataset: Dataset) -> Array:
    """How much more often each pixel is lit by the first digit, float64 (784,) in [−1, 1]."""
    first, second = mean_images(dataset)
    difference: Array = (first - second).ravel()
    return difference


def learnt(experiment: Experiment, exponents: Exponents, dataset: Dataset) -> Learnt:
    """What a network of whole images has learnt. exponents: float64 (2, 784), half-turns."""
    clock = read_clock(experiment.circuit, exponents)
    # Σ z φ = Σ φ − 2 Σ φ over lit pixels: it is less for the first digit if φ is on the whole positive where that
    # digit is lit more often.
    angles = clock.angles * (1.0 if clock.angles @ mean_difference(dataset) >= 0 else -1.0)
    test = dataset.test
    turned = (1.0 - 2.0 * test.bits) @ angles / math.pi
    one, other = (float(np.median(turned[of])) if of.any() else 0.0 for of in (test.labels, ~test.labels))
    turns = 2.0 * round(other / 2.0)
    return Learnt(angles, clock.damping, (one - turns, other - turns))
