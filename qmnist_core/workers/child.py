"""The other process's main program: pieces come in at its standard input, what they yield goes out at its output.

Messages are pickled, and come from the process that has started this one alone.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time
from typing import Any, BinaryIO

from qmnist_core.workers.protocol import LOOK_SECONDS, Do, carried


class Child:
    """Does every piece in a thread of its own: a question to a trained network does not wait for a training."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output
        self._sending = threading.Lock()
        self._shared: dict[int, Any] = {}
        self._stopped: set[int] = set()

    def follow(self, requests: Any) -> None:
        """Until there are no more: the process that asks has ended, and this one does, whatever it is doing."""
        while True:
            try:
                kind, key, *rest = pickle.load(requests)
            except (EOFError, OSError):
                return
            if kind == "keep":
                (self._shared[key],) = rest
            elif kind == "forget":
                del self._shared[key]
            elif kind == "stop":
                self._stopped.add(key)
            else:
                do, shared, own = rest
                threading.Thread(target=self._do, args=(key, do, self._shared[shared], own), daemon=True).start()

    def _do(self, number: int, do: Do, shared: Any, own: Any) -> None:
        end: Exception | bool = True
        items: list[Any] = []
        sent = 0.0
        try:
            for item in do(shared, own):
                items.append(item)
                if number in self._stopped:
                    break
                if time.monotonic() - sent > LOOK_SECONDS:
                    self._send(number, items, False)
                    items, sent = [], time.monotonic()
        except Exception as error:
            end = carried(error)
        self._send(number, items, end)
        self._stopped.discard(number)

    def _send(self, *message: Any) -> None:
        data = pickle.dumps(message)
        with self._sending:
            self._output.write(data)
            self._output.flush()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the process that asks
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    Child(output).follow(sys.stdin.buffer)
    os._exit(0)  # threads that compute are not waited for


if __name__ == "__main__":
    main()
