"""Circuit diagrams: how bits become X gates, and how each data qubit meets the readout, layer by layer.

A data qubit has its pixel's name: q(row, column). Large images are abbreviated: some wires are drawn,
and a line of text counts the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Angles, Bits, Exponents
from qmnist_core.catalogue import MODELS
from qmnist_core.circuits.exponents import check_exponents, wrap_exponents
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.look.palette import GROUND, INK
from qmnist_core.look.text import signed
from qmnist_core.pictures.layer_panel import MODEL_WIDTH, LayerPanel, legend
from qmnist_core.pictures.pixels import check_bits, check_chosen, check_square, describe_lit, pixel_name
from qmnist_core.pictures.svg import (
    SMALL_TEXT,
    STRIP_SIDE,
    box,
    element,
    line,
    meter,
    number,
    picture,
    rectangle_path,
    text,
)
from qmnist_core.pictures.wires import Row, marked, visible_rows

MAX_DRAWN = 36
"""Circuits with more data qubits are abbreviated."""
MAX_COLUMNS = 16
"""Gates beside each other before a layer goes on in the next row."""

ENCODING_WIDTH = 340
ENCODING_PITCH = 28

ICON_MAX_WIRES = 16
ICON_MAX_LAYERS = 5


def encoding_diagram(bits: Bits, chosen: int | None = None) -> str:
    """The data circuit: X turns |0⟩ into |1⟩ on the wire of each lit pixel; shown 340 px wide or more.

    bits: (n_pixels,), 0 or 1, of a square image. chosen: the number of a pixel whose wire is marked.
    All wires are drawn up to 36 pixels; beyond, the first and last two, the chosen one and up to six lit ones.
    Errors: InputError for other values, or a pixel that the image does not have.
    """
    lit = check_bits(bits)
    n, size = len(lit), math.isqrt(len(lit))
    check_chosen(chosen, n)
    on = np.flatnonzero(lit).tolist()
    rows = visible_rows(range(n) if n <= MAX_DRAWN else {0, 1, n - 2, n - 1, *on[:3], *on[-3:]}, n, chosen)
    parts = []
    for i, row in enumerate(rows):
        y = ENCODING_PITCH * (i + 0.75)
        if isinstance(row, range):
            n_lit = int(lit[row.start : row.stop].sum())
            words = f"⋮  {len(row)} more wires, {n_lit or 'none'} of them with X"
            parts.append(text(20, y, words, 14))
            continue
        bit = int(lit[row])
        if row == chosen:
            parts.append(marked(0, y, ENCODING_WIDTH, ENCODING_PITCH))
        weight = 700 if bit else 400
        parts += [
            text(12, y, f"q{pixel_name(row, size)}", 15, font_weight=weight),
            text(96, y, "|0⟩", 15),
            line(124, y, 290, y, stroke_width=3.5 if bit else 1.2),
            text(300, y, f"|{bit}⟩", 15, font_weight=weight),
        ]
        if bit:
            parts.append(box(205, y, 24, 24, fill=INK, stroke=GROUND, stroke_width=1))
            parts.append(text(205, y, "X", 15, text_anchor="middle", font_weight=700, fill=GROUND))
    title = f"Data circuit: {describe_lit(lit)}; {_count(len(on), 'X gate')} on {_count(n, 'wire')}."
    return picture(ENCODING_WIDTH, ENCODING_PITCH * (len(rows) + 0.5), title, *parts)


def model_diagram(
    layers: Sequence[str],
    n_pixels: int,
    exponents: Exponents | None = None,
    chosen: int | None = None,
    first_layer: int = 0,
    n_shown: int | None = None,
) -> str:
    """The model, one panel per layer: one gate for each data qubit in turn and the readout; shown 1100 px wide
    (on a narrow screen let it scroll sideways).

    layers: Pauli products, the data qubit's letter first. exponents: float (n_layers, n_pixels) in half-turns,
    written above the gates after whole periods of 2 are taken off, and their sign is the gates' colour.
    chosen: the number of a pixel whose wire and gates are marked. first_layer, n_shown: draw only so many
    layers (None: all the rest) from that one on, counted from 0; headings keep the layers' own numbers.
    Up to 36 data qubits are drawn gate by gate, at most 16 in a row; beyond, the first three, the chosen one
    and the last two.
    Errors: ConfigError for unknown layers; InputError for other shapes, or a layer or pixel there is not.
    """
    circuit = CircuitConfig(layers=tuple(layers))
    size = check_square(n_pixels)
    check_chosen(chosen, n_pixels)
    if not 0 <= first_layer < circuit.n_layers:
        raise InputError(f"the first layer must be 0–{circuit.n_layers - 1}, got {first_layer}")
    if n_shown is not None and n_shown < 1:
        raise InputError(f"the number of layers shown must be 1 or more, got {n_shown}")
    turns = None if exponents is None else wrap_exponents(check_exponents(circuit, n_pixels, exponents)).round(2)
    stop = circuit.n_layers if n_shown is None else min(first_layer + n_shown, circuit.n_layers)
    parts, y = [], 0.0
    for layer in range(first_layer, stop):
        folds = _folds(n_pixels, chosen)
        for i, fold in enumerate(folds):
            panel = LayerPanel(circuit, size, layer, fold, turns, chosen, is_first=i == 0, is_last=i == len(folds) - 1)
            parts.append(element("g", panel.draw(), transform=f"translate(0 {number(y)})"))
            y += panel.height
    if turns is not None:
        parts.append(legend(y + 8))
        y += 34
    return picture(MODEL_WIDTH, y, _model_title(circuit, n_pixels, turns, first_layer, stop), *parts)


def circuit_icon(bits: Bits, n_layers: int) -> str:
    """The whole circuit, simplified: X on lit pixels' wires, layers as bands, the measured readout below; shown
    138 px wide or more.

    bits: (n_pixels,), 0 or 1, of a square image. Up to 16 wires and 5 layers are all drawn; beyond, the first
    and last wire with up to six lit ones, and the first three layers with the last. The counts are always true.
    Errors: InputError for other values, or no layer.
    """
    lit = check_bits(bits)
    n = len(lit)
    if n_layers < 1:
        raise InputError(f"the number of layers must be 1 or more, got {n_layers}")
    on = np.flatnonzero(lit).tolist()
    rows = visible_rows(range(n) if n <= ICON_MAX_WIRES else {0, n - 1, *on[:3], *on[-3:]}, n)
    pitch = min(24.0, 118 / len(rows))
    heights = [96 + pitch * (i - (len(rows) - 1) / 2) for i in range(len(rows))]
    top, bottom, readout = heights[0] - pitch / 2, heights[-1] + pitch / 2, 180
    # Neighbouring wires have their X at different places, so that each can be twice as large.
    side = min(14.0, 2 * pitch - 2)
    squares, crosses, parts = "", "", []
    for i, (row, y) in enumerate(zip(rows, heights, strict=True)):
        if isinstance(row, range):
            parts.append(element("path", d=_dots(14, y, pitch), stroke=INK, stroke_width=2, stroke_linecap="round"))
            continue
        bit = int(lit[row])
        parts.append(line(8, y, 150, y, stroke_width=2.2 if bit else 1, stroke_opacity=None if bit else 0.5))
        if bit:
            x, arm = 26.0 + 16 * (i % 2), 0.28 * side
            squares += rectangle_path(x - side / 2, y - side / 2, side, side)
            for tilt in (-arm, arm):
                crosses += f"M{number(x - arm)} {number(y + tilt)}L{number(x + arm)} {number(y - tilt)}"
    parts += [
        element("path", d=squares, fill=INK, stroke=GROUND),
        element("path", d=crosses, fill="none", stroke=GROUND, stroke_width=1.5),
        line(8, readout, 160, readout, stroke_width=2),
    ]
    places = _band_places(n_layers)
    for x in places:
        parts += _band(x, top, bottom, readout)
    if len(places) < n_layers:
        parts.append(text((places[-2] + places[-1]) / 2, readout - 14, "…", 18, text_anchor="middle"))
    parts += [
        meter(176, readout, 30, 22),
        text(8, 16, f"{len(on) or 'no'} X", SMALL_TEXT),
        text(192, 16, _count(n_layers, "layer"), SMALL_TEXT, text_anchor="end"),
    ]
    title = (
        f"Circuit overview: {_count(len(on), 'X gate')} on {n} data qubits, then {_count(n_layers, 'layer')} "
        "of gates with the readout, which is measured."
    )
    return picture(STRIP_SIDE, STRIP_SIDE, title, *parts)


def _band(x: float, top: float, bottom: float, readout: float) -> list[str]:
    """A layer: over all wires, and down to the readout."""
    violet = MODELS["qnn"].colour
    rect = {"x": x - 7, "y": top, "width": 14, "height": bottom - top, "rx": 3}
    return [
        element("rect", **rect, fill=violet, fill_opacity=0.25, stroke=violet),
        line(x, bottom, x, readout, stroke=violet, stroke_width=2),
        box(x, readout, 14, 14, fill=violet),
    ]


def _model_title(circuit: CircuitConfig, n_pixels: int, turns: Angles | None, first: int, stop: int) -> str:
    shown = f"layer {first + 1}" if stop == first + 1 else f"layers {first + 1} to {stop}"
    kinds = ", ".join(circuit.layers[first:stop])
    title = f"Model circuit, {shown} of {circuit.n_layers} ({kinds}): in each, one gate for each of {n_pixels} data "
    title += "qubits and the readout, which starts with X and H and ends with H and a measurement of Z"
    if turns is not None:
        part = turns[first:stop]
        title += f"; exponents from {signed(part.min())} to {signed(part.max())} half-turns"
    return title + "."


def _folds(n_pixels: int, chosen: int | None) -> list[list[Row]]:
    """The wires of each panel of a layer."""
    if n_pixels > MAX_DRAWN:
        return [visible_rows({0, 1, 2, n_pixels - 2, n_pixels - 1}, n_pixels, chosen)]
    n_folds = math.ceil(n_pixels / MAX_COLUMNS)
    return [part.tolist() for part in np.array_split(np.arange(n_pixels), n_folds)]


def _band_places(n_layers: int) -> list[float]:
    """Where the layers' bands stand in the icon: all of them, or the first three and the last."""
    if n_layers > ICON_MAX_LAYERS:
        return [68, 86, 104, 140]
    gap = min(28.0, 72 / max(n_layers - 1, 1))
    return [104 + gap * (i - (n_layers - 1) / 2) for i in range(n_layers)]


def _dots(x: float, y: float, pitch: float) -> str:
    return "".join(f"M{number(x)} {number(y + step * pitch / 4)}h0" for step in (-1, 0, 1))


def _count(n: int, thing: str) -> str:
    return f"{n or 'no'} {thing}{'' if n == 1 else 's'}"
