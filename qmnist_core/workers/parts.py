"""One computation of many pieces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from qmnist_core.progress import Computation, Progress
from qmnist_core.workers.cluster import chosen
from qmnist_core.workers.here import Here
from qmnist_core.workers.protocol import Do, Piece, Workers, without_keeping

PIECE_SECONDS = 2.0
"""About how long a piece takes on one core of a cluster, by estimate, or less."""

Item = TypeVar("Item")


@dataclass(frozen=True, eq=False)
class Part(Piece):
    """A piece that is a computation itself. steps: how many of the whole computation's it has."""

    steps: int


def cut(items: Sequence[Item], seconds: Callable[[Item], float]) -> list[tuple[Item, ...]]:
    """The items in groups, in order: each some seconds' work for a cluster, or all in one where there is none.

    seconds: of each, by estimate.
    """
    if chosen() is None:
        return [tuple(items)] if items else []
    groups: list[list[Item]] = []
    room = 0.0
    for item in items:
        needed = seconds(item)
        if needed > room:
            groups.append([])
            room = PIECE_SECONDS
        groups[-1].append(item)
        room -= needed
    return [tuple(group) for group in groups]


def together(do: Do, parts: Iterable[Part], steps: int, *, is_kept: bool = True) -> Computation[Any]:
    """The results of all parts, in the parts' order, whoever does them: the cluster, if there is one, or else this
    thread. steps: of all parts.

    do: gives a part's results and progress, as computations do. parts: the next is taken when there is room for it.
    is_kept: whether workers may keep what the parts share, for the parts to come.
    """
    workers: Workers = chosen() or Here()
    of_part: list[int] = []
    done: defaultdict[int, int] = defaultdict(int)
    kept: defaultdict[int, list[Any]] = defaultdict(list)
    over: set[int] = set()
    turn = total = 0

    def taken() -> Iterator[Part]:
        for part in parts:
            of_part.append(part.steps)
            yield part if is_kept else Part(None, (do, part.shared, part.own), part.steps)

    for found in workers.run(do if is_kept else without_keeping, taken()):
        if found is not None:
            place, item = found
            if not isinstance(item, Progress):
                if place == turn:
                    yield item
                else:
                    kept[place].append(item)
                continue
            now = of_part[place] * item.done // item.of
            total += now - done[place]
            done[place] = now
            if item.done == item.of:
                over.add(place)
                while turn in over:
                    turn += 1
                    yield from kept.pop(turn, ())
        if total < steps:
            yield Progress(total, steps)
    yield Progress(steps, steps)
