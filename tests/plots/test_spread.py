from __future__ import annotations

import math

import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GROUND
from qmnist_core.plots import spread
from qmnist_core.studies.spread import Law, Spread
from tests.plots.drawn import drawing

spread_figure = drawing(spread.spread_figure)


def one(size: int, rms: float, needed: float = 0.0) -> Spread:
    return Spread(size, 200, rms, 0.8 * rms, 1.2 * rms, rms / 3, rms / 10, rms / 2, needed)


UNIFORM = (one(2, 0.4), one(8, 1e-4), one(28, 1e-60, needed=1e42))
SMALL = (one(2, 0.99), one(8, 0.99), one(28, 0.99))
LAW = Law("theory", {2: 0.4, 8: 7e-5, 28: 7e-50})


def figure_of(max_size: int = 28, **options: object):  # type: ignore[no-untyped-def]
    return spread_figure({"uniform": UNIFORM, "small": SMALL}, "size of ⟨Z⟩", [LAW], max_size, **options)  # type: ignore[arg-type]


def trace(figure, name: str):  # type: ignore[no-untyped-def]
    (found,) = (trace for trace in figure.data if trace.name == name)
    return found


def test_exponential_decay_is_a_straight_line_down() -> None:
    figure = figure_of()
    law = trace(figure, "theory")
    assert (law.x, law.y, law.line.dash) == ((4, 64, 784), (0.4, 7e-5, 7e-50), "dash")
    layout = figure.layout
    assert layout.yaxis.type == "log"
    assert layout.xaxis.type is None
    assert layout.xaxis.title.text == "pixels (data qubits)"
    assert layout.xaxis.range[0] < 0, "the first marks do not hide the axis' numbers"
    assert layout.yaxis.title.text == "size of ⟨Z⟩"
    assert (layout.xaxis.tickvals[-1], layout.xaxis.ticktext[-1]) == (784, "784<br>28×28")
    assert layout.yaxis.range[0] == -80
    assert dict(zip(layout.yaxis.tickvals, layout.yaxis.ticktext, strict=True))[1e-40] == "10⁻⁴⁰"


def test_marks_are_hollow_and_have_no_interval_where_seeds_are_too_few() -> None:
    marks = trace(figure_of(), "uniform root mean square")
    violet = MODELS["qnn"].colour
    assert marks.y == (0.4, 1e-4, 1e-60)
    assert marks.marker.color == (violet, violet, GROUND)
    assert marks.error_y.array == pytest.approx((0.08, 2e-5, 0))
    assert marks.customdata[0][2] == "95 % interval 0.32 to 0.48"
    assert marks.customdata[2][:3] == ["28×28", "1.0×10⁻⁶⁰", "200 seeds are too few: about 1.0×10⁴² are needed"]
    assert trace(figure_of(), "small root mean square").marker.symbol == "square"


def test_medians_in_a_band_of_the_middle_half() -> None:
    figure = figure_of()
    assert trace(figure, "uniform median").y == pytest.approx((0.4 / 3, 1e-4 / 3, 1e-60 / 3), rel=1e-3)
    assert trace(figure, "uniform median").line.dash == "solid"
    assert trace(figure, "small median").line.dash == "dash"
    assert trace(figure, "uniform lower quartile").y == pytest.approx((0.04, 1e-5, 1e-61))
    assert trace(figure, "uniform middle half").fill == "tonexty"


def test_the_small_sizes_closer_up() -> None:
    figure = figure_of(8)
    assert trace(figure, "uniform root mean square").x == (4, 64)
    assert trace(figure, "theory").x == (4, 64)
    assert figure.layout.xaxis.range[1] < 70
    assert figure.layout.yaxis.range == (-8, 1)
    assert figure.layout.meta["alt"] == (
        "The size of ⟨Z⟩ before training against the number of pixels: uniform start 0.40 at 4 pixels and 1.0×10⁻⁴ at "
        "64 pixels (root mean square); small start 0.99 at 4 pixels and 0.99 at 64 pixels (root mean square); theory "
        "7.0×10⁻⁵ at 64."
    )


def test_each_line_bears_its_name() -> None:
    figure = figure_of(floor=(1e-7, "Adam's ε"))
    assert [note.text for note in figure.layout.annotations] == [
        *("<b>uniform start</b>", "<b>small start</b>", "Adam's ε")
    ]
    assert figure.layout.annotations[2].y == pytest.approx(-7)
    assert figure.layout.shapes[0].y0 == 1e-7


def test_what_is_zero_has_no_place_and_nothing_breaks_without_it() -> None:
    zero = Spread(4, 10, 0, 0, 0, 0, 0, 0, 0)
    figure = spread_figure({"uniform": (zero,), "small": ()}, "size of the gradient", floor=(1e-7, "floor"))
    assert trace(figure, "uniform root mean square").x == ()
    assert "nothing above 0" in figure.layout.meta["alt"]
    assert figure.layout.yaxis.range[0] <= math.log10(1e-7)
    half = Spread(4, 10, 0.1, 0, 0.2, 0, 0, 0.05, 40)
    figure = spread_figure({"uniform": (half,), "small": ()}, "size")
    assert trace(figure, "uniform median").y == (None,)


def test_room_is_kept_for_what_will_come() -> None:
    empty = spread_figure({"uniform": (), "small": ()}, "size of ⟨Z⟩", [LAW])
    assert empty.layout.yaxis.range == figure_of().layout.yaxis.range
