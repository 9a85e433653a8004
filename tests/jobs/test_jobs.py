"""Trainings in the background, watched by several sessions."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.jobs import Client, Viewer, Workshop, job, needs_tensorflow
from qmnist_core.jobs import workshop as workshop_module
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.training import loop as training_module
from qmnist_core.training.loop import Training
from tests.waiting import until

FEW = Experiment(data=DataConfig(n_examples=320), epochs=2)
"""20 steps."""
LONG = Experiment(epochs=10_000)


@pytest.fixture
def workshop(mnist: Mnist) -> Iterator[Workshop]:
    prepared: dict[DataConfig, Dataset] = {}

    def load(experiment: Experiment) -> Dataset:
        return prepared.setdefault(experiment.input, prepare(mnist, experiment.input))

    made = Workshop(load)
    yield made
    made.end()


def weights_after(experiment: Experiment, mnist: Mnist) -> list[Array]:
    """Exponents before the first step and after each, without any thread."""
    training = Training(experiment, mnist)
    found = [training.model.weights()["exponents"]]
    found += [training.model.weights()["exponents"] for event in training if type(event).__name__ == "Step"]
    return found


def test_a_job_trains_as_a_training_does(workshop: Workshop, mnist: Mnist) -> None:
    viewer = workshop.begin(FEW)
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


def test_steps_are_taken_one_by_one(workshop: Workshop, mnist: Mnist) -> None:
    viewer = workshop.begin(FEW, paused=True)
    time.sleep(0.1)
    assert (viewer.state, viewer.revealed, viewer.job.steps_done) == ("paused", 0, 0)
    for step in range(1, 12):
        viewer.step()
        until(lambda step=step: viewer.revealed == step)  # type: ignore[misc]
    time.sleep(0.05)
    assert (viewer.state, viewer.job.steps_done, len(viewer.history().epochs)) == ("paused", 11, 1)
    np.testing.assert_array_equal(viewer.moments()[-1].exponents, weights_after(FEW, mnist)[11])
    viewer.play()
    assert viewer.wait(30)
    assert viewer.state == "finished"


def test_a_pace_is_followed_and_pauses_do_not_count(workshop: Workshop) -> None:
    start = time.monotonic()
    viewer = workshop.begin(LONG, pace=40)
    until(lambda: viewer.revealed >= 8)
    assert time.monotonic() - start >= 8 / 40
    assert viewer.remaining > 0
    viewer.pause()
    seen = viewer.revealed
    time.sleep(0.15)
    assert (viewer.revealed, viewer.state) == (seen, "paused")
    viewer.set_pace(None)
    viewer.play()
    until(lambda: viewer.revealed > seen + 100)
    assert viewer.seconds < time.monotonic() - start - 0.15
    viewer.stop()


def test_stopping_keeps_what_was_seen(workshop: Workshop) -> None:
    viewer = workshop.begin(LONG)
    until(lambda: viewer.revealed > 700)
    viewer.stop()
    assert viewer.state == "stopped"
    seen = viewer.revealed
    assert seen > 700
    assert viewer.moments()[-1].step == seen
    assert len(viewer.history().epochs) == seen // 324
    until(lambda: viewer.job.state == "abandoned")
    time.sleep(0.1)
    assert viewer.revealed == seen


@pytest.mark.parametrize(("name", "most"), [("MAX_MOMENTS", 10), ("MAX_MOMENT_BYTES", 10 * 2 * 16 * 8)])
def test_many_steps_keep_a_bounded_number_of_moments(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch, name: str, most: int
) -> None:
    monkeypatch.setattr(job, name, most)
    viewer = workshop.begin(Experiment(data=DataConfig(n_examples=320), epochs=9))
    assert viewer.wait(30)
    steps = [moment.step for moment in viewer.moments()]
    assert len(steps) <= 11
    assert steps[0] == 0
    assert steps[-1] == 90
    assert set(np.diff(steps[:-1])) == {16}


def test_the_same_settings_are_trained_once(workshop: Workshop) -> None:
    one, other = workshop.follow(FEW), workshop.follow(Experiment(data=DataConfig(n_examples=320), epochs=2))
    assert one.job is other.job
    assert workshop.begin(FEW).job is not one.job
    assert workshop.follow(Experiment(seed=1)).job is not one.job
    assert one.wait(30)
    assert workshop.find(FEW) is one.job
    assert workshop.find(Experiment(seed=7)) is None


def test_one_viewers_pause_and_stop_are_not_anothers(workshop: Workshop) -> None:
    one, other = workshop.follow(LONG), workshop.follow(LONG)
    one.pause()
    seen = one.revealed
    until(lambda: other.revealed > seen + 500)
    assert (one.state, one.revealed, other.state) == ("paused", seen, "running")
    one.stop()
    assert one.state == "stopped"
    assert other.state == "running"
    assert one.revealed <= seen
    other.stop()
    assert other.job.state == "abandoned"


def test_a_job_that_nobody_watches_ends_and_can_be_had_again(workshop: Workshop) -> None:
    viewer = workshop.follow(LONG)
    until(lambda: viewer.revealed > 0)
    viewer.leave()
    assert viewer.job.state == "abandoned"
    again = workshop.follow(LONG)
    assert again.job is not viewer.job
    again.leave()


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


def test_where_one_rests_the_exponents_are_known_whatever_others_go_on_to(
    workshop: Workshop, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MAX_MOMENTS", 10)
    experiment = Experiment(data=DataConfig(n_examples=320), epochs=300)
    one, other = workshop.follow(experiment), workshop.follow(experiment)
    other.set_pace(2000)
    until(lambda: one.revealed > 100)
    one.pause()
    at = one.revealed
    other.set_pace(None)
    assert other.wait(60)
    assert (one.state, one.revealed, one.moments()[-1].step) == ("paused", at, at)
    expected = weights_after(experiment, mnist)
    np.testing.assert_array_equal(one.moments()[-1].exponents, expected[at])
    for _ in range(3):
        one.step()
        assert one.revealed > at
        at = one.revealed
        np.testing.assert_array_equal(one.moments()[-1].exponents, expected[at])


def test_a_paused_pace_wakes_nobody(workshop: Workshop) -> None:
    viewer = workshop.begin(LONG, pace=40)
    assert viewer.is_paced
    viewer.pause()
    assert not viewer.is_paced
    viewer.play()
    assert viewer.is_paced
    viewer.stop()
    assert not viewer.is_paced


def test_work_that_is_over_is_not_begun(mnist: Mnist) -> None:
    work = job.Job(FEW, lambda experiment: prepare(mnist, experiment.input))
    work.abandon()
    work.advance(None)
    assert (work.state, work.total_steps) == ("abandoned", None)


def test_paused_jobs_let_others_go_first(workshop: Workshop) -> None:
    paused = workshop.begin(LONG, paused=True)
    running = workshop.begin(LONG)
    assert workshop.follow(FEW).wait(30)
    assert paused.revealed == 0
    assert running.state == "running"
    running.stop()
    paused.stop()


def test_failures_are_said_and_the_worker_lives_on(workshop: Workshop) -> None:
    failing = workshop.follow(Experiment(data=DataConfig(n_examples=20_000)))
    assert failing.wait(30)
    assert failing.state == "failed"
    assert "10,338 training images" in failing.job.message
    costly = workshop.follow(Experiment(circuit=CircuitConfig(layers=("XX", "ZZ") * 20)))
    assert costly.wait(30)
    assert "use fewer layers" in costly.job.message
    diverging = workshop.follow(Experiment(model="logistic", learning_rate=10.0))
    assert diverging.wait(30)
    assert workshop.follow(FEW).wait(30)


def test_whatever_a_library_raises_is_said(mnist: Mnist) -> None:
    def load(experiment: Experiment) -> Dataset:
        raise ZeroDivisionError("surprise")

    viewer = Workshop(load).follow(FEW)
    assert viewer.wait(10)
    assert "ZeroDivisionError: surprise" in viewer.job.message


def test_finished_jobs_are_forgotten_in_the_end(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop_module, "MAX_KEPT_JOBS", 2)
    experiments = [Experiment(data=DataConfig(n_examples=32), epochs=1, seed=seed) for seed in range(4)]
    for experiment in experiments:
        assert workshop.follow(experiment).wait(30)
    workshop.follow(FEW)
    assert [workshop.find(experiment) is not None for experiment in experiments] == [False, False, True, True]


def test_a_closed_tab_ends_its_trainings_after_a_while(workshop: Workshop) -> None:
    client = Client()
    viewer = client.watch("live", workshop.begin(LONG))
    until(lambda: viewer.revealed > 0)
    client.away(grace_seconds=1.5)  # far longer than this thread may wait for its turn beside the training
    assert not client.is_here
    time.sleep(0.05)
    client.back()
    assert client.is_here
    time.sleep(1.8)
    assert viewer.state == "running"
    client.away(grace_seconds=0.05)
    until(lambda: viewer.state == "stopped")
    assert viewer.job.state == "abandoned"


def test_a_place_holds_one_viewer(workshop: Workshop) -> None:
    client = Client()
    first = client.watch("live", workshop.begin(LONG))
    second = client.watch("live", workshop.begin(FEW))
    assert first.job.state == "abandoned"
    assert client.viewers == {"live": second}
    assert second.wait(30)


@pytest.mark.parametrize(
    ("kind", "engine", "needs"),
    [("qnn", "exact", False), ("qnn", "tfq", True), ("cnn", "exact", True), ("logistic", "tfq", False)],
)
def test_what_needs_tensorflow(kind: str, engine: str, needs: bool) -> None:
    assert needs_tensorflow(Experiment(model=kind, backend=engine)) is needs


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
    first.pause()
    shared.pause()  # nobody wants more: the queue goes on
    assert second.wait(120)
    assert third.wait(120)
    assert not first.job.is_over
    seen = first.revealed
    first.play()
    until(lambda: first.revealed > seen, 120)
    assert shared.state == "paused"
    first.stop()
    shared.stop()


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
def test_short_trainings_have_their_turn_before_long_ones(workshop: Workshop) -> None:
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
    bounded = Workshop(lambda experiment: prepare(mnist, experiment.input), most_seconds=0.5)
    asked = Experiment(backend="tfq", epochs=100)
    viewer, behind = bounded.follow(asked), bounded.follow(Experiment.tutorial("fair", epochs=1, batch_size=10_000))
    assert viewer.wait(30)
    assert viewer.state == "stopped"
    assert 1 <= viewer.revealed < 32_400
    assert len(viewer.moments()) == viewer.revealed + 1
    assert viewer.job.message == "it was stopped after 500 ms, the most that this server computes for one"
    assert behind.wait(30)
    assert behind.state == "finished"
    assert bounded.follow(asked).job is not viewer.job
    exact = bounded.begin(LONG)
    until(lambda: exact.revealed > 5)
    time.sleep(0.6)
    assert exact.state == "running"
    bounded.end()


@pytest.mark.parametrize("epochs", [1, 3])
def test_an_estimate_counts_the_circuits_that_are_simulated(workshop: Workshop, epochs: int) -> None:
    """Twenty or so of a batch's 32 images are different; every epoch ends with the 115 of the test set."""
    tutorial = Experiment(backend="tfq", epochs=epochs)
    everything = estimate_cost(tutorial.circuit, 16, 32, "tfq").step_seconds * 324 * epochs
    assert 0.4 * everything < workshop.expected_seconds(tutorial) < 0.95 * everything
    assert workshop.expected_seconds(Experiment(backend="tfq", data=DataConfig(size=28))) == np.inf
    cnn, fair = (workshop.expected_seconds(Experiment.tutorial(model)) for model in ("cnn", "fair"))
    assert fair < cnn < 60


def test_a_viewer_shows_no_more_than_it_has_seen(workshop: Workshop) -> None:
    viewer = workshop.begin(FEW, pace=1)
    assert viewer.revealed <= 1
    assert len(viewer.moments()) <= 2
    assert viewer.history().epochs == []
    viewer.stop()


def test_a_task_gives_its_results_one_by_one_and_is_shared(workshop: Workshop) -> None:
    made = []

    def make() -> Computation[int]:
        made.append(1)
        for n in range(5):
            time.sleep(0.01)
            yield n * n
            yield Progress(n + 1, 5)

    one, other = workshop.compute("squares", make), workshop.compute("squares", make)
    assert one.wait(10)
    assert one.job is other.job
    assert made == [1]
    assert one.job.results() == [0, 1, 4, 9, 16]
    assert one.job.results(3) == [0, 1, 4]
    assert (one.state, one.job.total_steps, one.remaining) == ("finished", 5, 0.0)
    assert workshop.compute("others", make).job is not one.job


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


def test_a_task_stops_and_says_what_went_wrong(workshop: Workshop) -> None:
    def endless() -> Computation[int]:
        for n in range(1, 10**9):
            time.sleep(0.001)
            yield Progress(n, 10**9)

    client = Client()
    watcher = client.keep("lab", workshop.compute("endless", endless))
    until(lambda: watcher.revealed > 3)
    client.keep("lab", workshop.compute("short", lambda: iter([Progress(1, 1)])))
    assert watcher.job.state == "abandoned"
    failing = workshop.compute("failing", lambda: (1 // zero for zero in [0]))
    assert failing.wait(10)
    assert (failing.state, "ZeroDivisionError" in failing.job.message) == ("failed", True)
