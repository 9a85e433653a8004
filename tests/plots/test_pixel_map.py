from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig
from qmnist_core.look.palette import DIVERGING, PALE
from qmnist_core.plots import pixel_map as plots
from qmnist_core.simulators.clock import read_clock
from tests.plots.drawn import drawing

angle_map = drawing(plots.angle_map)
pixel_map = drawing(plots.pixel_map)


def test_a_map_of_what_was_learnt_is_blue_above_zero_and_bears_its_numbers(trained: Any) -> None:
    angles = read_clock(CircuitConfig(), trained.exponents).angles
    figure = angle_map(angles, 4, "φ")
    (heatmap,) = figure.data
    np.testing.assert_allclose(np.array(heatmap.z).ravel(), angles, atol=1e-4)
    assert heatmap.hovertemplate == "pixel (%{y}, %{x}): φ = <b>%{z}</b> radians<extra></extra>"
    layout = figure.layout
    assert [list(stop) for stop in layout.coloraxis.colorscale] == DIVERGING
    assert (layout.coloraxis.cmin, layout.coloraxis.cmax) == pytest.approx((-np.pi / PALE, np.pi / PALE)), (
        "pale under numbers"
    )
    assert layout.coloraxis.colorbar.ticktext == ("−π", "−π/2", "0", "π/2", "π")
    assert layout.coloraxis.colorbar.title.text == "φ (radians)"
    assert len(layout.annotations) == 16
    assert layout.annotations[1].text == "<b>−3.03</b>"
    assert {note.font.color for note in layout.annotations} == {None}, "ink"
    assert (layout.yaxis.range, layout.yaxis.scaleanchor) == ((3.5, -0.5), "x")
    assert "from −3.035 at (0, 1) to 2.866 at (1, 1), radians" in layout.meta["alt"]


def test_small_angles_have_a_scale_of_their_own_and_large_images_no_numbers() -> None:
    figure = angle_map(np.linspace(-0.07, 0.06, 784), 28, "φ")
    assert figure.layout.coloraxis.cmax == pytest.approx(0.07)
    assert figure.layout.coloraxis.colorbar.ticktext == ("−0.05", "0", "0.05")
    assert not figure.layout.annotations
    assert figure.data[0].xgap == 0


@pytest.mark.parametrize(("largest", "tick"), [(1.0, "1"), (2.6, "2"), (0.92, "0.5"), (37.0, "20"), (0.0012, "0.001")])
def test_round_ticks(largest: float, tick: str) -> None:
    bar = pixel_map(np.array([0, largest, -largest / 2, 0]), 2, "weight", "of the logit").layout.coloraxis.colorbar
    assert bar.ticktext == (f"−{tick}", "0", tick)


@pytest.mark.parametrize(
    ("unit", "title"),
    [
        ("radians", "φ (radians)"),
        ("of ⟨Z⟩", "φ of ⟨Z⟩"),
        ("φ in radians, full from 0.03", "φ in radians, full from 0.03"),
    ],
)
def test_the_colour_bar_says_what_the_colours_are(unit: str, title: str) -> None:
    assert pixel_map(np.ones(4), 2, "φ", unit).layout.coloraxis.colorbar.title.text == title


def test_a_map_of_nothing_is_white() -> None:
    figure = pixel_map(np.zeros(4), 2, "weight", "of the logit")
    assert figure.layout.coloraxis.cmax > 0
    assert figure.layout.annotations[0].text == "<b>0.00</b>"
