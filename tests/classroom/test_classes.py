"""Classes: made, joined, changed, ended; and how many wrong codes may be tried."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from qmnist_core.classroom import Class, Store, classes, tables
from qmnist_core.classroom.tries import MOST_OF_ALL
from qmnist_core.errors import ClassError
from tests.classroom.conftest import Clock, digit


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.reading() as db:
        return {
            name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in tables.metadata.tables.items()
        }


def filled(store: Store) -> Class:
    """A class with something in every table."""
    class_ = store.make()[0]
    member = store.enter(class_, "Ada")[0]
    store.answer(member, store.open_round(class_, "predict", {}, ("3", "6")).id, 0)
    store.draw(member, store.open_round(class_, "draw", {}).id, digit())
    store.enter_search(member, store.open_round(class_, "search", {}).id, "?layers=XX", 0.9, 100)
    return class_


def test_a_new_class(store: Store, clock: Clock) -> None:
    class_, key = store.make()
    assert class_ == Class(
        id=class_.id,
        code=class_.code,
        made=clock.now,
        ends=clock.now + 24 * 3600,
        is_paused=False,
        is_locked=False,
        looks_first=False,
        following=None,
        round_id=None,
        revision=0,
    )
    assert store.current(class_.id) == class_
    assert store.join(f" {class_.code[:3].lower()}-{class_.code[3:]}", "asker") == class_
    assert store.as_teacher(key, "asker") == class_


def test_neither_keys_nor_askers_are_kept(store: Store, class_: Class) -> None:
    key = store.make()[1]
    own = store.enter(class_, "Ada")[1]
    with pytest.raises(ClassError):
        store.join("nothing", "a session's token")
    kept = []
    with store.reading() as db:
        for table in tables.metadata.tables.values():
            kept += [str(value) for row in db.execute(select(table)) for value in row]
    assert "Ada" in kept
    assert not {key, own, "a session's token", "nothing"} & set(kept)


def test_a_code_that_is_taken_is_made_anew(store: Store, class_: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = iter([class_.code, class_.code, "K7RX4M"])
    monkeypatch.setattr(classes, "new_code", lambda: next(codes))
    assert store.make()[0].code == "K7RX4M"


@pytest.mark.parametrize("hours", [0, -1, math.inf, math.nan])
def test_other_hours_are_refused(store: Store, hours: float) -> None:
    with pytest.raises(ClassError, match="a class lasts for a number of hours above 0, got"):
        store.make(hours)


def test_a_wrong_code_or_key_is_refused(store: Store) -> None:
    for code in ("K7RX4M", "", "\0", "' OR 1=1"):
        with pytest.raises(ClassError, match="no class has this code: compare it with the one on the screen"):
            store.join(code, "asker")
    with pytest.raises(ClassError, match="no class has this teacher's key, or it has ended: make a new one"):
        store.as_teacher("\ud800\0", "asker")


def test_one_asker_has_ten_wrong_tries_a_minute_wherever_it_asks(
    open_store: Callable[[], Store], clock: Clock, class_: Class
) -> None:
    stores = open_store(), open_store()
    for number in range(10):
        with pytest.raises(ClassError, match="no class has this"):
            stores[number % 2].join("K7RX4M", "asker") if number % 3 else stores[number % 2].as_teacher("key", "asker")
        assert stores[0].join(class_.code, "asker" if number < 9 else "another") == class_
    clock.now += 59
    for store in stores:
        for _ in range(3):
            with pytest.raises(ClassError, match="too many wrong codes were tried: wait a minute, then try again"):
                store.join(class_.code, "asker")
        with pytest.raises(ClassError, match="wait a minute"):
            store.as_teacher("key", "asker")
    assert stores[0].join(class_.code, "another") == class_
    clock.now += 1
    assert stores[1].join(class_.code, "asker") == class_


def test_right_codes_count_as_no_tries(store: Store, class_: Class) -> None:
    for _ in range(30):
        store.join(class_.code, "asker")
    assert rows(store)["tries"] == 0


def test_all_have_two_hundred_wrong_tries_a_minute(store: Store, clock: Clock) -> None:
    class_, key = store.make()
    own = store.enter(class_, "Ada")[1]
    for number in range(MOST_OF_ALL):
        with pytest.raises(ClassError, match="no class has this code"):
            store.join("K7RX4M", f"asker {number}")
    with pytest.raises(ClassError, match="wait a minute"):
        store.join(class_.code, "another asker")
    assert store.as_teacher(key, "another asker") == store.current(class_.id), "whoever has a key is not held up"
    assert store.member(class_, own) is not None
    clock.now += 60
    assert store.join(class_.code, "another asker").id == class_.id
    with pytest.raises(ClassError, match="no class has this code"):
        store.join("K7RX4M", "asker 1")
    assert rows(store)["tries"] == 2, "what is over is forgotten"


def test_what_a_teacher_changes(store: Store, class_: Class) -> None:
    changed = store.change(class_, is_paused=True, looks_first=True)
    assert (changed.is_paused, changed.is_locked, changed.looks_first) == (True, False, True)
    changed = store.change(class_, is_paused=False, is_locked=True)
    assert (changed.is_paused, changed.is_locked, changed.looks_first) == (False, True, True)
    assert store.follow(class_, "/train?seed=3").following == "/train?seed=3"
    changed = store.follow(class_, None)
    assert changed.following is None
    assert changed == store.current(class_.id)


def test_an_address_that_cannot_be_followed_is_refused(store: Store, class_: Class) -> None:
    with pytest.raises(ClassError, match="the address to follow must be a text of 1 to 4,000 characters"):
        store.follow(class_, "/" + "x" * 4000)


def test_each_visible_write_is_one_revision(store: Store, class_: Class, clock: Clock) -> None:
    seen: list[int | None] = []
    member, _ = store.enter(class_, "Ada")
    seen.append(store.revision(class_.id))
    other, _ = store.enter(class_, "Bob")
    seen.append(store.revision(class_.id))
    predict = store.open_round(class_, "predict", {}, ("3", "6"))
    seen.append(store.revision(class_.id))
    for write in (
        lambda: store.answer(member, predict.id, 1),
        lambda: store.close_round(class_, predict.id),
        lambda: store.second_turn(class_, predict.id),
        lambda: store.show_answer(class_, predict.id),
        lambda: store.rename(member, "Eve"),
        lambda: store.hide_member(class_, member.id),
        lambda: store.remove_member(class_, other.id),
        lambda: store.change(class_, is_paused=False),
        lambda: store.follow(class_, "/"),
    ):
        write()
        seen.append(store.revision(class_.id))
    clock.now += 100
    store.seen(member)
    with pytest.raises(ClassError):
        store.answer(member, predict.id, 9)
    seen.append(store.revision(class_.id))
    assert seen == [*range(1, 13), 12]


def test_a_class_ends_after_its_hours(store: Store, clock: Clock) -> None:
    (short, key), (long, _) = store.make(), store.make(hours=None)
    member, own = store.enter(short, "Ada")
    clock.now += 24 * 3600 - 1
    assert store.current(short.id) is not None
    clock.now += 1
    assert store.current(short.id) is None
    assert store.revision(short.id) is None
    assert store.current(long.id) is not None
    with pytest.raises(ClassError, match="no class has this code"):
        store.join(short.code, "asker")
    with pytest.raises(ClassError, match="no class has this teacher's key"):
        store.as_teacher(key, "asker")
    for ask in (
        lambda: store.enter(short, "Bob"),
        lambda: store.member(short, own),
        lambda: store.rename(member, "Eve"),
        lambda: store.change(short, is_paused=True),
        lambda: store.rounds(short),
        lambda: store.open_round(short, "draw", {}),
    ):
        with pytest.raises(ClassError, match="this class has ended: join another one, or make one"):
            ask()


def test_what_is_past_its_end_is_deleted_when_a_class_is_made(store: Store, clock: Clock) -> None:
    filled(store)
    clock.now += 24 * 3600
    assert rows(store)["members"] == 1
    lasting = store.make(hours=None)[0]
    assert {name for name, number in rows(store).items() if number} == {"classes"}
    clock.now += 1e6
    store.purge()
    assert store.current(lasting.id) == lasting


@pytest.mark.parametrize("way", ["revision", "current", "join", "as_teacher", "open"])
def test_what_is_past_its_end_is_deleted_when_somebody_looks(
    store: Store, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    lasting, key = store.make(hours=None)
    filled(store)
    clock.now += 24 * 3600
    if way == "open":
        monkeypatch.setenv("QMNIST_DATABASE", url)  # by the clock on the wall, which is later
        Store.open().close()
    elif way in ("join", "as_teacher"):
        getattr(store, way)(lasting.code if way == "join" else key, "asker")
    else:
        getattr(store, way)(lasting.id)
    assert rows(store)["members"] == rows(store)["drawings"] == 0
    assert rows(store)["classes"] == 1


def test_a_process_looks_for_them_once_a_minute(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    class_ = store.make(hours=None)[0]
    looks: list[float] = []
    purge = store.purge

    def counted() -> None:
        looks.append(clock.now)
        purge()

    monkeypatch.setattr(store, "purge", counted)
    begun = clock.now
    for _ in range(240):
        clock.now += 0.5
        assert store.revision(class_.id) is not None
    assert looks == [begun + 60, begun + 120]


def test_ending_deletes_all_rows_of_that_class_alone(store: Store) -> None:
    kept = filled(store)
    before = rows(store)
    assert all(number for name, number in before.items() if name not in ("tries", "links"))
    ended = filled(store)
    assert rows(store) != before
    store.end(ended)
    assert rows(store) == before
    assert store.current(kept.id) is not None
    store.end(ended)
    store.end(kept)
    assert not any(rows(store).values())


def test_no_number_is_given_twice(store: Store) -> None:
    first = store.make()[0]
    store.end(first)
    assert store.make()[0].id > first.id
