"""The pages of a class, without a browser: the teacher's and a student's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qmnist_core.classroom import Class, Store, tables
from qmnist_core.errors import ConfigError, StoreError
from qmnist_core.ui.classroom.activities import ACTIVITIES, activity
from qmnist_core.ui.session import place

Words = Callable[[AppTest], str]
Given = Callable[[AppTest], dict[str, dict[str, Any]]]


@pytest.fixture
def store() -> Store:
    return place.store()


def started(open_page: Any) -> AppTest:
    at: AppTest = open_page("class")
    at.button(key="class-new").click().run()
    assert not at.exception
    return at


def class_of(at: AppTest) -> Class:
    found: Class = at.session_state.session.teacher.class_
    return found


def joined(open_page: Any, class_: Class, name: str = "") -> AppTest:
    at: AppTest = open_page("join", **{"class": class_.code})
    at.text_input(key="join-name").input(name)
    at.button(key="join-in").click().run()
    assert not at.exception
    return at


def asked(at: AppTest) -> AppTest:
    """A digit is asked about."""
    at.button(key="round-new").click().run()
    at.button(key="predict-open").click().run()
    at.run()
    assert not at.exception
    return at


def test_one_button_makes_a_class(open_page: Any, components: Given) -> None:
    at = open_page("class")
    assert at.title[0].value == "Class"
    assert [button.key for button in at.main.button if (button.key or "").startswith("class-")] == ["class-new"]
    at.button(key="class-new").click().run()
    invite = components(at)["class-invite"]
    code = class_of(at).code
    assert invite["code"] == f"{code[:3]} {code[3:]}"
    assert invite["place"].endswith("/join")
    kept = components(at)["cookie-qmnist-teacher"]
    assert kept["value"].startswith(f"{class_of(at).id}.")
    assert 86_000 < kept["seconds"] <= 86_400


def test_a_class_may_last_as_long_as_its_teacher_says(open_page: Any) -> None:
    at = open_page("class")
    at.selectbox(key="class-hours").set_value("until I end it").run()
    at.button(key="class-new").click().run()
    assert class_of(at).ends is None


def test_the_private_link_makes_the_teacher_and_leaves_the_address(open_page: Any, store: Store, words: Words) -> None:
    class_, key = store.make()
    at = open_page("class", teach=key)
    assert class_of(at).id == class_.id
    assert "teach" not in at.query_params
    assert key not in words(at)
    wrong = open_page("class", teach="wrong")
    assert wrong.session_state.session.teacher is None
    assert "No class has this teacher's key" in words(wrong)
    assert "teach" not in wrong.query_params


def test_a_student_joins_by_code(open_page: Any, store: Store, words: Words, components: Given) -> None:
    class_, _ = store.make()
    at = open_page("join")
    at.text_input(key="join-code").input("wrong!")
    at.button(key="join-in").click().run()
    assert "No class has this code" in words(at)
    at.text_input(key="join-code").input(class_.code.lower())
    at.text_input(key="join-name").input("  Ada *Lovelace*  ")
    at.button(key="join-in").click().run()
    assert at.title[0].value == f"{class_.code[:3]} {class_.code[3:]}"
    assert [member.name for member in store.members(class_)] == ["Ada *Lovelace*"]
    assert components(at)["cookie-qmnist-member"]["value"].startswith(f"{class_.id}.")
    assert "Look at the screen" in words(at)
    assert len(at.sidebar) == 0


def told_of(table: str) -> list[Any]:
    """A table's columns, but for what ties its rows to others."""
    keys = ("id", "class_id", "round_id", "member_id", "key_digest")
    return [column for column in tables.metadata.tables[table].c if column.name not in keys]


def test_it_says_what_is_kept_and_until_when(open_page: Any, store: Store, words: Words) -> None:
    class_, _ = store.make()
    said = words(open_page("join", **{"class": class_.code}))
    kept = "Your name, your answers, your drawings and search results with their times, and when you were last here"
    assert f"{kept} are kept until" in said
    assert "or until your teacher ends the class; then they are deleted. Nothing else is kept." in said
    columns = {column.name for table in ("members", "answers", "drawings", "entries") for column in told_of(table)}
    assert columns == {
        *("name", "is_hidden", "seen"),  # what the teacher did about the name, and about a drawing, too
        *("turn", "choice", "pixels", "label", "state", "made"),
        *("settings", "accuracy", "n_images", "test_accuracy"),
    }, "the sentence says all of it"


def test_a_locked_class_takes_nobody(open_page: Any, store: Store, words: Words) -> None:
    class_, _ = store.make()
    store.change(class_, is_locked=True)
    at = joined(open_page, class_)
    assert "This class is locked" in words(at)
    assert store.members(class_) == ()


def test_tries_are_limited_by_session(open_page: Any, words: Words) -> None:
    at = open_page("join")
    for _ in range(11):
        at.text_input(key="join-code").input("XXXXXX")
        at.button(key="join-in").click().run()
    assert "Too many wrong codes were tried" in words(at)


def test_a_round_of_two_turns(open_page: Any, store: Store, words: Words, components: Given) -> None:
    teacher = started(open_page)
    class_ = class_of(teacher)
    phone = joined(open_page, class_, "Ada")
    asked(teacher)
    assert "0 of 1" in words(teacher)
    phone.run()
    round_ = store.rounds(class_)[0]
    given = components(phone)["phone-taps"]
    assert (given["choices"], given["chosen"], given["open"], given["right"]) == (["3", "6"], None, True, None)
    member = store.members(class_)[0]
    store.answer(member, round_.id, 1)
    teacher.run()
    assert "1 of 1" in words(teacher)
    assert "wall-bars" not in components(teacher), "nobody sees what others say before it is closed"
    teacher.button(key="predict-close").click().run()
    assert [bar["counts"] for bar in components(teacher)["wall-bars"]["bars"]] == [[0], [1]]
    assert not any(bar["is_right"] or bar["mark"] for bar in components(teacher)["wall-bars"]["bars"])
    phone.run()
    assert components(phone)["phone-taps"]["words"] == ""
    teacher.button(key="predict-again").click().run()
    phone.run()
    assert "You said 6 before." in words(phone)
    assert components(phone)["phone-taps"]["chosen"] is None
    store.answer(member, round_.id, 0)
    teacher.run()
    teacher.button(key="predict-close").click().run()
    teacher.button(key="predict-show").click().run()
    shown = components(teacher)["wall-bars"]
    assert shown["turns"] == ["before", "after"]
    assert [bar["counts"] for bar in shown["bars"]] == [[0, 1], [1, 0]]
    ask = store.rounds(class_)[0].ask
    for i, bar in enumerate(shown["bars"]):
        assert ("the network says this" in bar["mark"], bar["is_right"]) == (i == ask["said"], i == ask["said"])
        assert ("the digit itself" in bar["mark"]) == (i == ask["right"])
    phone.run()
    assert components(phone)["phone-taps"]["right"] == ask["said"]
    digits = ("3", "6")
    told = f"You said 3; the network says {digits[ask['said']]}; it is a {digits[ask['right']]}."
    assert components(phone)["phone-taps"]["words"] == told
    assert "⟨Z⟩ = " in words(teacher)


def blocks_of(at: AppTest, kind: str) -> list[Any]:
    return [part for part in at._tree if part.type == kind]


def test_a_question_of_ones_own(open_page: Any, store: Store, words: Words, components: Given) -> None:
    teacher = started(open_page)
    phone = joined(open_page, class_of(teacher))
    teacher.button(key="round-new").click().run()
    teacher.segmented_control(key="predict-source").set_value("A question").run()
    assert teacher.button(key="predict-open").disabled
    teacher.text_area(key="predict-question").input("Is *it* [true](x)?")
    teacher.text_area(key="predict-choices").input("yes\n no \n\nyes").run()
    behind = [part for block in blocks_of(teacher, "popover") for part in block]
    assert "predict-right" in [getattr(part, "key", None) for part in behind], "the projector shows the form"
    teacher.selectbox(key="predict-right").set_value("no").run()
    teacher.button(key="predict-open").click().run()
    teacher.run()
    phone.run()
    assert "Is *it* \\[true\\]" in words(phone)
    assert components(phone)["phone-taps"]["choices"] == ["yes", "no"]
    teacher.button(key="predict-close").click().run()
    teacher.button(key="predict-show").click().run()
    assert "The answer: no." in words(teacher)


def test_a_lessons_question_fills_the_form(open_page: Any) -> None:
    teacher = started(open_page)
    teacher.button(key="round-new").click().run()
    teacher.segmented_control(key="predict-source").set_value("A question").run()
    box = teacher.selectbox(key="predict-lesson")
    box.set_value(box.options[1]).run()
    assert not teacher.exception
    assert teacher.text_area(key="predict-question").value


def test_a_digit_that_the_teacher_draws_waits_for_ink(open_page: Any) -> None:
    teacher = started(open_page)
    teacher.button(key="round-new").click().run()
    teacher.segmented_control(key="predict-source").set_value("A drawing").run()
    assert not teacher.exception
    assert teacher.button(key="predict-open").disabled


def test_the_teachers_view(open_page: Any, store: Store, words: Words, components: Given) -> None:
    teacher = started(open_page)
    class_ = class_of(teacher)
    phone = joined(open_page, class_, "Ada")
    place._kept.clear()
    teacher.run()
    assert components(teacher)["class-invite"]["names"] == ["Ada"]
    assert [card["words"] for card in components(teacher)["class-members"]["cards"]] == ["Ada"]
    store.hide_member(class_, store.members(class_)[0].id)
    teacher.run()
    assert components(teacher)["class-invite"]["names"] == []
    for name in ("is_locked", "is_paused", "looks_first"):
        teacher.toggle(key=f"teacher-{name}").set_value(True).run()
        assert getattr(store.current(class_.id), name)
    phone.run()
    assert "Paused: look at your teacher." in words(phone)


def test_while_the_teacher_looks_first_no_name_is_on_the_wall(
    open_page: Any, store: Store, words: Words, components: Given
) -> None:
    teacher = started(open_page)
    class_ = class_of(teacher)
    member, _ = store.enter(class_, "Ada")
    place._kept.clear()
    store.change(class_, looks_first=True)
    teacher.run()
    assert components(teacher)["class-invite"]["names"] == []
    assert components(teacher)["class-invite"]["count"] == "1 student is here"
    assert [card["words"] for card in components(teacher)["class-members"]["cards"]] == ["Ada"]
    round_ = store.open_round(class_, "draw", {}, ("3", "6"))
    store.set_drawing_state(class_, store.draw(member, round_.id, np.eye(28, dtype=np.uint8), 0).id, "shown")
    teacher.run()
    assert [tile["who"] for tile in components(teacher)["class-tiles"]["tiles"]] == [""]
    assert components(teacher)["class-drawings"]["cards"][0]["words"] == "Ada"
    assert "no name is shown to the class" in teacher.toggle(key="teacher-looks_first").help
    teacher.toggle(key="teacher-looks_first").set_value(False).run()
    assert [tile["who"] for tile in components(teacher)["class-tiles"]["tiles"]] == ["Ada"]


def test_drawings_wait_for_the_teacher(open_page: Any, store: Store, components: Given) -> None:
    teacher = started(open_page)
    class_ = class_of(teacher)
    store.change(class_, looks_first=True)
    member, _ = store.enter(class_, "Ada")
    round_ = store.open_round(class_, "draw", {}, ("3", "6"))
    pixels = np.zeros((28, 28), np.uint8)
    pixels[5] = 255
    store.draw(member, round_.id, pixels, 0)
    teacher.run()
    assert not teacher.exception
    card = components(teacher)["class-drawings"]["cards"][0]
    assert (card["words"], card["note"]) == ("Ada", "waiting")
    assert [act[0] for act in card["acts"]] == ["shown", "hidden", "delete"]


def test_the_end_deletes_the_class_and_forgets_its_keys(
    open_page: Any, store: Store, words: Words, components: Given
) -> None:
    teacher = started(open_page)
    class_ = class_of(teacher)
    phone = joined(open_page, class_, "Ada")
    teacher.button(key="class-end").click().run()
    assert store.current(class_.id) is None
    assert components(teacher)["cookie-qmnist-teacher"]["value"] == ""
    assert teacher.button(key="class-new")
    phone.run()
    assert "The class is over" in words(phone)
    assert components(phone)["cookie-qmnist-member"]["value"] == ""


def test_where_nothing_can_be_kept_one_sentence_says_so(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.store.clear()
    monkeypatch.setenv("QMNIST_DATABASE", "nonsense")
    at = open_page("class")
    at.button(key="class-new").click().run()
    assert not at.exception
    assert "QMNIST_DATABASE is not the address of a database" in words(at)
    at = open_page("join", **{"class": "K7M4QX"})
    assert not at.exception
    assert "QMNIST_DATABASE is not the address of a database" in words(at)
    place.store.clear()


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("page", ["class", "join"])
def test_a_page_comes_back_with_its_database(
    open_page: Any, store: Store, words: Words, monkeypatch: pytest.MonkeyPatch, page: str, is_first: bool
) -> None:
    class_, key = store.make()
    own = store.enter(class_, "Ada")[1]
    cookies = {place.TEACHER: f"{class_.id}.{key}"} if page == "class" else {place.PUPIL: f"{class_.id}.{own}"}
    monkeypatch.setattr(place, "brought", lambda: cookies)
    fragment, looks, reruns = st.fragment, [], []

    def noted(function: Callable[[], None], run_every: float | None = None) -> Callable[[], None]:
        if run_every == 2.0:
            looks.append(function)
        return fragment(function, run_every=run_every)

    def away(*_: object) -> None:
        raise StoreError("the database is away")

    monkeypatch.setattr(st, "fragment", noted)
    at = None if is_first else open_page(page)
    assert not looks
    with monkeypatch.context() as broken:
        for name in ("current", "revision", "members", "here"):
            broken.setattr(Store, name, away)
        place._kept.clear()
        at = open_page(page) if at is None else at.run()
        assert "the database is away" in words(at)
        assert len(looks) == 1
        broken.setattr(st, "rerun", lambda: reruns.append(page))
        looks[0]()
        assert not reruns
    place._kept.clear()
    with monkeypatch.context() as back:
        back.setattr(st, "rerun", lambda: reruns.append(page))
        looks[0]()
    assert reruns == [page]
    at.run()
    assert "database is away" not in words(at)


def test_a_kind_of_round_that_nobody_wrote_is_refused() -> None:
    assert activity("predict") is ACTIVITIES["predict"]
    with pytest.raises(ConfigError, match="the kind of a round must be one of"):
        activity("sing")
