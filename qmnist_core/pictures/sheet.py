"""Several pictures as one, in a labelled grid: a page then has one element to update instead of many."""

from __future__ import annotations

from collections.abc import Sequence

from qmnist_core.errors import InputError
from qmnist_core.pictures.svg import STRIP_SIDE, element, number, picture, text

WIDTH = 400
"""Of the view box; a sheet is shown 235 to 560 px wide."""
GAP = 10
HEADING_SIZE, HEADING_LINE = 24, 40
LABEL_SIZE, LABEL_LINE = 20, 32
DOT = 16


def sheet(
    pictures: Sequence[str],
    columns: int,
    title: str,
    heading: str = "",
    colour: str = "",
    labels: Sequence[str] = (),
) -> str:
    """Pictures of the strip's size in a grid, row by row; each keeps its own title, which a pointer on it shows.

    heading: stands above all; up to 30 letters. colour: of a dot before it. labels: one per column, above it.
    title: the text alternative.
    Errors: InputError for no column, or not one label each.
    """
    if columns < 1:
        raise InputError(f"a sheet has one column or more, got {columns}")
    if labels and len(labels) != columns:
        raise InputError(f"a sheet has one label per column, got {len(labels)} for {columns}")
    side = (WIDTH - GAP * (columns - 1)) / columns
    top = 0.0
    parts = []
    if heading:
        if colour:
            parts.append(element("circle", cx=DOT / 2, cy=HEADING_LINE / 2, r=DOT / 2, fill=colour))
        parts.append(text(1.5 * DOT * bool(colour), HEADING_LINE / 2, heading, HEADING_SIZE))
        top += HEADING_LINE
    if labels:
        middle = top + LABEL_LINE / 2
        parts += [
            text(column * (side + GAP) + side / 2, middle, label, LABEL_SIZE, text_anchor="middle")
            for column, label in enumerate(labels)
        ]
        top += LABEL_LINE
    for i, svg in enumerate(pictures):
        row, column = divmod(i, columns)
        place = f"translate({number(column * (side + GAP))} {number(top + row * (side + GAP))})"
        parts.append(element("g", _content(svg), transform=f"{place} scale({number(side / STRIP_SIDE, 5)})"))
    rows = -(-len(pictures) // columns)
    return picture(WIDTH, top + rows * (side + GAP), title, *parts)


def _content(svg: str) -> str:
    """What is inside a picture's own element."""
    return svg[svg.index(">") + 1 : svg.rindex("</svg>")]
