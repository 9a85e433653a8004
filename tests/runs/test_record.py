"""What a saved run says of itself is checked before it is shown."""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import RunError
from qmnist_core.jobs import Workshop
from qmnist_core.runs import Run, pack_run, unpack_run
from qmnist_core.runs.record import Record
from qmnist_core.training.events import Step
from qmnist_core.training.history import EpochFigures, History
from qmnist_core.training.loop import Training

EXPERIMENT = Experiment(data=DataConfig(n_examples=320), epochs=2)
"""Ten steps an epoch."""


def trained(mnist: Mnist, stop_after: int | None = None) -> Training:
    training = Training(EXPERIMENT, mnist)
    for event in training:
        if isinstance(event, Step) and event.step == stop_after:
            training.stop()
    return training


def opened(run: Run) -> Record:
    return Record.of_run(unpack_run(pack_run(run)), 320)


@pytest.mark.parametrize("stop_after", [3, 10, 17, None])
def test_a_saved_run_comes_back_at_its_step(stop_after: int | None, mnist: Mnist) -> None:
    training = trained(mnist, stop_after)
    record = opened(Run.of(training))
    assert (record.state, record.step, record.total_steps) == (
        "stopped" if stop_after else "finished",
        stop_after or 20,
        20,
    )
    assert len(record.history.epochs) == record.step // 10
    outcome = training.outcome
    network = record.network()
    found = network.evaluate(network.prepare(training.test_examples))
    assert found == (outcome.loss, outcome.accuracy)  # type: ignore[union-attr]
    again = opened(record.run(found))
    assert (again.step, again.history.epochs, again.saved_by) == (record.step, record.history.epochs, record.saved_by)


def test_a_tfq_run_opens_without_tfq(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    from qmnist_core.simulators import tfq

    monkeypatch.delattr(tfq, "load_tfq")
    run = Run.of(trained(mnist))
    run = replace(run, experiment=replace(run.experiment, backend="tfq"))
    np.testing.assert_array_equal(opened(run).history.moments[-1].exponents, run.weights["exponents"])


@pytest.mark.parametrize(
    "change",
    [
        {"steps": 19},
        {"steps": 21},
        {"steps": -1},
        {"outcome": "stopped", "steps": 7},
        {"outcome": "stopped", "steps": 10**30},
        {"outcome": "<script>"},
        {"seconds": math.nan},
        {"seconds": -1.0},
        {"steps": None},
    ],
)
def test_figures_that_contradict_each_other_are_refused(change: dict[str, Any], mnist: Mnist) -> None:
    run = Run.of(trained(mnist))
    with pytest.raises(RunError):
        opened(replace(run, metrics={**run.metrics, **change}))


@pytest.mark.parametrize(
    ("key", "value"), [("accuracy", 1.5), ("val_accuracy", math.nan), ("loss", math.inf), ("epoch", 7)]
)
def test_a_history_that_no_training_has_is_refused(key: str, value: float, mnist: Mnist) -> None:
    run = Run.of(trained(mnist))
    first, second = run.history.epochs
    history = History(epochs=[first, EpochFigures(**{**asdict(second), key: value})])
    with pytest.raises(RunError, match=r"history.csv is not a history"):
        opened(replace(run, history=history))


def test_what_came_after_the_last_snapshot_is_left_out(mnist: Mnist) -> None:
    viewer = Workshop(lambda experiment: prepare(mnist, experiment.data)).follow(EXPERIMENT)
    assert viewer.wait(30)
    record = Record.of_viewer(viewer)
    early = replace(record, history=replace(record.history, moments=record.history.moments[9:10])).settled()
    assert (len(early.history.losses), len(early.history.accuracies), early.history.epochs) == (9, 9, [])
    assert record.settled() == record
    assert (record.at(9).history.losses, record.at(9).step) == (early.history.losses, 9)
    assert (record.at(9).state, record.at(9).seconds) == ("stopped", record.history.elapsed[8])
    assert record.at(record.step) == record
    lines = early.steps_csv().splitlines()
    assert lines[0] == "step,loss,accuracy"
    assert lines[9] == f"9,{record.history.losses[8]!r},{record.history.accuracies[8]!r}"
    assert len(lines) == 10
