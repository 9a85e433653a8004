from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.plots import cosine
from qmnist_core.plots.cosine import LARGEST, SMALLEST
from tests.plots.drawn import drawing

cosine_figure = drawing(cosine.cosine_figure)

SUMS = np.array([0.0, 1.0, -2.0, 7.0])
POSITIVES, NEGATIVES = np.array([400, 0, 3, 1]), np.array([0, 1, 2, 9])


def test_every_pattern_is_a_point_on_the_cosine() -> None:
    figure = cosine_figure(0.9, SUMS, POSITIVES, NEGATIVES, (3, 6), chosen=7.0)
    curve, points, ring = figure.data
    assert curve.line.color == MODELS["qnn"].colour
    np.testing.assert_allclose(np.array(points.y), -0.9 * np.cos(np.array(points.x)), atol=1e-3)
    assert [custom[0] for custom in points.customdata] == [0, 3, 2, 1], "the rare ones in front"
    assert points.customdata[1] == [3, 1, 9]
    assert points.marker.color == (POSITIVE, NEGATIVE, POSITIVE, NEGATIVE)
    assert points.marker.symbol == ("circle", "square", "square", "diamond")
    assert points.marker.size[0] == LARGEST
    assert points.marker.size[3] == SMALLEST
    assert (ring.x, ring.marker.symbol) == ((7.0,), "circle-open")
    assert "images of 3: <b>%{customdata[1]:,}</b>" in points.hovertemplate
    # Formatted by the axes, which know the minus sign of print.
    assert "x = %{x} rad, ⟨Z⟩ = <b>%{y}</b>" in points.hovertemplate
    assert {figure.layout.xaxis.hoverformat, figure.layout.yaxis.hoverformat} == {".2f"}
    layout = figure.layout
    assert layout.xaxis.title.text == "weighted sum x = Σ z φ (radians)"
    assert layout.xaxis.range[0] < -2 < 7 < layout.xaxis.range[1]
    assert layout.xaxis.ticktext == ("0", "π", "2π")
    assert "only 3" in layout.annotations[0].text
    assert "both" in layout.annotations[0].text
    # −0.9 cos: 400 of 3 at −0.9 wrong; 1 of 6 below zero right; 2 of 6 above zero wrong; 1 of 3 below zero wrong
    assert "403 of 416 images are on the wrong side of zero" in layout.meta["alt"]


def test_without_patterns_of_both_digits_nothing_is_said_of_them() -> None:
    figure = cosine_figure(0.9, SUMS[:2], POSITIVES[:2], NEGATIVES[:2], (3, 6))
    assert "both" not in figure.layout.annotations[0].text
    assert len(figure.data) == 2


def test_one_turn_is_drawn_whole() -> None:
    figure = cosine_figure(0.9, np.array([0.1]), np.array([1]), np.array([0]), (3, 6), folded=True)
    assert figure.layout.xaxis.range == pytest.approx((-np.pi, np.pi))
    assert figure.layout.xaxis.ticktext == ("−π", "−π/2", "0", "π/2", "π")
    assert figure.data[1].marker.size == (SMALLEST,)


def test_a_constant_network_still_shows_a_turn() -> None:
    low, high = cosine_figure(1.0, np.zeros(2), np.ones(2, int), np.ones(2, int), (3, 6)).layout.xaxis.range
    assert high - low == pytest.approx(2 * np.pi)


@pytest.mark.parametrize(("reach", "ticks"), [(7, ("−2π", "−π", "0", "π", "2π")), (60, None)])
def test_ticks_are_multiples_of_pi_and_few(reach: float, ticks: tuple[str, ...] | None) -> None:
    sums = np.array([-reach, reach])
    found = cosine_figure(0.5, sums, np.ones(2, int), np.ones(2, int), (3, 6)).layout.xaxis.ticktext
    assert found == ticks if ticks else 4 <= len(found) <= 10
