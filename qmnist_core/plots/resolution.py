"""Accuracy, time and memory against the size of the image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from qmnist_core.catalogue import MODELS
from qmnist_core.config import averages
from qmnist_core.look.palette import GROUND, INK, NEUTRAL, SMALL_SIZE
from qmnist_core.look.text import duration, percent
from qmnist_core.plots.style import NOWHERE, Figure, Part, axis, figure, plain
from qmnist_core.studies.sweep import RESIZED, Line

DASHES = {"bits": "solid", "angle": "dot"}
SYMBOLS = {"sample": "circle", "area": "square"}
COLOUR = MODELS["qnn"].colour
FLOORS = (45, 40, 20, 0)
"""Where the accuracy axis may start, in percent: at the first that hides nothing."""
CROWDED = 1.38
"""Two sizes with a smaller ratio have no room for both labels."""
HEIGHT = 370
_NOWHERE: Part = {**NOWHERE, "showlegend": False}


def accuracy_by_size(lines: Sequence[Line], sizes: Sequence[int]) -> Figure:
    """A line through the means and a mark for each seed; dashed, the ceilings of the bits, one per way to resize.

    sizes: all that will be there, so that nothing moves while they come in.
    """
    values = [value for line in lines for of_seeds in line.accuracies.values() for value in of_seeds]
    lowest = 100 * min([*values, *(c for line in lines for c in line.ceilings.values())], default=1.0)
    floor = next(floor for floor in FLOORS if floor <= lowest)
    dashed = {"color": INK, "dash": "dash", "width": 2}
    resizes = [resize for resize in RESIZED if any(line.resize == resize for line in lines)]
    traces = [_NOWHERE]
    for resize in resizes or ["sample"]:
        ceilings = {size: c for line in lines if line.resize == resize for size, c in line.ceilings.items()}
        shown = sorted(ceilings)
        traces.append(
            {
                "type": "scatter",
                "x": [None, *shown],
                "y": [None, *plain(100 * ceilings[size] for size in shown)],
                "mode": "lines+markers",
                "line": dashed,
                "marker": {
                    "symbol": SYMBOLS[resize],
                    "size": 8,
                    "color": GROUND if averages(resize) else INK,
                    "line": {"color": INK, "width": 2},
                },
                "name": f"ceiling, {RESIZED[resize]}" if len(resizes) > 1 else "ceiling in hindsight",
                "cliponaxis": False,
                "customdata": [None, *(_once_words(lines, resize, size) for size in shown)],
                "hovertemplate": f"%{{x}}×%{{x}}, {RESIZED[resize]}: %{{y:.1f}} %, the best score of the bits<br>on "
                "these test images with their labels known%{customdata}<extra></extra>",
            }
        )
    for line in lines:
        shares = {size: [100 * share for share in of] for size, of in line.accuracies.items()}
        traces += _marks(line, shares, {size: sum(of) / len(of) for size, of in shares.items()}, "%{y:.1f} %")
    last = "; ".join(
        f"{line.title} {percent(line.mean_accuracy(line.sizes[0]))} at {line.sizes[0]}×{line.sizes[0]}, "
        f"{percent(line.mean_accuracy(line.sizes[-1]))} at {line.sizes[-1]}×{line.sizes[-1]}"
        for line in lines
        if line.sizes
    )
    return figure(
        traces,
        {
            **_layout(sizes),
            "yaxis": axis(
                f"test accuracy, axis from {floor} %",
                range=[floor, 102],
                ticksuffix=" %",
                dtick=10,
            ),
        },
        alt=f"Test accuracy by image size: {last or 'nothing measured yet'}.",
    )


def _once_words(lines: Sequence[Line], resize: str, size: int) -> str:
    """How much of a ceiling rests on patterns that occur once; empty where that was not counted."""
    shares = (line.seen_once[size] for line in lines if line.resize == resize and size in line.seen_once)
    share = next(shares, None)
    return "" if share is None else f";<br>{100 * share:.0f} % of their bit patterns occur only once"


def seconds_by_size(lines: Sequence[Line], sizes: Sequence[int]) -> Figure:
    """A line through the fastest seeds and a mark for each seed; each step up is ten times as long."""
    values = [value for line in lines for of_seeds in line.seconds.values() for value in of_seeds]
    low = math.floor(math.log10(min([*values, 0.02])))
    high = max(math.ceil(math.log10(max([*values, 0.02]))), low + 2)
    traces = [_NOWHERE]
    for line in lines:
        traces += _marks(line, line.seconds, {size: line.fastest(size) for size in line.sizes}, "%{y:.3g} s")
    last = "; ".join(
        f"{line.title} {duration(line.fastest(line.sizes[0]))} at {line.sizes[0]}×{line.sizes[0]}, "
        f"{duration(line.fastest(line.sizes[-1]))} at {line.sizes[-1]}×{line.sizes[-1]}"
        for line in lines
        if line.sizes
    )
    powers = range(low, high + 1)
    return figure(
        traces,
        {
            **_layout(sizes, qubits=False),
            "yaxis": axis(
                "training time, ×10 per line",
                type="log",
                range=[low, high],
                tickvals=[10.0**power for power in powers],
                ticktext=[f"{10**power:,} s" if power >= 0 else duration(10.0**power) for power in powers],
            ),
        },
        alt=f"Training time by image size: {last or 'nothing measured yet'}.",
    )


def memory_by_size(state_vector: Mapping[int, float], engine: Mapping[int, float], atoms: float) -> Figure:
    """What a state vector would need beside what the exact engine needs.

    state_vector, engine: log₁₀ of bytes by size, rising. atoms: log₁₀ of a number to compare with.
    """
    sizes, last = list(state_vector), max(state_vector)
    top = 50 * math.ceil((state_vector[last] + 5) / 50)
    traces: list[Part] = []
    for values, colour, name in (
        (state_vector, NEUTRAL, "a state vector would take"),
        (engine, COLOUR, "the exact engine takes, for one training step,"),
    ):
        traces.append(
            {
                "type": "scatter",
                "x": sizes,
                "y": plain((values[size] for size in sizes), 2),
                "mode": "lines+markers",
                "line": {"color": colour, "width": 4},
                "marker": {"color": colour, "size": 8},
                "cliponaxis": False,
                "name": name,
                "customdata": [[size**2 + 1] for size in sizes],
                "hovertemplate": f"%{{x}}×%{{x}}, %{{customdata[0]}} qubits: {name}<br>10<sup>%{{y:.1f}}</sup> bytes"
                "<extra></extra>",
            }
        )
    names: dict[str, Any] = {"showarrow": False, "xanchor": "left"}
    left, right, most = math.log10(min(sizes)), math.log10(last), max(engine.values())
    ticks = list(range(0, top + 1, 50))
    return figure(
        traces,
        {
            **_layout(sizes),
            "showlegend": False,
            "yaxis": axis(
                "bytes, each line 10<sup>50</sup> times the last",
                range=[0, top],
                tickvals=ticks,
                ticktext=["1", *(f"10<sup>{power}</sup>" for power in ticks[1:])],
            ),
        },
        alt=f"Memory by image size: at {last}×{last} a state vector would take 10 to the power of "
        f"{state_vector[last]:.1f} bytes, the exact engine takes 10 to the power of {engine[last]:.1f}; "
        f"the universe has about 10 to the power of {atoms:.0f} atoms.",
        notes=[
            {
                **names,
                "text": "<b>state vector</b>",
                "x": right,
                "y": state_vector[last],
                "xanchor": "right",
                "xshift": -14,
            },
            {**names, "text": "atoms in the universe", "x": left, "y": atoms, "yanchor": "bottom", "yshift": 2},
            {**names, "text": "<b>exact engine</b>", "x": left, "y": most, "yanchor": "bottom", "yshift": 8},
        ],
        shapes=[
            {
                "type": "line",
                **{"x0": 0, "x1": 1, "xref": "x domain", "y0": atoms, "y1": atoms},
                "line": {"color": INK, "dash": "dot", "width": 2},
            }
        ],
    )


def _marks(line: Line, values: Mapping[int, Sequence[float]], through: Mapping[int, float], words: str) -> list[Part]:
    """A mark for each seed's value, and a line."""
    sizes, area = list(values), averages(line.resize)
    marker = {
        "symbol": SYMBOLS[line.resize],
        "size": 9,
        "color": GROUND if area else COLOUR,
        "line": {"color": COLOUR if area else GROUND, "width": 2 if area else 1},
    }
    stroke = {"color": COLOUR, "width": 3, "dash": DASHES[line.encoding]}
    return [
        {
            "type": "scatter",
            "x": [None],
            "y": [None],
            "mode": "lines+markers",
            "line": stroke,
            "marker": marker,
            "name": line.title,
        },
        {
            "type": "scatter",
            "x": sizes,
            "y": plain((through[size] for size in sizes), 5),
            "mode": "lines",
            "line": stroke,
            "name": f"{line.title}: line",
            "showlegend": False,
            "cliponaxis": False,
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "x": [size for size in sizes for _ in values[size]],
            "y": plain((value for size in sizes for value in values[size]), 5),
            "mode": "markers",
            "marker": marker,
            "showlegend": False,
            "name": line.title,
            "cliponaxis": False,
            "hovertemplate": f"{line.title}, %{{x}}×%{{x}}:<br>one seed, {words}<extra></extra>",
        },
    ]


def _layout(sizes: Sequence[int], qubits: bool = True) -> dict[str, Any]:
    named = _with_room(sorted(sizes))
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    margin = 0.04 * max(high - low, 0.5)
    return {
        "height": HEIGHT,
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "font": {"size": SMALL_SIZE},
            **{"x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
            "itemclick": False,
            "itemdoubleclick": False,
            "bgcolor": GROUND,
        },
        "xaxis": axis(
            "pixels along each side; below: qubits" if qubits else "pixels along each side",
            type="log",
            range=[low - margin, high + margin],
            tickangle=0,
            tickvals=named,
            ticktext=[f"{size}<br><i>{size**2 + 1}</i>" if qubits else str(size) for size in named],
        ),
    }


def _with_room(sizes: Sequence[int]) -> list[int]:
    """The sizes that are named: the largest and the smallest, and between them those with room for it."""
    named = [sizes[-1]]
    for size in reversed(sizes[:-1]):
        if named[-1] / size >= CROWDED:
            named.append(size)
    return named[::-1]
