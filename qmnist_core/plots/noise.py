"""How large a network can still be read under noise; and chances in words."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GROUND, INK, NEUTRAL, SMALL_SIZE
from qmnist_core.look.text import percent
from qmnist_core.plots.style import LAYOUT, Figure, Part, axis, figure
from qmnist_core.studies.noise import Advice

SMALLEST = 1e-5
"""⟨Z⟩ at the lower end of the axis."""
DASHES = ("solid", "dash")


def advice_figure(rows: Sequence[Advice], sizes: Sequence[int], readable: float, n_shots: int) -> Figure:
    """|⟨Z⟩| of the median image, and of the one that 95 % of the images reach, against the size of the image.

    rows: with the same layers one after the other. sizes: of the axis. readable: |⟨Z⟩| that n_shots tell from 0; what
    is above it is shaded.
    """
    colour, traces, notes = MODELS["qnn"].colour, [], []
    stacks = list(dict.fromkeys(row.layers for row in rows))
    for layers, dash in zip(stacks, DASHES, strict=False):
        known = [row for row in rows if row.layers == layers and not row.refused]
        for name, symbol, values in (
            ("half of the images", "circle", [row.median for row in known]),
            ("95 % of the images", "triangle-down", [row.low for row in known]),
        ):
            traces.append(
                {
                    "type": "scatter",
                    "x": [row.size for row in known],
                    "y": [max(value, 1e-30) for value in values],
                    "mode": "lines+markers",
                    "line": {"color": colour, "width": 3, "dash": dash},
                    "marker": {"color": colour, "size": 11, "symbol": symbol, "line": {"color": GROUND, "width": 1}},
                    "name": f"{len(layers)} layers, {name}",
                    "hovertext": [
                        f"{row.size}×{row.size}, {' '.join(layers)}: {name} have {value:.2g} or more"
                        for row, value in zip(known, values, strict=True)
                    ],
                    "hovertemplate": "%{hovertext}<extra></extra>",
                }
            )
        seen = [row for row in known if row.median > 10 * SMALLEST]
        if seen and len(stacks) > 1:
            place = {"x": math.log10(seen[-1].size), "y": math.log10(seen[-1].median)}
            notes.append(_note(f"{len(layers)} layers", **place, xanchor="left", yanchor="bottom", xshift=8))
    edge = math.log10(SMALLEST)
    shade: Part = {
        **{"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": readable, "y1": 1.3, "layer": "below"},
        **{"fillcolor": NEUTRAL, "opacity": 0.18, "line": {"width": 0}},
    }
    limit: Part = {
        **{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": readable, "y1": readable},
        "line": {"color": INK, "width": 2, "dash": "dot"},
    }
    # At the end at which the lines are far from this one.
    above = [row.size for row in rows if row.low >= readable]
    if above and max(above) >= sizes[len(sizes) // 2]:
        ends = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 6}
    else:
        ends = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": -6}
    words = f"{n_shots:,} shots read what is above"
    notes.append(_note(words, **ends, y=math.log10(readable), yanchor="bottom"))
    notes.append(_note("too small to read", **ends, y=math.log10(readable), yanchor="top"))
    mark = f"<span style='color:{colour}'>"
    return figure(
        traces,
        {
            "height": 360,
            "margin": {**LAYOUT["margin"], "t": 40, "b": 50},
            "title": {
                "text": f"{mark}●</span> half, {mark}▼</span> 95 % of the images have this or more",
                "font": {"size": SMALL_SIZE},
                **{"x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 10, "t": 12}},
                **{"y": 1, "yref": "container", "yanchor": "top"},
            },
            "xaxis": axis(
                "pixels a side",
                type="log",
                range=[math.log10(sizes[0]) - 0.05, math.log10(sizes[-1]) + 0.05],
                tickvals=list(sizes),
                ticktext=[str(size) for size in sizes],
            ),
            "yaxis": axis(
                "|⟨Z⟩| with noise",
                type="log",
                range=[edge, 0.11],
                tickvals=[1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1],
                ticktext=["10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"],
            ),
        },
        alt=_alt(rows, readable, n_shots),
        notes=notes,
        shapes=[shade, limit],
    )


def _note(text: str, **more: object) -> Part:
    return {"text": f"<b>{text}</b>", "showarrow": False, "font": {"size": SMALL_SIZE}, **more}


def _alt(rows: Sequence[Advice], readable: float, n_shots: int) -> str:
    if not rows:
        return "The answers' size against the image's: nothing computed yet."
    known = [row for row in rows if not row.refused]
    read = ", ".join(
        f"{row.size}×{row.size} with {len(row.layers)} layers: {row.median:.2g} and {row.low:.2g}" for row in known
    )
    return f"|⟨Z⟩| with noise of half and of 95 % of the images; {n_shots:,} shots read {readable:.2g}. {read}."


def chance(share: float) -> str:
    """A chance that is never quite 0 or 1, unless ⟨Z⟩ is −1 or +1."""
    return "less than 0.1 %" if share < 0.0005 else "more than 99.9 %" if share >= 0.9995 else percent(share)
