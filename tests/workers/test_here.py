"""Pieces in the thread that asks."""

from __future__ import annotations

from qmnist_core.workers import Here, Piece
from tests.workers.doing import squares


def test_pieces_are_done_one_after_the_other() -> None:
    assert list(Here().run(squares, [Piece(10, 2), Piece(20, 1)])) == [(0, 10), (0, 11), (1, 20)]


def test_the_next_piece_is_not_made_before_its_turn() -> None:
    made: list[int] = []

    def pieces() -> list[Piece]:
        made.append(len(made))
        return [Piece(0, 1)]

    run = Here().run(squares, (piece for _ in range(2) for piece in pieces()))
    assert next(run) == (0, 0)
    assert made == [0]
