"""What is done step by step in the background."""

from __future__ import annotations

import math
import threading
import time

from qmnist_core.errors import in_one_sentence
from qmnist_core.look.text import duration
from qmnist_core.training.stopwatch import Stopwatch

LOOK_SECONDS = 0.001
"""Between two looks at how long it has computed."""


class Work:
    """Something that is done step by step in the background, and what it has left behind so far.

    Its lists only ever grow: read them from any thread.
    state: "waiting" (not begun, or waiting for its turn), "running", "finished", "failed", "abandoned" or "overran",
    stopped after `most_seconds` of computing.
    expected_seconds: how long it is thought to compute in all, where that decides its turn.
    """

    def __init__(self, most_seconds: float = math.inf, expected_seconds: float = 0.0) -> None:
        self.most_seconds = most_seconds
        self._expected_seconds = expected_seconds
        self.state = "waiting"
        self.message = ""
        """Why it failed, or was stopped."""
        self.total_steps: int | None = None
        """Known once it has begun."""
        self.remaining = math.nan
        """Seconds left at the mean pace so far, an estimate."""
        self.watchers: list[object] = []
        """Those who want it done."""
        self.ended = threading.Event()
        self._turning = threading.Lock()
        """Held while the state changes, so that what is over stays over."""
        self._watch = Stopwatch()

    @property
    def steps_done(self) -> int:
        raise NotImplementedError

    @property
    def seconds_to_come(self) -> float:
        """Seconds of computing left, an estimate."""
        left = self._expected_seconds if math.isnan(self.remaining) else self.remaining
        return min(left, self.most_seconds - self._watch())

    @property
    def is_over(self) -> bool:
        return self.ended.is_set()

    def advance(self, seconds: float | None) -> None:
        """Go on for about `seconds`; called by its lane's worker alone."""
        if not self._turn("running"):
            return
        self._watch.start()
        try:
            self._begin()
            deadline = math.inf if seconds is None else time.perf_counter() + seconds
            while not self.is_over and time.perf_counter() < deadline:
                look = time.perf_counter() + LOOK_SECONDS
                while not self.is_over and time.perf_counter() < look:
                    self._step()
                if self._watch() > self.most_seconds and not self.is_over:
                    most = duration(self.most_seconds)
                    self._end("overran", f"it was stopped after {most}, the most that this server allows for one")
        except Exception as error:  # the worker must outlive whatever a library raises, and say it
            self._end("failed", in_one_sentence(error))
        finally:
            self._watch.stop()
            if not self._turn("waiting"):
                self._drop()  # what was made while it was abandoned

    def abandon(self) -> None:
        """End without a result: nobody watches any more."""
        self._end("abandoned", "")

    def _begin(self) -> None:
        """Prepare the first step, unless that has been done."""
        raise NotImplementedError

    def _step(self) -> None:
        raise NotImplementedError

    def _turn(self, state: str) -> bool:
        """Change the state, unless it is over."""
        with self._turning:
            if not self.is_over:
                self.state = state
            return not self.is_over

    def _end(self, state: str, message: str) -> None:
        with self._turning:
            if self.is_over:
                return
            self.state, self.message = state, message
            self.ended.set()
        self._drop()

    def _drop(self) -> None:
        """Release what only the next step would need."""
        raise NotImplementedError
