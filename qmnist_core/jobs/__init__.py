"""Trainings and other computations in the background: started, paused, stepped, stopped, and watched by any number
of sessions.

A `Work` is done once, step by step, by a `Lane`'s worker thread, however many watch it; a `Job` is a training, a `Task`
any other computation. A `Watcher` is one session's look at it, with that session's own pause, pace and stop: work goes
on only as far as some watcher wants it to. A `Workshop` finds what is already under way, or begins it. A `Client` is
one session; when its tab has been closed for a while its watchers leave, and what nobody watches ends.

Nothing here knows of pages: a page asks a watcher how far it is whenever it likes.
"""

from __future__ import annotations

from qmnist_core.jobs.client import Client
from qmnist_core.jobs.job import Job, Moment, needs_tensorflow
from qmnist_core.jobs.lane import Lane
from qmnist_core.jobs.watcher import Viewer, Watcher
from qmnist_core.jobs.work import Task, Work
from qmnist_core.jobs.workshop import Workshop

__all__ = [
    "Client",
    "Job",
    "Lane",
    "Moment",
    "Task",
    "Viewer",
    "Watcher",
    "Work",
    "Workshop",
    "needs_tensorflow",
]
