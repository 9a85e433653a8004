"""Which of the computer's cores the program's threads use.

Only one of Python's threads runs at a time. On several cores they hand the interpreter to each other across them, and
each hand-over waits for a core to wake: thirty sessions then take four times the processor's time that they take on
one, while another core stands idle. So the server keeps Python's threads on one core; TensorFlow's own threads, which
need no interpreter, use all cores. NumPy's matrix products are small here: their own threads would spend more time
waiting for each other, which is processor time as well, than they save.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy  # noqa: F401  its library of matrix products must be there
from threadpoolctl import threadpool_limits

Task = TypeVar("Task")
Result = TypeVar("Result")

_all_cores: set[int] = set()


def gather() -> None:
    """Keep Python's threads, those there are and those they start, on one of the cores that this process may use, and
    NumPy's matrix products in the thread that asks for them.

    Where the system cannot choose a core (macOS, Windows) only the latter is done. Several servers on one computer
    choose by their process numbers; `taskset` chooses for them.
    """
    threadpool_limits(limits=1, user_api="blas")
    if not hasattr(os, "sched_setaffinity"):
        return
    _all_cores.update(os.sched_getaffinity(0))
    core = sorted(_all_cores)[os.getpid() % len(_all_cores)]
    for thread in threading.enumerate():
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.sched_setaffinity(thread.native_id or 0, {core})


@contextlib.contextmanager
def spread() -> Iterator[None]:
    """While this lasts, threads that the calling one starts may use all cores."""
    if not _all_cores:
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, _all_cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


class Team:
    """Threads that wait for pieces of the same work, one on each core."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="team")
        everybody = threading.Barrier(size)
        with spread():  # in which they are started, each because the others are busy
            self.map(lambda _: everybody.wait(), range(size))

    def map(self, do: Callable[[Task], Result], pieces: Iterable[Task]) -> list[Result]:
        """Do every piece, and wait for all of them."""
        return list(self._pool.map(do, pieces))

    def end(self) -> None:
        self._pool.shutdown()


@contextlib.contextmanager
def team() -> Iterator[Team]:
    """One thread on each core, for NumPy work that is shared out piece by piece; meanwhile NumPy's matrix products
    stay in the thread that asks for them."""
    with threadpool_limits(limits=1, user_api="blas"):
        found = Team(len(_all_cores) or os.cpu_count() or 1)
        try:
            yield found
        finally:
            found.end()
