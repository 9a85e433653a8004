"""The maps φ of many circuits, as a wall of small pictures: a row for each digit."""

from __future__ import annotations

import base64
import io

import numpy as np

from qmnist_core.arrays import Angles, Array
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.ten import N_DIGITS
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.pictures.svg import element, picture, text

GAP = 3
"""Between two maps, in pixels of theirs."""
LABEL = 26
MOST_SHOWN = 16
"""Maps of a digit."""
LARGEST = 0.995
"""The quantile of all |φ| from which a colour is full: few pixels are far above it."""


def wall(angles: Angles) -> str:
    """Blue for φ above 0, orange below, the stronger the larger. angles: (10·K, 784) radians, at most 16 of a digit are
    drawn, the first ones."""
    maps = angles.reshape(N_DIGITS, -1, IMAGE_SIDE, IMAGE_SIDE)[:, :MOST_SHOWN]
    n, pitch = maps.shape[1], IMAGE_SIDE + GAP
    limit = float(np.quantile(np.abs(maps), LARGEST)) or 1.0
    shades = np.zeros((N_DIGITS * pitch - GAP, n * pitch - GAP, 4), np.uint8)
    for digit, row in enumerate(maps):
        for k, own in enumerate(row):
            place = shades[digit * pitch : digit * pitch + IMAGE_SIDE, k * pitch : k * pitch + IMAGE_SIDE]
            place[..., :3] = np.where(own[..., None] > 0, _rgb(POSITIVE), _rgb(NEGATIVE))
            place[..., 3] = np.rint(255 * np.minimum(np.abs(own) / limit, 1.0))
    height, width = shades.shape[:2]
    whole = element(
        "image", x=LABEL, y=0, width=width, height=height, href=_png(shades), style="image-rendering: pixelated"
    )
    labels = [
        text(LABEL / 2, digit * pitch + IMAGE_SIDE / 2, str(digit), 16, text_anchor="middle")
        for digit in range(N_DIGITS)
    ]
    title = f"Maps of φ of {n} circuits for each of the ten digits, a row a digit: blue above 0, orange below."
    return picture(width + LABEL, height, title, whole, *labels)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _png(shades: Array) -> str:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(shades).save(file, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
