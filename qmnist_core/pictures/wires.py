"""Which wires of a circuit are drawn, and which are only counted."""

from __future__ import annotations

from collections.abc import Iterable

from qmnist_core.pictures.svg import MARK, element

Row = int | range
"""A wire, by its pixel's number, or the pixels left out in one place."""


def visible_rows(shown: Iterable[int], n: int, chosen: int | None = None) -> list[Row]:
    """The shown pixels in order, and between them the ranges that are left out; a lone one is shown instead."""
    kept = {*shown} if chosen is None else {*shown, chosen}
    rows: list[Row] = []
    following = 0
    for pixel in [*sorted(kept), n]:
        left_out = range(following, pixel)
        rows += left_out if len(left_out) < 2 else [left_out]
        if pixel < n:
            rows.append(pixel)
        following = pixel + 1
    return rows


def marked(x: float, y: float, width: float, height: float) -> str:
    """The highlighter behind a chosen pixel's wire, centred on height y."""
    return element("rect", x=x, y=y - height / 2, width=width, height=height, fill=MARK, fill_opacity=0.35)
