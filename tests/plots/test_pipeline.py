from __future__ import annotations

from dataclasses import replace

from qmnist_core.config import DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.plots import pipeline
from qmnist_core.plots.pipeline import stages
from tests.plots.drawn import drawing

funnel_figure = drawing(pipeline.funnel_figure)


def test_the_tutorials_steps(dataset: Dataset) -> None:
    assert [(step.n_train, step.n_test, step.label) for step in stages(dataset.counts, (3, 6))] == [
        (60_000, 10_000, "handwritten digits in MNIST"),
        (12_049, 1_968, "are 3 or 6"),
        (10_387, 0, "distinct small images to train on"),
        (10_338, 0, "without 49 seen as 3 and as 6"),
        (10_338, 0, "used for training"),
        (193, 0, "distinct bit patterns to train on"),
        (0, 115, "distinct bit patterns to test on"),
    ]


def test_steps_that_are_not_taken_are_left_out(mnist: Mnist) -> None:
    kept = stages(prepare(mnist, DataConfig(contradictions="keep")).counts, (3, 6))
    assert [step.total for step in kept] == [70_000, 14_017, 12_049, 193, 115]
    twice = stages(prepare(mnist, DataConfig(contradictions="after")).counts, (3, 6))
    assert [step.total for step in twice] == [70_000, 14_017, 10_387, 10_338, 149, 149, 149, 115]
    assert twice[4].label == "distinct, unambiguous as bits"


def test_bars_begin_at_zero_on_a_linear_axis(dataset: Dataset) -> None:
    figure = funnel_figure(dataset.counts, (3, 6))
    train, test = figure.data
    assert train.x[:3] == (60_000, 12_049, 10_387)
    assert (test.x[:2], test.base[:2]) == ((10_000, 1_968), (60_000, 12_049))
    assert set(train.base) == {0}
    assert test.marker.pattern.shape == "/"
    assert test.customdata[1] == ["1,968 to test", "are 3 or 6"]
    assert figure.layout.xaxis.type in (None, "linear")
    assert figure.layout.xaxis.range == (0, 71_400)
    assert figure.layout.xaxis.title.text == "images, axis from 0 (hatched: to test)"


def test_every_bar_bears_its_number(dataset: Dataset) -> None:
    figure = funnel_figure(dataset.counts, (3, 6))
    texts = [note.text for note in figure.layout.annotations]
    assert texts[0] == "<b>70,000</b> handwritten digits in MNIST<br>60,000 to train, 10,000 to test"
    assert texts[-2] == "<b>193</b> distinct bit patterns to train on"
    assert all(note.y < bar for note, bar in zip(figure.layout.annotations, figure.data[0].y, strict=True))
    assert "14,017 are 3 or 6 (12,049 to train, 1,968 to test)" in figure.layout.meta["alt"]


def test_fewer_examples_are_a_step_of_their_own(dataset: Dataset) -> None:
    steps = stages(replace(dataset.counts, n_train=500), (3, 6))
    assert (steps[4].label, steps[4].n_train) == ("used for training", 500)
