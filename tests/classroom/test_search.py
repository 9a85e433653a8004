"""The search: its board and its test."""

from __future__ import annotations

import math
from typing import Any

import pytest

from qmnist_core.classroom import Class, Member, Round, Store, search
from qmnist_core.errors import ClassError


@pytest.fixture
def round_(store: Store, class_: Class) -> Round:
    return store.open_round(class_, "search", {})


def test_the_board_has_the_best_of_each_member(store: Store, class_: Class, round_: Round) -> None:
    ada, bob, eve = (store.enter(class_, name)[0] for name in ("Ada", "Bob", "Eve"))
    found = [
        store.enter_search(member, round_.id, f"?seed={seed}", accuracy, 2000)
        for seed, (member, accuracy) in enumerate([(ada, 0.8), (bob, 0.9), (ada, 0.85), (ada, 0.85), (eve, 0.85)])
    ]
    assert [(entry.id, entry.settings) for entry in store.board(class_, round_.id)] == [
        (found[1].id, "?seed=1"),
        (found[2].id, "?seed=2"),
        (found[4].id, "?seed=4"),
    ]
    assert store.entries(class_, round_.id) == tuple(found)
    assert found[0].test_accuracy is None
    assert found[0].n_images == 2000


@pytest.mark.parametrize("accuracy", [-0.1, 1.1, math.nan, math.inf])
def test_no_other_accuracy_is_taken(
    store: Store, class_: Class, member: Member, round_: Round, accuracy: float
) -> None:
    with pytest.raises(ClassError, match="an accuracy is from 0 to 1, got"):
        store.enter_search(member, round_.id, "?", accuracy, 10)
    with pytest.raises(ClassError, match="an accuracy is from 0 to 1, got"):
        store.open_test(class_, round_.id, {1: accuracy})


@pytest.mark.parametrize("settings", ["", "x" * 4001, None])
def test_no_other_settings_are_taken(store: Store, member: Member, round_: Round, settings: Any) -> None:
    with pytest.raises(ClassError, match="the settings of an entry must be a text of 1 to 4,000 characters"):
        store.enter_search(member, round_.id, settings, 0.5, 10)


@pytest.mark.parametrize("n_images", [0, -1, 10**30])
def test_no_other_number_of_images_is_taken(store: Store, member: Member, round_: Round, n_images: int) -> None:
    with pytest.raises(ClassError, match=f"an accuracy is measured on 1 to 100,000 images, got {n_images}"):
        store.enter_search(member, round_.id, "?", 0.5, n_images)


def test_entries_are_refused_when_closed_or_not_asked_for_or_too_many(
    store: Store, class_: Class, member: Member, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MOST_ENTRIES", 1)
    store.enter_search(member, round_.id, "?", 0.5, 10)
    with pytest.raises(ClassError, match="you have entered 1 networks in this round, the most that are kept"):
        store.enter_search(member, round_.id, "?", 0.5, 10)
    store.close_round(class_, round_.id)
    with pytest.raises(ClassError, match="this round is closed"):
        store.enter_search(member, round_.id, "?", 0.5, 10)
    teach = store.open_round(class_, "teach", {})
    with pytest.raises(ClassError, match="this round takes drawings, not entries"):
        store.enter_search(member, teach.id, "?", 0.5, 10)


def test_the_test_is_opened_once(store: Store, class_: Class, member: Member, round_: Round) -> None:
    first, second = (store.enter_search(member, round_.id, "?", accuracy, 10) for accuracy in (0.5, 0.6))
    later = store.open_round(class_, "search", {})
    with pytest.raises(ClassError, match="an entry is of another round: give those of this one"):
        store.open_test(class_, later.id, {first.id: 0.4})
    with pytest.raises(ClassError, match="there is no such entry in this class"):
        store.open_test(class_, round_.id, {first.id: 0.4, 999: 0.4})
    assert all(entry.test_accuracy is None for entry in store.entries(class_, round_.id)), (
        "nothing is changed by halves"
    )
    store.open_test(class_, round_.id, {second.id: 0.55})
    assert [entry.test_accuracy for entry in store.entries(class_, round_.id)] == [None, 0.55]
    assert not store.round_of(class_, round_.id).is_open
    with pytest.raises(ClassError, match="the test of this round has been opened: a test is looked at once"):
        store.open_test(class_, round_.id, {first.id: 0.9})


def test_the_board_of_a_tested_round_has_what_was_tested(store: Store, class_: Class, round_: Round) -> None:
    ada, bob = (store.enter(class_, name)[0] for name in ("Ada", "Bob"))
    tested = store.enter_search(ada, round_.id, "?", 0.8, 2000)
    store.enter_search(bob, round_.id, "?", 0.7, 2000)
    store.enter_search(ada, round_.id, "?seed=1", 0.9, 2000)
    store.open_test(class_, round_.id, {tested.id: 0.75})
    assert [(entry.id, entry.test_accuracy) for entry in store.board(class_, round_.id)] == [(tested.id, 0.75)]
