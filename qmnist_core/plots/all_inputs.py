"""What a network says about every possible input, and which of them occur."""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Numbers, Reals, Scores
from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import INK, NEGATIVE, POSITIVE, SMALL_SIZE, side_colour
from qmnist_core.look.text import percent
from qmnist_core.metrics import N_BINS, OUTPUT_EDGES, says_first
from qmnist_core.plots.outputs import histogram
from qmnist_core.plots.style import LAYOUT, SIGNED_TICKS, ZERO_LINE, Figure, Part, axis, figure, sides

RUG = 0.3
"""Share of the height for the marks of what occurs."""


def all_inputs_figure(
    answers: Scores,
    values: Reals,
    positive: Numbers,
    negative: Numbers,
    names: Names,
    whole: bool = True,
) -> Figure:
    """A histogram of ⟨Z⟩ over all inputs; below it a mark for each bit pattern that occurs, one row for each digit.

    answers: ⟨Z⟩ of all inputs, or of a sample where not `whole`, float (n,). values: of the patterns that occur.
    positive, negative: int, how many images of the first and of the second digit each of those has.
    """
    answers = np.asarray(answers, float)
    noun = "inputs" if whole else "random inputs"
    both = (positive > 0) & (negative > 0)
    kinds = (
        (f"only {names[0]}", ~both & (positive > 0), POSITIVE),
        ("both", both, INK),
        (f"only {names[1]}", ~both & (negative > 0), NEGATIVE),
    )
    rows = len(kinds) - 1 - np.arange(len(kinds))
    traces = [_bars(answers, noun)]
    for (name, members, colour), row in zip(kinds, rows, strict=True):
        mine = np.flatnonzero(members)
        traces.append(_marks(name, values[mine], positive[mine], negative[mine], names, int(row), colour))
    share = percent(float(says_first(answers).mean()))
    return figure(
        traces,
        {
            "height": 405,
            "margin": {**LAYOUT["margin"], "t": 36},
            "hovermode": "closest",
            "xaxis": axis(
                "network's answer ⟨Z⟩",
                range=[-1.04, 1.04],
                anchor="y2",
                **{**ZERO_LINE, "zerolinewidth": 2},
                **SIGNED_TICKS,
            ),
            "yaxis": axis(noun, domain=[RUG + 0.03, 1], rangemode="tozero", tickformat=","),
            "yaxis2": axis(
                "",
                domain=[0, RUG],
                range=[-0.6, len(kinds) - 0.4],
                tickvals=rows.tolist(),
                ticktext=[name for name, _, _ in kinds],
                showgrid=False,
                tickfont={"size": SMALL_SIZE},
            ),
        },
        alt=f"Histogram of ⟨Z⟩ over {len(answers):,} {noun}: {share} of them are called {names[0]}. "
        f"Below, marks of {len(values):,} bit patterns that occur.",
        notes=[sides(names)],
    )


def _bars(answers: Scores, noun: str) -> Part:
    counts = histogram(answers).tolist()
    middles = (OUTPUT_EDGES[:-1] + OUTPUT_EDGES[1:]) / 2
    return {
        "type": "bar",
        "x": [round(float(x), 4) for x in middles],
        "y": counts,
        "width": 0.046,
        "marker": {"color": [side_colour(x) for x in middles]},
        "customdata": [percent(n / len(answers)) for n in counts],
        "xhoverformat": ".3f",
        "hovertemplate": f"<b>%{{y:,}}</b> {noun}, %{{customdata}},<br>⟨Z⟩ = %{{x}} ± {1 / N_BINS:.3f}<extra></extra>",
        "name": "all",
    }


def _marks(
    name: str,
    values: Reals,
    positive: Numbers,
    negative: Numbers,
    names: Names,
    row: int,
    colour: str,
) -> Part:
    """Of the patterns of one kind that occur, in a row of their own."""
    return {
        "type": "scatter",
        "x": [round(float(x), 4) for x in values],
        "y": [row] * len(values),
        "yaxis": "y2",
        "mode": "markers",
        "marker": {"symbol": "line-ns", "size": 20, "line": {"color": colour, "width": 2.5}},
        "customdata": [[int(one), int(other)] for one, other in zip(positive, negative, strict=True)],
        "xhoverformat": ".2f",
        "hovertemplate": f"images of {names[0]}: <b>%{{customdata[0]:,}}</b>, of {names[1]}: "
        "<b>%{customdata[1]:,}</b><br>⟨Z⟩ = <b>%{x}</b><extra></extra>",
        "cliponaxis": False,
        "name": name,
    }
