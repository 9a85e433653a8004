"""Tables and pictures made of characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Gray

SHADES = " .:-=+*#%@"


def table(rows: Sequence[Sequence[str]], left: tuple[int, ...] = (0,)) -> str:
    """Rows of cells, the first row a heading; the columns numbered in `left` are set flush left, the others right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        aligned = [cells[i].ljust(width) if i in left else cells[i].rjust(width) for i, width in enumerate(widths)]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(rows[0]), "  ".join("-" * width for width in widths), *(line(row) for row in rows[1:])])


def picture(image: Gray) -> str:
    """A gray or binary image (rows, columns) in [0, 1], two characters a pixel."""
    levels = np.minimum((image * len(SHADES)).astype(int), len(SHADES) - 1)
    return "\n".join("  |" + "".join(SHADES[level] * 2 for level in row) + "|" for row in levels)
