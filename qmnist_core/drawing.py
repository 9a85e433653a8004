"""Turn any picture of a digit into an MNIST-like one: 28×28, light ink on dark, centred."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING

import numpy as np

from qmnist_core.config import IMAGE_SIDE
from qmnist_core.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

BOX = 20
"""MNIST digits fit a 20×20 box inside 28×28, their centre of mass in the middle (LeCun's MNIST page)."""
CENTRE = 14.0
"""Row and column of that middle, counted from 0: measured on the 3s and 6s, 14.00 ± 0.3 and 13.98 ± 0.3."""
MIN_CONTRAST = 0.1
FULL_CONTRAST = 0.9
MAX_PICTURE_PIXELS = 25_000_000
INK = 0.1
"""Share of the darkest ink above which a pixel belongs to the digit."""


def read_image(path: str | os.PathLike[str]) -> np.ndarray:
    """Gray values of a PNG or JPEG file: float64 (height, width), 0 black to 1 white. Transparent parts are
    white, or black where the ink itself is white.

    Errors: InputError for a missing or unreadable file.
    """
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MAX_PICTURE_PIXELS:
                    raise InputError(f"{path} has {image.width}×{image.height} pixels: shrink it below 5,000×5,000")
                upright = ImageOps.exif_transpose(image)
                if upright.mode.startswith("I") or upright.mode == "F":
                    return np.clip(np.asarray(upright, dtype=np.float64) / 65535.0, 0.0, 1.0)
                rgba = upright.convert("RGBA")
        on_white, on_black = (_on_ground(rgba, colour) for colour in ("white", "black"))
        return on_white if np.ptp(on_white) >= MIN_CONTRAST else on_black
    except FileNotFoundError:
        raise InputError(f"there is no image {path}: give the path of a PNG or JPEG file") from None
    except InputError:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(f"{path} cannot be read as an image ({error}): give a PNG or JPEG file") from None


def _on_ground(image: Image.Image, colour: str) -> np.ndarray:
    from PIL import Image

    flat = Image.alpha_composite(Image.new("RGBA", image.size, colour), image)
    return np.asarray(flat.convert("L"), dtype=np.float64) / 255.0


def as_mnist(gray: np.ndarray) -> np.ndarray:
    """Bring a picture into MNIST's form: uint8 (28, 28), light ink on a dark ground.

    gray: float (height, width) in [0, 1], light on dark or dark on light; the ground is what the border
    shows. A picture of 28×28 and full contrast keeps its pixels; any other is cropped to its ink, shrunk to
    fit 20×20 and put with its centre of mass in the middle.
    Errors: InputError for a picture without a digit, or an array of other than two axes.
    """
    from PIL import Image

    if gray.ndim != 2 or gray.size == 0:
        raise InputError(f"a picture must have shape (height, width), got {gray.shape}: make it gray first")
    ground = float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))
    low, high = float(gray.min()), float(gray.max())
    if high - low < MIN_CONTRAST:
        raise InputError("the picture shows no digit, it is all of one shade: draw one with more contrast")
    light_ground = high - ground < ground - low
    if gray.shape == (IMAGE_SIDE, IMAGE_SIDE) and high - low > FULL_CONTRAST:
        return np.rint((1.0 - gray if light_ground else gray) * 255).astype(np.uint8)

    ink = (ground - gray) / (ground - low) if light_ground else (gray - ground) / (high - ground)
    ink = np.clip(ink, 0.0, 1.0)
    rows, columns = np.nonzero((ink > INK).any(axis=1))[0], np.nonzero((ink > INK).any(axis=0))[0]
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(ink.shape)
    height, width = (max(1, round(length * scale)) for length in ink.shape)
    small = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    digit = np.asarray(small, dtype=np.float64)
    digit = digit / digit.max()

    total = digit.sum()
    centre_row = (digit.sum(axis=1) @ np.arange(height)) / total
    centre_column = (digit.sum(axis=0) @ np.arange(width)) / total
    top = int(np.clip(round(CENTRE - centre_row), 0, IMAGE_SIDE - height))
    left = int(np.clip(round(CENTRE - centre_column), 0, IMAGE_SIDE - width))
    placed = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    placed[top : top + height, left : left + width] = digit
    return np.rint(placed * 255).astype(np.uint8)
