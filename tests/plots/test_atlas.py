"""Figures of the atlas: one stack's seeds, and the best before and after their test."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from qmnist_core.plots.atlas import best_figure, seeds_figure
from qmnist_core.plots.style import as_json
from qmnist_core.studies.atlas import STARTS, Atlas
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return read_atlas(SHIPPED)


def test_every_seed_of_a_stack_has_a_dot(atlas: Atlas) -> None:
    place = atlas.stacks.index(("XX", "ZZ"))
    shown = seeds_figure(atlas, place)
    assert as_json(shown)
    assert shown["layout"]["yaxis"]["ticktext"] == list(STARTS)
    for start, (quartiles, dots, mean) in zip(STARTS, zip(*[iter(shown["data"])] * 3, strict=True), strict=True):
        own = 100 * atlas.accuracy(start)[place]
        np.testing.assert_allclose(quartiles["x"], np.quantile(own, (0.25, 0.75)), atol=0.006)
        np.testing.assert_allclose(dots["x"], np.sort(own), atol=0.006)
        np.testing.assert_allclose(mean["x"], own.mean(), atol=0.006)
    low, high = shown["layout"]["xaxis"]["range"]
    assert all(low <= value <= high for trace in shown["data"] for value in trace["x"])
    assert f"axis from {low} %" in shown["layout"]["xaxis"]["title"]["text"]
    assert "uniform start, mean 85.6 %" in shown["layout"]["meta"]["alt"]


def test_the_best_have_a_row_each(atlas: Atlas) -> None:
    finalists = atlas.finalists("uniform")
    shown = best_figure(atlas, finalists)
    assert as_json(shown)
    titles = shown["layout"]["yaxis"]["ticktext"]
    assert titles[0] == f"1. {' '.join(finalists[0].layers)}"
    assert len(titles) == 10
    assert [trace["name"] for trace in shown["data"]] == [
        "when it was chosen",
        "other seeds, same images",
        "other seeds, test images",
    ]
    test = shown["data"][2]
    assert test["x"][4] == pytest.approx(100 * finalists[4].test.mean(), abs=0.006)
    assert all("95 % interval" in trace["customdata"][4][0] for trace in shown["data"])
    expected = stats.t.interval(0.95, 19, *(f(finalists[4].chosen) for f in (np.mean, stats.sem)))
    chosen = shown["data"][0]
    assert chosen["x"][4] - chosen["error_x"]["arrayminus"][4] == pytest.approx(100 * expected[0], abs=0.02)
    assert chosen["x"][4] + chosen["error_x"]["array"][4] == pytest.approx(100 * expected[1], abs=0.02)
    low, high = shown["layout"]["xaxis"]["range"]
    for trace in shown["data"]:
        bars = zip(trace["x"], trace["error_x"]["arrayminus"], trace["error_x"]["array"], strict=True)
        assert all(low <= x - less and x + more <= high for x, less, more in bars)
    assert "XX YY XY: 88.1 % when chosen, 83.1 % with other seeds" in shown["layout"]["meta"]["alt"]
