"""Pieces for other processes to do."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qmnist_core.errors import InputError


class Heavy:
    """Counts how often it has arrived in this process."""

    arrived = 0

    def __getstate__(self) -> dict[str, Any]:
        return {"weight": 1}

    def __setstate__(self, state: dict[str, Any]) -> None:
        Heavy.arrived += 1


def squares(shared: int, own: int) -> Iterator[int]:
    for i in range(own):
        yield shared + i * i


def arrivals(shared: Heavy, own: int) -> Iterator[int]:
    yield shared.arrived


def slowly(shared: Path, own: int) -> Iterator[int]:
    """Leave a byte in a file with each item."""
    for i in range(own):
        with open(shared, "ab") as file:
            file.write(b".")
        yield i
        time.sleep(0.02)


def chatter(shared: None, own: str) -> Iterator[str]:
    print("this is no answer", flush=True)
    yield own


def number(shared: None, own: None) -> Iterator[int]:
    yield os.getpid()


def refuse(shared: None, own: str) -> Iterator[None]:
    yield None
    raise InputError(own)


class LibraryError(Exception):
    """Can be read only where its library is."""

    def __reduce__(self) -> Any:
        raise AssertionError("it must not travel")


def break_off(shared: None, own: str) -> Iterator[None]:
    yield None
    raise LibraryError(own)


def where(shared: Heavy, own: int) -> Iterator[tuple[int, int]]:
    """On which process, and how often `shared` has arrived there."""
    time.sleep(0.02)
    yield os.getpid(), Heavy.arrived


def count(shared: None, own: int) -> Iterator[tuple[int, int]]:
    """Slowly, from 0, each number with the process that says it."""
    for i in range(own):
        yield i, os.getpid()
        time.sleep(0.1)
