"""How large outputs and gradients are before training, against the number of pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qmnist_core.catalogue import INITS, MODELS
from qmnist_core.errors import choose
from qmnist_core.look.palette import GRID, GROUND, INK, SMALL_SIZE
from qmnist_core.look.text import magnitude, power_of_ten
from qmnist_core.plots.style import NOWHERE, Figure, Part, axis, figure
from qmnist_core.studies.spread import Law, Spread

HEIGHT = 336
TYPICAL = 1.6
"""A typical network's output falls about this much faster than the root mean square, in decades: room for it is kept
from the first moment on."""
TICKED_SIZES = {8: (2, 4, 5, 6, 7, 8), 28: (4, 14, 20, 24, 28)}
"""Sizes that are marked on an axis that ends at a size."""


def spread_figure(
    spreads: Mapping[str, Sequence[Spread]],
    title: str,
    laws: Sequence[Law] = (),
    max_size: int = 28,
    floor: tuple[float, str] | None = None,
) -> Figure:
    """Sizes on a logarithmic axis against pixels on a linear one, where exponential decay is a straight line.

    A mark for each root mean square with its interval, hollow and without one where there are too few seeds; a line
    through the medians in a band between the quartiles. What is exactly 0 has no place here and is left out.
    spreads: by start, "uniform" and "small". title: of the vertical axis. max_size: the largest image shown, 8 or 28.
    floor: a height worth a line of its own, and its name.
    """
    shown = {init: [one for one in some if one.size <= max_size and one.rms > 0] for init, some in spreads.items()}
    traces = [
        NOWHERE,
        *(trace for init, some in shown.items() for trace in _band(init, some)),
        *(_line(law, max_size) for law in laws),
        *(trace for init, some in shown.items() for trace in _marks(init, some)),
    ]
    lowest = _lowest(shown.values(), laws, max_size, floor)
    every = 10 if lowest < -20 else 2 if lowest < -5 else 1
    bottom, top = every * math.floor(lowest / every), 6 if every == 10 else 1
    ticks = [tick for tick in range(bottom, top + 1) if tick % every == 0]
    horizontal = axis(
        "pixels (data qubits)",
        range=[-0.04 * max_size**2, 1.04 * max_size**2],
        tickvals=[size**2 for size in TICKED_SIZES[max_size]],
        ticktext=[f"{size**2}<br>{size}×{size}" for size in TICKED_SIZES[max_size]],
        tickangle=0,
    )
    horizontal["title"]["standoff"] = 8
    return figure(
        traces,
        {
            "height": HEIGHT,
            "xaxis": horizontal,
            "yaxis": axis(
                title,
                type="log",
                range=[bottom, top],
                tickvals=[10.0**tick for tick in ticks],
                ticktext=["1" if tick == 0 else power_of_ten(tick) for tick in ticks],
            ),
        },
        alt=_alt(shown, title, laws, max_size),
        notes=[*_names(shown, max_size), *([] if floor is None else [_floor_name(*floor, below=lowest < -20)])],
        shapes=[] if floor is None else [_floor_line(floor[0])],
    )


def _line(law: Law, max_size: int) -> Part:
    sizes = [size for size in law.values if size <= max_size]
    return {
        "type": "scatter",
        "x": [size**2 for size in sizes],
        "y": _short(law.values[size] for size in sizes),
        "mode": "lines",
        "line": {"color": INK, "width": 2, "dash": law.dash},
        "name": law.name,
        "customdata": [[f"{size}×{size}", magnitude(law.values[size])] for size in sizes],
        "hovertemplate": f"{law.name}, %{{customdata[0]}}: %{{customdata[1]}}<extra></extra>",
    }


def _band(init: str, some: Sequence[Spread]) -> list[Part]:
    colour = MODELS["qnn"].colour
    edge: dict[str, Any] = {"mode": "lines", "line": {"width": 1, "color": colour}, "hoverinfo": "skip"}
    x = [one.n_pixels for one in some]
    return [
        {
            "type": "scatter",
            "x": x,
            "y": _short(one.lower for one in some),
            "name": f"{init} lower quartile",
            **edge,
        },
        {
            "type": "scatter",
            "x": x,
            "y": _short(one.upper for one in some),
            "name": f"{init} middle half",
            "fill": "tonexty",
            "fillcolor": GRID,
            **edge,
        },
    ]


def _marks(init: str, some: Sequence[Spread]) -> list[Part]:
    colour, start = MODELS["qnn"].colour, choose("init", INITS, init)
    return [
        {
            "type": "scatter",
            "x": [one.n_pixels for one in some],
            "y": _short(one.median for one in some),
            "mode": "lines",
            "line": {"color": colour, "width": 3, "dash": start.dash},
            "name": f"{init} median",
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "x": [one.n_pixels for one in some],
            "y": _short(one.rms for one in some),
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [float(f"{one.high - one.rms:.3g}") if one.is_enough else 0.0 for one in some],
                "arrayminus": [float(f"{one.rms - one.low:.3g}") if one.is_enough else 0.0 for one in some],
                "color": colour,
                "thickness": 2,
                "width": 5,
            },
            "mode": "markers",
            "marker": {
                "symbol": start.symbol,
                "size": 11,
                "color": [colour if one.is_enough else GROUND for one in some],
                "line": {"color": colour, "width": 2},
            },
            "name": f"{init} root mean square",
            "cliponaxis": False,
            "customdata": [
                [
                    f"{one.size}×{one.size}",
                    magnitude(one.rms),
                    f"95 % interval {magnitude(one.low)} to {magnitude(one.high)}"
                    if one.is_enough
                    else f"{one.n_seeds:,} seeds are too few: about {magnitude(one.seeds_needed)} are needed",
                    magnitude(one.median),
                ]
                for one in some
            ],
            "hovertemplate": f"{init} start, %{{customdata[0]}}: root mean square <b>%{{customdata[1]}}</b><br>"
            "%{customdata[2]}<br>median %{customdata[3]}<extra></extra>",
        },
    ]


def _names(shown: Mapping[str, Sequence[Spread]], max_size: int) -> Iterator[Part]:
    """Each start's name at its line: the falling one's below it, the other's above."""
    for init, some in shown.items():
        falls = init == "uniform"
        at = next((one for one in some if one.n_pixels >= (0.6 if falls else 0.45) * max_size**2), None)
        if at is None or at.lower <= 0:
            continue
        yield {
            "text": f"<b>{init} start</b>",
            "x": at.n_pixels,
            "y": math.log10(at.lower if falls else at.median),
            "xanchor": "right" if falls else "center",
            "yanchor": "top" if falls else "bottom",
            "xshift": -14 if falls else 0,
            "yshift": -2 if falls else 8,
            "showarrow": False,
            "font": {"color": MODELS["qnn"].colour},
        }


def _floor_line(value: float) -> Part:
    return {
        "type": "line",
        "xref": "paper",
        **{"x0": 0, "x1": 1, "y0": value, "y1": value},
        "line": {"color": INK, "width": 1},
    }


def _floor_name(value: float, name: str, below: bool) -> Part:
    return {
        "text": name,
        **{"x": 1, "xref": "paper", "xanchor": "right", "y": math.log10(value)},
        "yanchor": "top" if below else "bottom",
        "showarrow": False,
        "font": {"size": SMALL_SIZE},
    }


def _lowest(
    shown: Iterable[Sequence[Spread]], laws: Sequence[Law], max_size: int, floor: tuple[float, str] | None
) -> float:
    """The lowest place that must be seen, as a power of ten."""
    drawn = [value for some in shown for one in some for value in (one.rms, one.lower) if value > 0]
    drawn += [value**TYPICAL for law in laws for size, value in law.values.items() if size <= max_size]
    drawn += [floor[0]] if floor is not None else []
    return math.log10(min(drawn, default=0.01))


def _alt(shown: Mapping[str, Sequence[Spread]], title: str, laws: Sequence[Law], max_size: int) -> str:
    parts = []
    for init, some in shown.items():
        if some:
            ends = [f"{magnitude(one.rms)} at {one.n_pixels} pixels" for one in (some[0], some[-1])]
            parts.append(f"{init} start {' and '.join(ends)} (root mean square)")
    for law in laws:
        size = max(size for size in law.values if size <= max_size)
        parts.append(f"{law.name} {magnitude(law.values[size])} at {size**2}")
    return f"The {title} before training against the number of pixels: {'; '.join(parts) or 'nothing above 0'}."


def _short(values: Iterable[float]) -> list[float | None]:
    """Numbers of any size in a few digits; None, a gap, for what a logarithmic axis has no place for."""
    return [float(f"{value:.4g}") if value > 0 and math.isfinite(value) else None for value in values]
