"""The atlas in figures: the seeds of one stack, and what became of the best ones when they were tested."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from qmnist_core.arrays import Reals
from qmnist_core.catalogue import INITS, MODELS
from qmnist_core.look.palette import GROUND, INK
from qmnist_core.look.text import percent
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.style import Figure, Part, axis, figure, plain
from qmnist_core.studies.atlas import STARTS, Atlas, Finalist

COLOUR = MODELS["qnn"].colour
SEEDS_HEIGHT = 156
ROW = 34
"""Of one of the best, in pixels."""
LIFT = 0.17
"""By how much two marks of one row stand apart."""


def seeds_figure(atlas: Atlas, place: int) -> Figure:
    """Each seed's validation accuracy of one stack, both starts, with quartiles and mean. The stack must be trained."""
    traces: list[Part] = []
    said = []
    for row, start in enumerate(STARTS):
        own = 100 * np.sort(atlas.accuracy(start)[place])
        first, middle, third = np.quantile(own, (0.25, 0.5, 0.75))
        traces += [
            {
                "type": "scatter",
                "mode": "lines",
                "x": plain([first, third], 2),
                "y": [row, row],
                "line": {"color": COLOUR, "width": 14},
                "opacity": 0.35,
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": plain(own, 2),
                "y": [row + 0.28] * len(own),
                "marker": {"color": COLOUR, "size": 7, "symbol": INITS[start].symbol, "opacity": 0.75},
                "hovertemplate": f"{start} start: <b>%{{x:.1f}} %</b><extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "markers",
                "x": plain([own.mean()], 2),
                "y": [row],
                "marker": {"color": INK, "size": 13, "symbol": "line-ns-open", "line": {"width": 3}},
                "hovertemplate": f"{start} start, mean: <b>%{{x:.1f}} %</b><extra></extra>",
            },
        ]
        said.append(
            f"{start} start, mean {own.mean():.1f} %, half of the seeds {first:.1f} to {third:.1f} %, median "
            f"{middle:.1f} %"
        )
    low = 5 * math.floor(min(min(trace["x"]) for trace in traces) / 5)
    high = 5 * math.ceil(max(max(trace["x"]) for trace in traces) / 5)
    return figure(
        traces,
        {
            "height": SEEDS_HEIGHT,
            "xaxis": axis(f"right, axis from {low} %", range=[low, high], ticksuffix=" %", nticks=4),
            "yaxis": axis(
                range=[len(STARTS) - 0.4, -0.5],
                tickvals=list(range(len(STARTS))),
                ticktext=list(STARTS),
                showgrid=False,
            ),
        },
        alt=f"Validation accuracy of {atlas.n_seeds} seeds: {'; '.join(said)}.",
    )


def best_figure(atlas: Atlas, finalists: Sequence[Finalist]) -> Figure:
    """A row for each of the best of one start: its accuracy when it was chosen, with other seeds, and on the test
    images. Lines are 95 % intervals: for other seeds on the validation images, for other images on the test images."""
    rows = range(len(finalists))
    kinds = (
        ("chosen", "when it was chosen", "circle", -LIFT),
        ("again", "other seeds, same images", "circle-open", 0.0),
        ("test", "other seeds, test images", "square-open", LIFT),
    )
    traces: list[Part] = []
    ends: list[float] = []
    for name, title, symbol, lift in kinds:
        own = [getattr(one, name) for one in finalists]
        means = [100 * float(each.mean()) for each in own]
        spans = [100 * np.array(_span(atlas, name, each)) for each in own]
        ends += [end for span in spans for end in span.tolist()]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": title,
                "showlegend": True,
                "x": plain(means, 2),
                "y": [row + lift for row in rows],
                "marker": {
                    "color": INK if name == "test" else COLOUR,
                    "size": 11,
                    "symbol": symbol,
                    "line": {"width": 2},
                },
                "error_x": {
                    "type": "data",
                    "symmetric": False,
                    "array": plain([span[1] - mean for span, mean in zip(spans, means, strict=True)], 2),
                    "arrayminus": plain([mean - span[0] for span, mean in zip(spans, means, strict=True)], 2),
                    "thickness": 1.5,
                    "width": 0,
                },
                "customdata": [[f"95 % interval {span[0]:.1f} to {span[1]:.1f} %"] for span in spans],
                "hovertemplate": f"{title}: <b>%{{x:.1f}} %</b>, %{{customdata[0]}}<extra></extra>",
            }
        )
    low, high = math.floor(min(ends) - 0.2), math.ceil(max(ends) + 0.2)
    titles = [f"{row + 1}. {' '.join(one.layers)}" for row, one in enumerate(finalists)]
    said = [
        f"{title}: {percent(float(one.chosen.mean()))} when chosen, {percent(float(one.again.mean()))} with other "
        f"seeds, {percent(float(one.test.mean()))} on the test images"
        for title, one in zip(titles, finalists, strict=True)
    ]
    return figure(
        traces,
        {
            "height": 84 + ROW * len(finalists),
            "showlegend": True,
            "legend": {
                **{"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom", "bgcolor": GROUND},
                **{"itemclick": False, "itemdoubleclick": False},
            },
            "xaxis": axis(f"accuracy, axis from {low} %<br>lines: 95 % intervals", range=[low, high], ticksuffix=" %"),
            "yaxis": axis(range=[len(finalists) - 0.5, -0.5], tickvals=list(rows), ticktext=titles, showgrid=False),
        },
        alt="; ".join(said) + ".",
    )


def _span(atlas: Atlas, name: str, accuracies: Reals) -> tuple[float, float]:
    if name == "test":
        return accuracy_interval(float(accuracies.mean()), atlas.n_test)
    half = float(stdtrit(len(accuracies) - 1, 0.975) * accuracies.std(ddof=1) / math.sqrt(len(accuracies)))
    return float(accuracies.mean()) - half, float(accuracies.mean()) + half
