"""The best possible score at each threshold, which follows the threshold's slider without the server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qmnist_core.ui.components.assets import SVG, component


def ceiling(slider: str, threshold: float, now: float, ceilings: Sequence[float], key: str) -> None:
    """One large number and its curve. slider: its key. now: the ceiling at the threshold. ceilings: at thresholds that
    are spread evenly from 0 to 1."""
    data = {"slider": slider, "threshold": threshold, "now": now, "ceilings": list(ceilings)}
    component(Path(__file__).parent, SVG)(key=key, data=data)
