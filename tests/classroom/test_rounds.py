"""Rounds and answers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from qmnist_core.classroom import Answer, Class, Member, Store
from qmnist_core.errors import ClassError, ConfigError

CHOICES = ("three", "six", "neither")


def test_a_round_is_kept_as_it_was_opened(store: Store, class_: Class) -> None:
    ask = {"digit": 7, "text": "what\0 is '\ud800' ?", "nested": {"list": [1.5, None, True]}}
    first = store.open_round(class_, "predict", ask, list(CHOICES))
    assert (first.kind, first.ask, first.choices) == ("predict", ask, CHOICES)
    assert (first.turn, first.is_open, first.is_shown) == (1, True, False)
    assert store.round_of(class_, first.id) == first
    second = store.open_round(class_, "teach", {})
    current = store.current(class_.id)
    assert current is not None
    assert current.round_id == second.id
    assert [(each.id, each.is_open) for each in store.rounds(class_)] == [(first.id, False), (second.id, True)]


def test_an_unknown_kind_is_refused(store: Store, class_: Class) -> None:
    with pytest.raises(
        ConfigError, match="the kind of a round must be one of predict, draw, teach, search, got 'sing'"
    ):
        store.open_round(class_, "sing", {})


@pytest.mark.parametrize("ask", [[], None, "text", {"x": {1}}, {"x": math.nan}, {1: "x"}, {"x": "y" * 16_384}])
def test_what_cannot_be_asked_is_refused(store: Store, class_: Class, ask: Any) -> None:
    with pytest.raises(
        ClassError, match="what is asked must be a JSON object of at most 16,384 bytes: make it smaller"
    ):
        store.open_round(class_, "draw", ask)
    assert store.rounds(class_) == ()


@pytest.mark.parametrize(
    ("kind", "choices", "words"),
    [
        ("predict", ("one",), "a round to predict cannot have 1 choices: give 2 to 20"),
        ("draw", ("x",) * 21, "a round to draw cannot have 21 choices"),
        ("predict", ("a", "b" * 201), "a choice must be a text of 1 to 200 characters"),
        ("predict", ("a", "\0"), "a choice has a control character in it"),
    ],
)
def test_other_choices_are_refused(
    store: Store, class_: Class, kind: str, choices: tuple[str, ...], words: str
) -> None:
    with pytest.raises(ClassError, match=words):
        store.open_round(class_, kind, {}, choices)


def test_answers_are_changed_while_the_round_is_open_and_counted_by_turn(store: Store, class_: Class) -> None:
    ada, bob, eve = (store.enter(class_, name)[0] for name in ("Ada", "Bob", "Eve"))
    round_ = store.open_round(class_, "predict", {}, CHOICES)
    for member, choice in ((ada, 0), (bob, 1), (ada, 1), (eve, 2)):
        assert store.answer(member, round_.id, choice) == Answer(member.id, round_.id, 1, choice)
    assert store.counts(class_, round_.id) == ((0, 2, 1),)
    assert not store.close_round(class_, round_.id).is_open
    again = store.second_turn(class_, round_.id)
    assert (again.turn, again.is_open) == (2, True)
    store.answer(eve, round_.id, 1)
    assert store.counts(class_, round_.id) == ((0, 2, 1), (0, 1, 0))
    assert [(answer.member_id, answer.turn, answer.choice) for answer in store.answers(class_, round_.id)] == [
        (ada.id, 1, 1),
        (bob.id, 1, 1),
        (eve.id, 1, 2),
        (eve.id, 2, 1),
    ]
    own = store.own_answers(eve, round_.id)
    assert [(answer.member_id, answer.turn, answer.choice) for answer in own] == [(eve.id, 1, 2), (eve.id, 2, 1)]
    shown = store.show_answer(class_, round_.id)
    assert (shown.is_open, shown.is_shown, shown.turn) == (False, True, 2)


@pytest.mark.parametrize("choice", [-1, 3, 10**30, True, 1.0, "0", None])
def test_no_other_choice_is_taken(store: Store, class_: Class, member: Member, choice: Any) -> None:
    round_ = store.open_round(class_, "predict", {}, CHOICES)
    with pytest.raises(ClassError, match=f"the round has 3 choices, counted from 0, got {choice!r}: choose one"):
        store.answer(member, round_.id, choice)
    assert store.counts(class_, round_.id) == ((0, 0, 0),)


def test_answers_are_refused_when_closed_or_paused_or_not_asked_for(
    store: Store, class_: Class, member: Member
) -> None:
    round_ = store.open_round(class_, "predict", {}, CHOICES)
    store.change(class_, is_paused=True)
    with pytest.raises(ClassError, match="the class is paused: wait until your teacher goes on"):
        store.answer(member, round_.id, 0)
    store.change(class_, is_paused=False)
    store.close_round(class_, round_.id)
    with pytest.raises(ClassError, match="this round is closed: wait for the next one"):
        store.answer(member, round_.id, 0)
    draw = store.open_round(class_, "draw", {}, CHOICES)
    with pytest.raises(ClassError, match="this round takes drawings, not answers: load the page anew"):
        store.answer(member, draw.id, 0)


def test_only_a_round_to_predict_has_a_second_turn_and_no_third(store: Store, class_: Class) -> None:
    draw = store.open_round(class_, "draw", {})
    with pytest.raises(ClassError, match="a round to draw has one turn: open a new round instead"):
        store.second_turn(class_, draw.id)
    predict = store.open_round(class_, "predict", {}, CHOICES)
    store.second_turn(class_, predict.id)
    with pytest.raises(ClassError, match="the round cannot have another turn, this is its second one"):
        store.second_turn(class_, predict.id)
    shown = store.open_round(class_, "predict", {}, CHOICES)
    store.show_answer(class_, shown.id)
    with pytest.raises(ClassError, match="the round cannot have another turn, its answer has been shown"):
        store.second_turn(class_, shown.id)


@pytest.mark.parametrize("number", [0, -1, 999, 2**31, 10**30])
def test_a_round_that_is_not_there_is_refused(store: Store, class_: Class, member: Member, number: int) -> None:
    for ask in (
        lambda: store.answer(member, number, 0),
        lambda: store.close_round(class_, number),
        lambda: store.counts(class_, number),
    ):
        with pytest.raises(ClassError, match=r"there is no such round in this class \(any more\)"):
            ask()
