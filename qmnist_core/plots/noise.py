"""A network's answers under noise and with finitely many measurements."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Array, Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GROUND, INK, NEGATIVE, NEUTRAL, POSITIVE, SMALL_SIZE
from qmnist_core.look.text import decimal, percent
from qmnist_core.metrics import says_first
from qmnist_core.plots.style import LAYOUT, Figure, Part, axis, figure, plain

MAX_BARS = 120


def noise_figure(
    infidelities: Sequence[float],
    accuracies: Sequence[float],
    shot_accuracies: Sequence[float],
    shares: Sequence[float],
    today: float,
    n_shots: int,
) -> Figure:
    """Accuracy, and what is left of the margin, against the gates' infidelity on a logarithmic axis.

    infidelities: above 0, rising. accuracies, shot_accuracies: shares of test images classified correctly with
    unlimited shots and with n_shots each. shares: of the margin; below 0 where the noise reverses the answers, nan
    where there is none. today: the infidelity that is marked; 0, which has no place, is not.
    """
    x = [float(f"{infidelity:.3g}") for infidelity in infidelities]
    colour = MODELS["qnn"].colour
    traces = [
        _line("unlimited shots", x, accuracies, colour, "solid", "circle", "y"),
        _line(f"{n_shots:,} shots per image", x, shot_accuracies, colour, "dash", "diamond", "y"),
        _line("margin left", x, shares, NEUTRAL, "solid", "square", "y2"),
    ]
    lowest = 100 * min([*accuracies, *shot_accuracies], default=1.0)
    floor = 40 if lowest >= 40 else 0
    margins = [100 * share for share in shares if math.isfinite(share)]
    low, high = min([0.0, *margins]), max([100.0, *margins])
    mark = f"<span style='color:{colour}'>"
    return figure(
        traces,
        {
            "height": 560,
            "margin": {**LAYOUT["margin"], "t": 84, "b": 56},
            "hovermode": "x unified",
            "title": {
                "text": f"{mark}━●━</span> unlimited shots   {mark}╍◆╍</span> {n_shots:,} shots<br>"
                f"<span style='color:{NEUTRAL}'>━■━</span> margin left{'   ┆ chosen above' if today else ''}",
                "font": {"size": SMALL_SIZE},
                **{"x": 0, "xref": "container", "xanchor": "left", "pad": {"l": 10, "t": 16}},
                **{"y": 1, "yref": "container", "yanchor": "top"},
            },
            "xaxis": axis(
                "average gate infidelity",
                type="log",
                range=[-4.3, -0.8],
                anchor="y2",
                tickvals=[1e-4, 1e-3, 1e-2, 1e-1],
                ticktext=["0.01 %", "0.1 %", "1 %", "10 %"],
            ),
            "yaxis": axis(
                f"accuracy, axis from {floor} %", range=[floor, 102], domain=[0.42, 1], ticksuffix=" %", dtick=20
            ),
            "yaxis2": axis(
                "margin" if low else "margin, from 0",
                range=[1.05 * low, 1.05 * high],
                domain=[0, 0.34],
                ticksuffix=" %",
                dtick=50,
            ),
        },
        alt=_alt(infidelities, accuracies, shot_accuracies, shares, n_shots),
        shapes=[_chosen(today)] if today else [],
    )


def _line(name: str, x: list[float], shares: Sequence[float], colour: str, dash: str, symbol: str, yaxis: str) -> Part:
    return {
        "type": "scatter",
        "x": x,
        "y": plain(100 * np.asarray(shares, float), 3),
        "mode": "lines+markers",
        "line": {"color": colour, "width": 3, "dash": dash},
        "marker": {"color": colour, "size": 8, "symbol": symbol, "line": {"color": GROUND, "width": 1}},
        "name": name,
        "yaxis": yaxis,
        "hovertemplate": f"{name}: %{{y:.1f}} %<extra></extra>",
    }


def _chosen(infidelity: float) -> Part:
    return {
        "type": "line",
        "yref": "paper",
        "x0": infidelity,
        "x1": infidelity,
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 2, "dash": "dot"},
    }


def shots_figure(estimates: Reals, probabilities: Reals, z: float, digits: tuple[int, int]) -> Figure:
    """How probable each estimate of ⟨Z⟩ is: bars in the colour of the digit they say; the true value is marked.

    estimates, probabilities: float (n_shots + 1,), as of `shot_distribution`; many are gathered into bins.
    """
    places, heights, width = _bins(estimates, probabilities)
    traces: list[Part] = []
    for colour, digit, chosen in (
        (NEGATIVE, digits[1], ~says_first(places)),
        (POSITIVE, digits[0], says_first(places)),
    ):
        traces.append(
            {
                "type": "bar",
                "x": plain(places[chosen], 5),
                "y": plain(100 * heights[chosen], 4),
                "width": width,
                "marker": {"color": colour},
                "name": f"says {digit}",
                "xhoverformat": ".3f",
                "hovertemplate": f"estimate %{{x}}, says {digit}: %{{y:.2f}} %<extra></extra>",
            }
        )
    first = min(1.0, float(probabilities[says_first(estimates)].sum()))
    return figure(
        traces,
        {
            "height": 360,
            "margin": {**LAYOUT["margin"], "t": 62, "b": 56},
            "bargap": 0,
            "xaxis": axis("estimate of ⟨Z⟩", range=_window(places, heights, z)),
            "yaxis": axis("how probable", ticksuffix=" %", rangemode="tozero", nticks=5),
        },
        alt=f"Estimates of ⟨Z⟩ from {len(estimates) - 1:,} shots, where ⟨Z⟩ is {decimal(z)}: "
        f"{chance(first)} of them say {digits[0]}, the others {digits[1]}.",
        notes=[
            {
                "text": f"<b>says {digits[1]}:</b> {chance(1 - first)}<br><b>says {digits[0]}:</b> {chance(first)}",
                "x": 0,
                "y": 1,
                "xref": "paper",
                "yref": "paper",
                "align": "left",
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 10,
                "showarrow": False,
                "font": {"size": SMALL_SIZE + 1},
            }
        ],
        shapes=[
            {
                "type": "line",
                "yref": "paper",
                "x0": z,
                "x1": z,
                "y0": 0,
                "y1": 1,
                "line": {"color": INK, "width": 2, "dash": "dot"},
            },
        ],
    )


def chance(share: float) -> str:
    """A chance that is never quite 0 or 1, unless ⟨Z⟩ is −1 or +1."""
    return "less than 0.1 %" if share < 0.0005 else "more than 99.9 %" if share >= 0.9995 else percent(share)


def _bins(estimates: Reals, probabilities: Reals) -> tuple[Array, Array, float]:
    """Places, heights and width of at most some `MAX_BARS` bars around what is probable; no bar holds both answers."""
    likely = np.flatnonzero(probabilities > 1e-6)
    low, high = int(likely[0]), int(likely[-1]) + 1
    step = max(1, -(-(high - low) // MAX_BARS))
    zero = int(np.searchsorted(estimates, 0.0, side="right"))  # the first estimate above 0
    first = zero - step * -(-(zero - low) // step) if zero > low else low
    starts = np.arange(first, high, step)
    padded = np.concatenate([np.zeros(max(0, -first)), probabilities])
    sums = np.add.reduceat(padded, starts + max(0, -first))
    sums[-1] = padded[starts[-1] + max(0, -first) : high + max(0, -first)].sum()
    spacing = float(estimates[1] - estimates[0])
    return estimates[0] + (starts + (step - 1) / 2) * spacing, sums, step * spacing


def _window(places: Reals, heights: Reals, z: float) -> list[float]:
    """What is probable, zero and the true value, and a little more."""
    seen = places[heights > 1e-4 * heights.max()]
    low, high = min(seen.min(), z, 0.0), max(seen.max(), z, 0.0)
    room = 0.08 * (high - low) + 1e-9
    return [max(-1.1, low - room), min(1.1, high + room)]


def _alt(
    infidelities: Sequence[float],
    accuracies: Sequence[float],
    shot_accuracies: Sequence[float],
    shares: Sequence[float],
    n_shots: int,
) -> str:
    if not len(infidelities):
        return "Accuracy and margin against noise: nothing computed yet."
    margin = f", and the margin left from {percent(shares[0])} to {percent(shares[-1])}".replace("-", "−")
    return (
        f"From an average gate infidelity of {100 * infidelities[0]:.3g} % to {100 * infidelities[-1]:.3g} %, accuracy "
        f"goes from {percent(accuracies[0])} to {percent(accuracies[-1])} with unlimited shots, from "
        f"{percent(shot_accuracies[0])} to {percent(shot_accuracies[-1])} with {n_shots:,} shots"
        f"{margin if math.isfinite(shares[-1]) else ''}."
    )
