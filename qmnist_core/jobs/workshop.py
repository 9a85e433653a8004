"""All work of one server, each piece done once."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import QMnistError
from qmnist_core.jobs.estimate import training_seconds
from qmnist_core.jobs.job import Job, needs_tensorflow
from qmnist_core.jobs.lane import Lane
from qmnist_core.jobs.sent import SentJob
from qmnist_core.jobs.task import Task
from qmnist_core.jobs.viewer import Viewer
from qmnist_core.jobs.watcher import Watcher
from qmnist_core.jobs.work import Work
from qmnist_core.progress import Computation
from qmnist_core.workers import Workers, chosen, tensorflow

MAX_KEPT_JOBS = 48
"""Finished trainings kept for whoever asks for the same again."""
MAX_KEPT_TENSORFLOW = 20
"""The same of those that need TensorFlow: the weights of a full CNN take 5 MB."""
SLICE_SECONDS = 0.02
"""How long one exact training runs before the next one has its turn."""


class Workshop:
    """All trainings of one server.

    Trainings that need TensorFlow share one queue, the shortest first, or are done side by side, on a cluster; none
    computes longer than `most_seconds`. Those on the exact engine take turns on a thread, and other computations, whose
    steps may be long, on another unless they need TensorFlow, too.
    load: gives an experiment's data set, from any thread. workers: do the trainings that need TensorFlow; a cluster, if
    there is one, or else the process for it.
    """

    def __init__(
        self,
        load: Callable[[Experiment], Dataset],
        most_seconds: float = math.inf,
        workers: Workers | None = None,
    ) -> None:
        self.most_seconds = most_seconds
        self._load = load
        self._workers = workers or chosen() or tensorflow()
        self._exact = Lane("exact", SLICE_SECONDS)
        self._computing = Lane("computing", SLICE_SECONDS)
        self._tensorflow = Lane("tensorflow", SLICE_SECONDS if self._workers.is_parallel else None)
        self._jobs: dict[Lane, OrderedDict[Experiment, Job]] = {
            self._exact: OrderedDict(),
            self._tensorflow: OrderedDict(),
        }
        self._tasks: OrderedDict[Hashable, Task] = OrderedDict()
        self._lock = threading.Lock()

    def follow(self, experiment: Experiment) -> Viewer:
        """Watch the training of an experiment: the one that is under way or done, or else a new one."""
        lane = self._lane(experiment)
        jobs = self._jobs[lane]
        while True:
            made = self._job(experiment) if _is_gone(jobs.get(experiment)) else None
            with self._lock:
                job = jobs.get(experiment)
                if job is None or _is_gone(job):
                    if made is None:  # it went a moment ago
                        continue
                    job = jobs[experiment] = made
                    lane.add(job)
                jobs.move_to_end(experiment)
                _forget(jobs, MAX_KEPT_TENSORFLOW if lane is self._tensorflow else MAX_KEPT_JOBS)
            viewer = Viewer(job, lane)
            if job.state != "abandoned":  # by its last viewer, between our finding it and joining
                return viewer

    def expected_seconds(self, experiment: Experiment) -> float:
        """How long a training that needs TensorFlow will compute, an estimate, if nothing stops it."""
        return training_seconds(experiment, self._load(experiment))

    def compute(
        self, key: Hashable, make: Callable[[], Computation[Any]], tensorflow_seconds: float | None = None
    ) -> Watcher[Task]:
        """Watch a computation: the one of the same key that is under way or done, or else a new one by `make`.

        tensorflow_seconds: how long it will compute, an estimate, where it needs TensorFlow; then it waits in the queue
        for that.
        """
        lane = self._computing if tensorflow_seconds is None else self._tensorflow
        while True:
            with self._lock:
                task = self._tasks.get(key)
                if task is None or _is_gone(task):
                    limits = () if tensorflow_seconds is None else (self.most_seconds, tensorflow_seconds)
                    task = self._tasks[key] = Task(make, *limits)
                    lane.add(task)
                self._tasks.move_to_end(key)
                _forget(self._tasks, MAX_KEPT_JOBS)
            watcher = Watcher(task, lane)
            if task.state != "abandoned":
                return watcher

    def find(self, experiment: Experiment) -> Job | None:
        """The finished training of an experiment, if there is one."""
        with self._lock:
            job = self._jobs[self._lane(experiment)].get(experiment)
        return job if job is not None and job.state == "finished" else None

    def forget(self, file: str) -> None:
        """Keep nothing any more that was trained on a data set, or computed of it under a key that has its settings."""
        with self._lock:
            kept: list[OrderedDict[Any, Any]] = [*self._jobs.values(), self._tasks]
            for works in kept:
                for key in [key for key in works if _is_of(key, file)]:
                    del works[key]

    def end(self) -> None:
        """Abandon all that is under way; nothing can be asked for afterwards."""
        self._exact.end()
        self._computing.end()
        self._tensorflow.end()

    def _job(self, experiment: Experiment) -> Job:
        if not needs_tensorflow(experiment):
            return Job(experiment, self._load)
        try:
            expected = self.expected_seconds(experiment)
        except QMnistError:  # the training will say it
            expected = 0.0
        return SentJob(experiment, self._load, self._workers, tensorflow(), self.most_seconds, expected)

    def _lane(self, experiment: Experiment) -> Lane:
        return self._tensorflow if needs_tensorflow(experiment) else self._exact


def _is_of(key: object, file: str) -> bool:
    """Whether settings with a data set are part of a key."""
    if isinstance(key, tuple):
        return any(_is_of(part, file) for part in key)
    data = key.data if isinstance(key, Experiment) else key
    return isinstance(data, DataConfig) and data.file == file


def _is_gone(work: Work | None) -> bool:
    """Whether it must be done again when asked for."""
    return work is None or work.state in ("failed", "abandoned", "overran")


def _forget(kept: OrderedDict[Any, Any], n_kept: int) -> None:
    """Drop what has long been over."""
    if len(kept) > n_kept:
        over = [key for key, work in kept.items() if work.is_over]
        for key in over[: max(0, len(over) - n_kept)]:
            del kept[key]
