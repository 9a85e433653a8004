"""One other process that does pieces, started when it is first asked and ended with this one."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from qmnist_core import cores
from qmnist_core.errors import UnavailableError
from qmnist_core.workers.protocol import LOOK_SECONDS, Do, Piece

MOST_SHARED = 8
"""Data sets and the like that the process keeps, those that were used last."""
END_SECONDS = 5.0
"""How long the process may take to end before it is killed."""


class Process:
    """A process like this one, without threads of pages. Where it has died, the next piece starts another.

    purpose: what it is for, in messages: the process that …
    """

    is_parallel = False

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def run(self, do: Do, pieces: Iterable[Piece]) -> Iterator[tuple[int, Any] | None]:
        """The pieces one after the other; who else asks meanwhile does not wait."""
        for place, piece in enumerate(pieces):
            for items in self._living().answers(do, piece):
                if not items:
                    yield None
                for item in items:
                    yield place, item

    @property
    def pid(self) -> int | None:
        """The number of the process that there is, if any."""
        child = self._child
        return None if child is None or child.is_gone else child.process.pid

    def end(self) -> None:
        """End the process; what it is doing is lost."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.end()

    def _living(self) -> _Child:
        with self._lock:
            if self._child is None or self._child.is_gone:
                if self._child is None:
                    atexit.register(self.end)
                self._child = _Child(self._purpose)
            return self._child


@cache
def tensorflow() -> Process:
    """The one process of this program that loads TensorFlow."""
    return Process("runs TensorFlow")


class _Child:
    """A process, and the questions that it has not answered.

    It ends when its standard input does: no way in which this process may end leaves it behind. Unlike those of
    `multiprocessing` it does not run this process's main program anew, which for a page would be the page.
    """

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose
        self._lock = threading.RLock()  # a generator that is left may be collected at any moment, within it too
        self._asked: dict[int, queue.SimpleQueue[tuple[list[Any], Exception | bool]]] = {}
        self._shared: OrderedDict[int, Any] = OrderedDict()
        """What it keeps, by `id`; kept here as well, so that nothing else has the same."""
        self._n_asked = 0
        self.is_gone = False
        with cores.spread():
            self.process = subprocess.Popen(
                [sys.executable, "-m", "qmnist_core.workers.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            )
        self._reader = threading.Thread(target=self._read, name="answers", daemon=True)
        self._reader.start()

    def answers(self, do: Do, piece: Piece) -> Iterator[list[Any]]:
        """What a piece yields, as it comes; nothing where nothing has come for a moment."""
        number, answers = self._ask(do, piece)
        end: Exception | bool = False
        try:
            while not end:
                try:
                    items, end = answers.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    items = []
                if items or not end:
                    yield items
            if isinstance(end, Exception):
                raise end
        finally:
            self._leave(number, not end)

    def end(self) -> None:
        with contextlib.suppress(OSError), self._lock:
            self._input.close()
        try:
            self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reader.join()

    @property
    def _input(self) -> Any:
        return self.process.stdin

    def _ask(self, do: Do, piece: Piece) -> tuple[int, queue.SimpleQueue[tuple[list[Any], Exception | bool]]]:
        with self._lock:
            if self.is_gone:
                raise self._death()
            self._n_asked += 1
            number = self._n_asked
            answers = self._asked[number] = queue.SimpleQueue()
            shared = id(piece.shared)
            if shared not in self._shared:
                self._send("keep", shared, piece.shared)
                self._shared[shared] = piece.shared
            self._shared.move_to_end(shared)
            self._send("do", number, do, shared, piece.own)
            if len(self._shared) > MOST_SHARED:
                self._send("forget", self._shared.popitem(last=False)[0])
        return number, answers

    def _leave(self, number: int, is_going_on: bool) -> None:
        with self._lock:
            del self._asked[number]
            if is_going_on and not self.is_gone:
                self._send("stop", number)

    def _send(self, *message: Any) -> None:
        data = pickle.dumps(message)
        with contextlib.suppress(OSError, ValueError):  # it is gone, which its reader says
            self._input.write(data)
            self._input.flush()

    def _read(self) -> None:
        """Hand out what comes, until the process is gone."""
        output = self.process.stdout
        assert output is not None
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                number, items, end = pickle.load(output)
                if (answers := self._asked.get(number)) is not None:
                    answers.put((items, end))
        self.process.wait()
        with self._lock:
            self.is_gone = True
            for answers in self._asked.values():
                answers.put(([], self._death()))
        with contextlib.suppress(OSError):  # of what could not be sent
            self._input.close()
        output.close()

    def _death(self) -> UnavailableError:
        code = self.process.returncode
        how = f"was ended by signal {-code}" if code < 0 else f"has ended (exit code {code})"
        return UnavailableError(
            f"the process that {self._purpose} {how}: try again; where this happens often, this computer has too "
            "little memory for it"
        )
