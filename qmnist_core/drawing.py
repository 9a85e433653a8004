"""Turn any picture of a digit into an MNIST-like one: 28×28, light ink on dark, centred."""

from __future__ import annotations

import os
import warnings
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from qmnist_core.config import IMAGE_SIDE
from qmnist_core.errors import BlankError, InputError

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


def read_image(source: str | os.PathLike[str] | bytes | BinaryIO) -> np.ndarray:
    """Gray values of a PNG or JPEG picture: float64 (height, width), 0 black to 1 white. Transparent parts are
    white, or black where the ink itself is white; of an animation the first frame.

    source: a file's path, its bytes, or an open binary file, whose `name`, if any, appears in messages.
    Errors: InputError for anything that is not a readable picture of up to 25 million pixels.
    """
    from PIL import Image, UnidentifiedImageError

    file: str | os.PathLike[str] | BinaryIO
    if isinstance(source, bytes):
        file, name = BytesIO(source), "the picture"
    elif isinstance(source, str | os.PathLike):
        file, name = source, os.fspath(source)
    else:
        file, name = source, getattr(source, "name", "the picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MAX_PICTURE_PIXELS:
                    raise InputError(f"{name} has {image.width}×{image.height} pixels: shrink it below 5,000×5,000")
                return _gray(image)
    except FileNotFoundError:
        raise InputError(f"there is no image {name}: give the path of a PNG or JPEG file") from None
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(f"{name} claims to have far too many pixels: shrink it below 5,000×5,000") from None
    except UnidentifiedImageError:
        reason = "it is of another kind, empty or damaged"
    except Exception as error:  # Damaged pictures make the decoders raise nearly anything.
        reason = str(error).partition("\n")[0] or type(error).__name__
    raise InputError(f"{name} cannot be read as an image ({reason}): give a PNG or JPEG file")


def _gray(image: Image.Image) -> np.ndarray:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I") or upright.mode == "F":
        return np.clip(np.asarray(upright, dtype=np.float64) / 65535.0, 0.0, 1.0)
    rgba = upright.convert("RGBA")
    on_white = _on_ground(rgba, "white")
    return on_white if np.ptp(on_white) >= MIN_CONTRAST else _on_ground(rgba, "black")


def _on_ground(image: Image.Image, colour: str) -> np.ndarray:
    from PIL import Image

    flat = Image.alpha_composite(Image.new("RGBA", image.size, colour), image)
    return np.asarray(flat.convert("L"), dtype=np.float64) / 255.0


def as_mnist(gray: np.ndarray, light_on_dark: bool | None = None) -> np.ndarray:
    """Bring a picture into MNIST's form: uint8 (28, 28), light ink on a dark ground.

    gray: float (height, width) in [0, 1]. light_on_dark: whether the ink is lighter than the ground, which is then
    the darkest shade (or, for False, the lightest); None takes the border's median shade for the ground. A picture
    of 28×28 and full contrast keeps its pixels; any other is cropped to its ink, scaled to fit 20×20 and put with
    its centre of mass in the middle.
    Errors: BlankError for a picture without a digit; InputError for an array of another shape or range.
    """
    from PIL import Image

    if gray.ndim != 2 or gray.size == 0:
        raise InputError(f"a picture must have shape (height, width), got {gray.shape}: make it gray first")
    low, high = float(gray.min()), float(gray.max())
    if not (low >= 0.0 and high <= 1.0):
        raise InputError(f"gray values must lie in [0, 1], got {low:g} to {high:g}: divide 8-bit values by 255")
    if high - low < MIN_CONTRAST:
        raise BlankError("the picture shows no digit, it is all of one shade: draw one with more contrast")
    if light_on_dark is None:
        ground = float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))
        light_ground = high - ground < ground - low
    else:
        ground, light_ground = (low, False) if light_on_dark else (high, True)
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
