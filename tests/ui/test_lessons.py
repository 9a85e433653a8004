"""Lessons on the screen: their cards, every step at its own address, and the ways from step to step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import from_address
from qmnist_core.address.views import in_todays_words
from qmnist_core.lessons import FOLDER, Lesson, read_lesson
from qmnist_core.lessons.marks import MARKS
from qmnist_core.ui.components import remember
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.frame.site import PAGES
from tests.ui.conftest import components_of

Words = Callable[[AppTest], str]
LESSONS = [read_lesson(file, PAGES) for file in sorted(FOLDER.glob("*.json"))]
STEPS = [(lesson, number) for lesson in LESSONS for number in range(1, len(lesson.steps) + 1)]
FIRST, TEACH, _, _ = (lesson.name for lesson in LESSONS)
AGAIN = "Reset this step"
OWN: dict[str, Any] = {
    "title": "Mine",
    "summary": "Short.",
    "minutes": 5,
    "steps": [
        {"title": "Look", "page": "data", "text": "Digits.", "look": "them.", "question": "Which?", "answer": "3"}
    ],
}


@pytest.fixture(autouse=True)
def _no_lessons_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMNIST_LESSONS", raising=False)


@pytest.fixture
def own_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QMNIST_LESSONS", str(tmp_path))
    return tmp_path


def address_of(lesson: Lesson, number: int) -> dict[str, str]:
    """What the address of a step says, as the student's link has it."""
    return {**lesson.steps[number - 1].address, "show-lesson": lesson.name, "show-part": str(number)}


def in_fixture(address: dict[str, str]) -> dict[str, str]:
    """An address as `open_page` takes it."""
    return {name.removeprefix("show").replace("-", "_"): value for name, value in address.items()}


def guide(at: AppTest) -> dict[str, Any]:
    """What is read of the step."""
    return components_of(at)["lesson-guide"]


def where(at: AppTest) -> str:
    return f"{guide(at)['lesson']}, step {guide(at)['number']} of {guide(at)['total']}"


def ways(at: AppTest) -> list[str]:
    """The step's buttons that can be pressed."""
    return [button.label for button in at.main.button if str(button.key).startswith("lesson-") and not button.disabled]


def press(at: AppTest, label: str) -> AppTest:
    """The step's button of that name, or the first card's."""
    buttons = [button for button in at.main.button if str(button.key).startswith("lesson-") and button.label == label]
    buttons[0].click().run()
    assert not at.exception
    return at


def title(at: AppTest) -> str:
    return str(at.title[0].value)


def links_to_copy(at: AppTest) -> list[str]:
    """What the cards offer for students."""
    return [given["link"] for key, given in components_of(at).items() if key.startswith("lesson-link-")]


def warnings(at: AppTest) -> list[str]:
    return [warning.value for warning in at.warning]


def starts(at: AppTest) -> list[str]:
    """What the cards' first buttons say."""
    return [button.label for button in at.main.button if str(button.key).startswith("lesson-start-")]


def test_each_lesson_has_a_card_that_begins_it(open_page: Any, words: Words) -> None:
    at = open_page("lessons")
    assert title(at) == "Lessons"
    said = words(at)
    assert starts(at) == ["Start"] * len(LESSONS) == ["Start"] * 4
    bars = [bar.proto for bar in at.main.get("progress")]
    for lesson, bar, link in zip(LESSONS, bars, links_to_copy(at), strict=True):
        assert f"## {lesson.title}\n{lesson.summary}\n" in said
        assert (bar.text, bar.value) == (f"{lesson.minutes} minutes · {len(lesson.steps)} steps", 0)
        page = lesson.steps[0].page
        assert link == f"/{'' if page == 'home' else page}?{urlencode(address_of(lesson, 1))}"
    assert [element.value for element in at.error] == []
    press(at, "Start")
    assert (title(at), dict(at.query_params)) == ("Playground", address_of(LESSONS[0], 1))


def test_a_card_opens_any_step(open_page: Any) -> None:
    at = open_page("lessons")
    at.button(key=f"lesson-step-{FIRST}-5").click().run()
    assert (title(at), guide(at)["title"]) == ("Circuit", LESSONS[0].steps[4].title)


@pytest.mark.parametrize(("lesson", "number"), STEPS, ids=[f"{lesson.name}-{number}" for lesson, number in STEPS])
def test_a_step_at_its_address_is_whole(
    open_page: Any, monkeypatch: pytest.MonkeyPatch, lesson: Lesson, number: int
) -> None:
    # Otherwise the lesson on drawing leaves TensorFlow training behind the other tests.
    monkeypatch.setattr(draw_views, "why_missing", lambda package: f"{package} is not here")
    step, address = lesson.steps[number - 1], address_of(lesson, number)
    at = open_page(step.page, **in_fixture(address))
    assert title(at) == PAGES[step.page][1]
    assert [words for words in warnings(at) if "keras is not here" not in words] == []
    assert in_todays_words(address).items() <= dict(at.query_params).items()
    assert at.session_state.session.experiment == from_address(step.address)[0]
    assert guide(at) == {
        "name": f"{lesson.name} {number}", "lesson": lesson.title, "title": step.title,
        "number": number, "total": len(lesson.steps), "text": step.text, "look": step.look,
        "question": step.question, "answer": step.answer, "mark": MARKS[step.page][str(step.mark)],
        "choices": list(step.choices), "right": step.right, "chosen": None,
    }  # fmt: skip
    assert ways(at) == [
        *(["Back"] if number > 1 else []),
        "Next" if number < len(lesson.steps) else "Finish",
        "Leave",
    ]
    if dock := components_of(at).get("dock-play"):
        assert (dock["asks"], dock["plays"]) == (f"{lesson.name} {number}", step.play)
    press(at, "Next" if number < len(lesson.steps) else "Finish")
    if number < len(lesson.steps):
        there = lesson.steps[number]
        assert title(at) == PAGES[there.page][1]
        assert guide(at)["title"] == there.title
        assert in_todays_words(address_of(lesson, number + 1)).items() <= dict(at.query_params).items()
    else:
        assert (title(at), dict(at.query_params)) == ("Lessons", {})


@pytest.mark.parametrize(
    "page", sorted({step.page for lesson in LESSONS for step in lesson.steps}), ids=lambda page: f"{page}"
)
def test_what_can_be_marked_is_there(open_page: Any, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """Each at one of the lessons' own steps."""
    monkeypatch.setattr(draw_views, "why_missing", lambda package: f"{package} is not here")
    steps = [step for lesson in LESSONS for step in lesson.steps if step.page == page]
    found: set[str] = set()
    for address in {tuple(step.address.items()) for step in steps}:
        at = open_page(page, **in_fixture(dict(address)))
        found |= keys_of(at)
    assert set(MARKS[page].values()) <= found


def keys_of(at: AppTest) -> set[str]:
    """The keys that style sheets see: of containers, widgets and components."""
    found = set(components_of(at))
    places = [at._tree]
    while places:
        place = places.pop()
        proto = getattr(place, "proto", None)
        for key in (getattr(place, "key", None), getattr(proto, "id", None)):
            found.add(str(key).split("-", 2)[2] if str(key).startswith("$$ID-") else str(key))
        places += list(getattr(place, "children", {}).values())
    return found


def test_the_side_shows_the_lesson_or_the_settings(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="2")
    side = at.sidebar.button_group(key="side-settings")
    assert (side.options, side.value) == (["Settings", "Lesson"], "Lesson")
    at.main.button_group(key="side-lesson").set_value("Settings").run()
    assert at.sidebar.button_group(key="side-settings").value == "Settings"
    press(at, "Next")
    assert at.sidebar.button_group(key="side-settings").value == "Lesson", "another step is read"
    assert [group.key for group in open_page("data").sidebar.button_group] == []


def test_a_step_begins_where_it_is_not_said_which(open_page: Any) -> None:
    at = open_page("home", _lesson=FIRST)
    assert where(at) == "From image to circuit, step 1 of 8"
    assert warnings(at) == []


def test_next_takes_the_settings_of_the_step_on_the_same_page(open_page: Any) -> None:
    at = press(open_page("data", size="6", _lesson=FIRST, _part="2"), "Next")
    assert dict(at.query_params) == address_of(LESSONS[0], 3)
    assert guide(at)["title"] == "Black or white"
    assert at.session_state.session.experiment.data.threshold == 0.9
    press(press(at, "Next"), "Back")
    assert at.session_state.session.experiment.data.threshold == 0.9
    press(at, "Back")
    assert dict(at.query_params) == {"show-lesson": FIRST, "show-part": "2"}
    assert at.session_state.session.experiment.data.threshold == 0.5


def test_next_takes_what_the_step_looks_at(open_page: Any) -> None:
    at = press(open_page("circuit", _lesson=FIRST, _part="5", _example="7"), "Next")
    assert at.query_params["show-example"] == "2"
    assert at.query_params["show-section"] == "model"
    press(at, "Back")
    assert at.query_params["show-section"] == "data"


def test_the_dock_plays_a_step_that_asks_for_it(open_page: Any) -> None:
    at = open_page("train", **in_fixture(address_of(LESSONS[1], 1)))
    assert LESSONS[1].steps[0].play
    dock = components_of(at)["dock-play"]
    assert (dock["asks"], dock["plays"], dock["cursor"]) == (f"{TEACH} 1", True, 0)
    press(at, "Leave")
    dock = components_of(at)["dock-play"]
    assert (dock["asks"], dock["plays"]) == ("", False)


def test_how_far_one_is_is_remembered(open_page: Any) -> None:
    at = press(press(open_page("home", **in_fixture(address_of(LESSONS[0], 1))), "Next"), "Next")
    assert components_of(at)[remember.KEY] == {"reached": {FIRST: 3}, "tells": False}
    at.switch_page("pages/lessons.py").run()
    press(at, "Leave")
    assert starts(at) == ["Go on at step 3 of 8", "Start", "Start", "Start"]
    assert [bar.proto.value for bar in at.main.get("progress")] == [37, 0, 0, 0]
    press(at, "Go on at step 3 of 8")
    assert where(at) == "From image to circuit, step 3 of 8"


def test_a_finished_lesson_is_begun_again(open_page: Any) -> None:
    at = press(open_page("home", **in_fixture(address_of(LESSONS[0], 8))), "Finish")
    assert starts(at)[0] == "Start again"
    assert at.main.get("progress")[0].proto.text == "30 minutes · 8 steps · done"
    press(at, "Start again")
    assert where(at) == "From image to circuit, step 1 of 8"


def test_the_browser_tells_of_an_earlier_visit(open_page: Any) -> None:
    at = open_page("lessons")
    assert components_of(at)[remember.KEY] == {"reached": {}, "tells": True}
    at.session_state[remember.KEY] = {"reached": {FIRST: 3, TEACH: 99, "gone": 2, "bad": "x", "worse": -1}}
    at.run()
    assert starts(at) == ["Go on at step 3 of 8", "Start again", "Start", "Start"]
    assert components_of(at)[remember.KEY]["reached"] == {FIRST: 3, TEACH: 99, "gone": 2}
    at.session_state[remember.KEY] = {"reached": "nothing"}
    at.run()
    assert starts(at)[0] == "Go on at step 3 of 8"


def test_a_choice_is_remembered_with_its_step(open_page: Any) -> None:
    at = open_page("data", **in_fixture(address_of(LESSONS[0], 2)))
    at.session_state.session.chosen[f"{FIRST} 2"] = 0  # as the browser tells: tests/browser/test_lessons.py
    at.run()
    assert (guide(at)["chosen"], guide(at)["right"]) == (0, 1)
    assert guide(press(at, "Next"))["chosen"] is None
    assert guide(press(at, "Back"))["chosen"] == 0
    at.switch_page("pages/circuit.py").run()
    assert (guide(at)["choices"], guide(at)["chosen"]) == ([], None), "the step is elsewhere"


def test_the_first_choice_counts() -> None:
    def tells_twice() -> None:
        import streamlit as st

        from qmnist_core.ui.frame.lesson import choose
        from qmnist_core.ui.session.session import session

        choose("mine 1", 2)
        choose("mine 1", 0)
        choose("mine 2", 1)
        st.text(str(session().chosen))

    assert AppTest.from_function(tells_twice).run().text[0].value == "{'mine 1': 2, 'mine 2': 1}"


def test_a_lesson_that_is_started_again_asks_again(open_page: Any) -> None:
    at = open_page("home", **in_fixture(address_of(LESSONS[0], 8)))
    at.session_state.session.chosen.update({f"{FIRST} 1": 0, f"{FIRST} 8": 3, f"{TEACH} 1": 1})
    press(press(at, "Finish"), "Start again")
    assert at.session_state.session.chosen == {f"{TEACH} 1": 1}


def test_what_was_changed_is_taken_back(open_page: Any) -> None:
    at = open_page("data", **in_fixture(address_of(LESSONS[0], 3)))
    before = dict(at.query_params)
    at.slider(key="panel-size").set_value(7).run()
    assert at.query_params["size"] == "7"
    assert ways(at) == ["Back", "Next", "Leave", AGAIN]
    press(at, AGAIN)
    assert dict(at.query_params) == before
    assert at.slider(key="panel-size").value == 4
    assert AGAIN not in ways(at)


def test_the_cursor_is_free_to_move(open_page: Any) -> None:
    at = open_page("train", **{**in_fixture(address_of(LESSONS[1], 1)), "_step": "500"})
    assert components_of(at)["dock-play"]["cursor"] == 500
    assert AGAIN not in ways(at)


def test_what_is_looked_at_is_taken_back(open_page: Any) -> None:
    at = open_page("circuit", **{**in_fixture(address_of(LESSONS[0], 6)), "_example": "11"})
    press(at, AGAIN)
    assert at.query_params["show-example"] == "2"
    assert AGAIN not in ways(at)


def test_what_a_step_does_not_speak_of_is_no_change(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="2", _examples="2")
    assert AGAIN not in ways(at)


def test_leaving_keeps_the_settings(open_page: Any) -> None:
    at = press(open_page("data", _lesson=FIRST, _part="3", threshold="0.9"), "Leave")
    assert dict(at.query_params) == {"threshold": "0.9"}
    assert "lesson-guide" not in components_of(at)
    assert ways(at) == []


def test_a_preset_stays_within_the_lesson(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="3", threshold="0.9", _examples="2")
    at.selectbox(key="preset").set_value("Tutorial").run()
    assert {"show-lesson": FIRST, "show-part": "3"}.items() <= dict(at.query_params).items()
    assert where(at) == "From image to circuit, step 3 of 8"
    assert AGAIN in ways(at)


def test_a_step_of_another_page_says_where_it_is(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="5", size="6")
    assert where(at) == "From image to circuit, step 5 of 8"
    assert guide(at)["text"] == "This step is on the page *Circuit*."
    assert [guide(at)[name] for name in ("look", "question", "answer", "mark")] == [""] * 4
    assert ways(at) == ["Back", "To Circuit", "Leave"]
    press(at, "To Circuit")
    assert title(at) == "Circuit"
    assert in_todays_words(address_of(LESSONS[0], 5)).items() <= dict(at.query_params).items()


def test_there_is_no_such_lesson(open_page: Any) -> None:
    at = open_page("data", _lesson="nothing", _part="3", threshold="0.9")
    assert warnings(at) == ["This lesson cannot be followed: there is no lesson nothing."]
    assert at.session_state.session.experiment.data.threshold == 0.9
    press(at, "To the lessons")
    assert (title(at), dict(at.query_params)) == ("Lessons", {})


@pytest.mark.parametrize("part", ["9", "0", "02", "two"])
def test_there_is_no_such_step(open_page: Any, part: str) -> None:
    at = open_page("home", _lesson=FIRST, _part=part)
    sentence = f"The address says show-part={part}: this lesson has steps 1 to 8. The default is used."
    assert warnings(at) == [sentence]
    assert guide(at)["number"] == 1
    at.run()
    assert warnings(at) == [sentence], "until something is moved"
    at.slider(key="panel-size").set_value(7).run()
    assert warnings(at) == []
    assert "show-part" not in at.query_params


def test_a_lesson_of_ones_own_has_a_card_and_is_followed(open_page: Any, words: Words, own_lessons: Path) -> None:
    (own_lessons / "mine.json").write_text(json.dumps(OWN))
    at = open_page("lessons")
    assert "## Mine\nShort.\n" in words(at)
    assert at.main.get("progress")[-1].proto.text == "5 minutes · 1 step"
    assert len(links_to_copy(at)) == 5
    at = open_page("data", _lesson="mine", _part="1")
    assert where(at) == "Mine, step 1 of 1"
    assert (guide(at)["answer"], guide(at)["mark"]) == ("3", "")
    assert (guide(at)["choices"], guide(at)["right"], guide(at)["chosen"]) == ([], None, None)
    assert ways(at) == ["Finish", "Leave"]


def test_a_lesson_that_cannot_be_used_is_named(open_page: Any, own_lessons: Path) -> None:
    (own_lessons / "broken.json").write_text(json.dumps({**OWN, "minutes": "5"}))
    what = 'broken.json: minutes must be a whole number from 1 to 240, got "5".'
    at = open_page("lessons")
    assert [element.value for element in at.error] == [f"A lesson cannot be used. {what}"]
    assert len(links_to_copy(at)) == 4
    at = open_page("data", _lesson="broken")
    assert warnings(at) == [f"This lesson cannot be followed: {what}"]


def test_a_folder_that_is_not_there_is_named(open_page: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QMNIST_LESSONS", str(tmp_path / "gone"))
    at = open_page("lessons")
    words = f"A lesson cannot be used. QMNIST_LESSONS names {tmp_path / 'gone'}, which is no folder."
    assert [element.value for element in at.error] == [words]
    assert len(links_to_copy(at)) == 4


def test_what_a_teacher_has_locked_stays_so_through_a_lesson(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="2", _only="size")
    press(at, "Next")
    assert dict(at.query_params) == {**address_of(LESSONS[0], 3), "show-only": "size"}, (
        "a step's settings are taken, locked or not"
    )
    press(at, "Leave")
    assert {"threshold": "0.9", "show-only": "size"}.items() <= dict(at.query_params).items()
    last = press(open_page("home", **in_fixture(address_of(LESSONS[0], 8)), _only="size"), "Finish")
    assert (title(last), dict(last.query_params)) == ("Lessons", {"show-only": "size"})
    cards = press(open_page("lessons", _only="none"), "Start")
    assert dict(cards.query_params) == {**address_of(LESSONS[0], 1), "show-only": "none"}


def test_after_a_lesson_what_a_teacher_has_locked_is_the_teachers(open_page: Any, own_lessons: Path) -> None:
    step = {**OWN["steps"][0], "page": "lessons", "address": {"threshold": "0.9"}}
    (own_lessons / "0.json").write_text(json.dumps({**OWN, "steps": [step]}))

    def start(at: AppTest) -> None:
        at.button(key="lesson-start-0").click().run()

    at = open_page("lessons", threshold="0.3", _only="size-seed")
    start(at)
    assert dict(at.query_params) == {
        "threshold": "0.9", "show-lesson": "0", "show-part": "1", "show-only": "size-seed"
    }  # fmt: skip
    assert "This lesson has set the rest: " in at.sidebar.caption[0].value
    press(at, "Leave")
    assert dict(at.query_params) == {"threshold": "0.3", "show-only": "size-seed"}
    assert "Your teacher has set the rest: " in at.sidebar.caption[0].value
    start(at)
    press(at, "Finish")
    assert dict(at.query_params) == {"threshold": "0.3", "show-only": "size-seed"}


def test_the_screen_stays_full_through_a_lesson(open_page: Any) -> None:
    at = press(open_page("data", _lesson=FIRST, _part="2", _present="1"), "Next")
    assert dict(at.query_params) == {**address_of(LESSONS[0], 3), "show-present": "1"}


def test_an_address_brings_no_picture_from_elsewhere(open_page: Any) -> None:
    at = open_page("data", size="![](http://example.org/a.png)", _lesson="[x](http://example.org)")
    assert len(warnings(at)) == 2
    assert all("](" in text and re.search(r"(?<!\\)\[", text) is None for text in warnings(at))
