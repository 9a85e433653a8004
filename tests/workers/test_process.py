"""One other process that does pieces."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qmnist_core.errors import InputError, QMnistError, UnavailableError
from qmnist_core.workers import Do, Piece, Process
from tests.waiting import until
from tests.workers.doing import Heavy, arrivals, break_off, chatter, number, refuse, slowly, squares

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    made = Process("is tested")
    yield made
    made.end()
    assert made.pid is None


def found(process: Process, do: Do, *pieces: Piece) -> list[tuple[int, Any]]:
    return [item for item in process.run(do, pieces) if item is not None]


def test_pieces_are_done_elsewhere_in_order(process: Process) -> None:
    assert found(process, squares, Piece(10, 3), Piece(20, 2)) == [(0, 10), (0, 11), (0, 14), (1, 20), (1, 21)]
    ((_, pid),) = found(process, number, Piece(None, None))
    assert pid == process.pid != os.getpid()


def test_what_pieces_share_is_sent_once(process: Process) -> None:
    heavy, other = Heavy(), Heavy()
    assert found(process, arrivals, Piece(heavy, 0), Piece(heavy, 1)) == [(0, 1), (1, 1)]
    assert found(process, arrivals, Piece(heavy, 2), Piece(other, 0)) == [(0, 1), (1, 2)]
    many = [Piece(Heavy(), i) for i in range(20)]
    assert [arrived for _, arrived in found(process, arrivals, *many)] == list(range(3, 23))
    assert found(process, arrivals, Piece(heavy, 3)) == [(0, 23)], "forgotten meanwhile"


def test_what_is_printed_there_is_no_answer(process: Process) -> None:
    assert found(process, chatter, Piece(None, "an answer")) == [(0, "an answer")]


def test_errors_come_back_as_they_are_or_as_a_sentence(process: Process) -> None:
    with pytest.raises(InputError, match=r"^the image is blank$"):
        found(process, refuse, Piece(None, "the image is blank"))
    with pytest.raises(QMnistError, match=r"^it failed \(LibraryError: surprise\): change a setting and try again$"):
        found(process, break_off, Piece(None, "surprise"))
    assert found(process, squares, Piece(1, 1)) == [(0, 1)]


def test_whoever_stops_asking_stops_the_work_and_nobody_waits_for_it(process: Process, tmp_path: Path) -> None:
    file = tmp_path / "file"
    run = process.run(slowly, [Piece(file, 10_000)])
    until(lambda: next(run) is not None)
    assert found(process, squares, Piece(1, 1)) == [(0, 1)], "meanwhile"
    next(run)
    run.close()  # type: ignore[attr-defined]
    time.sleep(0.3)
    size = file.stat().st_size
    time.sleep(0.2)
    assert file.stat().st_size == size > 0


def test_where_it_dies_a_sentence_says_so_and_the_next_piece_starts_another(process: Process, tmp_path: Path) -> None:
    run = process.run(slowly, [Piece(tmp_path / "file", 10_000)])
    until(lambda: next(run) is not None)
    before = process.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    with pytest.raises(UnavailableError, match=r"^the process that is tested was ended by signal 9: try again; "):
        list(run)
    assert found(process, squares, Piece(1, 1)) == [(0, 1)]
    assert process.pid not in (before, None)


ASKING = """
import sys
from qmnist_core.workers import Piece, Process
from tests.workers.doing import slowly
process = Process("is left behind")
for found in process.run(slowly, [Piece(sys.argv[1], 10_000)]):
    if found and "ends" in sys.argv:
        break
"""


@pytest.mark.parametrize("how", ["killed", "ends"])
def test_it_never_outlives_the_process_that_asks(tmp_path: Path, how: str) -> None:
    """Both have the same standard error, which ends when the last of them does."""
    command = [sys.executable, "-W", "error", "-c", ASKING, str(tmp_path / "file"), how]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as asking:
        until((tmp_path / "file").exists)
        if how == "killed":
            asking.kill()
        _, said = asking.communicate(timeout=60)
    assert said == ""
    assert asking.returncode == (-signal.SIGKILL if how == "killed" else 0)
