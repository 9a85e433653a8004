"""Computations other than trainings."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from qmnist_core.jobs import Client, Workshop
from qmnist_core.progress import Computation, Progress
from tests.waiting import until


def test_a_task_gives_its_results_one_by_one_and_is_shared(workshop: Workshop) -> None:
    made = []

    def make() -> Computation[int]:
        made.append(1)
        for n in range(5):
            time.sleep(0.01)
            yield n * n
            yield Progress(n + 1, 5)

    one, other = workshop.compute("squares", make), workshop.compute("squares", make)
    assert one.wait(10)
    assert one.job is other.job
    assert made == [1]
    assert one.job.results() == [0, 1, 4, 9, 16]
    assert one.job.results(3) == [0, 1, 4]
    assert (one.state, one.job.total_steps, one.remaining) == ("finished", 5, 0.0)
    assert workshop.compute("others", make).job is not one.job


def test_a_task_stops_and_says_what_went_wrong(workshop: Workshop) -> None:
    def endless() -> Computation[int]:
        for n in range(1, 10**9):
            time.sleep(0.001)
            yield Progress(n, 10**9)

    client = Client()
    watcher = client.keep("lab", workshop.compute("endless", endless))
    until(lambda: watcher.revealed > 3)
    client.keep("lab", workshop.compute("short", lambda: iter([Progress(1, 1)])))
    assert watcher.job.state == "abandoned"
    failing = workshop.compute("failing", lambda: (1 // zero for zero in [0]))
    assert failing.wait(10)
    assert (failing.state, "ZeroDivisionError" in failing.job.message) == ("failed", True)


def test_what_needs_tensorflow_waits_in_its_queue_the_shortest_first() -> None:
    begun, go = [], threading.Event()

    def work(name: str) -> Callable[[], Computation[int]]:
        def make() -> Computation[int]:
            begun.append(name)
            go.wait(10)
            yield Progress(1, 1)

        return make

    workshop = Workshop(lambda experiment: pytest.fail("no data is asked for"), most_seconds=5)
    try:
        first = workshop.compute("first", work("first"), 1.0)
        until(lambda: begun == ["first"])
        long, short = (workshop.compute(name, work(name), seconds) for name, seconds in (("long", 4.0), ("short", 2.0)))
        assert (short.ahead, long.ahead) == (1, 2)
        assert 2.0 <= long.seconds_ahead <= 3.0
        go.set()
        assert long.wait(10)
        assert begun == ["first", "short", "long"]
        assert first.job.most_seconds == 5
    finally:
        workshop.end()
