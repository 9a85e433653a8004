"""Whole images of all ten digits, as bits: the training images, those held out of them, and the test images."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Array, Bits, Images, Indices
from qmnist_core.config import IMAGE_SIDE, DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import GRAY_LEVELS
from qmnist_core.errors import DataError

N_PIXELS = IMAGE_SIDE**2
N_DIGITS = 10
N_HELD_OUT = 5_000
"""Training images that nothing is trained on: all that is chosen is chosen on them."""
SHIFTS = tuple(itertools.product(range(3), repeat=2))
"""Rows and columns left out of an image with a margin of one pixel: the nine ways to move it by a pixel at most."""


@dataclass(frozen=True, eq=False)
class Digits:
    """Whole images with their digits."""

    packed: Array
    """uint8 (n, 98): eight pixels a byte, so that 60,000 images take 6 MB; 1 is lit."""
    labels: Array
    """uint8 (n,), 0–9."""

    def __len__(self) -> int:
        return len(self.labels)

    def signs(self, chosen: Indices | slice) -> Array:
        """z = 1 − 2·bit of some of the images: float32 (n_chosen, 784)."""
        return _signs(np.unpackbits(self.packed[chosen], axis=1))

    def shifted(self, chosen: Indices) -> Array:
        """The same, one ninth of them each moved by a pixel at most up or down and left or right; what leaves the image
        is lost."""
        bits = np.unpackbits(self.packed[chosen], axis=1).reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        wide = np.pad(bits, ((0, 0), (1, 1), (1, 1)))
        for part, (down, right) in zip(np.array_split(np.arange(len(bits)), len(SHIFTS)), SHIFTS, strict=True):
            bits[part] = wide[part, down : down + IMAGE_SIDE, right : right + IMAGE_SIDE]
        return _signs(bits.reshape(-1, N_PIXELS))


@dataclass(frozen=True, eq=False)
class TenDigits:
    """What networks of ten digits are trained on, chosen by and tested with. `held_out` int (n_validation,) and
    `trained_on` int (n_train,): rows of `Mnist.x_train`."""

    train: Digits
    validation: Digits
    test: Digits
    trained_on: Indices
    held_out: Indices


def ten_digits(mnist: Mnist, threshold: float = DataConfig.threshold) -> TenDigits:
    """All of MNIST at 28×28, with N_HELD_OUT training images held out, always the same.

    threshold: the gray value, 0–1, above which a pixel is lit.
    Errors: DataError where there are too few training images to hold so many out.
    """
    n = len(mnist.y_train)
    if n <= N_HELD_OUT:
        raise DataError(f"{N_HELD_OUT:,} training images are held out, and the data has {n:,}: use data with more")
    order = np.random.default_rng([0, 3]).permutation(n)
    held, rest = np.sort(order[:N_HELD_OUT]), np.sort(order[N_HELD_OUT:])
    return TenDigits(
        train=Digits(packed(mnist.x_train[rest], threshold), mnist.y_train[rest]),
        validation=Digits(packed(mnist.x_train[held], threshold), mnist.y_train[held]),
        test=Digits(packed(mnist.x_test, threshold), mnist.y_test),
        trained_on=rest,
        held_out=held,
    )


def packed(images: Images, threshold: float = DataConfig.threshold) -> Array:
    """Bits as `Digits.packed` has them, of uint8 images (n, 28, 28)."""
    lit = np.float32(threshold) < GRAY_LEVELS
    return np.packbits(lit[images].reshape(len(images), N_PIXELS), axis=1)


def _signs(bits: Bits) -> Array:
    signs: Array = np.float32(1.0) - np.float32(2.0) * bits
    return signs
