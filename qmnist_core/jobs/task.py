"""Any computation but a training as work in the background."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from qmnist_core.jobs.work import Work
from qmnist_core.progress import Computation, Progress


class Task(Work):
    """A computation that gives its results one by one.

    make: begins it.
    """

    def __init__(
        self, make: Callable[[], Computation[Any]], most_seconds: float = math.inf, expected_seconds: float = 0.0
    ) -> None:
        super().__init__(most_seconds, expected_seconds)
        self._make = make
        self._rest: Computation[Any] | None = None
        self._done = 0
        self._results: list[tuple[int, Any]] = []
        """Each with the number of steps done when it came."""

    @property
    def steps_done(self) -> int:
        return self._done

    def results(self, steps: int | None = None) -> list[Any]:
        """What the first so many steps have given, or all so far."""
        return [result for step, result in tuple(self._results) if steps is None or step <= steps]

    def _begin(self) -> None:
        if self._rest is None:
            self._rest = self._make()

    def _step(self) -> None:
        rest = self._rest
        if rest is None:  # abandoned a moment ago
            return
        found = []
        while not isinstance(item := next(rest), Progress):
            found.append(item)
        self._results += [(item.done, result) for result in found]
        self.total_steps = item.of
        if item.done:
            self.remaining = self._watch() / item.done * (item.of - item.done)
        self._done = item.done
        if item.done == item.of:
            self._end("finished", "")

    def _drop(self) -> None:
        self._rest = None
