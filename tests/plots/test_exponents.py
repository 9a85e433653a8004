from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.circuits.exponents import wrap_exponents
from qmnist_core.look.palette import DIVERGING, INK
from qmnist_core.plots import exponents
from tests.plots.drawn import drawing

exponent_maps = drawing(exponents.exponent_maps)


def test_wrapping_by_hand() -> None:
    wrapped = wrap_exponents(np.array([-1.0, 1.0, 1.25, -1.25, 3.0, 6.5, -0.5, 2.0]))
    assert wrapped.tolist() == [1.0, 1.0, -0.75, 0.75, 1.0, 0.5, -0.5, 0.0]


@given(st.floats(-1e9, 1e9))
def test_wrapping_takes_off_whole_periods_exactly(exponent: float) -> None:
    wrapped = float(wrap_exponents(np.array(exponent)))
    assert -1 <= wrapped <= 1
    assert np.fmod(exponent, 2.0) - wrapped in (-2.0, 0.0, 2.0)


def test_a_map_a_layer_of_the_learnt_exponents(trained: Any) -> None:
    figure = exponent_maps(trained.exponents, ("XX", "ZZ"), 4, (1, 6))
    assert [trace.type for trace in figure.data] == ["heatmap", "heatmap"]
    for trace, learnt in zip(figure.data, trained.exponents, strict=True):
        values = np.array(trace.z)
        assert values.shape == (4, 4)
        assert np.abs(values).max() <= 1
        turns = (values.ravel() - learnt) / 2
        np.testing.assert_allclose(turns, turns.round(), atol=1e-4)
        assert "pixel (%{y}, %{x}): exponent %{z} half-turns" in trace.hovertemplate
    assert [note.text for note in figure.layout.annotations] == [
        "layer 1: <b>XX</b><br>full at ±1",
        "layer 2: <b>ZZ</b><br>full at ±1",
    ]
    scale = figure.layout.coloraxis
    assert (scale.cmin, scale.cmax, scale.colorbar.title.text) == (-1, 1, "half-turns")
    assert scale.colorbar.ticktext == ("−1", "0", "1")
    assert [list(stop) for stop in scale.colorscale] == DIVERGING


def test_small_exponents_are_as_full_as_large_ones_and_it_is_said() -> None:
    exponents = np.array([[0.4, -0.1, 0.0, 0.0], [0.03, -0.021, 0.0, 0.01], [0.0] * 4])
    figure = exponent_maps(exponents, ("XX", "ZZ", "ZZ"), 2)
    axes = [figure.layout[name] for name in ("coloraxis", "coloraxis2", "coloraxis3")]
    assert [(axis.cmin, axis.cmax) for axis in axes] == [(-0.5, 0.5), (-0.05, 0.05), (-0.02, 0.02)]
    assert [trace.coloraxis for trace in figure.data] == ["coloraxis", "coloraxis2", "coloraxis3"]
    assert [note.text.split("<br>")[1] for note in figure.layout.annotations] == [
        *("full at ±0.5", "full at ±0.05", "full at ±0.02")
    ]
    assert [axis.showscale for axis in axes] == [True, False, False], "one bar for all"
    assert axes[0].colorbar.ticktext == ("−full", "0", "full")


def test_a_scale_seldom_changes_while_it_trains() -> None:
    scales = [exponent_maps(np.full((1, 4), size), ("XX",), 2).layout.coloraxis.cmax for size in np.geomspace(1e-3, 1)]
    assert scales == sorted(scales)
    assert len(set(scales)) == 6


def test_pixels_are_square_and_rows_run_downward(trained: Any) -> None:
    layout = exponent_maps(trained.exponents, ("XX", "ZZ"), 4).layout
    assert layout.yaxis.range == (3.5, -0.5)
    assert layout.xaxis.range == (-0.5, 3.5)
    assert (layout.yaxis.scaleanchor, layout.yaxis2.scaleanchor) == ("x", "x2")
    assert not layout.shapes


def test_the_chosen_pixel_is_outlined_in_ink(trained: Any) -> None:
    figure = exponent_maps(trained.exponents, ("XX", "ZZ"), 4, (1, 6))
    (shape,) = figure.layout.shapes
    assert (shape.x0, shape.x1, shape.y0, shape.y1) == (1.5, 2.5, 0.5, 1.5)
    assert (shape.xref, shape.yref, shape.line.color) == ("x2", "y2", INK)
    assert f"chosen: pixel (1, 2) of layer 2, {figure.data[1].z[1][2]:.3f} half-turns" in figure.layout.meta["alt"]


@pytest.mark.parametrize(("n_layers", "columns", "rows"), [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 2, 2), (7, 3, 3)])
@pytest.mark.parametrize("size", [2, 28])
def test_maps_wrap_into_rows_that_do_not_overlap(n_layers: int, columns: int, rows: int, size: int) -> None:
    figure = exponent_maps(np.zeros((n_layers, size * size)), ("XX",) * n_layers, size)
    suffixes = ["", *map(str, range(2, n_layers + 1))]
    x = sorted({figure.layout[f"xaxis{suffix}"].domain for suffix in suffixes})
    y = sorted({figure.layout[f"yaxis{suffix}"].domain for suffix in suffixes})
    assert (len(x), len(y)) == (columns, rows)
    for domains in (x, y):
        assert domains[0][0] >= 0
        assert domains[-1][1] <= 1
        assert all(one[1] < other[0] for one, other in pairwise(domains))
