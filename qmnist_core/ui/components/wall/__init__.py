"""The maps φ of many circuits as a wall that follows the cursor: a row for each digit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qmnist_core.ui.components.assets import SVG, component


def wall(run: str, frames: Sequence[str], full: float, levels: int, key: str) -> None:
    """run: the reel whose cursor is followed. frames: where the browser gets the maps of each frame, as
    `studies.ten_reel.maps` packs them. full: |φ| in radians from which a colour is full, which is `levels` in them."""
    data = {"run": run, "frames": list(frames), "full": full, "levels": levels}
    component(Path(__file__).parent, SVG)(key=key, data=data)
