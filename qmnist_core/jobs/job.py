"""One training as work in the background."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from qmnist_core.arrays import Exponents
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs.work import Work
from qmnist_core.models import Classifier
from qmnist_core.training.events import Event, Failed, Finished, Step
from qmnist_core.training.history import History, Moment
from qmnist_core.training.loop import Training

MAX_MOMENTS = 1000
"""Most snapshots of a QNN's exponents kept from one training; with more steps, every second, fourth … is kept."""
MAX_MOMENT_BYTES = 4 << 20
"""Most memory for them: a server keeps many trainings."""


class Job(Work):
    """One training."""

    def __init__(
        self,
        experiment: Experiment,
        load: Callable[[Experiment], Dataset],
        most_seconds: float = math.inf,
        expected_seconds: float = 0.0,
    ) -> None:
        super().__init__(most_seconds, expected_seconds)
        self.experiment = experiment
        self.n_parameters = 0
        """Known once it has begun."""
        self.history = History()
        self.model: Classifier | None = None
        self.outcome: Finished | None = None
        self._load = load
        self._stride = 1
        self._most_moments = MAX_MOMENTS
        self._training: Training | None = None
        self._events: Iterator[Event] | None = None

    @property
    def steps_done(self) -> int:
        return len(self.history.losses)

    def _begin(self) -> None:
        if self._events is not None:
            return
        training = Training(self.experiment, None, self._load(self.experiment), self._watch, in_strides=True)
        self.model, self.total_steps = training.model, training.total_steps
        self._count_parameters(training.model.n_parameters)
        self.history = training.history
        if self.experiment.is_quantum:
            self._keep(0, training.model.weights()["exponents"])
        self._training = training
        events = iter(training)
        next(events)  # Started
        self._events = events

    def _step(self) -> None:
        events = self._events
        if events is None:  # abandoned a moment ago
            return
        event = next(events)
        self._take(event)
        if isinstance(event, Step) and self.steps_done % self.history.steps_an_epoch == 0:
            next(events)  # Epoch: its figures belong to its last step
            if self.steps_done == self.total_steps:
                self._take(next(events))

    def _take(self, event: Event) -> None:
        if isinstance(event, Step):
            self.remaining = event.remaining
            if self.experiment.is_quantum:
                self._keep_moments(event.step)
        elif isinstance(event, Finished):
            self.outcome = event
            self._end("finished", "")
        elif isinstance(event, Failed):
            self._end("failed", event.message)

    def _count_parameters(self, n: int) -> None:
        self.n_parameters = n
        self._most_moments = min(MAX_MOMENTS, MAX_MOMENT_BYTES // (8 * n))

    def _keep_moments(self, step: int) -> None:
        training = self._training
        if training is None:  # abandoned a moment ago
            return
        passed = training.passed if len(training.passed) else [training.model.weights()["exponents"]]
        first, moments = step + 1 - len(passed), self.history.moments
        if self._stride == 1 and len(moments) + len(passed) <= self._most_moments:
            moments.extend(map(Moment, range(first, step + 1), passed))
            return
        for later, exponents in enumerate(passed, first):
            self._keep(later, exponents)

    def _keep(self, step: int, exponents: Exponents) -> None:
        moments = self.history.moments
        if moments and moments[-1].step % self._stride:
            moments = moments[:-1]  # it was there only because it was the latest
        if len(moments) >= self._most_moments:
            self._stride *= 2
            moments = [kept for kept in moments if kept.step % self._stride == 0]
        # Each is a view of all that were taken with it: where most are dropped, one is copied.
        moment = Moment(step, exponents if self._stride == 1 else exponents.copy())
        if moments is self.history.moments:
            moments.append(moment)
        else:
            self.history.moments = [*moments, moment]  # whoever reads the old ones goes on with them

    def _drop(self) -> None:
        self._events = self._training = None


def needs_tensorflow(experiment: Experiment) -> bool:
    """Whether training it loads TensorFlow."""
    return experiment.package in ("keras", "tfq")
