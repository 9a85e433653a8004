from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.look.palette import GRID, NEGATIVE, POSITIVE
from qmnist_core.plots import waves
from tests.plots.drawn import drawing

waves_figure = drawing(waves.waves_figure)


def test_each_waves_part_lies_within_its_size() -> None:
    figure = waves_figure(np.array([-0.5, 0.4, 0.1]), np.array([0.3, -0.2, 0.05]), chosen=1, shown=2)
    size, part, mark = figure.data
    assert size.base == (-0.5, -0.4)
    assert size.y == (1.0, 0.8)
    assert size.marker.color == GRID
    assert part.y == (0.3, -0.2)
    assert part.marker.color == (POSITIVE, NEGATIVE)
    assert part.customdata == (0, 1)
    assert mark.x == (2,)
    assert "wave 1 of 3: 0.300 to ⟨Z⟩,<br>between −0.500 and 0.500" in part.hovertext[0]
    assert figure.layout.annotations[0].text == "all 3 together: ⟨Z⟩ = <b>+0.15</b>"
    assert figure.layout.xaxis.dtick == 1, "the chosen wave has its number"
    assert figure.layout.yaxis.range[1] == pytest.approx(1.15 * 0.5)
    assert figure.layout.meta["alt"] == "3 waves, the largest 0.500; for this image they add up to ⟨Z⟩ = +0.15."


def test_many_waves_are_not_all_numbered() -> None:
    assert waves_figure(np.ones(40), np.zeros(40), chosen=0, shown=40).layout.xaxis.dtick is None
