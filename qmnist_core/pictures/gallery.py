"""Many original images at once, each with a few words below it."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from qmnist_core.arrays import Images
from qmnist_core.errors import InputError
from qmnist_core.pictures.svg import element, picture, text

CELL = 72
COLUMNS = 6
GAP = 10
CAPTION = 26
FONT = 19


def gallery(images: Images, captions: Sequence[str], columns: int = COLUMNS) -> str:
    """A grid of gray images, ink white on black; shown 58 px or more wide for each column.

    images: uint8 (n, height, width). captions: one for each, up to 7 letters.
    Errors: InputError where there is no image, or not a caption for each.
    """
    if images.ndim != 3 or not len(images) or len(images) != len(captions):
        raise InputError(f"a gallery needs images and a caption for each, got {images.shape} and {len(captions)}")
    n_rows = math.ceil(len(images) / columns)
    parts = []
    for i, (image, caption) in enumerate(zip(images, captions, strict=True)):
        x, y = (i % columns) * (CELL + GAP) + GAP, (i // columns) * (CELL + CAPTION + GAP) + GAP
        crisp = "image-rendering: pixelated"
        href = data_url(image.tobytes(), image.shape)
        parts.append(element("image", x=x, y=y, width=CELL, height=CELL, href=href, style=crisp))
        parts.append(text(x + CELL / 2, y + CELL + CAPTION / 2, caption, FONT, text_anchor="middle"))
    width, height = columns * (CELL + GAP) + GAP, n_rows * (CELL + CAPTION + GAP) + GAP
    return picture(width, height, f"{len(images)} images: {', '.join(captions)}", *parts)


@lru_cache(maxsize=4096)
def data_url(gray: bytes, shape: tuple[int, int]) -> str:
    """A small PNG as an address: 28×28 gray values in some 300 bytes. Networks stumble over the same images.

    gray: bytes, row by row. shape: (height, width).
    """
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(np.frombuffer(gray, np.uint8).reshape(shape)).save(file, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
