"""A training that other workers do."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from qmnist_core.arrays import Array, Scores
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset, Examples
from qmnist_core.jobs.job import Job
from qmnist_core.sources import is_upload
from qmnist_core.training.apart import Seen, score, train
from qmnist_core.training.events import Epoch, Finished, Started, Step
from qmnist_core.training.history import EPOCH_FIELDS, EpochFigures, History
from qmnist_core.workers import Piece, Workers, answers, without_keeping


@dataclass(frozen=True, eq=False)
class Away:
    """A trained network whose answers another process gives."""

    experiment: Experiment
    n_parameters: int
    _weights: dict[str, Array]
    _workers: Workers

    def scores(self, examples: Examples) -> Scores:
        """⟨Z⟩ or logits. Errors: UnavailableError where the process is gone."""
        found: Scores
        (found,) = answers(self._workers, score, self._weights, (self.experiment, examples))
        return found

    def weights(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self._weights.items()}


class SentJob(Job):
    """A training that `workers` do, who send what is seen of it; `asked` answer once it has finished."""

    def __init__(
        self,
        experiment: Experiment,
        load: Callable[[Experiment], Dataset],
        workers: Workers,
        asked: Workers,
        most_seconds: float = math.inf,
        expected_seconds: float = 0.0,
    ) -> None:
        super().__init__(experiment, load, most_seconds, expected_seconds)
        self._workers, self._asked = workers, asked
        self._seen: Iterator[tuple[int, Any] | None] | None = None

    def _begin(self) -> None:
        if self._seen is None:
            data = self._load(self.experiment).split
            if is_upload(self.experiment.data.file):  # gone with the session it is of
                self._seen = self._workers.run(without_keeping, [Piece(None, (train, data, self.experiment))])
            else:
                self._seen = self._workers.run(train, [Piece(data, self.experiment)])

    def _step(self) -> None:
        seen = self._seen
        if seen is not None and (found := next(seen)) is not None:
            self._see(found[1])

    def _see(self, seen: Seen) -> None:
        event, history = seen.event, self.history
        if isinstance(event, Started):
            self.total_steps = event.total_steps
            self._count_parameters(event.n_parameters)
            self.history = History(event.total_steps // self.experiment.epochs)
        elif isinstance(event, Step):
            history.add_steps([(event.loss, event.accuracy)], [event.elapsed])
            self.remaining = event.remaining
        elif isinstance(event, Epoch):
            history.epochs.append(EpochFigures(**{name: getattr(event, name) for name in EPOCH_FIELDS}))
        elif isinstance(event, Finished) and seen.weights is not None:
            self.model = Away(self.experiment, self.n_parameters, seen.weights, self._asked)
        if seen.exponents is not None:
            self._keep(self.steps_done, seen.exponents)
        if not isinstance(event, Step):
            self._take(event)

    def _drop(self) -> None:
        self._seen = None
