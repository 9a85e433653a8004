"""Any computation but a training as work in the background."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from qmnist_core.jobs.work import Work


class Task(Work):
    """A computation that gives its results one by one.

    make: begins it, giving the number of results to come and an iterator over them.
    """

    def __init__(self, make: Callable[[], tuple[int, Iterator[Any]]]) -> None:
        super().__init__()
        self.results: list[Any] = []
        self._make = make
        self._rest: Iterator[Any] | None = None

    @property
    def steps_done(self) -> int:
        return len(self.results)

    def _begin(self) -> None:
        if self._rest is None:
            self.total_steps, self._rest = self._make()

    def _step(self) -> None:
        rest = self._rest
        if rest is None:  # abandoned a moment ago
            return
        assert self.total_steps is not None
        self.results.append(next(rest))
        self.remaining = self._watch() / self.steps_done * (self.total_steps - self.steps_done)
        if self.steps_done == self.total_steps:
            self._end("finished", "")

    def _drop(self) -> None:
        self._rest = None
