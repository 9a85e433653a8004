"""Right and wrong answers, digit by digit."""

from __future__ import annotations

import numpy as np

from qmnist_core.plots.style import GRID, GROUND, INK, LARGE_SIZE, NEGATIVE, PALE, POSITIVE, Figure, Part, axis, figure
from qmnist_core.words import percent

CELLS = ((0, 1), (1, 0), (0, 0), (1, 1))
"""The image's digit and the network's answer, 0 for the first digit: the wrong ones first."""
SIDE = 0.95
"""Of a cell; the rest of 1 is the gap to the next."""


def confusion_figure(counts: np.ndarray, digits: tuple[int, int]) -> Figure:
    """Two by two cells with numbers and shares: full, in the digit's colour, for right answers; hatched for wrong ones.

    counts: int (2, 2), [the image's digit, the network's answer], the first digit first. A cell's customdata is its
    number in CELLS.
    """
    counts = np.asarray(counts)
    sentences = []
    traces: list[Part] = []
    for true, said in np.ndindex(2, 2):
        n, total, right = int(counts[true, said]), int(counts[true].sum()), true == said
        share = percent(n / total) if total else "–"
        sentences.append(f"{n:,} of {total:,} images of {digits[true]} are called {digits[said]}: {share}")
        # Bars, for the cells of a heat map cannot be hatched, and colour alone must not tell right from wrong.
        traces.append(
            {
                "type": "bar",
                "x": [said],
                "base": [1 - true],
                "y": [SIDE],
                "width": SIDE,
                "marker": {
                    "color": (POSITIVE, NEGATIVE)[true] if right else GROUND,
                    "opacity": PALE if right else 1,
                    "line": {"color": INK, "width": 0 if right else 1},
                    "pattern": {"shape": "" if right else "/", "fgcolor": GRID, "bgcolor": GROUND, "size": 10},
                },
                "text": [f"<b>{n:,}<br>{share}</b>"],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "constraintext": "none",
                "textfont": {"size": LARGE_SIZE + 4, "color": INK},
                "customdata": [CELLS.index((true, said))],
                "name": f"{digits[true]} called {digits[said]}",
                "hovertemplate": f"{sentences[-1]}<extra></extra>",
            }
        )
    ticks = {"ticktext": [f"<b>{digit}</b>" for digit in digits], "tickfont": {"size": LARGE_SIZE}, "showgrid": False}
    return figure(
        traces,
        {
            "height": 360,
            "barmode": "overlay",
            "xaxis": axis("the network says", range=[-0.5, 1.5], tickvals=[0, 1], **ticks),
            "yaxis": axis("the image is a", range=[-0.03, 1.98], tickvals=[1 + SIDE / 2, SIDE / 2], **ticks),
        },
        alt=f"{'; '.join(sentences)}.",
    )
