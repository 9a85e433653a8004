"""A training as it is played: at each kept step the exponents, every test image's ⟨Z⟩, and what follows from them.

A page gets it once and plays it in the browser; `packed` is its form on the way there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from isal import isal_zlib

from qmnist_core.arrays import Array, Bits, Exponents, Flags, Indices, Numbers, Reals
from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.pipeline import Dataset, distinct_rows
from qmnist_core.metrics import OUTPUT_EDGES
from qmnist_core.simulators import expectation_over_time
from qmnist_core.simulators.clock import read_clock
from qmnist_core.simulators.compiled import tally
from qmnist_core.training.history import Moment

MOST_TERMS = 3_000_000
"""Most cosines of a reel: with a heavier circuit fewer steps are kept, so that it is made in a quarter of a second."""
MOST_EXPONENTS = 400_000
"""Most exponents of a reel, two bytes each."""
MOST_STEPS = 1000
"""Most kept steps: more than a screen has pixels to show them apart."""
GZIP = 16 + isal_zlib.MAX_WBITS
"""Asks zlib for gzip's form, without a time."""
HALF_TURN = 32767
"""What an exponent of 1 is in whole numbers of 16 bits; and what ⟨Z⟩ = 1 is."""


@dataclass(frozen=True, eq=False)
class Reel:
    """Of one training, T kept steps in order, the first and the last one among them."""

    steps: Indices
    """int (T,), steps done."""
    exponents: Array
    """float64 (T, n_layers, n_pixels), half-turns."""
    patterns: Array
    """float64 (T, n_patterns): ⟨Z⟩ of each distinct test pattern."""
    pattern_of: Indices
    """int (n_test,): which pattern each test image has."""
    labels: Flags
    """bool (n_test,), True for the first digit."""

    @classmethod
    def of(cls, experiment: Experiment, moments: list[Moment], dataset: Dataset) -> Reel:
        """moments: of its training, at least one. dataset: the experiment's."""
        first, pattern_of = distinct_rows(dataset.test.bits)
        circuit, n_pixels = experiment.circuit, experiment.data.n_pixels
        terms = max(1, count_path_pairs(circuit.layers)) * (len(first) + n_pixels)
        most = min(MOST_STEPS, MOST_TERMS // terms, MOST_EXPONENTS // (circuit.n_layers * n_pixels))
        kept = [moments[i] for i in spread(len(moments), max(2, most))]
        exponents = np.array([moment.exponents for moment in kept])
        return cls(
            np.array([moment.step for moment in kept]),
            exponents,
            expectation_over_time(circuit, exponents, dataset.test.bits[first]),
            pattern_of,
            dataset.test.labels,
        )

    def of_image(self, image: int) -> Reals:
        """⟨Z⟩ of a test image, float64 (T,)."""
        column: Reals = self.patterns[:, self.pattern_of[image]]
        return column

    def frame(self, step: int | None) -> int:
        """Which kept step a cursor means: the last one at or before it; None is the newest."""
        if step is None:
            return len(self.steps) - 1
        return max(0, int(np.searchsorted(self.steps, step, side="right")) - 1)

    def scores(self, frame: int) -> Reals:
        """⟨Z⟩ of all test images, float64 (n_test,)."""
        values: Reals = self.patterns[frame, self.pattern_of]
        return values

    @cached_property
    def confusion(self) -> Numbers:
        """int (T, 2, 2): the true digit, the digit said, as `metrics.confusion`."""
        # 0 is an edge, and says the second digit, which comes first among the bins.
        said = self.counts.reshape(len(self.steps), 2, 2, -1).sum(axis=3)
        confusion: Numbers = said[:, :, ::-1]
        return confusion

    @cached_property
    def accuracy(self) -> Reals:
        """float64 (T,), the share of the test images that are classified correctly, as `metrics.accuracy`."""
        right: Reals = np.trace(self.confusion, axis1=1, axis2=2) / len(self.labels)
        return right

    @property
    def loss(self) -> Reals:
        """float64 (T,), the mean over the test images, as `metrics.hinge_loss`."""
        return self._tally[1]

    @property
    def counts(self) -> Numbers:
        """int (T, 2, N_BINS): how many test images of the first and of the second digit have which ⟨Z⟩, in the bins of
        `metrics.output_bin`."""
        return self._tally[0]

    @cached_property
    def _tally(self) -> tuple[Numbers, Reals]:
        n = self.patterns.shape[1]
        first = np.bincount(self.pattern_of[self.labels], minlength=n)
        second = np.bincount(self.pattern_of, minlength=n) - first
        found: tuple[Numbers, Reals] = tally(self.patterns, first, second, OUTPUT_EDGES)
        return found


def spread(n: int, most: int) -> Indices:
    """Which of n things to keep where at most so many, at least two, can be: evenly, the first and the last always."""
    return np.arange(n) if n <= most else np.unique(np.linspace(0, n - 1, most).round().astype(int))


def over_time(experiment: Experiment, reel: Reel, bits: Bits) -> Reals:
    """⟨Z⟩ of any input at the kept steps of a reel, float64 (T,). bits: (n_pixels,), 0 or 1."""
    values: Reals = expectation_over_time(experiment.circuit, reel.exponents, bits[None])[:, 0]
    return values


def packed(reel: Reel) -> bytes:
    """A reel for the browser, gzipped: a line of JSON that names the arrays, then their numbers, little-endian.

    "steps" uint32 (T,), "accuracy" and "loss" float32 (T,), "confusion" uint16 (T, 4), "counts" uint16 (T, 2, N_BINS),
    "exponents" int16 (T, n_layers, n_pixels) in units of 1/HALF_TURN half-turns.
    """
    arrays = {
        "steps": reel.steps.astype("<u4"),
        "accuracy": reel.accuracy.astype("<f4"),
        "loss": reel.loss.astype("<f4"),
        "confusion": reel.confusion.reshape(-1, 4).astype("<u2"),
        "counts": reel.counts.astype("<u2"),
        "exponents": whole(wrap_exponents(reel.exponents)),
    }
    return pack(arrays)


def clock_reel(circuit: CircuitConfig, reel: Reel) -> bytes:
    """The clock of a circuit for which `is_clock` at each kept step, packed for the browser.

    "steps" as in `packed`; "exponents" int16 (T, 2, n_pixels), the angles φ and −2φ in units of 1/HALF_TURN half-turns,
    without whole turns; "lengths" int16 (T, n_pixels), the factors r in units of 1/HALF_TURN.
    """
    n_moments, n_layers, n_pixels = reel.exponents.shape
    # As if the pixels of all moments were those of one image.
    clock = read_clock(circuit, reel.exponents.transpose(1, 0, 2).reshape(n_layers, -1))
    shape = (n_moments, n_pixels)
    angles = np.stack([clock.angles.reshape(shape), clock.lighting.reshape(shape)], axis=1)
    arrays = {
        "steps": reel.steps.astype("<u4"),
        "exponents": whole(angles / np.pi),
        "lengths": whole(clock.lengths.reshape(shape)),
    }
    return pack(arrays)


def pack(arrays: Mapping[str, Array]) -> bytes:
    """Arrays by name, gzipped: a line of JSON that names them with their types and shapes, then their numbers."""
    head = {name: [array.dtype.str[1:], *array.shape] for name, array in arrays.items()}
    line = json.dumps(head).encode()
    line += b" " * (-(len(line) + 1) % 4) + b"\n"  # every array begins at a multiple of its width
    return isal_zlib.compress(line + b"".join(array.tobytes() for array in arrays.values()), 1, GZIP)


def whole(values: Exponents) -> Array:
    """Numbers from −1 to 1 as int16, little-endian; rounding errors beyond are taken in."""
    numbers: Array = np.rint(np.clip(values, -1.0, 1.0) * HALF_TURN).astype("<i2")
    return numbers
