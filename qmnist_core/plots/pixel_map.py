"""One signed number per pixel, as a square map in the two colours of signs."""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.arrays import Angles, Reals
from qmnist_core.look.palette import DIVERGING, FONT_SIZE, GRID, PALE, SMALL_SIZE
from qmnist_core.look.text import decimal
from qmnist_core.plots.style import Figure, Part, axis, figure, plain

NUMBERED = 4
"""Larger images have no room for a number in each pixel."""
SEPARATED = 14
"""Larger images have no lines between their pixels."""
PI_TICKS: dict[str, Any] = {
    "tickvals": [round(np.pi * share, 4) for share in (-1, -0.5, 0, 0.5, 1)],
    "ticktext": ["−π", "−π/2", "0", "π/2", "π"],
}
"""For angles in (−π, π]."""


def angle_map(angles: Angles, size: int, name: str, height: int = 390) -> Figure:
    """A `pixel_map` of angles in (−π, π]: the whole range for large ones, their own for small ones."""
    if np.abs(angles).max() > np.pi / 2:
        return pixel_map(angles, size, name, "radians", np.pi, PI_TICKS, height)
    return pixel_map(angles, size, name, "radians", height=height)


def pixel_map(
    values: Reals,
    size: int,
    name: str,
    unit: str,
    limit: float | None = None,
    ticks: dict[str, Any] | None = None,
    height: int = 390,
) -> Figure:
    """A square of pixels, blue above zero and orange below; the numbers themselves up to 4×4, on paler pixels.

    values: float (size²,). name: what they are, such as "φ". unit: such as "radians" or "of ⟨Z⟩"; both are below the
    colour bar.
    limit: the largest size a value may have; by default that of the largest.
    """
    values = np.asarray(values, float)
    limit = float(limit or np.abs(values).max() or 1.0)
    numbered = size <= NUMBERED
    end = limit / PALE if numbered else limit  # of the colour scale
    rows = values.reshape(size, size)
    traces: list[Part] = [
        {
            "type": "heatmap",
            "z": [plain(row, 4) for row in rows],
            "zhoverformat": ".3f",
            "hovertemplate": f"pixel (%{{y}}, %{{x}}): {name} = <b>%{{z}}</b> {unit}<extra></extra>",
            "coloraxis": "coloraxis",
            "xgap": 2 if size <= SEPARATED else 0,
            "ygap": 2 if size <= SEPARATED else 0,
            "name": name,
        },
    ]
    bare: dict[str, Any] = {"showticklabels": False, "ticks": "", "showgrid": False, "constrain": "domain"}
    line: dict[str, Any] = {"showline": True, "mirror": True, "linecolor": GRID, "linewidth": 1}
    low, high = int(values.argmin()), int(values.argmax())
    return figure(
        traces,
        {
            "height": height,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            # Between the pixels one sees the ground of the plot.
            "plot_bgcolor": GRID,
            "xaxis": axis(**bare, **line, range=[-0.5, size - 0.5]),
            "yaxis": axis(**bare, **line, range=[size - 0.5, -0.5], scaleanchor="x", constraintoward="top"),
            "coloraxis": {
                "colorscale": DIVERGING,
                "cmin": -end,
                "cmax": end,
                "colorbar": _colour_bar(_bar_title(name, unit), ticks or _ticks(limit)),
            },
        },
        alt=f"Map of {name} on {size}×{size} pixels, from {decimal(values[low])} at "
        f"({low // size}, {low % size}) to {decimal(values[high])} at ({high // size}, {high % size}), {unit}.",
        notes=_numbers(values, size) if numbered else [],
    )


def _numbers(values: Reals, size: int) -> list[Part]:
    """Each on its pixel."""
    return [
        {
            "text": f"<b>{decimal(value, 2)}</b>",
            "x": i % size,
            "y": i // size,
            "showarrow": False,
            "font": {"size": FONT_SIZE},
        }
        for i, value in enumerate(values.tolist())
    ]


def _colour_bar(title: str, ticks: dict[str, Any]) -> dict[str, Any]:
    return {
        "orientation": "h",
        "title": {"text": title, "side": "bottom", "font": {"size": SMALL_SIZE}},
        "tickfont": {"size": SMALL_SIZE},
        **ticks,
        "thickness": 14,
        "len": 0.9,
        "y": -0.03,
        "yanchor": "top",
        "outlinecolor": GRID,
        "outlinewidth": 1,
    }


def _bar_title(name: str, unit: str) -> str:
    """What the colours mean, for readers of the picture alone."""
    if unit.startswith(name):
        return unit
    return f"{name} {unit}" if unit.startswith("of ") else f"{name} ({unit})"


def _ticks(limit: float) -> dict[str, Any]:
    """Zero and one round number on each side."""
    power = 10.0 ** np.floor(np.log10(limit))
    largest = max(step for step in (power, 2 * power, 5 * power) if step <= limit * (1 + 1e-9))
    values = [-largest, 0.0, largest]
    digits = max(0, -int(np.floor(np.log10(largest) + 1e-9)))
    return {"tickvals": values, "ticktext": [decimal(value, digits) if value else "0" for value in values]}
