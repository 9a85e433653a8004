from __future__ import annotations

import math

import numpy as np
import pytest

from qmnist_core.plots import noise
from qmnist_core.plots.noise import chance
from qmnist_core.simulators.shots import shot_distribution
from tests.plots.drawn import drawing

noise_figure = drawing(noise.noise_figure)
shots_figure = drawing(noise.shots_figure)


def test_accuracy_margin_and_todays_strength() -> None:
    figure = noise_figure([1e-3, 1e-2], [0.9, 0.85], [0.8, 0.6], [0.97, 0.7], 1e-2, 101)
    by_name = {trace.name: trace for trace in figure.data}
    assert list(by_name) == ["unlimited shots", "101 shots per image", "margin left"]
    assert list(by_name["unlimited shots"].y) == [90.0, 85.0]
    assert list(by_name["margin left"].y) == [97.0, 70.0]
    assert figure.layout.shapes[0].x0 == 1e-2
    assert figure.layout.xaxis.type == "log"
    assert "┆ chosen above" in figure.layout.title.text
    assert "From an average gate infidelity of 0.1 % to 1 %, accuracy" in figure.layout.meta["alt"]
    assert (
        "from 80.0 % to 60.0 % with 101 shots, and the margin left from 97.0 % to 70.0 %" in figure.layout.meta["alt"]
    )
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis2.title.text) == (
        "average gate infidelity",
        "margin, from 0",
    )


def test_a_margin_of_any_size_is_within_its_axis() -> None:
    figure = noise_figure([1e-3, 1e-2], [0.9, 0.45], [0.8, 0.4], [1.2, -0.3], 1e-2, 101)
    assert list(figure.layout.yaxis2.range) == pytest.approx([-31.5, 126])
    assert figure.layout.yaxis2.title.text == "margin"
    assert "margin left from 120.0 % to −30.0 %" in figure.layout.meta["alt"]
    none = noise_figure([1e-3, 1e-2], [0.5, 0.5], [0.5, 0.5], [math.nan, math.nan], 1e-2, 101)
    assert list(none.layout.yaxis2.range) == [0, 105]
    assert "margin" not in none.layout.meta["alt"]


def test_no_noise_has_no_place_on_the_axis() -> None:
    figure = noise_figure([1e-3, 1e-2], [0.9, 0.85], [0.8, 0.6], [0.97, 0.7], 0.0, 101)
    assert not figure.layout.shapes
    assert "chosen above" not in figure.layout.title.text


def test_nothing_yet() -> None:
    assert "nothing computed yet" in noise_figure([], [], [], [], 1e-3, 1).layout.meta["alt"]


@pytest.mark.parametrize("n_shots", [1, 2, 11, 101, 10_001, 1_000_001])
@pytest.mark.parametrize("z", [-1.0, -0.4, 0.0, 1e-4, 0.93])
def test_no_bar_holds_both_answers_and_none_is_lost(z: float, n_shots: int) -> None:
    estimates, probabilities = shot_distribution(z, n_shots)
    figure = shots_figure(estimates, probabilities, z, (3, 6))
    six, three = figure.data
    assert (six.name, three.name) == ("says 6", "says 3")
    assert sum(six.y) + sum(three.y) == pytest.approx(100, abs=0.2)
    assert sum(three.y) == pytest.approx(100 * probabilities[estimates > 0].sum(), abs=0.1)
    assert len(six.x) + len(three.x) <= 125
    half = figure.data[0].width / 2
    assert all(x + half <= 2.0 / n_shots + 1e-9 for x in six.x)
    assert np.isfinite(figure.layout.xaxis.range).all()


def test_a_chance_is_never_quite_nothing_or_certain() -> None:
    assert [chance(share) for share in (1e-9, 0.0005, 0.5, 0.9994, 1 - 1e-9)] == [
        *("less than 0.1 %", "0.1 %", "50.0 %", "99.9 %", "more than 99.9 %")
    ]
    figure = shots_figure(*shot_distribution(0.95, 1001), 0.95, (3, 6))
    assert figure.layout.annotations[0].text == "<b>says 6:</b> less than 0.1 %<br><b>says 3:</b> more than 99.9 %"
    assert "more than 99.9 % of them say 3" in figure.layout.meta["alt"]
