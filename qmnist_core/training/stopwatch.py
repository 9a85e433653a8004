"""Time spent computing."""

from __future__ import annotations

import time


class Stopwatch:
    """Seconds spent between `start` and `stop`, so that pauses do not count."""

    def __init__(self) -> None:
        self._total = 0.0
        self._since: float | None = None

    def __call__(self) -> float:
        return self._total + (0.0 if self._since is None else time.perf_counter() - self._since)

    def start(self) -> None:
        self._since = time.perf_counter()

    def stop(self) -> None:
        self._total, self._since = self(), None
