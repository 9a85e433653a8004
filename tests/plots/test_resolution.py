from __future__ import annotations

import json
import re
from typing import Any

import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.look.palette import GRID, GROUND, INK, NEUTRAL
from qmnist_core.plots import resolution
from qmnist_core.studies.sweep import Line
from tests.plots.drawn import drawing

accuracy_by_size = drawing(resolution.accuracy_by_size)
memory_by_size = drawing(resolution.memory_by_size)
seconds_by_size = drawing(resolution.seconds_by_size)

SIZES = (2, 4, 5, 28)
LINES = [
    Line("bits", "sample", {2: [0.6, 0.7], 28: [0.99, 0.994]}, {2: [0.02, 0.03], 28: [0.3, 0.2]}, {2: 0.7, 28: 1.0}),
    Line("angle", "area", {2: [0.5]}, {2: [0.12]}, {2: 0.51}),
]


def traces(figure: Any, name: str) -> list[Any]:
    """With something to see."""
    return [trace for trace in figure.data if trace.name == name and any(x is not None for x in trace.x)]


@pytest.mark.parametrize("figure", [accuracy_by_size(LINES, SIZES), seconds_by_size(LINES, SIZES)])
def test_a_mark_for_each_seed_and_its_own_look_for_each_line(figure: Any) -> None:
    marks = traces(figure, "Bits, sampled")[0]
    assert list(marks.x) == [2, 2, 28, 28]
    assert (marks.marker.symbol, marks.marker.color) == ("circle", MODELS["qnn"].colour)
    other = traces(figure, "Gray values, averaged")[0]
    assert (other.marker.symbol, other.marker.color) == ("square", GROUND)
    dashes = [traces(figure, f"{line.title}: line")[0].line.dash for line in LINES]
    assert dashes == ["solid", "dot"]
    named = [trace.name for trace in figure.data if trace.showlegend is None]
    assert [name for name in named if "ceiling" not in name] == [line.title for line in LINES]


def test_accuracies_and_ceilings() -> None:
    figure = accuracy_by_size(LINES, SIZES)
    assert list(traces(figure, "Bits, sampled: line")[0].y) == pytest.approx([65, 99.2])
    assert list(traces(figure, "Bits, sampled")[0].y) == pytest.approx([60, 70, 99, 99.4])
    ceilings = [trace for trace in figure.data if trace.name and "ceiling" in trace.name]
    assert [(trace.name, trace.y[1:], trace.line.dash, trace.line.color) for trace in ceilings] == [
        ("ceiling, sampled", (70, 100), "dash", INK),
        ("ceiling, averaged", (51,), "dash", INK),
    ]
    assert [(trace.marker.symbol, trace.marker.color) for trace in ceilings] == [("circle", INK), ("square", GROUND)]
    (alone,) = traces(accuracy_by_size(LINES[:1], SIZES), "ceiling in hindsight")
    assert alone.y[1:] == (70, 100)
    assert figure.layout.yaxis.title.text == "test accuracy, axis from 45 %"
    assert "Bits, sampled 65.0 % at 2×2, 99.2 % at 28×28; Gray values, averaged 50.0 %" in figure.layout.meta["alt"]
    low = accuracy_by_size([Line("bits", "sample", {2: [0.22]}, {2: [0.1]}, {2: 0.7})], SIZES)
    assert low.layout.yaxis.range[0] == 20, "nothing is hidden"


def test_times_go_through_the_fastest_seed() -> None:
    figure = seconds_by_size(LINES, SIZES)
    assert list(traces(figure, "Bits, sampled: line")[0].y) == pytest.approx([0.02, 0.2])
    assert figure.layout.yaxis.type == "log"
    assert list(figure.layout.yaxis.ticktext) == ["10 ms", "100 ms", "1 s"]
    assert "20 ms at 2×2, 200 ms at 28×28" in figure.layout.meta["alt"]


def test_memory() -> None:
    figure = memory_by_size({2: 2.7, 28: 237.5}, {2: 3.7, 28: 5.8}, 80)
    vector = traces(figure, "a state vector would take")[0]
    assert (list(vector.x), list(vector.y), vector.line.color) == ([2, 28], [2.7, 237.5], NEUTRAL)
    assert list(traces(figure, "the exact engine takes, for one training step,")[0].y) == [3.7, 5.8]
    assert figure.layout.yaxis.range == (0, 250)
    assert figure.layout.shapes[0].y0 == 80
    assert "10 to the power of 237.5 bytes" in figure.layout.meta["alt"]


def test_sizes_are_named_with_their_qubits_where_there_is_room() -> None:
    axis = accuracy_by_size([], SIZES).layout.xaxis
    assert list(axis.ticktext) == ["2<br><i>5</i>", "5<br><i>26</i>", "28<br><i>785</i>"]
    assert axis.type == "log"
    one = accuracy_by_size(LINES, (4,)).layout.xaxis
    assert list(one.tickvals) == [4]
    assert one.range[0] < one.range[1]


@pytest.mark.parametrize(
    "figure",
    [
        accuracy_by_size(LINES, SIZES),
        accuracy_by_size([Line("bits", "sample", {}, {}, {})], SIZES),
        seconds_by_size(LINES, SIZES),
        seconds_by_size([], SIZES),
        memory_by_size({2: 2.7, 28: 237.5}, {2: 3.7, 28: 5.8}, 80),
    ],
)
def test_what_holds_for_all_figures(figure: Any) -> None:
    text = figure.to_json()
    allowed = {INK, GRID, GROUND, NEUTRAL, MODELS["qnn"].colour}
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) <= allowed
    assert min(map(int, re.findall(r'"font":\{[^{}]*"size":(\d+)', text))) >= 14
    layout = json.loads(text)["layout"]
    assert layout["meta"]["alt"].endswith(".")
    for axis in ("xaxis", "yaxis"):
        assert layout[axis]["title"]["text"]
        assert layout[axis]["fixedrange"]
