from __future__ import annotations

import math

import pytest

from qmnist_core.plots import noise
from qmnist_core.plots.noise import chance
from qmnist_core.studies.noise import Advice
from tests.plots.drawn import drawing

advice_figure = drawing(noise.advice_figure)
TWO, FOUR = ("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ")


def test_what_can_be_read_is_above_a_line() -> None:
    rows = [
        Advice(2, TWO, median=0.5, low=0.2),
        Advice(4, TWO, median=0.1, low=0.004),
        Advice(4, FOUR, median=0.02, low=1e-9),
        Advice(28, FOUR, "it would take too long to compute here"),
    ]
    figure = advice_figure(rows, (2, 4, 28), 0.0165, 10_000)
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name["2 layers, half of the images"].x) == [2, 4]
    assert list(by_name["2 layers, 95 % of the images"].y) == [0.2, 0.004]
    assert list(by_name["4 layers, half of the images"].y) == [0.02], "what was refused has no point"
    assert by_name["4 layers, half of the images"].line.dash == "dash"
    assert [shape.y0 for shape in figure.layout.shapes] == [0.0165, 0.0165]
    assert [note.text for note in figure.layout.annotations] == [
        *("<b>2 layers</b>", "<b>4 layers</b>", "<b>10,000 shots read what is above</b>", "<b>too small to read</b>")
    ]
    assert list(figure.layout.xaxis.ticktext) == ["2", "4", "28"]
    assert figure.layout.yaxis.range[0] == math.log10(noise.SMALLEST)
    assert "10,000 shots read 0.017. 2×2 with 2 layers: 0.5 and 0.2," in figure.layout.meta["alt"]


def test_one_stack_needs_no_name() -> None:
    figure = advice_figure([Advice(2, TWO, median=0.5, low=0.2)], (2, 4), 0.0165, 10_000)
    assert "layers" not in "".join(note.text for note in figure.layout.annotations)


def test_nothing_yet() -> None:
    assert "nothing computed yet" in advice_figure([], (2, 4), 0.0165, 10_000).layout.meta["alt"]


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1e-9, "less than 0.1 %"),
        (0.0005, "0.1 %"),
        (0.5, "50.0 %"),
        (0.9994, "99.9 %"),
        (1 - 1e-9, "more than 99.9 %"),
    ],
)
def test_a_chance_is_never_quite_nothing_or_certain(share: float, words: str) -> None:
    assert chance(share) == words
