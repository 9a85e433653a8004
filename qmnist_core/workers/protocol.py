"""What is asked of workers, whoever they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from qmnist_core.errors import QMnistError, in_one_sentence

LOOK_SECONDS = 0.1
"""How long whoever asks waits at most before hearing that nothing new has come, and how often what has come is sent."""


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of some work, small enough to be done in seconds.

    shared: what many pieces read, such as a data set: it is sent to each worker once. own: what this one is about.
    """

    shared: Any
    own: Any


Do = Callable[[Any, Any], Iterator[Any]]
"""Does a piece, of its `shared` and its `own`: a generator function of a module, which other processes find by name.
Done again it yields as many items, of the same meaning."""


class Workers(Protocol):
    """Those who do pieces."""

    @property
    def is_parallel(self) -> bool:
        """Whether they do several pieces, and several works, at the same time."""

    def run(self, do: Do, pieces: Iterable[Piece]) -> Iterator[tuple[int, Any] | None]:
        """What the pieces yield, each once, with the piece's place among them: a piece's own in their order, those of
        different pieces in any. None where nothing new has come for a moment.

        Whoever stops asking stops the work. Errors: those of the pieces, a library's as a QMnistError that tells of it;
        UnavailableError where workers are gone.
        """


def without_keeping(_: None, asked: tuple[Do, Any, Any]) -> Iterator[Any]:
    """Does a piece that is told all in its `own`, what to do with what: workers forget it when it is done."""
    do, shared, own = asked
    return do(shared, own)


def answers(workers: Workers, do: Do, shared: Any, own: Any) -> Iterator[Any]:
    """What one piece yields, as it comes. Errors: as for `run`."""
    for found in workers.run(do, [Piece(shared, own)]):
        if found is not None:
            yield found[1]


def carried(error: Exception) -> Exception:
    """The error as it leaves a process: a library's own could be read only by loading the library."""
    return error if isinstance(error, QMnistError | MemoryError) else QMnistError(in_one_sentence(error))
