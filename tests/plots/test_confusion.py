from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GRID, GROUND, INK, NEGATIVE, PALE, POSITIVE
from qmnist_core.plots import confusion
from tests.plots.drawn import drawing

confusion_figure = drawing(confusion.confusion_figure)
disagreement_figure = drawing(confusion.disagreement_figure)


def test_counts_and_shares_of_each_digit(trained: Any) -> None:
    figure = confusion_figure(trained.confusion, (3, 6))
    cells = {trace.name: trace for trace in figure.data}
    assert list(cells) == ["3 called 3", "3 called 6", "6 called 3", "6 called 6"]
    for (true, said), trace in zip(np.ndindex(2, 2), figure.data, strict=True):
        n, total = trained.confusion[true, said], trained.confusion[true].sum()
        assert trace.text == (f"<b>{n}<br>{100 * n / total:.1f} %</b>",)
        assert f"{n} of {total:,} images of {(3, 6)[true]} are called {(3, 6)[said]}" in trace.hovertemplate
        assert (trace.x[0], trace.base[0]) == (said, 1 - true)
    assert f"{trained.confusion[0, 0]} of 1,010 images of 3 are called 3" in figure.layout.meta["alt"]


def test_right_answers_have_the_digits_colour_wrong_ones_are_hatched() -> None:
    figure = confusion_figure(np.array([[9, 1], [2, 8]]), (3, 6))
    assert [trace.marker.color for trace in figure.data] == [POSITIVE, GROUND, GROUND, NEGATIVE]
    assert [trace.marker.opacity for trace in figure.data] == [PALE, 1, 1, PALE]
    assert [trace.marker.pattern.shape for trace in figure.data] == ["", "/", "/", ""]
    assert [trace.textfont.color for trace in figure.data] == [INK] * 4
    assert all(trace.textfont.size >= 20 for trace in figure.data)


def test_axes_name_digits_the_first_on_top() -> None:
    layout = confusion_figure(np.array([[9, 1], [2, 8]]), (3, 6)).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("the network says", "the image is a")
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == ("<b>3</b>", "<b>6</b>")
    assert layout.yaxis.tickvals[0] > layout.yaxis.tickvals[1]


def test_a_digit_without_images_has_no_share() -> None:
    figure = confusion_figure(np.array([[0, 0], [2, 8]]), (3, 6))
    assert [trace.text[0] for trace in figure.data][:2] == ["<b>0<br>–</b>"] * 2


def test_who_is_right_on_the_same_images() -> None:
    figure = disagreement_figure(np.array([[1757, 50], [24, 137]]), "logistic", "logistic regression")
    assert {trace.name: trace.text[0] for trace in figure.data} == {
        "both right": "<b>1,757<br>89.3 %</b>",
        "only logistic regression right": "<b>50<br>2.5 %</b>",
        "only the QNN right": "<b>24<br>1.2 %</b>",
        "both wrong": "<b>137<br>7.0 %</b>",
    }
    assert [trace.marker.color for trace in figure.data] == [
        *(GRID, MODELS["logistic"].colour, MODELS["qnn"].colour, GROUND)
    ]
    assert [trace.marker.pattern.shape for trace in figure.data] == ["", "", "", "/"]
    assert [(trace.x[0], trace.base[0]) for trace in figure.data] == [(0, 1), (1, 1), (0, 0), (1, 0)]
    assert [confusion.CELLS[trace.customdata[0]] for trace in figure.data] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    layout = figure.layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("the QNN is", "logistic regression is")
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == ("<b>right</b>", "<b>wrong</b>")
    assert layout.meta["alt"] == (
        "Both right: 1,757 of 1,968 images; only logistic regression right: 50 of 1,968 images; only the QNN right: 24 "
        "of 1,968 images; both wrong: 137 of 1,968 images."
    )
