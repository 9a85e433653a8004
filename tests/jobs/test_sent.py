"""Trainings that other workers do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import UnavailableError
from qmnist_core.jobs import Workshop
from qmnist_core.jobs.sent import Away, SentJob
from qmnist_core.sources import UPLOAD
from qmnist_core.training.loop import Training
from qmnist_core.workers import Do, Here, Piece, tensorflow
from tests.jobs.making import FEW, weights_after
from tests.waiting import until

TFQ = Experiment(backend="tfq", data=DataConfig(size=3, n_examples=96), epochs=2)


def test_what_is_seen_of_it_is_what_a_training_shows(mnist: Mnist) -> None:
    sent = SentJob(FEW, lambda experiment: prepare(mnist, experiment.input), Here(), Here())
    sent.advance(None)
    alone = Training(FEW, mnist)
    list(alone)
    assert (sent.state, sent.steps_done, sent.total_steps, sent.n_parameters) == ("finished", 20, 20, 32)
    assert sent.outcome is not None
    assert sent.outcome.accuracy == alone.outcome.accuracy  # type: ignore[union-attr]
    ours, theirs = sent.history, alone.history
    assert (ours.losses, ours.accuracies) == (theirs.losses, theirs.accuracies)
    assert [epoch.val_loss for epoch in ours.epochs] == [epoch.val_loss for epoch in theirs.epochs]
    assert [moment.step for moment in ours.moments] == list(range(21))
    np.testing.assert_array_equal([moment.exponents for moment in ours.moments], weights_after(FEW, mnist))
    assert sent.model is not None
    np.testing.assert_array_equal(sent.model.scores(alone.test_examples), sent.outcome.scores)
    np.testing.assert_array_equal(sent.model.weights()["exponents"], ours.moments[-1].exponents)


def test_an_upload_does_not_stay_with_whoever_trains_on_it(mnist: Mnist) -> None:
    pieces: list[Piece] = []

    class Recorded(Here):
        def run(self, do: Do, asked: Iterable[Piece]) -> Iterator[tuple[int, Any] | None]:
            pieces.extend(asked)
            return super().run(do, pieces)

    upload = replace(FEW, data=replace(FEW.data, file=f"{UPLOAD}0123456789abcdef"))
    sent = SentJob(upload, lambda _: prepare(mnist, FEW.input), Recorded(), Here())
    sent.advance(None)
    assert (sent.state, sent.steps_done) == ("finished", 20)
    assert [piece.shared for piece in pieces] == [None]


@pytest.mark.parametrize("experiment", [TFQ, Experiment.tutorial("fair", epochs=2)], ids=["tfq", "fair"])
def test_another_process_trains_and_answers(
    workshop: Workshop, mnist: Mnist, tfq: ModuleType, experiment: Experiment
) -> None:
    viewer = workshop.follow(experiment)
    assert viewer.wait(120)
    alone = Training(experiment, mnist)
    list(alone)
    np.testing.assert_allclose(viewer.job.history.losses, alone.history.losses, rtol=1e-4)
    assert len(viewer.moments()) == (viewer.revealed + 1 if experiment.is_quantum else 0)
    network = viewer.job.model
    assert isinstance(network, Away)
    np.testing.assert_allclose(network.scores(alone.test_examples), alone.model.scores(alone.test_examples), atol=1e-3)


def test_a_training_whose_process_dies_fails_and_can_be_had_again(workshop: Workshop, tfq: ModuleType) -> None:
    long = Experiment(backend="tfq", data=DataConfig(n_examples=96), epochs=500)
    viewer = workshop.follow(long)
    until(lambda: viewer.revealed > 0, 120)
    pid = tensorflow().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert viewer.wait(60)
    assert viewer.state == "failed"
    assert viewer.job.message.startswith("the process that runs TensorFlow was ended by signal 9: try again")
    again = workshop.follow(long)
    until(lambda: again.revealed > 0, 120)
    again.leave()


def test_a_network_whose_process_is_gone_says_so(mnist: Mnist) -> None:
    class Gone:
        is_parallel = False

        def run(self, *_: Any) -> Any:
            raise UnavailableError("it is gone")
            yield

    with pytest.raises(UnavailableError, match="it is gone"):
        Away(FEW, 32, {}, Gone()).scores(prepare(mnist, FEW.input).test)
