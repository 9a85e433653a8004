"""MNIST's form: light ink on dark, the digit in a box of 20×20 pixels, its centre of mass in the middle of 28×28."""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Gray, Ink, Reals
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.drawing.ink import EDGE, MIN_CONTRAST, find_ink
from qmnist_core.errors import BlankError, InputError

BOX = 20
"""MNIST digits fit a 20×20 box inside 28×28, their centre of mass in the middle (LeCun's MNIST page)."""
CENTRE = 14.0
"""Row and column of that middle, counted from 0: measured on all 70,000 images, 14.0 ± 0.5."""
OFF_CENTRE = 0.75
SHORTEST = 18
"""The longer side of a digit's box in MNIST is 18 to 20 pixels."""
FULL_CONTRAST = 0.9
MIN_SIDE = 8
"""Rows or columns of pixels below which a digit cannot be recognised."""
LEVELS = 255
"""The lightest of the gray values."""


def as_mnist(gray: Ink) -> Gray:
    """Bring a picture into MNIST's form: uint8 (28, 28), light ink on a dark ground.

    gray: float (height, width) in [0, 1], dark ink on a light ground or light on dark. A picture that has MNIST's
    form already keeps its pixels; in any other the digit's ink is looked for, cut out and centred.
    Errors: BlankError for a picture without a digit; InputError for one with two, one that is too small, or an array
    of another shape or range.
    """
    if gray.ndim != 2 or gray.size == 0:
        raise InputError(f"a picture must have shape (height, width), got {gray.shape}: make it gray first")
    low, high = float(gray.min()), float(gray.max())
    if not (low >= 0.0 and high <= 1.0):
        raise InputError(f"gray values must lie in [0, 1], got {low:g} to {high:g}: divide 8-bit values by 255")
    if min(gray.shape) < MIN_SIDE:
        size = f"{gray.shape[1]}×{gray.shape[0]}"
        raise InputError(f"a picture of {size} pixels is too small for a digit: give one of at least 8×8")
    if high - low < MIN_CONTRAST:
        raise BlankError("the picture shows no digit, it is all of one shade: draw one with more contrast")
    if gray.shape == (IMAGE_SIDE, IMAGE_SIDE) and high - low > FULL_CONTRAST:
        border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
        ink = 1.0 - gray if np.median(border) > 0.5 else gray
        if _has_mnists_form(ink):
            levels: Gray = np.rint(ink * 255).astype(np.uint8)
            return levels
    return centred(find_ink(gray))


def centred(ink: Ink) -> Gray:
    """Scale a digit to fit 20×20 and put its centre of mass in the middle: uint8 (28, 28).

    ink: float (height, width), 0 ground to 1 ink, as it is drawn on the pad. Errors: BlankError where there is none.
    """
    from PIL import Image

    if np.ptp(ink) < MIN_CONTRAST:
        raise BlankError("the picture shows no digit, it is all of one shade: draw one with more contrast")
    ink = ink[_box(ink)]
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    small = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    digit = np.asarray(small, dtype=np.float64)
    digit = digit / digit.max()

    row, column = _centre_of_mass(digit)
    top = int(np.clip(round(CENTRE - row), 0, IMAGE_SIDE - height))
    left = int(np.clip(round(CENTRE - column), 0, IMAGE_SIDE - width))
    placed = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    placed[top : top + height, left : left + width] = digit
    levels: Gray = np.rint(placed * 255).astype(np.uint8)
    return levels


def packed_digit(image: Gray) -> bytes:
    """A digit as a link has it: a bit for each pixel, row by row, 1 where it is lighter than half. `unpacked_digit`
    reads it. image: uint8 (28, 28)."""
    return np.packbits(image > LEVELS // 2).tobytes()


def unpacked_digit(packed: bytes) -> Gray:
    """uint8 (28, 28), 0 or 255."""
    image: Gray = np.unpackbits(np.frombuffer(packed, np.uint8)).reshape(IMAGE_SIDE, IMAGE_SIDE) * np.uint8(LEVELS)
    return image


def _has_mnists_form(ink: Ink) -> bool:
    rows, columns = _box(ink)
    longer = max(rows.stop - rows.start, columns.stop - columns.start)
    return SHORTEST <= longer <= BOX and bool(np.abs(_centre_of_mass(ink) - CENTRE).max() <= OFF_CENTRE)


def _box(ink: Ink) -> tuple[slice, slice]:
    """The rows and columns from the first to the last that has ink."""
    rows, columns = (np.nonzero((ink > EDGE).any(axis=axis))[0] for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _centre_of_mass(ink: Ink) -> Reals:
    """Row and column, counted from 0."""
    height, width = ink.shape
    centre: Reals = np.array([ink.sum(axis=1) @ np.arange(height), ink.sum(axis=0) @ np.arange(width)]) / ink.sum()
    return centre
