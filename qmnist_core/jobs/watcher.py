"""One session's look at work in the background, with its own controls."""

from __future__ import annotations

import math
import time
from typing import Generic, TypeVar

from qmnist_core.jobs.lane import Lane
from qmnist_core.jobs.work import Work

AnyWork = TypeVar("AnyWork", bound=Work)


class Watcher(Generic[AnyWork]):
    """One session's look at some work, with its own controls.

    pace: steps a second to follow at, or None for as fast as it goes. paused: wait for `step` or `play`.
    """

    def __init__(self, job: AnyWork, lane: Lane, pace: float | None = None, paused: bool = False) -> None:
        self.job = job
        self.lane = lane
        self._pace = pace
        self._playing = not paused
        self._at = 0
        self._since = time.monotonic()
        self._stopped = False
        lane.join(job, self)

    @property
    def state(self) -> str:
        """ "waiting", "running", "paused", "stopped", "finished" or "failed", as this session sees it."""
        if self._stopped or self.job.state == "overran":
            return "stopped"
        if self.job.state in ("failed", "abandoned"):
            return "failed"
        if self.job.state == "finished" and self.revealed == self.job.steps_done:
            return "finished"
        if not self._playing:
            return "paused"
        return "running" if self.job.steps_done else "waiting"

    @property
    def was_stopped(self) -> bool:
        """Whether it was this session that stopped it."""
        return self._stopped

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
    def is_paced(self) -> bool:
        """Whether it wants another step as time goes by."""
        return self._pace is not None and self._playing and not self._stopped

    @property
    def remaining(self) -> float:
        """Seconds until this session sees the end, an estimate; nan before the first step."""
        if self.job.total_steps is None or not self.job.steps_done:
            return math.nan
        left = self.job.total_steps - self.revealed
        return max(self.job.remaining if not self.job.is_over else 0.0, left / self._pace if self._pace else 0.0)

    @property
    def ahead(self) -> int:
        """How many trainings are ahead of this one."""
        return len(self.lane.ahead_of(self.job))

    @property
    def seconds_ahead(self) -> float:
        """How long these will compute, an estimate."""
        return sum(job.seconds_to_come for job in self.lane.ahead_of(self.job))

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
        """Keep what was seen and ask for no more; a job that nobody else watches ends."""
        if self._stopped or self.state in ("finished", "failed"):
            return
        self._hold()
        self._stopped = True
        self.leave()

    def leave(self) -> None:
        """Stop watching."""
        self.lane.part(self.job, self)

    def wait(self, seconds: float) -> bool:
        """Whether the job is over, after waiting up to this many seconds."""
        return self.job.ended.wait(seconds)

    def _hold(self) -> None:
        self._at, self._since = self.revealed, time.monotonic()
