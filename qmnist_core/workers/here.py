"""Pieces done in the thread that asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from qmnist_core.workers.protocol import Do, Piece


class Here:
    """One piece after the other, item by item, as the thread that asks has its turn."""

    is_parallel = False

    def run(self, do: Do, pieces: Iterable[Piece]) -> Iterator[tuple[int, Any] | None]:
        for place, piece in enumerate(pieces):
            for item in do(piece.shared, piece.own):
                yield place, item
