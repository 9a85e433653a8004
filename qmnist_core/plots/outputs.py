"""What a model answers over many images."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core.arrays import Array, Labels, Scores
from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import NEGATIVE, POSITIVE, SMALL_SIZE
from qmnist_core.metrics import N_BINS, OUTPUT_EDGES, output_bin, says_first
from qmnist_core.plots.style import LAYOUT, SIGNED_TICKS, SPIKE, ZERO_LINE, Figure, Part, axis, figure, sides

HEADROOM = 1.3
"""The axis' half height relative to the highest bar, for the counts in the corners."""


def output_histogram(scores: Scores, labels: Labels, names: Names, height: int = 400) -> Figure:
    """How many images got which ⟨Z⟩: those of the first digit as bars upward, those of the second downward.

    scores: float (n,) in [−1, 1], rounding errors beyond are taken in. labels: bool (n,), True for the first digit.
    height: of the figure, in pixels.
    """
    scores, labels = np.asarray(scores, float), np.asarray(labels, bool)
    up, down = histogram(scores[labels]), histogram(scores[~labels])
    limit = HEADROOM * max(1, up.max(), down.max())
    middles = [round(float(x), 4) for x in (OUTPUT_EDGES[:-1] + OUTPUT_EDGES[1:]) / 2]

    traces: list[Part] = []
    for counts, direction, digit, colour in ((up, 1, names[0], POSITIVE), (down, -1, names[1], NEGATIVE)):
        traces.append(
            {
                "type": "bar",
                "x": middles,
                "y": [direction * int(count) for count in counts],
                "customdata": [int(count) for count in counts],
                "width": 0.046,
                "marker": {"color": colour},
                "name": f"images of {digit}",
                "hovertemplate": f"<b>%{{customdata:,}}</b> images of {digit}<extra></extra>",
            }
        )
    notes: list[Part] = []
    for digit, of_digit, edge in ((names[0], labels, 1), (names[1], ~labels, -1)):
        for said, side in ((says_first(scores), 1), (~says_first(scores), -1)):
            notes.append(
                {
                    "text": f"<b>{int((of_digit & said).sum()):,}</b> images of {digit}",
                    "x": 0.03 * side,
                    "y": edge * limit,
                    "xanchor": "left" if side > 0 else "right",
                    "yanchor": "top" if edge > 0 else "bottom",
                    "showarrow": False,
                    "font": {"size": SMALL_SIZE},
                }
            )
    notes.append(sides(names))
    ticks = _ticks(limit / HEADROOM)
    return figure(
        traces,
        {
            "height": height,
            "margin": {**LAYOUT["margin"], "t": 36},
            "barmode": "overlay",
            # A finger need not hit a bar, only its column.
            "hovermode": "x unified",
            "xaxis": axis(
                "network's answer ⟨Z⟩",
                range=[-1.02, 1.02],
                unifiedhovertitle={"text": f"⟨Z⟩ = %{{x:.3f}} ± {1 / N_BINS:.3f}"},
                **SPIKE,
                **{**ZERO_LINE, "zerolinewidth": 2},
                **SIGNED_TICKS,
            ),
            "yaxis": axis(
                f"images: {names[0]} up, {names[1]} down",
                range=[-limit, limit],
                **ZERO_LINE,
                tickvals=ticks,
                ticktext=[f"{abs(tick):,}" for tick in ticks],
            ),
        },
        alt=_alt(scores, labels, names),
        notes=notes,
    )


def histogram(scores: Scores) -> Array:
    """int (40,): how many scores each of `metrics.OUTPUT_EDGES` begins."""
    return np.bincount(output_bin(scores), minlength=N_BINS)


def _ticks(highest: float) -> list[int]:
    """Whole numbers of images, as many below zero as above."""
    power = 10 ** max(0, math.floor(math.log10(highest / 2)))
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if highest / step <= 3)
    n = int(highest // step)
    return [step * i for i in range(-n, n + 1)]


def _alt(scores: Scores, labels: Labels, names: Names) -> str:
    parts = [
        f"of {int(mine.sum()):,} images of {digit}, {int((mine & said).sum()):,} have the right sign"
        for digit, mine, said in ((names[0], labels, says_first(scores)), (names[1], ~labels, ~says_first(scores)))
    ]
    return f"Histogram of the network's answers ⟨Z⟩: {'; '.join(parts)}."
