"""Drawings: kept to the pixel, looked at first or not, never more than there is room for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from qmnist_core.classroom import Class, Member, Round, Store, drawings
from qmnist_core.errors import BlankError, ClassError, ConfigError, InputError
from tests.classroom.conftest import digit


@pytest.fixture
def round_(store: Store, class_: Class) -> Round:
    return store.open_round(class_, "draw", {}, ("three", "six"))


def test_a_drawing_is_kept_to_the_pixel(store: Store, class_: Class, member: Member, round_: Round) -> None:
    drawn = store.draw(member, round_.id, digit(), label=1)
    (kept,) = store.drawings(class_, round_.id, ("shown",))
    for drawing in (drawn, kept):
        assert (drawing.id, drawing.member_id, drawing.round_id) == (drawn.id, member.id, round_.id)
        assert (drawing.label, drawing.state) == (1, "shown")
        assert drawing.pixels.dtype == np.uint8
        np.testing.assert_array_equal(drawing.pixels, digit())
    turned = store.draw(member, round_.id, digit().T)
    np.testing.assert_array_equal(turned.pixels, digit().T)


@pytest.mark.parametrize(
    ("pixels", "got"),
    [
        (np.zeros((28, 28)), r"float64 \(28, 28\)"),
        (np.zeros((28, 28), np.int8), "int8"),
        (np.zeros((28, 27), np.uint8), r"uint8 \(28, 27\)"),
        (np.zeros((1, 28, 28), np.uint8), r"uint8 \(1, 28, 28\)"),
        (np.zeros(784, np.uint8), r"uint8 \(784,\)"),
        (bytes(784), "bytes"),
        ([[0] * 28] * 28, "list"),
        (None, "NoneType"),
    ],
)
def test_what_is_no_drawing_is_refused(store: Store, member: Member, round_: Round, pixels: Any, got: str) -> None:
    with pytest.raises(InputError, match=rf"a drawing must be an array of uint8 \(28, 28\), got {got}"):
        store.draw(member, round_.id, pixels)


@pytest.mark.parametrize("shade", [0, 77, 255])
def test_a_blank_drawing_is_refused(store: Store, member: Member, round_: Round, shade: int) -> None:
    with pytest.raises(BlankError, match="the drawing is blank: draw a digit first"):
        store.draw(member, round_.id, np.full((28, 28), shade, np.uint8))


def test_drawings_are_refused_when_closed_or_paused_or_not_asked_for(
    store: Store, class_: Class, member: Member, round_: Round
) -> None:
    with pytest.raises(ClassError, match="the round has 2 choices, counted from 0, got 2"):
        store.draw(member, round_.id, digit(), label=2)
    store.change(class_, is_paused=True)
    with pytest.raises(ClassError, match="the class is paused"):
        store.draw(member, round_.id, digit())
    store.change(class_, is_paused=False)
    store.close_round(class_, round_.id)
    with pytest.raises(ClassError, match="this round is closed"):
        store.draw(member, round_.id, digit())
    predict = store.open_round(class_, "predict", {}, ("3", "6"))
    with pytest.raises(ClassError, match="this round takes answers, not drawings"):
        store.draw(member, predict.id, digit())
    assert store.drawings(class_, round_.id, drawings.STATES) == ()


def test_a_drawing_waits_where_the_teacher_looks_first(
    store: Store, class_: Class, member: Member, round_: Round
) -> None:
    store.change(class_, looks_first=True)
    waiting = store.draw(member, round_.id, digit())
    assert waiting.state == "waiting"
    assert store.drawings(class_, round_.id, ("shown", "hidden")) == ()
    for state in ("shown", "hidden"):
        assert store.set_drawing_state(class_, waiting.id, state).state == state
        assert [drawing.id for drawing in store.drawings(class_, round_.id, (state,))] == [waiting.id]
    store.delete_drawing(class_, waiting.id)
    assert store.drawings(class_, round_.id, drawings.STATES) == ()
    with pytest.raises(ClassError, match=r"there is no such drawing in this class \(any more\)"):
        store.delete_drawing(class_, waiting.id)
    with pytest.raises(ClassError, match="there is no such drawing"):
        store.set_drawing_state(class_, waiting.id, "shown")


def test_an_unknown_state_is_refused(store: Store, class_: Class, round_: Round) -> None:
    with pytest.raises(ConfigError, match="the state of a drawing must be one of waiting, shown, hidden, got 'gone'"):
        store.set_drawing_state(class_, 1, "gone")
    with pytest.raises(ConfigError, match="the state of a drawing must be one of"):
        store.drawings(class_, round_.id, ("gone",))


def test_a_member_draws_twenty_in_a_round(store: Store, class_: Class, member: Member, round_: Round) -> None:
    drawn = [store.draw(member, round_.id, digit()) for _ in range(20)]
    with pytest.raises(ClassError, match="you have drawn 20 digits in this round, the most that are kept"):
        store.draw(member, round_.id, digit())
    store.draw(store.enter(class_, "Bob")[0], round_.id, digit())
    store.delete_drawing(class_, drawn[0].id)
    store.draw(member, round_.id, digit())
    store.draw(member, store.open_round(class_, "teach", {}).id, digit())


def test_a_class_draws_two_thousand(
    store: Store, class_: Class, member: Member, round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drawings.MOST_OF_CLASS == 2000
    monkeypatch.setattr(drawings, "MOST_OF_CLASS", 2)
    store.draw(member, round_.id, digit())
    later = store.open_round(class_, "teach", {})
    store.draw(member, later.id, digit())
    with pytest.raises(ClassError, match="the class has 2 drawings, the most that are kept: ask your teacher"):
        store.draw(store.enter(class_, "Bob")[0], later.id, digit())


def test_a_member_sees_its_own_drawings_in_any_state(
    store: Store, class_: Class, member: Member, round_: Round
) -> None:
    other, _ = store.enter(class_, "Bo")
    drawn = [store.draw(one, round_.id, digit()) for one in (member, other, member)]
    store.set_drawing_state(class_, drawn[2].id, "hidden")
    own = store.own_drawings(member, round_.id)
    assert [(one.id, one.state) for one in own] == [(drawn[0].id, "shown"), (drawn[2].id, "hidden")]
    states = {member.id: ((drawn[0].id, "shown"), (drawn[2].id, "hidden")), other.id: ((drawn[1].id, "shown"),)}
    assert store.drawing_states(class_, round_.id) == states
    later = store.open_round(class_, "draw", {}, ("three", "six"))
    assert store.own_drawings(member, later.id) == ()
    assert store.drawing_states(class_, later.id) == {}
    foreign, _ = store.make()
    stranger, _ = store.enter(foreign, "")
    with pytest.raises(ClassError, match="no such round"):
        store.own_drawings(stranger, round_.id)


def test_drawings_and_those_who_drew_them_are_counted(
    store: Store, class_: Class, member: Member, round_: Round
) -> None:
    other, _ = store.enter(class_, "Bo")
    drawn = [store.draw(one, round_.id, digit()) for one in (member, member, other)]
    assert store.count_drawings(class_, round_.id, "shown") == (3, 2)
    store.set_drawing_state(class_, drawn[2].id, "waiting")
    assert store.count_drawings(class_, round_.id, "shown") == (2, 1)
    assert store.count_drawings(class_, round_.id, "waiting") == (1, 1)
    assert store.count_drawings(class_, round_.id, "hidden") == (0, 0)
    with pytest.raises(ConfigError, match="the state of a drawing must be one of"):
        store.count_drawings(class_, round_.id, "gone")
