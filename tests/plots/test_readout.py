from __future__ import annotations

import numpy as np

from qmnist_core.look.palette import GROUND, INK, NEGATIVE, POSITIVE
from qmnist_core.plots import readout
from tests.plots.drawn import drawing

readout_after_layers = drawing(readout.readout_after_layers)


def test_a_stem_a_layer_coloured_and_shaped_by_sign() -> None:
    figure = readout_after_layers([-1.0, 0.0, 0.354], ["start", "XX", "ZZ"])
    positive, negative, points = figure.data
    assert (positive.x, positive.y, positive.line.color) == ((2, 2, None), (0, 0.354, None), POSITIVE)
    assert (negative.x, negative.y, negative.line.color) == ((0, 0, None), (0, -1.0, None), NEGATIVE)
    assert points.y == (-1.0, 0.0, 0.354)
    assert points.marker.color == (NEGATIVE, GROUND, POSITIVE)
    assert points.marker.symbol == ("diamond", "circle", "circle")
    assert points.customdata[0] == ["before the first layer", "−1.000"]
    assert points.customdata[2] == ["after layer 2, ZZ", "0.354"]
    assert [note.text for note in figure.layout.annotations] == ["−1.00", "0.00", "<b>+0.35</b>"]
    layout = figure.layout
    assert layout.xaxis.ticktext == ("start", "1: XX", "2: ZZ")
    assert (layout.yaxis.tickvals[0], layout.yaxis.tickvals[-1]) == (-1, 1)
    assert layout.yaxis.zerolinecolor == INK
    assert layout.meta["alt"].endswith("−1.00 before the first layer, +0.35 after all 2.")


def test_many_layers_are_numbered_and_only_the_ends_labelled() -> None:
    figure = readout_after_layers(list(np.cos(np.arange(101))), ["start", *["XX"] * 100])
    assert [note.x for note in figure.layout.annotations] == [0, 100]
    assert len(figure.layout.xaxis.ticktext) == len(figure.layout.xaxis.tickvals) <= 9
    assert figure.layout.xaxis.ticktext[1] == str(figure.layout.xaxis.tickvals[1])
