"""Nothing of one class can be read or changed from another."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qmnist_core.classroom import Class, Entry, Store, drawings, tables
from qmnist_core.errors import ClassError
from tests.classroom.conftest import digit


class Played:
    """A class with one of everything."""

    def __init__(self, store: Store) -> None:
        self.class_: Class = store.make()[0]
        self.member, self.key = store.enter(self.class_, "Ada")
        self.predict = store.open_round(self.class_, "predict", {}, ("3", "6")).id
        store.answer(self.member, self.predict, 1)
        self.draw = store.open_round(self.class_, "draw", {}).id
        self.drawing = store.draw(self.member, self.draw, digit()).id
        self.search = store.open_round(self.class_, "search", {}).id
        self.entry: Entry = store.enter_search(self.member, self.search, "?", 0.5, 10)


REFUSED: dict[str, Callable[[Store, Played, Played], Any]] = {
    "rename": lambda store, own, other: store.rename(replace(other.member, class_id=own.class_.id), "Eve"),
    "hide_member": lambda store, own, other: store.hide_member(own.class_, other.member.id),
    "remove_member": lambda store, own, other: store.remove_member(own.class_, other.member.id),
    "close_round": lambda store, own, other: store.close_round(own.class_, other.predict),
    "second_turn": lambda store, own, other: store.second_turn(own.class_, other.predict),
    "show_answer": lambda store, own, other: store.show_answer(own.class_, other.predict),
    "round_of": lambda store, own, other: store.round_of(own.class_, other.predict),
    "answer": lambda store, own, other: store.answer(own.member, other.predict, 0),
    "answers": lambda store, own, other: store.answers(own.class_, other.predict),
    "own_answers": lambda store, own, other: store.own_answers(own.member, other.predict),
    "counts": lambda store, own, other: store.counts(own.class_, other.predict),
    "draw": lambda store, own, other: store.draw(own.member, other.draw, digit()),
    "drawings": lambda store, own, other: store.drawings(own.class_, other.draw, drawings.STATES),
    "count_drawings": lambda store, own, other: store.count_drawings(own.class_, other.draw, "shown"),
    "own_drawings": lambda store, own, other: store.own_drawings(own.member, other.draw),
    "drawing_states": lambda store, own, other: store.drawing_states(own.class_, other.draw),
    "set_drawing_state": lambda store, own, other: store.set_drawing_state(own.class_, other.drawing, "hidden"),
    "delete_drawing": lambda store, own, other: store.delete_drawing(own.class_, other.drawing),
    "enter_search": lambda store, own, other: store.enter_search(own.member, other.search, "?", 0.9, 10),
    "entries": lambda store, own, other: store.entries(own.class_, other.search),
    "board": lambda store, own, other: store.board(own.class_, other.search),
    "open_test": lambda store, own, other: store.open_test(own.class_, other.search, {other.entry.id: 0.9}),
}
"""What is asked in one class about another's."""
OF_ITS_OWN = {"enter", "member", "members", "here", "seen", "change", "follow", "end", "open_round", "rounds"}
"""What names no number in a class."""
OF_NO_CLASS = {"make", "join", "as_teacher", "current", "revision", "purge", "shorten", "address_of", "open"}
OF_NO_CLASS |= {"is_there", "close"}
INNER = {"reading", "writing", "reading_in", "writing_in", "lasts"}


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All rows, but for the revision of classes."""
    with store.reading() as db:
        found = {}
        for name, table in tables.metadata.tables.items():
            shown = [column for column in table.c if column.name not in ("revision", "pixels")]
            found[name] = sorted(tuple(map(str, row)) for row in db.execute(table.select().with_only_columns(*shown)))
        return found


def test_every_method_is_looked_at() -> None:
    names = {name for name, _ in inspect.getmembers(Store, callable) if not name.startswith("_")}
    assert names == REFUSED.keys() | OF_ITS_OWN | OF_NO_CLASS | INNER


def test_nothing_of_another_class_is_read_or_changed(store: Store) -> None:
    own, other = Played(store), Played(store)
    before, revision = everything(store), store.revision(other.class_.id)
    for ask in REFUSED.values():
        with pytest.raises(ClassError, match=r"there is no such (member|round|drawing) in this class"):
            ask(store, own, other)
    with pytest.raises(ClassError, match="there is no such entry in this class"):
        store.open_test(own.class_, own.search, {other.entry.id: 0.9})
    forged = replace(other.member, class_id=own.class_.id)
    for ask_forged in (
        lambda: store.answer(forged, own.predict, 0),
        lambda: store.draw(forged, own.draw, digit()),
        lambda: store.enter_search(forged, own.search, "?", 0.9, 10),
    ):
        with pytest.raises(ClassError, match="there is no such member in this class"):
            ask_forged()
    store.seen(replace(forged, seen=0.0))
    assert store.member(own.class_, other.key) is None
    assert store.members(own.class_) == (own.member,)
    assert {round_.id for round_ in store.rounds(own.class_)} == {own.predict, own.draw, own.search}
    assert everything(store) == before
    assert store.revision(other.class_.id) == revision
    now = store.current(other.class_.id)
    store.change(own.class_, is_paused=True)
    store.end(own.class_)
    assert store.current(other.class_.id) == now
