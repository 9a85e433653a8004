"""One training in the background."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.jobs import Viewer, Workshop, job, needs_tensorflow
from qmnist_core.training.loop import Training
from tests.jobs.making import FEW, LONG, weights_after
from tests.waiting import until


def test_a_job_trains_as_a_training_does(workshop: Workshop, mnist: Mnist) -> None:
    viewer = workshop.follow(FEW)
    assert viewer.wait(30)
    assert (viewer.state, viewer.revealed, viewer.job.total_steps) == ("finished", 20, 20)
    expected = Training(FEW, mnist)
    list(expected)
    assert viewer.job.outcome is not None
    assert expected.outcome is not None
    assert viewer.job.outcome.accuracy == expected.outcome.accuracy  # type: ignore[union-attr]
    assert [epoch.val_loss for epoch in viewer.history().epochs] == [
        epoch.val_loss for epoch in expected.history.epochs
    ]
    np.testing.assert_array_equal([m.exponents for m in viewer.moments()], weights_after(FEW, mnist))
    assert viewer.seconds == viewer.job.history.elapsed[-1] > 0


@pytest.mark.parametrize(("name", "most"), [("MAX_MOMENTS", 10), ("MAX_MOMENT_BYTES", 10 * 2 * 16 * 8)])
def test_many_steps_keep_a_bounded_number_of_moments(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(job, name, most)
    viewer = workshop.follow(Experiment(data=DataConfig(n_examples=320), epochs=9))
    assert viewer.wait(30)
    steps = [moment.step for moment in viewer.moments()]
    assert len(steps) <= 11
    assert steps[0] == 0
    assert steps[-1] == 90
    assert set(np.diff(steps[:-1])) == {16}


@pytest.mark.parametrize("at", ["_begin", "_step"])
def test_what_ends_while_it_goes_on_stays_ended(workshop: Workshop, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    """Its last viewer may leave at any moment of the worker's."""
    viewers: list[Viewer] = []
    seen, advance, back = getattr(job.Job, at), job.Job.advance, threading.Event()

    def leaving(self: job.Job) -> None:
        until(lambda: bool(viewers))
        viewers[0].leave()
        seen(self)

    def advancing(self: job.Job, seconds: float | None) -> None:
        advance(self, seconds)
        back.set()

    monkeypatch.setattr(job.Job, at, leaving)
    monkeypatch.setattr(job.Job, "advance", advancing)
    viewers.append(workshop.follow(LONG))
    work = viewers[0].job
    assert back.wait(60)
    assert (work.state, work.message) == ("abandoned", "")
    assert work._events is None
    monkeypatch.undo()
    assert workshop.follow(LONG).job is not work


def test_work_that_is_over_is_not_begun(mnist: Mnist) -> None:
    work = job.Job(FEW, lambda experiment: prepare(mnist, experiment.input))
    work.abandon()
    work.advance(None)
    assert (work.state, work.total_steps) == ("abandoned", None)


def test_whatever_a_library_raises_is_said(mnist: Mnist) -> None:
    def load(experiment: Experiment) -> Dataset:
        raise ZeroDivisionError("surprise")

    viewer = Workshop(load).follow(FEW)
    assert viewer.wait(10)
    assert "ZeroDivisionError: surprise" in viewer.job.message


@pytest.mark.parametrize(
    ("kind", "engine", "needs"),
    [("qnn", "exact", False), ("qnn", "tfq", True), ("cnn", "exact", True), ("logistic", "tfq", False)],
)
def test_what_needs_tensorflow(kind: str, engine: str, needs: bool) -> None:
    assert needs_tensorflow(Experiment(model=kind, backend=engine)) is needs
