"""A worker thread, and the work that waits for it."""

from __future__ import annotations

import atexit
import threading

from qmnist_core.jobs.work import Work

END_SECONDS = 10.0
"""How long the end of the program waits for a step under way."""


class Lane:
    """A worker thread and the jobs that wait for it.

    slice_seconds: how long a job runs before the next has its turn; None: until it is done, the shortest first.
    """

    def __init__(self, name: str, slice_seconds: float | None) -> None:
        self.slice_seconds = slice_seconds
        self._jobs: list[Work] = []
        self._current: Work | None = None
        self._changed = threading.Condition()
        self._ends = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()
        atexit.register(self.end)

    def add(self, job: Work) -> None:
        with self._changed:
            self._jobs.append(job)
            self._changed.notify()

    def join(self, job: Work, watcher: object) -> None:
        """Somebody wants a job done from now on."""
        with self._changed:
            job.watchers.append(watcher)
            self._changed.notify()

    def part(self, job: Work, watcher: object) -> None:
        """No longer; a job that nobody wants ends."""
        with self._changed:
            if watcher in job.watchers:
                job.watchers.remove(watcher)
            if not job.watchers and not job.is_over:
                job.abandon()
                if job in self._jobs:
                    self._jobs.remove(job)

    def ahead_of(self, job: Work) -> list[Work]:
        """The jobs ahead of this one; none where all take turns."""
        if self.slice_seconds is not None:
            return []
        with self._changed:
            queue = self._queue()
            return queue[: queue.index(job)] if job in queue else []

    def _queue(self) -> list[Work]:
        """What somebody wants, in its order."""
        wanting = [job for job in self._jobs if job.watchers]
        if self.slice_seconds is not None:
            return wanting
        return sorted(wanting, key=lambda job: (job is not self._current, job.seconds_to_come))

    def end(self) -> None:
        """Let the thread end. One step is waited for: a thread that a program's end cuts off within TensorFlow would
        abort it."""
        atexit.unregister(self.end)
        with self._changed:
            self._ends = True
            for job in self._jobs:
                job.abandon()
            self._changed.notify()
        self._thread.join(END_SECONDS)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            job.advance(self.slice_seconds)
            with self._changed:
                self._current = None
                if job in self._jobs:
                    self._jobs.remove(job)
                    if not job.is_over:  # the next has its turn
                        self._jobs.append(job)

    def _next(self) -> Work | None:
        with self._changed:
            while not self._ends:
                for job in self._queue()[:1]:
                    self._current = job
                    return job
                self._changed.wait()
        return None
