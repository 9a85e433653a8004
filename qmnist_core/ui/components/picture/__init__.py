"""A picture in SVG, inline, in the theme's colours."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import component


def picture(svg: str, key: str, max_width: int | None = None, min_width: int | None = None) -> None:
    """Show an SVG as wide as its place or up to max_width pixels; it scrolls where that is less than min_width."""
    data = {"svg": svg, "paper": theme.PAPER, "max_width": max_width, "min_width": min_width}
    component(Path(__file__).parent, theme.SCRIPT)(key=key, data=data)
