"""Several processes and threads at once, and one that dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qmnist_core.classroom import Class, Round, Store, tables
from qmnist_core.errors import ClassError

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from qmnist_core.classroom import Store
url, class_id, round_id, part = sys.argv[1], *map(int, sys.argv[2:])
store = Store(url, lambda: 1e9)
for member in store.members(store.current(class_id))[part::2]:
    store.answer(member, round_id, member.id % 2)
    print(member.id, flush=True)
store.close()
"""
STARTER = """
import sys
from qmnist_core.classroom import Store
print("ready", flush=True)
sys.stdin.readline()
store = Store(sys.argv[1], lambda: 1e9)
print(store.make()[0].id, store.shorten("/same"), flush=True)
store.close()
"""


def python(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def round_(store: Store, class_: Class) -> Round:
    """A round to predict, of a class of 200."""
    rows = [{"class_id": class_.id, "key_digest": str(number), "name": "", "seen": 0.0} for number in range(200)]
    with store.writing() as db:
        db.execute(tables.members.insert(), rows)
    return store.open_round(class_, "predict", {}, ("3", "6"))


def test_two_processes_lose_no_answer(url: str, store: Store, class_: Class, round_: Round) -> None:
    before = store.revision(class_.id)
    assert before is not None
    written = []
    for process in [python(WRITER, url, class_.id, round_.id, part) for part in (0, 1)]:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        written += [int(line) for line in out.split()]
    assert len(set(written)) == 200
    assert {answer.member_id for answer in store.answers(class_, round_.id)} == set(written)
    assert sum(store.counts(class_, round_.id)[0]) == 200
    assert store.revision(class_.id) == before + 200


def test_what_was_acknowledged_outlives_the_process(url: str, store: Store, class_: Class, round_: Round) -> None:
    with python(WRITER, url, class_.id, round_.id, 0) as process:
        assert process.stdout is not None
        known = [int(process.stdout.readline()) for _ in range(10)]
        process.send_signal(signal.SIGKILL)
        known += [int(line) for line in process.stdout.read().split("\n")[:-1]]
    kept = {answer.member_id for answer in store.answers(class_, round_.id)}
    assert set(known) <= kept
    assert len(kept) <= len(known) + 1, "at most one was kept and not yet told"
    store.answer(store.members(class_)[0], round_.id, 1)


def test_processes_that_start_at_once_make_one_set_of_tables(url: str) -> None:
    store = Store(url)
    with store.writing() as db:
        tables.metadata.drop_all(db)
    store.close()
    processes = [python(STARTER, url) for _ in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    found = [process.communicate(timeout=60)[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len({class_id for class_id, _ in found}) == 3
    assert len({link for _, link in found}) == 1


def test_threads_share_a_store_and_keep_its_limits(open_store: Callable[[], Store], class_: Class) -> None:
    stores = open_store(), open_store()

    def try_it(number: int) -> str:
        try:
            stores[number % 2].join("K7RX4M", "asker")
        except ClassError as error:
            return str(error)
        raise AssertionError("there is no such class")

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(try_it, range(40)))
    assert sum("no class has this code" in text for text in told) == 10
    assert sum("wait a minute" in text for text in told) == 30
