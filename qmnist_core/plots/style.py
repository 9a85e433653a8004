"""What all figures share: legible from the back of a room and on a phone.

Each figure carries its content in words, as `layout.meta["alt"]`, for those who do not see it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import FONT_SIZE, GRID, GROUND, INK, SMALL_SIZE

Figure = dict[str, Any]
"""What plotly's script in the browser draws: {"data": traces, "layout": …}, of nothing but what JSON knows.

It is written out in full. Whatever plotly's Python package would fill in or spell shorter is not known here, so that
no figure needs that package, which takes twenty times as long.
"""
Part = dict[str, Any]
"""A trace, an annotation ("note") or a shape of a figure."""

LAYOUT: dict[str, Any] = {
    "template": {"data": {"scatter": [{"type": "scatter"}]}},
    "font": {"family": "system-ui, sans-serif", "size": FONT_SIZE, "color": INK},
    "paper_bgcolor": GROUND,
    "plot_bgcolor": GROUND,
    "showlegend": False,
    "hoverlabel": {"bgcolor": GROUND, "bordercolor": INK, "font": {"size": SMALL_SIZE, "color": INK}, "align": "left"},
    "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
    # A finger that scrolls the page must not zoom, and a figure that is redrawn keeps what its reader did to it.
    "dragmode": False,
    "uirevision": "keep",
}
SCRIPT = Path(__file__).with_name("plotly-cartesian.min.js")
"""Plotly's script with the few kinds of trace that charts here are made of, as npm has it: a third of the whole."""
CONFIG = {"displayModeBar": False, "responsive": True}
"""Plotly's own settings for a page: no mode bar, follows the window's width."""

NOWHERE: Part = {"type": "scatter", "x": [None], "y": [None], "hoverinfo": "skip"}
"""An invisible trace: without one there would be no axes."""
SPIKE: dict[str, Any] = {"spikecolor": INK, "spikethickness": 1}
"""For an axis along which a box lists the figures of all lines."""
SIGNED_TICKS: dict[str, Any] = {"tickvals": [-1, -0.5, 0, 0.5, 1], "ticktext": ["−1", "−0.5", "0", "0.5", "1"]}
"""For ⟨Z⟩ and for exponents in half-turns."""
ZERO_LINE: dict[str, Any] = {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 1}
"""For an axis on which zero separates the two answers."""


def axis(title: str = "", **settings: Any) -> dict[str, Any]:
    """An axis of any figure: fixed, with a light grid, and as much room for its labels as they need."""
    return {
        "title": {"text": title, "font": {"size": SMALL_SIZE + 1}},
        "tickfont": {"size": SMALL_SIZE},
        # The lowest labels of two axes that meet must not touch.
        "ticklabelstandoff": 5,
        "color": INK,
        "showgrid": True,
        "gridcolor": GRID,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        **settings,
    }


def figure(
    traces: Sequence[Part],
    layout: dict[str, Any],
    alt: str,
    notes: Sequence[Part] = (),
    shapes: Sequence[Part] = (),
) -> Figure:
    """A figure with LAYOUT and a layout of its own. alt: its content in words."""
    above = {"annotations": list(notes), "shapes": list(shapes)}
    return {
        "data": list(traces),
        "layout": {**LAYOUT, **layout, "meta": {"alt": alt}, **{name: some for name, some in above.items() if some}},
    }


def as_json(shown: Figure) -> str:
    """What the browser gets. Errors: ValueError for nan or infinity, TypeError for what JSON does not know."""
    return json.dumps(shown, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def sides(names: Names) -> dict[str, Any]:
    """Above an axis of ⟨Z⟩: which digit each side of its zero says."""
    return {
        "text": f"← says <b>{names[1]}</b> | says <b>{names[0]}</b> →",
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }


def above_right(text: str, font_size: int = SMALL_SIZE) -> Part:
    """A note above the right end of a figure."""
    return {
        "text": text,
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "yshift": 4,
        "font": {"size": font_size},
    }


def plain(values: Iterable[float], digits: int = 4) -> list[float | None]:
    """Numbers as JSON knows them, rounded to keep it short; None, a gap in a line, for nan and infinity."""
    numbers = values.tolist() if isinstance(values, np.ndarray) else map(float, values)
    return [round(number, digits) if math.isfinite(number) else None for number in numbers]
