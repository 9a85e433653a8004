"""Trainings in the background: started, paused, stepped, stopped, and watched by any number of sessions.

A `Job` is one training. It is done once, by a `Lane`'s worker thread, however many watch it. A `Viewer` is one
session's look at a job, with that session's own pause, pace and stop: a job goes on only as far as some viewer
wants it to. A `Workshop` finds the job that is already under way for an experiment, or makes it. A `Client` is
one session; when its tab has been closed for a while its viewers leave, and a job that nobody watches ends.

Nothing here knows of pages: a page asks a viewer how far it is whenever it likes.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from qmnist_core.config import Experiment
from qmnist_core.dataset import Dataset
from qmnist_core.errors import QMnistError
from qmnist_core.events import Epoch, Event, Failed, Finished, Step
from qmnist_core.models import Model
from qmnist_core.training import Training

GRACE_SECONDS = 30.0
"""How long a closed tab may stay away before its trainings end."""
MAX_MOMENTS = 400
"""Most snapshots of a QNN's exponents kept of one training; with more steps, every second, fourth … is kept."""
MAX_KEPT_JOBS = 48
"""Finished trainings remembered for whoever asks for the same again."""
SLICE_SECONDS = 0.02
"""How long one exact training runs before the next one has its turn."""


@dataclass(frozen=True)
class Moment:
    """A QNN's exponents after `step` steps: float64 (n_layers, n_pixels), half-turns."""

    step: int
    exponents: np.ndarray


class Stopwatch:
    """Seconds spent between `start` and `stop`, so that a paused training's times are those it computed."""

    def __init__(self) -> None:
        self._total = 0.0
        self._since: float | None = None

    def __call__(self) -> float:
        return self._total + (0.0 if self._since is None else time.perf_counter() - self._since)

    def start(self) -> None:
        self._since = time.perf_counter()

    def stop(self) -> None:
        self._total, self._since = self(), None


class Job:
    """One training and what it has left behind so far. Its lists only ever grow: read them from any thread.

    state: "waiting" (not begun, or waiting for its turn), "running", "finished", "failed" or "abandoned".
    """

    def __init__(self, experiment: Experiment, load: Callable[[Experiment], Dataset]) -> None:
        self.experiment = experiment
        self.state = "waiting"
        self.message = ""
        """Why it failed."""
        self.total_steps: int | None = None
        """Known once it has begun, as the next two."""
        self.steps_an_epoch = 0
        self.n_parameters = 0
        self.losses: list[float] = []
        self.accuracies: list[float] = []
        self.elapsed: list[float] = []
        """Seconds computed up to the end of each step; pauses do not count."""
        self.epochs: list[Epoch] = []
        self.moments: list[Moment] = []
        self.model: Model | None = None
        self.outcome: Finished | None = None
        self.remaining = math.nan
        """Seconds left at the mean pace so far, an estimate."""
        self.viewers: list[Viewer] = []
        self.ended = threading.Event()
        self._load = load
        self._stride = 1
        self._events: Iterator[Event] | None = None
        self._watch = Stopwatch()

    @property
    def steps_done(self) -> int:
        return len(self.losses)

    @property
    def is_over(self) -> bool:
        return self.ended.is_set()

    def last_step(self, epoch: Epoch) -> int:
        """The number of steps done at an epoch's end."""
        return epoch.epoch * self.steps_an_epoch

    def wanted(self) -> float:
        """The number of steps that some viewer wants to have done by now."""
        return max((viewer.limit() for viewer in tuple(self.viewers)), default=0)

    def advance(self, seconds: float | None) -> None:
        """Train until nothing more is wanted, for at most `seconds`; called by its lane's worker alone."""
        self.state = "running"
        self._watch.start()
        try:
            self._advance(math.inf if seconds is None else time.perf_counter() + seconds)
        except QMnistError as error:
            self._end("failed", str(error))
        except MemoryError:
            self._end("failed", "this training needs more memory than there is: use a smaller size or fewer layers")
        except Exception as error:  # the worker must outlive whatever a library raises, and say it
            self._end("failed", f"training broke off ({type(error).__name__}: {error}): change a setting and try again")
        finally:
            self._watch.stop()
            if not self.is_over:
                self.state = "waiting"

    def abandon(self) -> None:
        """End without a result: nobody watches any more."""
        self._end("abandoned", "")

    def _advance(self, deadline: float) -> None:
        if self._events is None:
            training = Training(self.experiment, dataset=self._load(self.experiment), clock=self._watch)
            self.model, self.total_steps = training.model, training.total_steps
            self.n_parameters = training.model.n_parameters
            self.steps_an_epoch = training.total_steps // self.experiment.epochs
            self._keep_moment()
            self._events = iter(training)
        while not self.is_over and self.wanted() > self.steps_done and time.perf_counter() < deadline:
            event = next(self._events)
            self._take(event)
            if isinstance(event, Step) and self.steps_done % self.steps_an_epoch == 0:
                self._take(next(self._events))  # the epoch's figures belong to its last step
                if self.steps_done == self.total_steps:
                    self._take(next(self._events))

    def _take(self, event: Event) -> None:
        if isinstance(event, Step):
            self.remaining = event.remaining
            self.accuracies.append(event.accuracy)
            self.elapsed.append(event.elapsed)
            self.losses.append(event.loss)
            self._keep_moment()
        elif isinstance(event, Epoch):
            self.epochs.append(event)
        elif isinstance(event, Finished):
            self.outcome = event
            self._end("finished", "")
        elif isinstance(event, Failed):
            self._end("failed", event.message)

    def _keep_moment(self) -> None:
        if self.experiment.model != "qnn" or self.model is None:
            return
        moment = Moment(self.steps_done, self.model.weights()["exponents"])
        moments = self.moments
        if moments and moments[-1].step % self._stride:
            moments = moments[:-1]  # it was there only because it was the latest
        if len(moments) >= MAX_MOMENTS:
            self._stride *= 2
            moments = [kept for kept in moments if kept.step % self._stride == 0]
        self.moments = [*moments, moment]

    def _end(self, state: str, message: str) -> None:
        self.state, self.message, self._events = state, message, None
        self.ended.set()


class Viewer:
    """One session's look at a job, with its own controls.

    pace: steps a second to follow at, or None for as fast as it goes. paused: wait for `step` or `play`.
    """

    def __init__(self, job: Job, lane: Lane, pace: float | None = None, paused: bool = False) -> None:
        self.job = job
        self.lane = lane
        self._pace = pace
        self._playing = not paused
        self._at = 0
        self._since = time.monotonic()
        self._stopped = False
        lane.join(self)

    @property
    def state(self) -> str:
        """ "waiting", "running", "paused", "stopped", "finished" or "failed", as this session sees it."""
        if self._stopped:
            return "stopped"
        if self.job.state in ("failed", "abandoned"):
            return "failed"
        if self.job.state == "finished" and self.revealed == self.job.steps_done:
            return "finished"
        if not self._playing:
            return "paused"
        return "running" if self.job.steps_done else "waiting"

    @property
    def is_active(self) -> bool:
        return self.state in ("waiting", "running", "paused")

    @property
    def revealed(self) -> int:
        """Steps that this session has seen done."""
        return int(min(self.job.steps_done, self.limit()))

    @property
    def pace(self) -> float | None:
        return self._pace

    @property
    def remaining(self) -> float:
        """Seconds until this session sees the end, an estimate; nan before the first step."""
        if self.job.total_steps is None or not self.job.steps_done:
            return math.nan
        left = self.job.total_steps - self.revealed
        return max(self.job.remaining if not self.job.is_over else 0.0, left / self._pace if self._pace else 0.0)

    @property
    def ahead(self) -> int:
        """How many trainings have their turn before this one."""
        return self.lane.ahead_of(self.job)

    @property
    def seconds(self) -> float:
        """Computing time of what was seen."""
        return self.job.elapsed[self.revealed - 1] if self.revealed else 0.0

    def limit(self) -> float:
        """How many steps this session wants done by now."""
        if self._stopped or not self._playing:
            return self._at
        if self._pace is None:
            return math.inf
        return self._at + int(self._pace * (time.monotonic() - self._since))

    def play(self) -> None:
        self._hold()
        self._playing = True
        self.lane.wake()

    def pause(self) -> None:
        self._hold()
        self._playing = False

    def step(self) -> None:
        """One more step, then pause."""
        self._hold()
        self._playing = False
        self._at += 1
        self.lane.wake()

    def set_pace(self, pace: float | None) -> None:
        self._hold()
        self._pace = pace
        self.lane.wake()

    def stop(self) -> None:
        """Keep what was seen and want no more; a job that nobody else watches ends."""
        if self._stopped or self.state in ("finished", "failed"):
            return
        self._hold()
        moments = self.moments()
        if moments:
            self._at = moments[-1].step
        self._stopped = True
        self.leave()

    def leave(self) -> None:
        """Watch no longer."""
        self.lane.part(self)

    def moments(self) -> list[Moment]:
        """All snapshots that were seen, in order."""
        revealed = self.revealed
        return [moment for moment in self.job.moments if moment.step <= revealed]

    def epochs(self) -> list[Epoch]:
        """The epochs that were seen to their end."""
        revealed = self.revealed
        return [epoch for epoch in self.job.epochs if self.job.last_step(epoch) <= revealed]

    def wait(self, seconds: float) -> bool:
        """Whether the job is over, having waited for that for up to so many seconds."""
        return self.job.ended.wait(seconds)

    def _hold(self) -> None:
        self._at, self._since = self.revealed, time.monotonic()


class Lane:
    """A worker thread and the jobs that wait for it.

    slice_seconds: how long a job runs before the next has its turn; None: until it is done, in order of arrival.
    """

    def __init__(self, name: str, slice_seconds: float | None) -> None:
        self.slice_seconds = slice_seconds
        self._jobs: list[Job] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._work, name=name, daemon=True).start()

    def add(self, job: Job) -> None:
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def wake(self) -> None:
        """A viewer's wish has changed."""
        with self._changed:
            self._changed.notify()

    def join(self, viewer: Viewer) -> None:
        """Count with a viewer's wishes from now on."""
        with self._changed:
            viewer.job.viewers.append(viewer)
            self._changed.notify()

    def part(self, viewer: Viewer) -> None:
        """Count with them no more; a job that nobody watches ends."""
        job = viewer.job
        with self._changed:
            if viewer in job.viewers:
                job.viewers.remove(viewer)
            if not job.viewers and not job.is_over:
                job.abandon()
                if job in self._jobs:
                    self._jobs.remove(job)

    def ahead_of(self, job: Job) -> int:
        """How many jobs have their turn before this one; none where all take turns."""
        if self.slice_seconds is not None:
            return 0
        with self._changed:
            wanting = [other for other in self._jobs if other is job or other.wanted() > other.steps_done]
            return wanting.index(job) if job in wanting else 0

    def _work(self) -> None:
        while True:
            job = self._next()
            job.advance(self.slice_seconds)
            with self._changed:
                if job in self._jobs and (job.is_over or self.slice_seconds or job.wanted() <= job.steps_done):
                    self._jobs.remove(job)  # a job that still wants something goes to the end of the queue
                    if not job.is_over:
                        self._jobs.append(job)

    def _next(self) -> Job:
        with self._changed:
            while True:
                for job in self._jobs:
                    if job.wanted() > job.steps_done:
                        return job
                # A followed pace grows with the clock, which wakes nobody.
                followed = any(viewer.pace for job in self._jobs for viewer in job.viewers)
                self._changed.wait(0.02 if followed else None)


class Workshop:
    """All trainings of one server.

    Trainings that need TensorFlow share one queue; those on the exact engine take turns on another thread.
    load: gives an experiment's data set, from any thread.
    """

    def __init__(self, load: Callable[[Experiment], Dataset]) -> None:
        self._load = load
        self._exact = Lane("exact", SLICE_SECONDS)
        self._tensorflow = Lane("tensorflow", None)
        self._jobs: OrderedDict[Experiment, Job] = OrderedDict()
        self._lock = threading.Lock()

    def follow(self, experiment: Experiment) -> Viewer:
        """Watch the training of an experiment: the one that is under way or done, or else a new one."""
        lane = self._lane(experiment)
        while True:
            with self._lock:
                job = self._jobs.get(experiment)
                if job is None or job.state in ("failed", "abandoned"):
                    job = self._jobs[experiment] = Job(experiment, self._load)
                    lane.add(job)
                self._jobs.move_to_end(experiment)
                self._forget()
            viewer = Viewer(job, lane)
            if job.state != "abandoned":  # by its last viewer, between our finding it and joining
                return viewer

    def begin(self, experiment: Experiment, pace: float | None = None, paused: bool = False) -> Viewer:
        """A training of one's own, apart from others' of the same settings, to pause and step through."""
        job, lane = Job(experiment, self._load), self._lane(experiment)
        lane.add(job)
        return Viewer(job, lane, pace, paused)

    def find(self, experiment: Experiment) -> Job | None:
        """The finished training of an experiment, if there is one."""
        with self._lock:
            job = self._jobs.get(experiment)
        return job if job is not None and job.state == "finished" else None

    def _lane(self, experiment: Experiment) -> Lane:
        return self._tensorflow if needs_tensorflow(experiment) else self._exact

    def _forget(self) -> None:
        over = [experiment for experiment, job in self._jobs.items() if job.is_over]
        for experiment in over[: max(0, len(over) - MAX_KEPT_JOBS)]:
            del self._jobs[experiment]


class Client:
    """One session's trainings; they end when its tab has been away for `GRACE_SECONDS`."""

    def __init__(self) -> None:
        self.viewers: dict[str, Viewer] = {}
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def watch(self, name: str, viewer: Viewer) -> Viewer:
        """Put a viewer in a named place; the one that was there leaves."""
        before = self.viewers.get(name)
        self.viewers[name] = viewer
        if before is not None and before is not viewer:
            before.leave()
        return viewer

    def away(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """The tab was closed, or its connection dropped."""
        with self._lock:
            self._cancel()
            self._timer = threading.Timer(grace_seconds, self._leave)
            self._timer.daemon = True
            self._timer.start()

    def back(self) -> None:
        """The tab is there (again)."""
        with self._lock:
            self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        for viewer in list(self.viewers.values()):
            viewer.stop()
            viewer.leave()


def needs_tensorflow(experiment: Experiment) -> bool:
    """Whether training it loads TensorFlow."""
    return experiment.model in ("cnn", "fair") or (experiment.model == "qnn" and experiment.backend == "tfq")
