"""Trainings and other computations in the background: begun, stopped, and watched by any number of sessions.

A `Work` is done once, step by step, by a `Lane`'s worker thread, however many wish for it; a `Job` is a training, a
`Task` any other computation. A `Watcher` is one session's look at it, which it may stop, and a `Viewer` is a watcher of
a training. A `Workshop` finds what is already under way, or begins it. A `Client` is one session; when its tab has been
closed for a while its watchers leave, and what nobody watches ends. They import each other in this order only.

Nothing here knows of pages: a page asks a watcher how far it is whenever it likes.
"""

from __future__ import annotations

from qmnist_core.jobs.client import Client
from qmnist_core.jobs.job import Job, needs_tensorflow
from qmnist_core.jobs.lane import Lane
from qmnist_core.jobs.task import Task
from qmnist_core.jobs.viewer import Viewer
from qmnist_core.jobs.watcher import Watcher
from qmnist_core.jobs.work import Work
from qmnist_core.jobs.workshop import Workshop

__all__ = [
    "Client",
    "Job",
    "Lane",
    "Task",
    "Viewer",
    "Watcher",
    "Work",
    "Workshop",
    "needs_tensorflow",
]
