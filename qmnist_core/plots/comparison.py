"""The tutorial's closing figure: test accuracy of each model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import GROUND, INK, LARGE_SIZE, SMALL_SIZE
from qmnist_core.look.text import percent, percent_range
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.style import Figure, Part, axis, figure, plain
from qmnist_core.studies.comparison import Standing

BAR = 0.38
"""A bar's thickness; two bars are 1 apart."""
BESIDE = 0.12
"""From a bar's middle, where the whisker is, down to its seeds' dots."""
BELOW = 0.28
"""From there down to what many seeds give."""


def comparison_figure(
    bars: Sequence[Standing],
    names: Names,
    n_test: int,
    ceiling: float,
    size: int = 4,
    words: Mapping[str, str] = MappingProxyType({}),
    fan: Reals | None = None,
) -> Figure:
    """A bar per model, top to bottom, with the 95 % interval of its accuracy and a dot per seed; a dashed line
    is the ceiling of the images of `size`. Lies flat, so that names and figures stay legible on a narrow screen.

    words: by model, below its name in place of its number of parameters: how far its training is. fan: the QNN's
    accuracies from many seeds, 0–1; a band of their quartiles within a line of all of them stands below its bar.
    """
    traces, notes = [], []
    for place, bar in enumerate(bars):
        traces.append(_bar(place, bar, n_test) if bar.accuracies else _empty_bar(place, bar))
        note = f"{bar.n_parameters:,} parameters" if bar.accuracies else "not trained yet"
        notes.append(_name(place, bar.title, words.get(bar.model, note)))
        if fan is not None and MODELS[bar.model].is_quantum:
            traces += _fan(place, fan, MODELS[bar.model].colour)
    traces.append(_seeds(bars))
    notes.append(
        {
            "text": f"ceiling of {size}×{size} images: {percent(ceiling)}",
            **{"x": ceiling, "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"},
            "showarrow": False,
        }
    )
    return figure(
        traces,
        {
            "height": 400,
            "margin": {"l": 20, "r": 28, "t": 24, "b": 8},
            "xaxis": axis(
                f"test accuracy, axis from 0<br>{_key(fan)}",
                range=[0, 1.02],
                tickvals=[0, 0.25, 0.5, 0.75, 1],
                ticktext=["0 %", "25 %", "50 %", "75 %", "100 %"],
            ),
            "yaxis": axis(visible=False, range=[len(bars) - 0.7, -0.85]),
        },
        alt=_alt(bars, names, ceiling, size) + _fan_words(fan),
        notes=notes,
        shapes=[
            {
                "type": "line",
                **{"x0": ceiling, "x1": ceiling, "y0": 0, "y1": 1, "yref": "y domain"},
                "line": {"color": INK, "dash": "dash", "width": 2},
            }
        ],
    )


def _empty_bar(place: int, bar: Standing) -> Part:
    return {
        "type": "bar",
        "x": [0],
        "y": [place],
        "width": BAR,
        "orientation": "h",
        "hoverinfo": "skip",
        "name": bar.title,
    }


def _bar(place: int, bar: Standing, n_test: int) -> Part:
    low, high = accuracy_interval(bar.mean, n_test)
    return {
        "type": "bar",
        "x": [bar.mean],
        "y": [place],
        "width": BAR,
        "orientation": "h",
        "marker": {"color": MODELS[bar.model].colour},
        "error_x": {
            "array": [high - bar.mean],
            "arrayminus": [bar.mean - low],
            "color": INK,
            "thickness": 2,
            "width": 5,
        },
        "text": f"<b>{percent(bar.mean)}</b>",
        "textposition": "inside",
        "insidetextanchor": "start",
        "textfont": {"color": GROUND, "size": LARGE_SIZE},
        "name": bar.title,
        "hovertemplate": f"{bar.title}: {percent(bar.mean)} on {n_test:,} test images<br>"
        f"95 % interval {percent_range(low, high)}<br>{bar.n_parameters:,} parameters<extra></extra>",
    }


def _fan(place: int, fan: Reals, colour: str) -> list[Part]:
    """All seeds as a line, half of them as a band."""
    low, first, third, high = np.quantile(fan, (0.0, 0.25, 0.75, 1.0)).tolist()
    said = f"{len(fan)} seeds: {percent_range(low, high)}, half of them {percent_range(first, third)}<extra></extra>"
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": plain([start, (start + end) / 2, end], 4),
            "y": [place + BELOW] * 3,
            "line": {"color": colour, "width": width},
            "opacity": opacity,
            "name": "many seeds",
            "hovertemplate": said,
        }
        for start, end, width, opacity in ((low, high, 2, 1.0), (first, third, 10, 0.4))
    ]


def _seeds(bars: Sequence[Standing]) -> Part:
    """A dot each, beside its bar's middle."""
    return {
        "type": "scatter",
        "x": [accuracy for bar in bars for accuracy in bar.accuracies],
        "y": [place + BESIDE for place, bar in enumerate(bars) for _ in bar.accuracies],
        "mode": "markers",
        "marker": {"color": GROUND, "size": 8, "line": {"color": INK, "width": 1.5}},
        "name": "one seed",
        "customdata": [percent(accuracy) for bar in bars for accuracy in bar.accuracies],
        "hovertemplate": "one seed: %{customdata}<extra></extra>",
    }


def _name(place: int, title: str, words: str) -> Part:
    """On top of a bar's place, in two lines: narrow enough for a phone."""
    return {
        "text": f"{title}<br><span style='font-size:{SMALL_SIZE}px'>{words}</span>",
        "align": "left",
        "bgcolor": GROUND,
        "x": 0,
        "y": place - BAR / 2,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _key(fan: Reals | None) -> str:
    if fan is None:
        return "whisker: 95 % interval, dot: one seed"
    return f"whisker: 95 %, dot: one seed, band: {len(fan)} seeds"


def _fan_words(fan: Reals | None) -> str:
    return "" if fan is None else f" {len(fan)} seeds of the QNN end at {percent_range(fan.min(), fan.max())}."


def _alt(bars: Sequence[Standing], names: Names, ceiling: float, size: int) -> str:
    scores = "; ".join(
        f"{bar.title} {percent(bar.mean)} with {bar.n_parameters:,} parameters"
        if bar.accuracies
        else f"{bar.title} not trained yet"
        for bar in bars
    )
    limit = f"the ceiling of {size}×{size} images is {percent(ceiling)}"
    return f"Test accuracy on {names[0]} or {names[1]}: {scores}; {limit}."
