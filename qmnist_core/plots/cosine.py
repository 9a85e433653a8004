"""The network of one wave as a curve: every bit pattern at its weighted sum and its answer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from qmnist_core.arrays import Numbers, Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.data.class_names import Names
from qmnist_core.look.palette import GROUND, INK, NEGATIVE, POSITIVE
from qmnist_core.look.text import decimal
from qmnist_core.metrics import says_first
from qmnist_core.plots.style import LAYOUT, SIGNED_TICKS, ZERO_LINE, Figure, Part, above_right, axis, figure, plain

POINTS_A_TURN = 48
"""Of the curve."""
MAX_CURVE = 1200
SMALLEST, LARGEST = 9.0, 30.0
"""Diameters of the rarest and the commonest pattern, in pixels; the area grows with the number of images."""
PRINTED = {"hoverformat": ".2f"}
"""Of an axis: its numbers in a hover have a true minus sign, which numbers formatted by a template do not."""
MARGIN = 0.5
"""Beyond the outermost point, in radians."""


def cosine_figure(
    damping: float,
    sums: Reals,
    positive: Numbers,
    negative: Numbers,
    names: Names,
    chosen: float | None = None,
    folded: bool = False,
) -> Figure:
    """−R cos x with each bit pattern as a point; its custom data begins with its number in the order given.

    damping: R. sums: x = Σ z φ of each pattern, float (n,), radians. positive, negative: int (n,), how many images of
    the first and of the second digit have it. chosen: the sum with a ring around it. folded: all sums are in (−π, π].
    """
    sums = np.asarray(sums, float)
    values = -damping * np.cos(sums)
    low, high = _range(sums if chosen is None else np.append(sums, chosen), folded)
    traces = [_curve(damping, low, high), _patterns(sums, values, positive, negative, names)]
    if chosen is not None:
        traces.append(_ring(chosen, damping))
    wrong, n_images = int(np.where(says_first(values), negative, positive).sum()), int((positive + negative).sum())
    return figure(
        traces,
        {
            "height": 390,
            "margin": {**LAYOUT["margin"], "t": 34},
            "hovermode": "closest",
            "xaxis": axis("weighted sum x = Σ z φ (radians)", range=[low, high], **PRINTED, **_turn_ticks(low, high)),
            "yaxis": axis(
                f"⟨Z⟩: says {names[1]} below 0, {names[0]} above",
                range=[-1.12, 1.12],
                **PRINTED,
                **SIGNED_TICKS,
                **ZERO_LINE,
            ),
        },
        alt=f"{len(sums):,} bit patterns on the curve −{decimal(damping)} cos x, x from "
        f"{decimal(sums.min(), 1)} to {decimal(sums.max(), 1)} radians; "
        f"{wrong:,} of {n_images:,} images are on the wrong side of zero.",
        notes=[above_right(_key(names, bool(((positive > 0) & (negative > 0)).any())))],
    )


def _range(sums: Reals, folded: bool) -> tuple[float, float]:
    """Of the x axis: at least one whole turn, and all sums with some room."""
    if folded:
        return -math.pi, math.pi
    low, high = float(sums.min()) - MARGIN, float(sums.max()) + MARGIN
    if high - low < 2 * math.pi:
        return (low + high) / 2 - math.pi, (low + high) / 2 + math.pi
    return low, high


def _curve(damping: float, low: float, high: float) -> Part:
    curve = np.linspace(low, high, min(MAX_CURVE, int((high - low) / (2 * math.pi) * POINTS_A_TURN) + 24))
    return {
        "type": "scatter",
        "x": plain(curve, 3),
        "y": plain(-damping * np.cos(curve)),
        "mode": "lines",
        "line": {"color": MODELS["qnn"].colour, "width": 3},
        "hoverinfo": "skip",
        "name": "−R cos x",
    }


def _patterns(sums: Reals, values: Reals, positive: Numbers, negative: Numbers, names: Names) -> Part:
    """A point for each, by its shape and colour of which digit's images; the rare ones in front."""
    n_images = positive + negative
    sizes = _diameters(n_images)
    both = (positive > 0) & (negative > 0)
    first = positive > negative
    order = np.argsort(-n_images, kind="stable")
    return {
        "type": "scatter",
        "x": plain(sums[order], 3),
        "y": plain(values[order]),
        "mode": "markers",
        "marker": {
            "color": [POSITIVE if first[i] else NEGATIVE for i in order],
            "symbol": ["square" if both[i] else "circle" if first[i] else "diamond" for i in order],
            "size": [round(float(size)) for size in sizes[order]],
            "opacity": 0.9,
            "line": {"color": [INK if both[i] else GROUND for i in order], "width": 1.5},
        },
        "customdata": [[int(i), int(positive[i]), int(negative[i])] for i in order],
        "hovertemplate": f"images of {names[0]}: <b>%{{customdata[1]:,}}</b>, "
        f"of {names[1]}: <b>%{{customdata[2]:,}}</b>"
        "<br>x = %{x} rad, ⟨Z⟩ = <b>%{y}</b><extra></extra>",
        "cliponaxis": False,
        "name": "patterns",
    }


def _ring(chosen: float, damping: float) -> Part:
    return {
        "type": "scatter",
        "x": [round(chosen, 4)],
        "y": [round(-damping * math.cos(chosen), 4)],
        "mode": "markers",
        "marker": {"symbol": "circle-open", "color": INK, "size": LARGEST + 8, "line": {"width": 4}},
        "hoverinfo": "skip",
        "cliponaxis": False,
        "name": "chosen",
    }


def _key(names: Names, any_both: bool) -> str:
    words = (
        f'<span style="color:{POSITIVE}">●</span> only {names[0]}   '
        f'<span style="color:{NEGATIVE}">◆</span> only {names[1]}'
    )
    if any_both:
        words += f'   <span style="color:{POSITIVE}">■</span><span style="color:{NEGATIVE}">■</span> both'
    return words


def _diameters(n_images: Numbers) -> Reals:
    """Pixels; the area grows with the number of images, but none becomes too small to hit or hides all others."""
    largest = n_images.max()
    if largest <= 1:
        return np.full(len(n_images), SMALLEST)
    diameters: Reals = SMALLEST + (LARGEST - SMALLEST) * np.sqrt((n_images - 1) / (largest - 1))
    return diameters


def _turn_ticks(low: float, high: float) -> dict[str, Any]:
    """Multiples of π, or of π/2 where there are few."""
    every = 1  # in quarters of a turn
    if high - low > 3 * math.pi:
        every = 2 * max(1, math.ceil((high - low) / math.pi / 9))
    first, last = math.ceil(low / (math.pi / 2) - 1e-9), math.floor(high / (math.pi / 2) + 1e-9)
    shown = [step for step in range(first, last + 1) if step % every == 0]
    return {
        "tickvals": [round(step * math.pi / 2, 4) for step in shown],
        "ticktext": [_multiple_of_pi(step) for step in shown],
    }


def _multiple_of_pi(halves: int) -> str:
    """−3π/2, −π, 0, π/2, 2π …"""
    if not halves:
        return "0"
    number, end = (abs(halves) // 2, "π") if halves % 2 == 0 else (abs(halves), "π/2")
    return ("−" if halves < 0 else "") + ("" if number == 1 else str(number)) + end
