"""The numbers a QNN has learnt, as one map of pixels per layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from qmnist_core.arrays import Exponents, Reals
from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.look.palette import DIVERGING, GRID, INK, SMALL_SIZE
from qmnist_core.look.text import decimal
from qmnist_core.plots.style import Figure, Part, axis, figure, plain

MAX_COLUMNS = 3
"""More would leave a map less than 100 pixels on a phone."""
MAP_HEIGHTS = {1: 300, 2: 230, 3: 180}
"""Height of a map in pixels, by the number of columns."""
TITLE = 46
"""Above a map, in pixels."""
LIMITS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Where a map's colours may be full, in half-turns: few choices, so that they seldom change while it trains."""
GAP = 0.03
"""Between two columns, as a share of the width."""
BAR = 84
"""Room for the colour bar, in pixels."""
SEPARATED = 14
"""Larger images have no lines between their pixels."""


def exponent_maps(
    exponents: Exponents,
    layers: Sequence[str],
    size: int,
    chosen: tuple[int, int] | None = None,
    map_height: int | None = None,
) -> Figure:
    """A square map of each layer's exponents in (−1, 1] half-turns, pixel by pixel, up to three side by side.

    exponents: float (n_layers, n_pixels). layers: names such as "XX". chosen: (layer, pixel), outlined.
    map_height: greatest height of a map in pixels, where its place is narrow. Each map has full colour at a round
    number of its own, said above it, so that small exponents can be seen beside large ones.
    """
    wrapped = wrap_exponents(exponents)
    n_layers = len(layers)
    columns = 2 if n_layers == 4 else min(n_layers, MAX_COLUMNS)
    rows = math.ceil(n_layers / columns)
    height = map_height or MAP_HEIGHTS[columns]
    row = height + TITLE
    inner = rows * row

    notes: list[Part] = []
    axes: dict[str, Any] = {}
    limits = [_limit(values) for values in wrapped]
    traces: list[Part] = []
    for layer, (name, limit) in enumerate(zip(layers, limits, strict=True)):
        left = (layer % columns) * (1 + GAP) / columns
        right = min(left + (1 + GAP) / columns - GAP, 1)
        top = 1 - ((layer // columns) * row + TITLE) / inner
        traces.append(_map(wrapped[layer].reshape(size, size), layer, name))
        axes |= _axes(layer, size, limit, (left, right), (max(top - height / inner, 0), top))
        notes.append(_title(f"layer {layer + 1}: <b>{name}</b><br>full at ±{limit:g}", (left + right) / 2, top))
    axes["coloraxis"]["colorbar"] = _colour_bar(inner, limits)
    return figure(
        traces,
        {
            **axes,
            "height": inner + BAR,
            "margin": {"l": 8, "r": 8, "t": 0, "b": BAR},
            # Between the pixels one sees the ground of the plot.
            "plot_bgcolor": GRID,
        },
        alt=_alt(wrapped, layers, size, chosen),
        notes=notes,
        shapes=[] if chosen is None else [_outline(*chosen, size)],
    )


def _limit(values: Reals) -> float:
    """The first of `LIMITS` that no value passes."""
    largest = float(np.abs(values).max())
    return next(limit for limit in LIMITS if limit >= largest)


def _suffix(layer: int) -> str:
    """Of the names of a map's axes."""
    return "" if layer == 0 else str(layer + 1)


def _map(values: Reals, layer: int, name: str) -> Part:
    size, suffix = len(values), _suffix(layer)
    gap = 1 if size <= SEPARATED else 0
    return {
        "type": "heatmap",
        "z": [plain(line, 4) for line in values],
        "customdata": [[layer] * size] * size,
        "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}",
        "coloraxis": f"coloraxis{suffix}",
        "xgap": gap,
        "ygap": gap,
        "name": f"layer {layer + 1}: {name}",
        "zhoverformat": ".3f",
        "hovertemplate": f"layer {layer + 1}, {name}<br>"
        "pixel (%{y}, %{x}): exponent %{z} half-turns<extra></extra>",
    }


def _axes(
    layer: int, size: int, limit: float, across: tuple[float, float], upward: tuple[float, float]
) -> dict[str, Any]:
    """A map's scale of colours and its two axes, at shares of the figure's width and height."""
    suffix = _suffix(layer)
    bare: dict[str, Any] = {"showticklabels": False, "ticks": "", "showgrid": False, "constrain": "domain"}
    frame: dict[str, Any] = {"showline": True, "mirror": True, "linecolor": GRID, "linewidth": 1}
    return {
        f"coloraxis{suffix}": {"colorscale": DIVERGING, "cmin": -limit, "cmax": limit, "showscale": layer == 0},
        f"xaxis{suffix}": axis(**bare, **frame, range=[-0.5, size - 0.5], domain=list(across), anchor=f"y{suffix}"),
        f"yaxis{suffix}": axis(
            **bare,
            **frame,
            range=[size - 0.5, -0.5],
            domain=list(upward),
            anchor=f"x{suffix}",
            scaleanchor=f"x{suffix}",
            constraintoward="top",
        ),
    }


def _title(text: str, middle: float, top: float) -> Part:
    """Above a map."""
    return {
        "text": text,
        "x": middle,
        "y": top,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": SMALL_SIZE},
    }


def _outline(layer: int, pixel: int, size: int) -> Part:
    suffix = _suffix(layer)
    row, column = divmod(pixel, size)
    return {
        "type": "rect",
        **{"xref": f"x{suffix}", "yref": f"y{suffix}"},
        **{"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5},
        "line": {"color": INK, "width": 3},
    }


def _colour_bar(inner: int, limits: Sequence[float]) -> dict[str, Any]:
    """One for all maps, on the first one's scale: with numbers where all have the same."""
    end = limits[0]
    words = f"{end:g}" if len(set(limits)) == 1 else "full"
    return {
        "orientation": "h",
        "title": {"text": "half-turns", "side": "bottom", "font": {"size": SMALL_SIZE}},
        "tickfont": {"size": SMALL_SIZE},
        "tickvals": [-end, 0, end],
        "ticktext": [f"−{words}", "0", words],
        "thickness": 14,
        "len": 0.9,
        "y": -14 / inner,
        "yanchor": "top",
        "outlinecolor": GRID,
        "outlinewidth": 1,
    }


def _alt(wrapped: Exponents, layers: Sequence[str], size: int, chosen: tuple[int, int] | None) -> str:
    text = (
        f"Exponents of {len(layers)} layer{'' if len(layers) == 1 else 's'} ({', '.join(layers)}) on {size}×{size} "
        f"pixels, from {decimal(wrapped.min(), 3)} to {decimal(wrapped.max(), 3)} half-turns"
    )
    if chosen is None:
        return f"{text}."
    layer, pixel = chosen
    return (
        f"{text}; chosen: pixel {divmod(pixel, size)} of layer {layer + 1}, {decimal(wrapped[layer, pixel], 3)} "
        "half-turns."
    )
