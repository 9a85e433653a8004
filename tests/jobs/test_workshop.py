"""Each piece of work is done once, and forgotten in the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.jobs import Workshop
from qmnist_core.jobs import workshop as workshop_module
from qmnist_core.progress import Progress
from tests.jobs.making import FEW, LONG
from tests.waiting import until


def test_the_same_settings_are_trained_once(workshop: Workshop) -> None:
    one, other = workshop.follow(FEW), workshop.follow(Experiment(data=DataConfig(n_examples=320), epochs=2))
    assert one.job is other.job
    assert workshop.follow(Experiment(seed=1)).job is not one.job
    assert one.wait(30)
    assert workshop.find(FEW) is one.job
    assert workshop.find(Experiment(seed=7)) is None


def test_a_job_that_nobody_watches_ends_and_can_be_had_again(workshop: Workshop) -> None:
    viewer = workshop.follow(LONG)
    until(lambda: viewer.revealed > 0)
    viewer.leave()
    assert viewer.job.state == "abandoned"
    again = workshop.follow(LONG)
    assert again.job is not viewer.job
    again.leave()


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


def test_finished_jobs_are_forgotten_in_the_end(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workshop_module, "MAX_KEPT_JOBS", 2)
    experiments = [Experiment(data=DataConfig(n_examples=32), epochs=1, seed=seed) for seed in range(4)]
    for experiment in experiments:
        assert workshop.follow(experiment).wait(30)
    workshop.follow(FEW)
    assert [workshop.find(experiment) is not None for experiment in experiments] == [False, False, True, True]


def test_what_is_of_a_data_set_can_be_forgotten(mnist: Mnist) -> None:
    workshop = Workshop(lambda experiment: prepare(mnist, experiment.input))
    mine, other = (replace(FEW, data=replace(FEW.data, file=file)) for file in ("upload-1", "upload-2"))
    for experiment in (mine, other):
        assert workshop.follow(experiment).wait(30)
    watchers = {}
    for key in (("fan", mine), ("nested", ("deeper", mine.data)), ("fan", other), ("text", "upload-1")):
        watchers[key] = workshop.compute(key, lambda: iter([1, Progress(1, 1)]))
        assert watchers[key].wait(30)
    workshop.forget("upload-1")
    assert workshop.find(mine) is None
    assert workshop.find(other) is not None
    kept = [key for key, watcher in watchers.items() if workshop.compute(key, lambda: iter([])).job is watcher.job]
    assert kept == [("fan", other), ("text", "upload-1")]
    workshop.end()
