from __future__ import annotations

import numpy as np

from qmnist_core.look.palette import INK, NEGATIVE, POSITIVE
from qmnist_core.plots import all_inputs
from tests.plots.drawn import drawing

all_inputs_figure = drawing(all_inputs.all_inputs_figure)

VALUES = np.array([0.9, -0.8, 0.1])


def figure(whole: bool = True) -> object:
    answers = np.linspace(-1, 1, 4000)
    return all_inputs_figure(answers, VALUES, np.array([5, 0, 2]), np.array([0, 4, 1]), (3, 6), whole)


def test_the_histogram_counts_all_and_the_marks_show_what_occurs() -> None:
    drawn = figure()
    bars, only_three, both, only_six = drawn.data  # type: ignore[attr-defined]
    assert sum(bars.y) == 4000
    assert bars.marker.color[0] == NEGATIVE
    assert bars.marker.color[-1] == POSITIVE
    assert bars.customdata[0] == "2.5 %"
    assert [(row.name, row.x) for row in (only_three, both, only_six)] == [
        ("only 3", (0.9,)),
        ("both", (0.1,)),
        ("only 6", (-0.8,)),
    ]
    assert [row.marker.line.color for row in (only_three, both, only_six)] == [POSITIVE, INK, NEGATIVE]
    assert both.customdata == ([2, 1],)
    layout = drawn.layout  # type: ignore[attr-defined]
    assert layout.yaxis2.ticktext == ("only 3", "both", "only 6")
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("network's answer ⟨Z⟩", "inputs")
    assert "4,000 inputs: 50.0 % of them are called 3" in layout.meta["alt"]
    assert "3 bit patterns that occur" in layout.meta["alt"]


def test_a_sample_is_called_one() -> None:
    layout = figure(whole=False).layout  # type: ignore[attr-defined]
    assert layout.yaxis.title.text == "random inputs"
    assert "4,000 random inputs" in layout.meta["alt"]
