"""A pad to draw a digit on, with mouse, pen, finger or keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np

from qmnist_core.arrays import Ink
from qmnist_core.errors import InputError
from qmnist_core.ui.components.assets import acting, component

PAD_PIXELS = 280
"""Side of the drawing pad's own image."""
MOST_SENT = {"pixels": 5 * PAD_PIXELS**2, "strokes": 1_000_000}
"""Characters of what it sends: a run for each pixel, and some 70,000 points."""


def drawing_pad(
    key: str,
    strokes: str | None,
    packed: str | None,
    hint: str,
    drawn: Callable[[dict[str, str]], None],
    size: Literal["small", "usual", "large"] = "usual",
    place: str = "",
) -> None:
    """A pad to draw on.

    strokes: those on it, as it sent them before, "[]" for a blank one. packed: what is drawn as a link has it, to be
    shown where the browser does not know how it was drawn. hint: what the pad says while it is blank. drawn: called
    after each stroke with {"pixels", "strokes"}, both texts; `unpack_pixels` reads the pixels. size: a small one has no
    brush to choose, a large one fills its place. place: what it is drawn for; a tab keeps one drawing for each.
    """

    def moved(told: Any) -> None:
        if isinstance(told, dict) and all(_is_text(told.get(name), most) for name, most in MOST_SENT.items()):
            drawn(told)

    data = {"strokes": strokes, "packed": packed, "hint": hint, "size": size, "place": place}
    component(Path(__file__).parent)(key=key, data=data, on_drawing_change=acting(key, "drawing", moved))


def _is_text(told: object, most: int) -> bool:
    return isinstance(told, str) and len(told) <= most


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
