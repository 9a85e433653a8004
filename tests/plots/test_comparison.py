from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GROUND, LARGE_SIZE
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots import comparison
from qmnist_core.plots.comparison import BAR
from qmnist_core.studies.comparison import Standing
from tests.plots.drawn import drawing

comparison_figure = drawing(comparison.comparison_figure)

BARS = [Standing("qnn", "QNN", 32, [0.88, 0.9]), Standing("cnn", "Full CNN", 1_198_721, [0.998, 0.999])]


def test_a_bar_a_model_in_its_colour_with_its_interval() -> None:
    figure = comparison_figure(BARS, (3, 6), 1968, 0.9228)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [(bar.name, bar.y[0]) for bar in bars] == [("QNN", 0), ("Full CNN", 1)]
    assert [bar.x[0] for bar in bars] == pytest.approx([0.89, 0.9985])
    assert [bar.marker.color for bar in bars] == [MODELS["qnn"].colour, MODELS["cnn"].colour]
    low, high = accuracy_interval(0.89, 1968)
    assert bars[0].error_x.array[0] == pytest.approx(high - 0.89)
    assert bars[0].error_x.arrayminus[0] == pytest.approx(0.89 - low)


def test_every_seed_is_a_dot_and_the_ceiling_a_dashed_line() -> None:
    figure = comparison_figure(BARS, (3, 6), 1968, 0.9228)
    (dots,) = (trace for trace in figure.data if trace.type == "scatter")
    np.testing.assert_allclose(dots.x, [0.88, 0.9, 0.998, 0.999])
    assert dots.customdata[:2] == ("88.0 %", "90.0 %")
    beside = np.array(dots.y) - [0, 0, 1, 1]
    assert ((beside > 0.1) & (beside < BAR / 2)).all(), "on the bar, but not on its whisker"
    (line,) = figure.layout.shapes
    assert (line.x0, line.line.dash) == (0.9228, "dash")
    assert any("92.3 %" in annotation.text for annotation in figure.layout.annotations)


def test_the_axis_says_that_it_starts_at_zero() -> None:
    layout = comparison_figure(BARS, (3, 6), 1968, 0.9228).layout
    assert layout.xaxis.range[0] == 0
    assert layout.xaxis.title.text == "test accuracy, axis from 0<br>whisker: 95 % interval, dot: one seed"
    assert layout.xaxis.ticktext[1] == "25 %"
    assert layout.font.size >= 14


def test_figures_on_bars_are_large_and_the_size_of_the_images_is_said() -> None:
    figure = comparison_figure(BARS, (3, 6), 1968, 0.75, size=2)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [bar.text for bar in bars] == ["<b>89.0 %</b>", "<b>99.8 %</b>"]
    assert all((bar.textfont.color, bar.textfont.size) == (GROUND, LARGE_SIZE) for bar in bars)
    assert "QNN: 89.0 % on 1,968 test images<br>95 % interval 87.5 to 90.3 %" in bars[0].hovertemplate
    assert "ceiling of 2×2 images: 75.0 %" in [annotation.text for annotation in figure.layout.annotations]


def test_words_for_those_who_do_not_see_it() -> None:
    assert comparison_figure(BARS, (3, 6), 1968, 0.9228).layout.meta["alt"] == (
        "Test accuracy on 3 or 6: QNN 89.0 % with 32 parameters; Full CNN 99.8 % with 1,198,721 parameters; "
        "the ceiling of 4×4 images is 92.3 %."
    )


def test_a_model_that_is_not_trained_yet_keeps_its_place() -> None:
    figure = comparison_figure([BARS[0], Standing("cnn", "Full CNN", 0, ())], (3, 6), 1968, 0.9228)
    assert [(trace.name, trace.x[0]) for trace in figure.data if trace.type == "bar"][1] == ("Full CNN", 0)
    names = [note.text for note in figure.layout.annotations if note.xanchor == "left"]
    assert [name.split("<")[0] for name in names] == ["QNN", "Full CNN"]
    assert ["32 parameters" in names[0], "not trained yet" in names[1]] == [True, True]
    assert "Full CNN not trained yet" in figure.layout.meta["alt"]


def test_many_seeds_of_the_qnn_are_a_band_within_a_line_below_its_bar() -> None:
    ends = np.linspace(0.77, 0.92, 21)
    figure = comparison_figure(BARS, (3, 6), 1968, 0.9228, fan=ends)
    line, band = (trace for trace in figure.data if trace.name == "many seeds")
    assert (line.x[0], line.x[-1]) == (0.77, 0.92)
    assert (band.x[0], band.x[-1]) == (0.8075, 0.8825)
    assert {*line.y, *band.y} == {line.y[0]}
    assert BAR / 2 < line.y[0] < 1 - BAR / 2, "below the QNN's bar, above the next one"
    assert line.line.color == MODELS["qnn"].colour
    assert "21 seeds: 77.0 to 92.0 %, half of them 80.8 to 88.2 %" in line.hovertemplate
    assert figure.layout.xaxis.title.text.endswith("band: 21 seeds")
    assert figure.layout.meta["alt"].endswith("21 seeds of the QNN end at 77.0 to 92.0 %.")
