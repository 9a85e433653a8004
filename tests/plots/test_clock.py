from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.config import CircuitConfig
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.palette import GROUND, INK, NEGATIVE, POSITIVE
from qmnist_core.look.text import decimal
from qmnist_core.plots import clock as plots
from qmnist_core.simulators.clock import Clock, read_clock
from tests.plots.drawn import drawing

clock_figure = drawing(plots.clock_figure)
turns_figure = drawing(plots.turns_figure)


@pytest.fixture
def clock(trained: Any) -> Clock:
    return read_clock(CircuitConfig(), trained.exponents)


def traces(figure: Any) -> dict[str, Any]:
    return {trace.name: trace for trace in figure.data}


def test_the_hand_ends_above_its_value(clock: Clock, dataset: Dataset, trained: Any) -> None:
    bits = dataset.test.bits[0]
    figure = clock_figure(clock.hand(bits), clock.turns(bits), 16, (3, 6))
    hand, readout = traces(figure)["hand"], traces(figure)["readout"]
    value = trained.scores[0]
    assert hand.x == pytest.approx((0, value), abs=1e-4)
    assert hand.line.color == MODELS["qnn"].colour
    assert readout.x[0] == pytest.approx(value, abs=1e-4)
    assert readout.marker.color == (POSITIVE if value > 0 else NEGATIVE)
    assert [note.text for note in figure.layout.annotations] == ["<b>says 6</b>", "<b>says 3</b>"]
    assert [note.font.color for note in figure.layout.annotations] == [NEGATIVE, POSITIVE]
    assert figure.layout.xaxis.title.text == "⟨Z⟩ so far"
    assert "after 16 of 16 pixels" in figure.layout.meta["alt"]
    assert "it ends at ⟨Z⟩ = +0.98, on the side of 3." in figure.layout.meta["alt"]


def test_its_way_goes_through_every_stop_and_never_jumps(clock: Clock, dataset: Dataset) -> None:
    bits = dataset.test.bits[0]
    hand = clock.hand(bits)
    found = traces(clock_figure(hand, clock.turns(bits), 9, (3, 6)))
    way = np.array(found["way"].x) + 1j * np.array(found["way"].y)
    assert np.abs(np.diff(way)).max() < 0.1
    assert way[0] == -1
    assert len(found["stops"].x) == 10
    for stop in hand[:10]:
        assert np.abs(way - stop).min() < 2e-3
    assert found["before"].x[1] == pytest.approx(hand[8].real, abs=1e-4)


def test_before_the_first_pixel_the_hand_points_to_minus_one(clock: Clock, dataset: Dataset) -> None:
    bits = dataset.test.bits[0]
    found = traces(clock_figure(clock.hand(bits), clock.turns(bits), 0, (3, 6)))
    assert found["hand"].x == (0, -1)
    assert "before" not in found
    assert found["readout"].marker.symbol == "diamond"


def test_each_pixels_arrow_is_its_factor(clock: Clock, dataset: Dataset) -> None:
    bits = dataset.test.bits[0]
    figure = turns_figure(clock.lengths, clock.turns(bits), bits, 3)
    found = traces(figure)
    first = found["unlit, done"]
    assert len(first.x) == 9, "three arrows, a gap after each"
    factor = (first.x[1] - first.x[0]) - 1j * (first.y[1] - first.y[0])
    assert np.angle(factor) == pytest.approx(clock.turns(bits)[0], abs=1e-3)
    assert abs(factor) == pytest.approx(0.4 * clock.lengths[0], abs=1e-3)
    assert found["lit, to come"].opacity < found["unlit, done"].opacity == 1
    assert (found["lit, to come"].line.color, first.line.color) == (GROUND, INK)
    assert [shape.fillcolor for shape in figure.layout.shapes].count(INK) == bits.sum()
    frame = figure.layout.shapes[-1]
    assert (frame.x0, frame.y0, frame.line.color) == (1.5, -0.5, MODELS["qnn"].colour)
    assert (
        f"pixel (0, 0), unlit:<br>turns by <b>{decimal(clock.turns(bits)[0])}</b> rad (−106°)"
        in found["pixels"].hovertext[0]
    )
    assert "1 of them lit" in figure.layout.meta["alt"]


def test_large_images_have_a_colour_for_each_turn_so_far() -> None:
    turns = np.linspace(-0.1, 0.1, 784)
    figure = turns_figure(np.ones(784), turns, np.zeros(784, np.uint8), 100)
    values = np.array(figure.data[0].z).ravel()
    np.testing.assert_allclose(values[:100], turns[:100], atol=1e-4)
    assert not values[100:].any()
    assert figure.layout.coloraxis.cmax == pytest.approx(0.1), "the same for every step"
