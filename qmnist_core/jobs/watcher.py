"""One session's look at work in the background."""

from __future__ import annotations

import math
from typing import Generic, TypeVar

from qmnist_core.jobs.lane import Lane
from qmnist_core.jobs.work import Work

AnyWork = TypeVar("AnyWork", bound=Work)


class Watcher(Generic[AnyWork]):
    """One session's look at some work, which goes on as long as anybody looks."""

    def __init__(self, job: AnyWork, lane: Lane) -> None:
        self.job = job
        self.lane = lane
        self._stopped_at: int | None = None
        lane.join(job, self)

    @property
    def state(self) -> str:
        """ "waiting", "running", "stopped", "finished" or "failed", as this session sees it."""
        if self.was_stopped or self.job.state == "overran":
            return "stopped"
        if self.job.state in ("failed", "abandoned"):
            return "failed"
        if self.job.state == "finished":
            return "finished"
        return "running" if self.job.steps_done else "waiting"

    @property
    def was_stopped(self) -> bool:
        """Whether it was this session that stopped it."""
        return self._stopped_at is not None

    @property
    def is_active(self) -> bool:
        return self.state in ("waiting", "running")

    @property
    def revealed(self) -> int:
        """Steps that this session has seen done."""
        return self.job.steps_done if self._stopped_at is None else self._stopped_at

    @property
    def remaining(self) -> float:
        """Seconds until the end, an estimate; nan before the first step."""
        if self.job.total_steps is None or not self.job.steps_done:
            return math.nan
        return 0.0 if self.job.is_over else self.job.remaining

    @property
    def ahead(self) -> int:
        """How many trainings are ahead of this one."""
        return len(self.lane.ahead_of(self.job))

    @property
    def seconds_ahead(self) -> float:
        """How long these will compute, an estimate."""
        return sum(job.seconds_to_come for job in self.lane.ahead_of(self.job))

    def stop(self) -> None:
        """Keep what was seen and ask for no more; a job that nobody else watches ends."""
        if self.is_active:
            self._stopped_at = self.revealed
            self.leave()

    def leave(self) -> None:
        """Stop watching."""
        self.lane.part(self.job, self)

    def wait(self, seconds: float) -> bool:
        """Whether the job is over, after waiting up to this many seconds."""
        return self.job.ended.wait(seconds)
