"""Archives of data that are made up."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image

from qmnist_core.arrays import Array


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, file in files.items():
            archive.writestr(name, file)
    return content.getvalue()


def png(pixels: Array) -> bytes:
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def picture(shade: int, ground: int = 255, width: int = 30, height: int = 40, seed: int = 0) -> bytes:
    """A square of some shade somewhere on a ground."""
    pixels = np.full((height, width), ground, np.uint8)
    top, left = np.random.default_rng(seed).integers(2, 12, 2)
    pixels[top : top + 15, left : left + 12] = shade
    return png(pixels)


def folders(n: int = 10, ground: int = 255, **pictures: int) -> bytes:
    """Labelled folders, n pictures each, named after their classes with the shade of what they show."""
    return zipped(
        {
            f"{name}/{i}.png": picture(shade, ground, seed=1000 * k + i)
            for k, (name, shade) in enumerate(pictures.items())
            for i in range(n)
        }
    )
