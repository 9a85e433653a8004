"""One session's look at a training in the background."""

from __future__ import annotations

from dataclasses import replace

from qmnist_core.jobs.job import Job
from qmnist_core.jobs.watcher import Watcher
from qmnist_core.training.history import History, Moment


class Viewer(Watcher[Job]):
    """One session's look at a training. Where it stops, the exponents are known, even if it goes on for others."""

    _held: Moment | None = None
    """The last snapshot that was looked at: a training that goes on for others forgets some."""

    def stop(self) -> None:
        super().stop()
        moments = self.moments()
        if self.was_stopped and moments:
            self._stopped_at = moments[-1].step

    @property
    def seconds(self) -> float:
        """Computing time of what was seen."""
        return self.job.history.elapsed[self.revealed - 1] if self.revealed else 0.0

    def moments(self) -> list[Moment]:
        """All snapshots that were seen, in order."""
        revealed = self.revealed
        seen = [moment for moment in self.job.history.moments if moment.step <= revealed]
        held = self._held
        if held is not None and held.step <= revealed and (not seen or seen[-1].step < held.step):
            seen.append(held)
        self._held = seen[-1] if seen else None
        return seen

    def history(self) -> History:
        """All that was seen."""
        return replace(self.job.history.until(self.revealed), moments=self.moments())
