"""The colours of paper, for which theme.js puts the theme's."""

from __future__ import annotations

from qmnist_core.look.palette import GRID, GROUND, INK

PAPER = {"ink": INK, "grid": GRID, "ground": GROUND}
"""What it replaces."""
