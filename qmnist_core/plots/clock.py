"""The network of one wave as a clock: each pixel's own arrow, and the hand that they turn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from qmnist_core.arrays import Angles, Bits, Complexes, Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GRID, GROUND, INK, LARGE_SIZE, NEGATIVE, NEUTRAL, POSITIVE, side_colour
from qmnist_core.look.text import decimal, signed
from qmnist_core.metrics import said, says_first
from qmnist_core.plots.pixel_map import pixel_map
from qmnist_core.plots.style import SIGNED_TICKS, Figure, Part, axis, figure, plain

VIOLET = MODELS["qnn"].colour
REACH = 0.4
"""Of an arrow of length 1, where a pixel's side is 1."""
MAX_ARROWS = 10
"""Larger images have no room for an arrow in each pixel."""
HEIGHT = 350
"""Of both figures, which stand side by side, in pixels of the screen."""
ARC_STEP = 0.06
"""Radians between two points of an arc."""


def turns_figure(lengths: Reals, turns: Angles, bits: Bits, after: int) -> Figure:
    """What each pixel does to the hand: as an arrow up to 10×10 pixels, as a colour in larger images.

    lengths: r, float (n_pixels,). turns: z φ, float (n_pixels,), radians. bits: (n_pixels,), 0 or 1.
    after: how many pixels have been multiplied.
    """
    size = math.isqrt(len(bits))
    if size > MAX_ARROWS:
        limit = float(np.abs(turns).max())
        so_far = np.where(np.arange(len(bits)) < after, turns, 0.0)
        return pixel_map(so_far, size, "turn", "radians", limit, height=HEIGHT)
    return arrow_map(lengths, turns, bits, after)


def arrow_map(lengths: Reals, turns: Angles, bits: Bits, after: int) -> Figure:
    """Each pixel's factor r e^{i z φ} as an arrow at its place: to the right it turns nothing, up by a quarter.

    Arguments as for `turns_figure`. Lit pixels are filled; the last of those multiplied has a frame, and those to come
    are faint.
    """
    size, numbers = math.isqrt(len(bits)), np.arange(len(bits))
    columns, rows = numbers % size, numbers // size
    ends = REACH * lengths * np.exp(1j * turns)
    places = list(zip(columns.tolist(), rows.tolist(), strict=True))
    cells = [_cell(*place, bool(bits[i]), i < after) for i, place in enumerate(places)]
    traces: list[Part] = []
    for lit, done in ((0, True), (0, False), (1, True), (1, False)):
        chosen = np.flatnonzero((bits == lit) & ((numbers < after) == done))
        colour = GROUND if lit else INK
        traces.append(
            {
                "type": "scatter",
                "x": [x for i in chosen for x in (int(columns[i]), round(float(columns[i] + ends[i].real), 4), None)],
                "y": [y for i in chosen for y in (int(rows[i]), round(float(rows[i] - ends[i].imag), 4), None)],
                "mode": "lines+markers",
                "marker": {
                    "symbol": "arrow",
                    "angleref": "previous",
                    "size": [0, 12, 0] * len(chosen),
                    "color": colour,
                    "opacity": 1,
                    "line": {"width": 0},
                },
                "line": {"width": 3.5, "color": colour},
                "opacity": 1 if done else 0.35,
                "hoverinfo": "skip",
                "name": f"{'lit' if lit else 'unlit'}, {'done' if done else 'to come'}",
            }
        )
    traces.append(
        {
            "type": "scatter",
            "x": columns.tolist(),
            "y": rows.tolist(),
            "mode": "markers",
            "marker": {"opacity": 0, "size": 30},
            "hovertext": [
                f"pixel ({rows[i]}, {columns[i]}), {'lit' if bits[i] else 'unlit'}:<br>"
                f"turns by <b>{decimal(turns[i])}</b> rad ({decimal(np.degrees(turns[i]), 0)}°),<br>"
                f"keeps {decimal(100 * lengths[i], 1)} % of the length"
                for i in numbers
            ],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "name": "pixels",
        }
    )
    bare: dict[str, Any] = {"showticklabels": False, "ticks": "", "showgrid": False, "constrain": "domain"}
    return figure(
        traces,
        {
            "height": HEIGHT,
            "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
            "xaxis": axis(**bare, range=[-0.53, size - 0.47]),
            "yaxis": axis(**bare, range=[size - 0.47, -0.53], scaleanchor="x"),
        },
        alt=f"An arrow for each of {size}×{size} pixels, {int(np.sum(bits))} of them lit: the pixel's own "
        f"turn of the hand, from {decimal(turns.min())} to {decimal(turns.max())} radians.",
        shapes=[*cells, *([_frame(*places[after - 1])] if after else [])],
    )


def clock_figure(hand: Complexes, turns: Angles, after: int, digits: tuple[int, int]) -> Figure:
    """The hand after some pixels, with the way it came; its end's horizontal place is ⟨Z⟩ so far.

    hand: complex (n_pixels + 1,), the first −1. turns: float (n_pixels,), radians, by which each pixel turned it.
    after: how many pixels have been multiplied.
    """
    now, value = hand[after], float(hand[after].real)
    traces = _way(hand[: after + 1], turns)
    if after:
        traces += _last_turn(hand[after - 1], now, turns[after - 1])
    traces += _readings(now, f"⟨Z⟩ = {signed(value)} after {after} of {len(turns)} pixels")
    return figure(
        traces,
        {
            "height": HEIGHT,
            "xaxis": axis("⟨Z⟩ so far", range=[-1.22, 1.22], constrain="domain", **SIGNED_TICKS),
            "yaxis": axis(range=[-1.22, 1.22], scaleanchor="x", showticklabels=False, showgrid=False),
        },
        alt=f"A clock's hand after {after} of {len(turns)} pixels, {decimal(abs(now), 3)} long; "
        f"it ends at ⟨Z⟩ = {signed(value)}, on the side of {said(value, digits)}.",
        notes=[_side(-1.2, "left", digits), _side(1.2, "right", digits)],
        shapes=_face(),
    )


def _way(hand: Complexes, turns: Angles) -> list[Part]:
    """The path of the hand's end, and where it stopped after each pixel."""
    arcs = [_arc(hand[k], hand[k + 1], turns[k]) for k in range(len(hand) - 1)]
    way = np.concatenate([[hand[0]], *arcs])
    return [
        {
            "type": "scatter",
            "x": plain(way.real, 3),
            "y": plain(way.imag, 3),
            "mode": "lines",
            "line": {"color": NEUTRAL, "width": 2, "dash": "dot"},
            "hoverinfo": "skip",
            "name": "way",
        },
        {
            "type": "scatter",
            "x": plain(hand.real, 3),
            "y": plain(hand.imag, 3),
            "mode": "markers",
            "marker": {"color": NEUTRAL, "size": 8 if len(turns) <= MAX_ARROWS**2 else 4},
            "hovertext": [f"after {k} of {len(turns)} pixels: ⟨Z⟩ = {signed(h.real)}" for k, h in enumerate(hand)],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "name": "stops",
        },
    ]


def _last_turn(before: complex, now: complex, angle: float) -> list[Part]:
    """The hand as it was, and an arc from there to where it is."""
    turn = 0.45 * _arc(before, now, angle)
    return [
        _arrow(before, NEUTRAL, 2, "before"),
        {
            "type": "scatter",
            "x": plain(turn.real, 3),
            "y": plain(turn.imag, 3),
            "mode": "lines",
            "line": {"color": INK, "width": 2},
            "hoverinfo": "skip",
            "name": "turn",
        },
    ]


def _readings(now: complex, words: str) -> list[Part]:
    """The hand, and from its end down to ⟨Z⟩."""
    value = float(now.real)
    return [
        {
            "type": "scatter",
            "x": [round(value, 4)] * 2,
            "y": [round(float(now.imag), 4), -1.12],
            "mode": "lines",
            "line": {"color": side_colour(value), "width": 2, "dash": "dash"},
            "hoverinfo": "skip",
            "name": "down",
        },
        _arrow(now, VIOLET, 6, "hand"),
        {
            "type": "scatter",
            "x": [round(value, 4)],
            "y": [-1.12],
            "mode": "markers",
            "marker": {
                "color": side_colour(value),
                "symbol": "circle" if says_first(value) else "diamond",
                "size": 15,
            },
            "cliponaxis": False,
            "hovertext": words,
            "hovertemplate": "%{hovertext}<extra></extra>",
            "name": "readout",
        },
    ]


def _side(x: float, anchor: str, digits: tuple[int, int]) -> Part:
    """Which digit the hand says on this side."""
    return {
        "text": f"<b>says {said(x, digits)}</b>",
        "bgcolor": GROUND,
        "x": x,
        "y": 1.2,
        "xanchor": anchor,
        "yanchor": "top",
        "showarrow": False,
        "font": {"size": LARGE_SIZE, "color": side_colour(x)},
    }


def _face() -> list[Part]:
    """The circle of length 1, its right half blue and its left one orange."""
    halves = [
        {
            "type": "path",
            "path": "M0,1 " + " ".join(f"L{x:.3f},{y:.3f}" for x, y in _half(side)) + " Z",
            "fillcolor": colour,
            "opacity": 0.13,
            "line": {"width": 0},
            "layer": "below",
        }
        for side, colour in ((1, POSITIVE), (-1, NEGATIVE))
    ]
    corners = {"x0": -1, "x1": 1, "y0": -1, "y1": 1}
    circle: dict[str, Any] = {"type": "circle", **corners, "line": {"color": INK, "width": 1.5}, "layer": "below"}
    middle: dict[str, Any] = {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "y0": -1.22,
        "y1": 1,
        "line": {"color": INK, "width": 1},
    }
    return [*halves, circle, {**middle, "layer": "between"}]


def _half(side: int) -> list[tuple[float, float]]:
    angles = np.linspace(np.pi / 2, -np.pi / 2, 61)
    return [(side * float(np.cos(angle)), float(np.sin(angle))) for angle in angles]


def _arc(start: complex, end: complex, turn: float) -> Complexes:
    """From start to end around zero, with the length changing evenly."""
    n = max(2, int(abs(turn) / ARC_STEP) + 1)
    share = np.linspace(0.0, 1.0, n)
    points: Complexes = (abs(start) + share * (abs(end) - abs(start))) * np.exp(1j * (np.angle(start) + share * turn))
    return points


def _arrow(end: complex, colour: str, width: int, name: str) -> Part:
    """From the middle of the clock."""
    head = {"symbol": "arrow", "angleref": "previous", "size": [0, 22], "opacity": 1, "line": {"width": 0}}
    return {
        "type": "scatter",
        "x": plain([0, end.real]),
        "y": plain([0, end.imag]),
        "mode": "lines+markers",
        "line": {"color": colour, "width": width},
        "marker": {**head, "color": colour},
        "hoverinfo": "skip",
        "name": name,
    }


def _cell(column: int, row: int, lit: bool, done: bool) -> Part:
    return {
        "type": "rect",
        **{"x0": column - 0.48, "x1": column + 0.48, "y0": row - 0.48, "y1": row + 0.48},
        "fillcolor": INK if lit else GROUND,
        "opacity": 1 if done else 0.45,
        "line": {"color": INK if lit else GRID, "width": 1.5},
        "layer": "below",
    }


def _frame(column: int, row: int) -> Part:
    return {
        "type": "rect",
        **{"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5},
        "line": {"color": VIOLET, "width": 5},
    }
