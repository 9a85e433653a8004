"""A network of several waves: how large each is, and what it gives to one image's answer."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.look.palette import GRID, INK, NEUTRAL, SMALL_SIZE, side_colour
from qmnist_core.look.text import decimal, signed
from qmnist_core.plots.style import LAYOUT, ZERO_LINE, Figure, Part, above_right, axis, figure, plain

FEW = 12
"""So many waves all have their numbers below them."""
MANY = 40
"""More bars have no gaps."""


def waves_figure(amplitudes: Reals, parts: Reals, chosen: int, shown: int) -> Figure:
    """Each wave's greatest size as an outline on both sides of zero, and in it what it gives to one image's ⟨Z⟩.

    amplitudes: float (K,), largest first. parts: amplitude · cos(…) of one image, float (K,).
    chosen: the wave with a mark. shown: so many waves are drawn, the rest only counted into the sum.
    A bar's custom data is its wave's number, from 0.
    """
    total, n_all = float(np.sum(parts)), len(amplitudes)
    sizes, parts = np.abs(amplitudes[:shown]), parts[:shown]
    n, limit = len(sizes), 1.15 * float(sizes.max() or 1.0)
    return figure(
        [*_bars(sizes, parts, n_all), _mark(chosen, limit)],
        {
            "height": 380,
            "margin": {**LAYOUT["margin"], "t": 36},
            "barmode": "overlay",
            "xaxis": axis(
                "wave, the largest first",
                range=[0.3, n + 0.7],
                **({"dtick": 1} if n <= FEW else {}),
                tickformat="d",
                showgrid=False,
            ),
            "yaxis": axis("what it gives to ⟨Z⟩", range=[-limit, limit], **ZERO_LINE),
        },
        alt=f"{n_all:,} waves, the largest {sizes[0]:.3f}; for this image they add up to ⟨Z⟩ = {signed(total)}.",
        notes=[above_right(f"all {n_all:,} together: ⟨Z⟩ = <b>{signed(total)}</b>", SMALL_SIZE + 2)],
    )


def _bars(sizes: Reals, parts: Reals, n_all: int) -> Iterator[Part]:
    n = len(sizes)
    words = [
        f"wave {k:,} of {n_all:,}: {decimal(part)} to ⟨Z⟩,<br>between −{size:.3f} and {size:.3f} for any image"
        for k, (part, size) in enumerate(zip(parts, sizes, strict=True), start=1)
    ]
    common: Part = {
        "type": "bar",
        "x": list(range(1, n + 1)),
        "width": 0.8 if n <= MANY else 1.0,
        "customdata": list(range(n)),
        "hovertext": words,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    yield {
        **common,
        "y": plain(2 * sizes),
        "base": plain(-sizes),
        "marker": {"color": GRID, "line": {"color": NEUTRAL, "width": 1 if n <= MANY else 0}},
        "name": "greatest size",
    }
    yield {
        **common,
        "y": plain(parts),
        "marker": {"color": [side_colour(part) for part in parts]},
        "name": "this image",
    }


def _mark(chosen: int, limit: float) -> Part:
    return {
        "type": "scatter",
        "x": [chosen + 1],
        "y": [limit],
        "mode": "markers",
        "marker": {"symbol": "triangle-down", "size": 14, "color": INK},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "name": "chosen",
    }
