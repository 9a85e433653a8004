"""A picture in SVG, inline, in the theme's colours."""

from __future__ import annotations

import re
from pathlib import Path

from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import component


def picture(
    svg: str, key: str, max_width: int | None = None, min_width: int | None = None, keeps_room: bool = False
) -> None:
    """Show an SVG as wide as its place or up to max_width pixels; it scrolls where that is less than min_width.

    keeps_room: for a place that is surely max_width wide, whose height is then kept before the picture is there.
    """
    data = {"svg": svg, "paper": theme.PAPER, "max_width": max_width, "min_width": min_width}
    component(Path(__file__).parent)(
        key=key, data=data, height=_height(svg, max_width) if keeps_room and max_width else "content"
    )


def _height(svg: str, width: int) -> int:
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    return round(width * float(found[2]) / float(found[1])) if found else 1
