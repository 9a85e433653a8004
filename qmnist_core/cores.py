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
from collections.abc import Iterator

import numpy  # noqa: F401  its library of matrix products must be there
from threadpoolctl import threadpool_limits

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
