"""Two by two: right and wrong answers, digit by digit, and those of two networks, image by image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Numbers
from qmnist_core.catalogue import MODELS
from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import GRID, GROUND, INK, LARGE_SIZE, NEGATIVE, PALE, POSITIVE
from qmnist_core.look.text import percent
from qmnist_core.plots.style import Figure, Part, axis, figure

CELLS = ((0, 1), (1, 0), (0, 0), (1, 1))
"""Row and column of each cell: those off the diagonal, which tell the most, first."""
SIDE = 0.95
"""Of a cell; the rest of 1 is the gap to the next."""


def confusion_figure(counts: Numbers, names: Names) -> Figure:
    """Two by two cells with numbers and shares: full, in the digit's colour, for right answers; hatched for wrong ones.

    counts: int (2, 2), [the image's digit, the network's answer], the first digit first. A cell's customdata is its
    number in CELLS.
    """
    counts = np.asarray(counts)
    sentences = []
    traces: list[Part] = []
    for true, said in np.ndindex(2, 2):
        n, total = int(counts[true, said]), int(counts[true].sum())
        share = percent(n / total) if total else "–"
        sentences.append(f"{n:,} of {total:,} images of {names[true]} are called {names[said]}: {share}")
        colour = (POSITIVE, NEGATIVE)[true] if true == said else None
        name = f"{names[true]} called {names[said]}"
        traces.append(_cell((true, said), f"{n:,}<br>{share}", colour, name, sentences[-1]))
    ticks = list(map(str, names))
    return _square(traces, ("the image is a", ticks), ("the network says", ticks), f"{'; '.join(sentences)}.")


def disagreement_figure(counts: Numbers, model: str, name: str) -> Figure:
    """Two by two cells, how often another model and the QNN are right and wrong on the same test images: in a model's
    colour where it alone is right; hatched where both are wrong.

    counts: int (2, 2), [the other model, the QNN], right first. model, name: the other one. A cell's customdata is its
    number in CELLS.
    """
    total = int(counts.sum())
    named = {
        (0, 0): ("both right", GRID),
        (0, 1): (f"only {name} right", MODELS[model].colour),
        (1, 0): ("only the QNN right", MODELS["qnn"].colour),
        (1, 1): ("both wrong", None),
    }
    sentences = []
    traces: list[Part] = []
    for place, (words, colour) in named.items():
        n = int(counts[place])
        sentences.append(f"{words}: {n:,} of {total:,} images")
        traces.append(_cell(place, f"{n:,}<br>{percent(n / total)}", colour, words, sentences[-1]))
    ways = ["right", "wrong"]
    alt = "; ".join(sentences)
    return _square(traces, (f"{name} is", ways), ("the QNN is", ways), f"{alt[0].upper()}{alt[1:]}.")


def _cell(place: tuple[int, int], text: str, colour: str | None, name: str, words: str) -> Part:
    """colour: None for a hatched one."""
    # Bars, for the cells of a heat map cannot be hatched, and colour alone must not tell right from wrong.
    row, column = place
    return {
        "type": "bar",
        "x": [column],
        "base": [1 - row],
        "y": [SIDE],
        "width": SIDE,
        "marker": {
            "color": colour or GROUND,
            "opacity": PALE if colour else 1,
            "line": {"color": INK, "width": 0 if colour else 1},
            "pattern": {"shape": "" if colour else "/", "fgcolor": GRID, "bgcolor": GROUND, "size": 10},
        },
        "text": [f"<b>{text}</b>"],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "textfont": {"size": LARGE_SIZE + 4, "color": INK},
        "customdata": [CELLS.index(place)],
        "name": name,
        "hovertemplate": f"{words}<extra></extra>",
    }


def _square(traces: Sequence[Part], rows: tuple[str, list[str]], columns: tuple[str, list[str]], alt: str) -> Figure:
    """The cells with their axes. rows, columns: the axis' title and its two names, the upper and the left one first."""

    def ticks(names: list[str]) -> Part:
        labels = [f"<b>{name}</b>" for name in names]
        return {"ticktext": labels, "tickfont": {"size": LARGE_SIZE}, "showgrid": False}

    return figure(
        traces,
        {
            "height": 360,
            "barmode": "overlay",
            "xaxis": axis(columns[0], range=[-0.5, 1.5], tickvals=[0, 1], **ticks(columns[1])),
            "yaxis": axis(rows[0], range=[-0.03, 1.98], tickvals=[1 + SIDE / 2, SIDE / 2], **ticks(rows[1])),
        },
        alt=alt,
    )
