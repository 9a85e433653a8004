"""Whose turn it is."""

from __future__ import annotations

import threading
import time
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.jobs import Workshop
from qmnist_core.progress import Computation, Progress
from qmnist_core.training import loop as training_module
from qmnist_core.workers import Here
from tests.jobs.making import FEW, LONG
from tests.waiting import until


def test_short_jobs_are_done_beside_long_ones(workshop: Workshop) -> None:
    long = workshop.follow(LONG)
    assert workshop.follow(FEW).wait(30)
    assert long.is_active
    long.stop()


def test_tensorflows_trainings_wait_in_one_queue(workshop: Workshop, tfq: ModuleType) -> None:
    slow = Experiment(backend="tfq", data=DataConfig(n_examples=96), epochs=50)
    first, shared = workshop.follow(slow), workshop.follow(slow)
    until(lambda: first.job.state == "running")
    second = workshop.follow(Experiment.tutorial("fair", epochs=1))
    third = workshop.follow(Experiment.tutorial("fair", epochs=1, seed=1))
    assert shared.job is first.job
    assert (first.ahead, second.ahead, third.ahead) == (0, 1, 2)
    assert third.seconds_ahead == first.job.seconds_to_come + second.job.seconds_to_come > 1
    until(lambda: first.revealed >= 1, 120)
    first.stop()
    assert (first.state, shared.is_active, second.ahead) == ("stopped", True, 1)
    shared.stop()  # nobody wants more: the queue goes on
    assert first.job.state == "abandoned"
    assert second.wait(120)
    assert third.wait(120)


class Slow:
    """A training's model that does nothing, slowly."""

    n_parameters = 1

    def prepare(self, examples: object) -> None: ...

    def train_step(self, prepared: object, indices: object) -> tuple[float, float]:
        time.sleep(0.02)
        return 0.5, 0.5

    def evaluate(self, prepared: object) -> tuple[float, float]:
        return 0.5, 0.5

    def predict(self, prepared: object) -> Array:
        return np.zeros(1)

    def weights(self) -> dict[str, Array]:
        return {"exponents": np.zeros((2, 16))}


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_module, "build_model", lambda experiment: Slow())


@pytest.mark.usefixtures("slow")
def test_short_trainings_have_their_turn_before_long_ones(mnist: Mnist) -> None:
    workshop = Workshop(lambda experiment: prepare(mnist, experiment.input), workers=Here())
    now = workshop.follow(Experiment(backend="tfq", data=DataConfig(n_examples=320), epochs=1))
    until(lambda: now.job.state == "running")
    long = workshop.follow(Experiment(backend="tfq", data=DataConfig(n_examples=32), epochs=100))
    longer = workshop.follow(Experiment(backend="tfq", data=DataConfig(n_examples=32), epochs=101))
    short = workshop.follow(Experiment(backend="tfq", data=DataConfig(n_examples=32), epochs=1))
    assert (now.ahead, short.ahead, long.ahead, longer.ahead) == (0, 1, 2, 3)
    assert short.wait(30)
    assert long.job.steps_done <= 2
    long.leave()
    longer.leave()


@pytest.mark.usefixtures("slow")
def test_no_training_holds_the_queue_for_longer_than_the_server_allows(mnist: Mnist) -> None:
    bounded = Workshop(lambda experiment: prepare(mnist, experiment.input), most_seconds=0.5, workers=Here())
    asked = Experiment(backend="tfq", epochs=100)
    viewer, behind = bounded.follow(asked), bounded.follow(Experiment.tutorial("fair", epochs=1, batch_size=10_000))
    assert viewer.wait(30)
    assert viewer.state == "stopped"
    assert 1 <= viewer.revealed < 32_400
    assert len(viewer.moments()) == viewer.revealed + 1
    assert viewer.job.message == "it was stopped after 500 ms, the most that this server allows for one"
    assert behind.wait(30)
    assert behind.state == "finished"
    assert bounded.follow(asked).job is not viewer.job
    exact = bounded.follow(LONG)
    until(lambda: exact.revealed > 5)
    time.sleep(0.6)
    assert exact.state == "running"
    bounded.end()


def test_a_training_does_not_wait_for_a_long_step_of_a_task(workshop: Workshop) -> None:
    held, begun = threading.Event(), threading.Event()

    def long() -> Computation[int]:
        begun.set()
        held.wait(30)
        yield Progress(1, 1)

    task = workshop.compute("long", long)
    assert begun.wait(10)
    assert workshop.follow(FEW).wait(10)
    held.set()
    assert task.wait(10)
