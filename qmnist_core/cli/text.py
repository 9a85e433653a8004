"""Figures as text: tables, percentages, times and pictures made of characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qmnist_core.metrics import accuracy_interval

SHADES = " .:-=+*#%@"


def table(rows: Sequence[Sequence[str]], left: tuple[int, ...] = (0,)) -> str:
    """Rows of cells, the first row a heading; the columns numbered in `left` are set flush left, the others right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        aligned = [cells[i].ljust(width) if i in left else cells[i].rjust(width) for i, width in enumerate(widths)]
        return "  ".join(aligned).rstrip()

    return "\n".join([line(rows[0]), "  ".join("-" * width for width in widths), *(line(row) for row in rows[1:])])


def percent(share: float) -> str:
    """A share in [0, 1] to a tenth of a percent."""
    return f"{100 * share:.1f} %"


def percent_range(low: float, high: float) -> str:
    """Two shares in [0, 1] as one range."""
    return f"{100 * low:.1f} to {percent(high)}"


def with_interval(share: float, n: int) -> str:
    """An accuracy on n examples and its 95 % interval."""
    return f"{percent(share)} (95 % interval {percent_range(*accuracy_interval(share, n))}, {n:,} images)"


def duration(seconds: float) -> str:
    """A time with the digits it deserves: 41.2 ms, 2.34 s, 5 min 10 s, 3 h 20 min."""
    if seconds < 0.9995:
        return f"{1000 * seconds:.3g} ms"
    if seconds < 59.95:
        return f"{seconds:.3g} s"
    if seconds < 3600:
        return f"{round(seconds) // 60} min {round(seconds) % 60} s"
    return f"{round(seconds / 60) // 60:,} h {round(seconds / 60) % 60} min"


def picture(image: np.ndarray) -> str:
    """A gray or binary image (rows, columns) in [0, 1], two characters a pixel."""
    levels = np.minimum((image * len(SHADES)).astype(int), len(SHADES) - 1)
    return "\n".join("  |" + "".join(SHADES[level] * 2 for level in row) + "|" for row in levels)
