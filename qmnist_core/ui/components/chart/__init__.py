"""A chart that changes in place, drawn by plotly's script in the browser."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from qmnist_core.plots.style import CONFIG, Figure, as_json
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import acting, component

PLOTLY = f"charts/plotly-cartesian-{version('plotly')}.min.js"
"""The charts' script, seen from any page; `server` serves it."""


def chart(figure: Figure, key: str, clicked: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Show a figure, with an arrow to save it as SVG or PNG; it changes in place when the same key gets another one.

    clicked: where it can be, called with the x, y and custom data of the point.
    """
    data = {
        "figure": as_json(figure),
        "paper": theme.PAPER,
        "alt": figure["layout"]["meta"]["alt"],
        "height": figure["layout"]["height"],
        "config": CONFIG,
        "name": f"qnn-{key}",
        "script": PLOTLY,
        "clickable": clicked is not None,
    }
    show = component(Path(__file__).parent, isolate_styles=False, can_be_saved=True)
    show(key=key, data=data, height=data["height"], on_click_change=acting(key, "click", clicked))
