"""Members: they enter, are named, hidden, removed and seen."""

from __future__ import annotations

import pytest

from qmnist_core.classroom import Class, Member, Store, clean_name, members
from qmnist_core.errors import ClassError
from tests.classroom.conftest import Clock, digit


def test_a_member_is_known_by_its_key(store: Store, class_: Class, clock: Clock) -> None:
    member, key = store.enter(class_, "  Ada\u202e ")
    twin, other = store.enter(class_, "Ada")
    assert member == Member(member.id, class_.id, "Ada", False, clock.now)
    assert store.member(class_, key) == member != twin
    assert store.member(class_, other) == twin
    assert store.member(class_, "some other key") is None
    assert store.members(class_) == (member, twin)


@pytest.mark.parametrize(
    "name", ["'; DROP TABLE members; --", "<script>alert(1)</script>", "%s{0}", "\0\ud800", "名前"]
)
def test_hostile_names_are_only_names(store: Store, class_: Class, name: str) -> None:
    member, key = store.enter(class_, name)
    assert store.member(class_, key) == member
    assert member.name == clean_name(name)


def test_a_locked_class_refuses_new_members(store: Store, class_: Class) -> None:
    store.change(class_, is_locked=True)
    with pytest.raises(ClassError, match="this class is locked, nobody new can enter: ask your teacher to unlock it"):
        store.enter(class_, "Ada")


def test_a_full_class_refuses_new_members(store: Store, class_: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    assert members.MOST_MEMBERS == 500
    monkeypatch.setattr(members, "MOST_MEMBERS", 2)
    first, _ = store.enter(class_, "Ada")
    store.enter(class_, "Bob")
    with pytest.raises(ClassError, match="this class is full with 2 members: ask your teacher to remove some"):
        store.enter(class_, "Eve")
    store.remove_member(class_, first.id)
    store.enter(class_, "Eve")


def test_a_name_is_changed_or_hidden(store: Store, class_: Class, member: Member) -> None:
    assert store.rename(member, " Grace\n").name == "Grace"
    assert store.hide_member(class_, member.id).is_hidden
    shown = store.hide_member(class_, member.id, is_hidden=False)
    assert (shown.name, shown.is_hidden) == ("Grace", False)
    assert store.members(class_) == (shown,)


def test_removing_a_member_deletes_what_it_did(store: Store, class_: Class, member: Member) -> None:
    other, key = store.enter(class_, "Bob")
    predict = store.open_round(class_, "predict", {}, ("3", "6"))
    store.answer(member, predict.id, 0)
    store.answer(other, predict.id, 1)
    draw = store.open_round(class_, "draw", {})
    store.draw(other, draw.id, digit())
    search = store.open_round(class_, "search", {})
    store.enter_search(other, search.id, "?", 0.5, 10)
    store.remove_member(class_, other.id)
    assert store.members(class_) == (member,)
    assert store.member(class_, key) is None
    assert store.counts(class_, predict.id) == ((1, 0),)
    assert store.drawings(class_, draw.id, ("shown",)) == ()
    assert store.board(class_, search.id) == ()
    for ask in (
        lambda: store.rename(other, "Eve"),
        lambda: store.enter_search(other, search.id, "?", 0.5, 10),
        lambda: store.hide_member(class_, other.id),
        lambda: store.remove_member(class_, 10**30),
    ):
        with pytest.raises(ClassError, match=r"there is no such member in this class \(any more\): load the page anew"):
            ask()
    store.seen(other)
    assert store.here(class_) == (member,)


def test_whoever_was_seen_within_half_a_minute_is_here(store: Store, class_: Class, clock: Clock) -> None:
    ada, _ = store.enter(class_, "Ada")
    bob, _ = store.enter(class_, "Bob")
    clock.now += 19
    ada = store.seen(ada)
    assert ada.seen == clock.now - 9, "rounded down to 10 s"
    clock.now += 12
    assert store.here(class_) == (ada,)
    assert len(store.members(class_)) == 2
    clock.now -= 20
    assert store.seen(ada) == ada, "a clock that is set back takes nobody away"
    assert store.here(class_) == (ada, bob)
