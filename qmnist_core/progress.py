"""How a computation that takes a while says how far it is, apart from what it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """So many steps are done of all there are, one at least; what was given before it belongs to them.

    A computation ends with the one whose `done` is `of`.
    """

    done: int
    of: int


Computation = Iterator[Progress | Result]
"""Results, in order, and between them how far it is."""
