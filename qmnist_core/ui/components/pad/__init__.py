"""A pad to draw a digit on, with mouse, pen or finger."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qmnist_core.arrays import Ink
from qmnist_core.errors import InputError
from qmnist_core.ui.components.assets import component

PAD_PIXELS = 280
"""Side of the drawing pad's own image."""


def drawing_pad(key: str, kept: dict[str, str] | None, hint: str = "Draw here") -> dict[str, str] | None:
    """A pad to draw on. kept: what this function gave before, to go on drawing after a page change.

    Returns {"pixels", "strokes"} after the first stroke, else what was kept; `unpack_pixels` reads the pixels.
    hint: what the pad says while it is blank.
    """
    data = {"strokes": kept["strokes"] if kept else None, "hint": hint}
    drawn = component(Path(__file__).parent)(key=key, data=data, on_drawing_change=lambda: None)
    return drawn.get("drawing") or kept


def unpack_pixels(packed: str) -> Ink:
    """The pad's run-length text as gray values: float64 (280, 280), 0 black to 1 ink.

    packed: runs "value:length" row by row, the value in base 16, the length in base 36.
    Errors: InputError for a text that is not a whole image.
    """
    try:
        runs = [run.split(":") for run in packed.split()]
        values, lengths = [int(value, 16) for value, _ in runs], [int(length, 36) for _, length in runs]
    except (AttributeError, ValueError):
        values, lengths = [], []
    whole = sum(lengths) == PAD_PIXELS**2 and min(lengths) > 0 and min(values) >= 0 and max(values) <= 255
    if not whole:
        raise InputError("the drawing arrived incomplete: draw one more stroke")
    return np.repeat(np.array(values), lengths).reshape(PAD_PIXELS, PAD_PIXELS) / 255.0
