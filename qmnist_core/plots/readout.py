"""How the readout qubit's ⟨Z⟩ comes about: layer by layer, and exponent by exponent."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qmnist_core.look.palette import GROUND, INK, NEGATIVE, POSITIVE, SMALL_SIZE, side_colour
from qmnist_core.look.text import decimal, signed
from qmnist_core.plots.style import SIGNED_TICKS, ZERO_LINE, Figure, Part, axis, figure, plain

MAX_LABELS = 9
"""More points than that have no room for a number each: only the first and the last have theirs."""
MAX_POINTS = 200
"""Of a line."""
ROUNDING = 1e-12
"""What is smaller is drawn as 0: after some layers ⟨Z⟩ is 0, and its computed sign says nothing."""


def readout_after_layers(values: Sequence[float], names: Sequence[str]) -> Figure:
    """⟨Z⟩ of the readout if the circuit ended there: one stem each, blue discs above zero, orange diamonds below,
    empty discs at zero.

    values: floats in [−1, 1], before the first layer, then after each one. names: as many: "start", "XX", "ZZ".
    """
    last = len(values) - 1
    many = last >= MAX_LABELS
    ends = ["before the first layer", *(f"after layer {i}, {names[i]}" for i in range(1, last + 1))]
    discs: Part = {
        "type": "scatter",
        "x": list(range(last + 1)),
        "y": plain(values),
        "mode": "markers",
        "marker": {
            "color": [_colour(value) for value in values],
            "symbol": ["diamond" if value <= -ROUNDING else "circle" for value in values],
            "size": 16 if last < 2 * MAX_LABELS else 8,
            "line": {"color": INK, "width": 1},
        },
        "name": "readout",
        "customdata": [[end, decimal(value)] for end, value in zip(ends, values, strict=True)],
        "hovertemplate": "if the circuit ended %{customdata[0]}:<br>⟨Z⟩ = <b>%{customdata[1]}</b><extra></extra>",
    }
    every = math.ceil((last + 1) / MAX_LABELS)
    return figure(
        [_stems(values, POSITIVE), _stems(values, NEGATIVE), discs],
        {
            "height": 320,
            "xaxis": axis(
                "the circuit ends after",
                range=[-0.6, 1.15 * last if many else last + 0.6],
                tickvals=list(range(0, last + 1, every)),
                ticktext=[name if not i else str(i) if many else f"{i}: {name}" for i, name in enumerate(names)][
                    ::every
                ],
                showgrid=False,
            ),
            "yaxis": axis("readout ⟨Z⟩", range=[-1.3, 1.3], **SIGNED_TICKS, **ZERO_LINE),
        },
        alt="⟨Z⟩ of the readout if the circuit ended there: "
        f"{signed(values[0])} before the first layer, {signed(values[-1])} after all {last}.",
        notes=[_number(values, i, many) for i in ((0, last) if many else range(last + 1))],
    )


def _stems(values: Sequence[float], colour: str) -> Part:
    """From zero to the values of one colour."""
    stems = [i for i, value in enumerate(values) if _colour(value) == colour]
    return {
        "type": "scatter",
        "x": [x for i in stems for x in (i, i, None)],
        "y": [y for i in stems for y in (0, *plain(values[i : i + 1]), None)],
        "mode": "lines",
        "line": {"color": colour, "width": 3},
        "name": "stems",
        "hoverinfo": "skip",
    }


def _number(values: Sequence[float], i: int, many: bool) -> Part:
    """Beyond a stem's end; beside the last one where there are many."""
    is_last, below = i == len(values) - 1, values[i] < 0
    beside = many and is_last
    return {
        "text": f"<b>{signed(values[i])}</b>" if is_last else signed(values[i]),
        "x": i,
        "y": round(float(values[i]), 4),
        "xanchor": "left" if beside else "center",
        "xshift": 8 if beside else 0,
        "yanchor": "middle" if beside else "top" if below else "bottom",
        "yshift": 0 if beside else -9 if below else 9,
        "showarrow": False,
        "font": {"size": SMALL_SIZE},
    }


def _colour(value: float) -> str:
    return GROUND if abs(value) < ROUNDING else side_colour(value)
