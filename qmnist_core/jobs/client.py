"""One session's work, which ends some time after its tab is closed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from qmnist_core.jobs.task import Task
from qmnist_core.jobs.viewer import Viewer
from qmnist_core.jobs.watcher import Watcher

AnyWatcher = TypeVar("AnyWatcher", bound=Watcher[Any])

GRACE_SECONDS = 30.0
"""How long a closed tab may stay away before its trainings end."""


class Client:
    """One session's trainings; they end when its tab has been away for `GRACE_SECONDS`."""

    def __init__(self) -> None:
        self.viewers: dict[str, Viewer] = {}
        self.watchers: dict[str, Watcher[Task]] = {}
        self.is_here = False
        """Whether its tab is there; not before `back` is called for the first time."""
        self.at_end: Callable[[], None] = lambda: None
        """Called when they have ended."""
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def watch(self, name: str, viewer: Viewer) -> Viewer:
        """Put a viewer in a named place; the one that was there leaves."""
        self._put(self.viewers, name, viewer)
        return viewer

    def keep(self, name: str, watcher: Watcher[Task]) -> Watcher[Task]:
        """Put a computation's watcher in a named place; the one that was there leaves."""
        self._put(self.watchers, name, watcher)
        return watcher

    def clear(self, name: str) -> None:
        """Whoever is in a named place leaves."""
        self._put(self.viewers, name, None)
        self._put(self.watchers, name, None)

    def _put(self, places: dict[str, AnyWatcher], name: str, watcher: AnyWatcher | None) -> None:
        before = places.pop(name, None)
        if watcher is not None:
            places[name] = watcher
        if before is not None and before is not watcher:
            before.leave()

    def away(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """The tab was closed, or its connection dropped."""
        with self._lock:
            self._cancel()
            self.is_here = False
            self._timer = threading.Timer(grace_seconds, self._leave)
            self._timer.daemon = True
            self._timer.start()

    def back(self) -> None:
        """The tab is there (again)."""
        with self._lock:
            self._cancel()
            self.is_here = True

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        all_of_them: list[Watcher[Any]] = [*self.viewers.values(), *self.watchers.values()]
        for watcher in all_of_them:
            watcher.stop()
            watcher.leave()
        self.at_end()
