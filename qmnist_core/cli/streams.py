"""Standard output and error that never get in the way of the work."""

from __future__ import annotations

import io
import os
from typing import Any, TextIO


class TolerantStream:
    """A text stream that goes silent, and stays usable, when its reader has gone (as with `| head`) or where there
    is none; characters that it cannot show become question marks."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream: TextIO = open(os.devnull, "w") if stream is None else stream  # noqa: SIM115 (open to the end)
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except BrokenPipeError:
            self._silence()
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BrokenPipeError:
            self._silence()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _silence(self) -> None:
        """Discard all further output, including what is buffered."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
