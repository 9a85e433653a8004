"""Colours and sizes of type: one colour a meaning everywhere.

Pictures and figures know no theme. INK, GRID and GROUND are the colours of paper; whoever shows one on another ground
replaces these three strings. All other colours keep a contrast of 3 to 1 to light and dark grounds, so that GROUND, in
large type, can be read on them as well.
"""

from __future__ import annotations

from qmnist_core.metrics import says_first

INK = "#22262b"
"""Text and lines."""
GRID = "#e3e6ea"
GROUND = "#ffffff"

POSITIVE = "#2b7de9"
"""Blue: the first digit (label +1) and positive values."""
NEGATIVE = "#d97706"
"""Orange: the second digit (label −1) and negative values."""
DIVERGING = [[0, NEGATIVE], [0.5, GROUND], [1, POSITIVE]]
"""A colour scale for values from −1 to 1."""

PALE = 0.7
"""Opacity of blue or orange over the ground that leaves INK a contrast of 4.5 to 1 in light and in dark."""


def side_colour(score: float) -> str:
    """Of the digit that a score says."""
    return POSITIVE if says_first(score) else NEGATIVE


NEUTRAL = "#7b838d"
"""Grey: what has neither a sign nor a model of interest."""

FONT_SIZE = 16
SMALL_SIZE = 14
"""No text is smaller, in pixels."""
LARGE_SIZE = 20
"""Bold text of this size needs a contrast of 3 to 1 only."""
