"""How a long computation reports its progress, apart from its results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """How many steps are done, of at least one in all; results given before belong to them.

    A computation ends with the one whose `done` is `of`.
    """

    done: int
    of: int


Computation = Iterator[Progress | Result]
"""Results, in order, and between them how far it is."""
