from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.look.palette import INK, NEGATIVE, POSITIVE
from qmnist_core.plots import outputs
from qmnist_core.plots.outputs import histogram
from tests.plots.drawn import drawing

output_histogram = drawing(outputs.output_histogram)


def test_the_first_digit_is_up_in_blue_the_second_down_in_orange(trained: Any) -> None:
    figure = output_histogram(trained.scores, trained.labels, (3, 6))
    up, down = figure.data
    assert (up.marker.color, down.marker.color) == (POSITIVE, NEGATIVE)
    assert len(up.x) == len(down.x) == 40
    assert min(up.y) >= 0
    assert max(down.y) <= 0
    assert (sum(up.y), -sum(down.y)) == (trained.labels.sum(), (~trained.labels).sum())
    assert sum(up.y[20:]) == (trained.scores[trained.labels] > 0).sum()
    assert up.customdata == up.y
    assert down.customdata == tuple(-y for y in down.y)
    assert down.hovertemplate == "<b>%{customdata:,}</b> images of 6<extra></extra>"
    assert figure.layout.xaxis.unifiedhovertitle.text == "⟨Z⟩ = %{x:.3f} ± 0.025"


def test_the_corners_count_what_each_digit_was_called(trained: Any) -> None:
    figure = output_histogram(trained.scores, trained.labels, (3, 6))
    (three_three, three_six), (six_three, six_six) = trained.confusion
    corners = {(note.xanchor, note.yanchor): note.text for note in figure.layout.annotations[:4]}
    assert corners == {
        ("left", "top"): f"<b>{three_three}</b> images of 3",
        ("right", "top"): f"<b>{three_six}</b> images of 3",
        ("left", "bottom"): f"<b>{six_three}</b> images of 6",
        ("right", "bottom"): f"<b>{six_six}</b> images of 6",
    }
    assert figure.layout.annotations[4].text == "← says <b>6</b> | says <b>3</b> →"
    assert f"of 1,010 images of 3, {three_three} have the right sign" in figure.layout.meta["alt"]


def test_axes_are_symmetric(trained: Any) -> None:
    layout = output_histogram(trained.scores, trained.labels, (3, 6)).layout
    assert layout.xaxis.range == (-1.02, 1.02)
    assert (layout.xaxis.zerolinecolor, layout.xaxis.zerolinewidth) == (INK, 2)
    assert layout.yaxis.range[0] == -layout.yaxis.range[1]
    assert layout.yaxis.title.text == "images: 3 up, 6 down"
    assert [int(text) for text in layout.yaxis.ticktext] == [abs(tick) for tick in layout.yaxis.tickvals]


def test_zero_belongs_to_the_second_digit_as_in_an_answer() -> None:
    assert histogram(np.array([0.0, 1e-18])).nonzero()[0].tolist() == [19, 20]
    assert histogram(np.array([-1.0, -1 - 1e-15, 1.0, 1 + 1e-15])).nonzero()[0].tolist() == [0, 39]


def test_no_images() -> None:
    figure = output_histogram(np.array([]), np.array([], bool), (3, 6))
    assert figure.layout.yaxis.range == (-1.3, 1.3)
    assert figure.layout.yaxis.tickvals == (-1, 0, 1)
