"""The theme's colours in place of the paper colours, set by the browser."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.look.palette import GRID, GROUND, INK

SCRIPT = Path(__file__).parent / "theme.js"
"""Defines `themed(text, paper, element)`."""
PAPER = {"ink": INK, "grid": GRID, "ground": GROUND}
"""What it replaces."""
