"""One row of a layer's two-qubit gates, drawn as a staircase above the readout's wire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Angles
from qmnist_core.config import CircuitConfig
from qmnist_core.look.palette import GRID, GROUND, INK, NEGATIVE, POSITIVE
from qmnist_core.look.text import signed
from qmnist_core.pictures.pixels import pixel_name
from qmnist_core.pictures.svg import box, element, line, meter, text
from qmnist_core.pictures.wires import Row, marked

MODEL_WIDTH = 1100
PITCH = 27
GATE = 23
LABEL_X = 12
WIRE_X = 92
PREPARATION_X = 112
FIRST_GATE_X = 176
LAST_GATE_X = 970
END_X = 1088


@dataclass(frozen=True)
class LayerPanel:
    """A whole layer, or the part of it that fits in one row."""

    circuit: CircuitConfig
    size: int
    layer: int
    rows: list[Row]
    turns: Angles | None
    """float (n_layers, n_pixels) in [−1, 1], rounded to what is written above the gates."""
    chosen: int | None
    is_first: bool
    """Whether this is the first row of its layer; `is_last` likewise."""
    is_last: bool

    @property
    def header(self) -> float:
        """From the top to the first wire: the heading, then the exponents."""
        return 56 if self.turns is None else 82

    @property
    def readout_y(self) -> float:
        return self.header + PITCH * (len(self.rows) + 0.3)

    @property
    def height(self) -> float:
        return self.readout_y + 36

    @property
    def has_measurement(self) -> bool:
        return self.layer == self.circuit.n_layers - 1 and self.is_last

    def draw(self) -> str:
        return "".join([self._heading(), *self._wires(), *self._gates(), *self._ends()])

    def _heading(self) -> str:
        kind, n = self.circuit.layers[self.layer], self.size**2
        drawn = [row for row in self.rows if isinstance(row, int)]
        words = f"Layer {self.layer + 1} of {self.circuit.n_layers}"
        if self.is_first:
            words += f": {kind} on each data qubit and the readout"
        else:
            words += f", continued from q{pixel_name(drawn[0], self.size)}"
        heading = text(LABEL_X, 22, words, 18, font_weight=700)
        if len(drawn) == n or not self.is_first:
            return heading
        return heading + text(END_X, 22, f"{n} {kind} gates, one for each data qubit in turn", 15, text_anchor="end")

    def _wires(self) -> Iterator[str]:
        for row, _, y in self._places():
            if isinstance(row, range):
                yield text(LABEL_X + 18, y, "⋮", 18, font_weight=700)
                continue
            if row == self.chosen:
                yield marked(0, y, MODEL_WIDTH, PITCH)
            yield text(LABEL_X, y, f"q{pixel_name(row, self.size)}", 15)
            yield line(WIRE_X, y, END_X, y, stroke_width=1.2, stroke_opacity=0.6)
        yield text(LABEL_X, self.readout_y, "readout", 15, font_weight=700)
        end = LAST_GATE_X + 74 if self.has_measurement else END_X
        yield line(WIRE_X, self.readout_y, end, self.readout_y, stroke_width=2.2)

    def _gates(self) -> Iterator[str]:
        on_data, on_readout = kind = tuple(self.circuit.layers[self.layer])
        for row, x, y in self._places():
            if isinstance(row, range):
                yield text(x, y, f"{len(row)} more gates", 14, text_anchor="middle")
                yield box(x, self.readout_y, 40, 10, fill=GROUND)
                yield text(x, self.readout_y - 4, "…", 20, text_anchor="middle", font_weight=700)
                continue
            turn = None if self.turns is None else float(self.turns[self.layer, row])
            power = "" if turn is None else f" to the power {signed(turn)}"
            parts = [element("title", f"{''.join(kind)}{power} on q{pixel_name(row, self.size)} and the readout")]
            if turn is not None:
                weight = 700 if row == self.chosen else 400
                parts.append(line(x, self.header - 17, x, y, stroke=GRID))
                parts.append(
                    text(x, self.header - 27, signed(turn), 15, text_anchor="middle", font_weight=weight),
                )
            parts.append(line(x, y, x, self.readout_y, stroke_width=1.6))
            parts += [_gate(x, y, on_data, turn), _gate(x, self.readout_y, on_readout, turn)]
            yield element("g", *parts)

    def _ends(self) -> Iterator[str]:
        y = self.readout_y
        if self.layer == 0 and self.is_first:
            yield _gate(PREPARATION_X, y, "X")
            yield _gate(PREPARATION_X + 30, y, "H")
        if self.has_measurement:
            yield _gate(LAST_GATE_X + 36, y, "H")
            yield meter(LAST_GATE_X + 74, y, 34, 24)
            yield text(LAST_GATE_X + 97, y, "Z", 16, font_weight=700)

    def _places(self) -> Iterable[tuple[Row, float, float]]:
        """Each row with its gate's x and its wire's y."""
        columns = np.linspace(FIRST_GATE_X, LAST_GATE_X, len(self.rows)).tolist()
        heights = [self.header + PITCH * (i + 0.2) for i in range(len(self.rows))]
        return zip(self.rows, columns, heights, strict=True)


def legend(y: float) -> str:
    """What numbers and colours of the gates mean."""
    words = "Exponents in half-turns: positive ones are blue, negative ones orange. Adding 2 gives the same gate."
    return (
        _gate(LABEL_X + GATE / 2, y, "+", 0.7)
        + _gate(LABEL_X + 34 + GATE / 2, y, "−", -0.7)
        + text(LABEL_X + 72, y, words, 14)
    )


def _gate(x: float, y: float, letter: str, turn: float | None = None) -> str:
    """A box with a letter; the farther its exponent is from 0, the stronger the colour of its sign."""
    colour = INK if not turn else POSITIVE if turn > 0 else NEGATIVE
    parts = [box(x, y, GATE, GATE, fill=GROUND, stroke=colour, stroke_width=1.6)]
    if turn:
        parts.append(box(x, y, GATE, GATE, fill=colour, fill_opacity=0.65 * abs(turn)))
    parts.append(text(x, y, letter, 15, text_anchor="middle", font_weight=600))
    return "".join(parts)
