"""The look shared by all figures: one colour a meaning everywhere, legible from the back of a room and on a phone.

Figures know no theme. INK, GRID and GROUND are the colours of paper; whoever shows a figure on another ground
replaces these three strings in its JSON. All other colours keep a contrast of 3 to 1 to light and dark grounds, so
that GROUND, in large type, can be read on them as well. Each figure carries its content in words, as
`layout.meta["alt"]`, for those who do not see it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Figure = dict[str, Any]
"""What plotly's script in the browser draws: {"data": traces, "layout": …}, of nothing but what JSON knows.

It is written out in full. Whatever plotly's Python package would fill in or spell shorter is not known here, so that
no figure needs that package, which takes twenty times as long.
"""
Part = dict[str, Any]
"""A trace, an annotation ("note") or a shape of a figure."""

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
"""Of blue or orange over the ground: as much of it as leaves INK a contrast of 4.5 to 1 in light and in dark."""

MODEL_COLOURS = {"qnn": "#8b5cf6", "cnn": "#0f9a8d", "fair": "#d6408f", "logistic": "#7b838d"}
"""QNN violet, CNN teal, fair network magenta, logistic regression grey."""
NEUTRAL = "#7b838d"
"""Grey: what has neither a sign nor a model of interest."""

FONT_SIZE = 16
SMALL_SIZE = 14
"""No text is smaller, in pixels."""
LARGE_SIZE = 20
"""Bold text of this size needs a contrast of 3 to 1 only."""

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
CONFIG = {"displayModeBar": False, "responsive": True}
"""Plotly's own settings for a page: no mode bar, follows the window's width."""

NOWHERE: Part = {"type": "scatter", "x": [None], "y": [None], "hoverinfo": "skip"}
"""A trace to see nothing of: without one there would be no axes."""
SPIKE: dict[str, Any] = {"spikecolor": INK, "spikethickness": 1}
"""For an axis along which a box lists the figures of all lines."""
SIGNED_TICKS: dict[str, Any] = {"tickvals": [-1, -0.5, 0, 0.5, 1], "ticktext": ["−1", "−0.5", "0", "0.5", "1"]}
"""For ⟨Z⟩ and for exponents in half-turns."""
ZERO_LINE: dict[str, Any] = {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 1}
"""For an axis whose zero divides one answer from the other."""


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


def sides(digits: tuple[int, int]) -> dict[str, Any]:
    """Above an axis of ⟨Z⟩: which digit each side of its zero says."""
    return {
        "text": f"← says <b>{digits[1]}</b> | says <b>{digits[0]}</b> →",
        "x": 0,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
    }


def decimal(value: float, digits: int = 3) -> str:
    """A number with the minus sign of print, never "−0.000"."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def plain(values: Iterable[float], digits: int = 4) -> list[float | None]:
    """Numbers as JSON knows them, rounded to keep it short; None, a gap in a line, for nan and infinity."""
    numbers = values.tolist() if isinstance(values, np.ndarray) else map(float, values)
    return [round(number, digits) if math.isfinite(number) else None for number in numbers]
