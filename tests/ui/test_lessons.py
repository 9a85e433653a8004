"""Lessons on the screen: their cards, every step at its own address, and the ways from step to step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import from_address
from qmnist_core.lessons import FOLDER, Lesson, read_lesson
from qmnist_core.look.text import emphasised
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.frame.site import PAGES
from tests.ui.conftest import components_of

Words = Callable[[AppTest], str]
LESSONS = [read_lesson(file, PAGES) for file in sorted(FOLDER.glob("*.json"))]
STEPS = [(lesson, number) for lesson in LESSONS for number in range(1, len(lesson.steps) + 1)]
FIRST, _, FAIL, _ = (lesson.name for lesson in LESSONS)
SAME_AGAIN = "This step's settings again"
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


def links(at: AppTest) -> dict[str, tuple[str, dict[str, str]]]:
    """Where links of the page lead, by their words; the first of each."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for link in (element.proto for element in at.main.get("page_link")):
        found.setdefault(link.label, (link.page or "home", dict(parse_qsl(link.query_string))))
    return found


def ways(at: AppTest) -> list[str]:
    """The buttons of the step's banner, which is above all others."""
    labels = [button.label for button in at.main.button]
    return labels[: labels.index("Leave the lesson") + 1]


def press(at: AppTest, label: str) -> AppTest:
    """The first button of that name, which is the banner's."""
    next(button for button in at.main.button if button.label == label).click().run()
    assert not at.exception
    return at


def links_to_copy(at: AppTest) -> list[str]:
    """What the cards offer for students."""
    return [given["link"] for key, given in components_of(at).items() if key.startswith("lesson-link-")]


def warnings(at: AppTest) -> list[str]:
    return [warning.value for warning in at.warning]


def answers(at: AppTest) -> list[str]:
    """What is behind "Show the answer"."""
    return [part.value for place in at.main.expander if place.label == "Show the answer" for part in place.markdown]


def test_each_lesson_has_a_card_that_begins_it(open_page: Any, words: Words) -> None:
    at = open_page("lessons")
    assert at.title[0].value == "Lessons"
    said, starts = words(at), [link.proto for link in at.main.get("page_link") if link.proto.label == "Start"]
    assert len(starts) == len(LESSONS) == 4
    for lesson, start, link in zip(LESSONS, starts, links_to_copy(at), strict=True):
        assert f"### {lesson.title}\n{lesson.summary}\n" in said
        assert f"About {lesson.minutes} minutes · {len(lesson.steps)} steps" in said
        page = lesson.steps[0].page
        assert (start.page or "home", dict(parse_qsl(start.query_string))) == (page, address_of(lesson, 1))
        assert link == f"/{'' if page == 'home' else page}?{urlencode(address_of(lesson, 1))}"
    steps = [place.markdown[0].value for place in at.main.expander if place.label == "The steps"]
    assert steps[0].startswith("1. \\[Home\\] One digit, six pictures\n1. \\[Data\\] Sixteen keyholes\n")
    assert [text.count("\n") + 1 for text in steps] == [8, 8, 9, 4]
    assert [element.value for element in at.error] == []


@pytest.mark.parametrize(("lesson", "number"), STEPS, ids=[f"{lesson.name}-{number}" for lesson, number in STEPS])
def test_a_step_at_its_address_is_whole(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, lesson: Lesson, number: int
) -> None:
    # Otherwise the lesson on drawing leaves TensorFlow training behind the other tests.
    monkeypatch.setattr(draw_views, "why_missing", lambda package: f"{package} is not here")
    step, address = lesson.steps[number - 1], address_of(lesson, number)
    at = open_page(step.page, **in_fixture(address))
    assert at.title[0].value == ("A quantum network reads digits" if step.page == "home" else PAGES[step.page][1])
    assert warnings(at) == []
    assert address.items() <= dict(at.query_params).items()
    assert at.session_state.session.experiment == from_address(step.address)[0]
    said = words(at)
    assert f"Lesson: {lesson.title} · Step {number} of {len(lesson.steps)}" in said
    assert f"### {step.title}\n{step.text}\n:material/visibility: **Look at** {step.look}\n" in said
    assert f":material/help: **{step.question}**" in said
    assert answers(at) == [emphasised(step.answer)]
    assert SAME_AGAIN not in ways(at)
    for label, other in {"Back": number - 1, "Next": number + 1}.items():
        if not 1 <= other <= len(lesson.steps):
            assert label not in ways(at)
            assert label not in links(at)
        elif lesson.steps[other - 1].page == step.page:
            assert label in ways(at)
        else:
            assert links(at)[label] == (lesson.steps[other - 1].page, address_of(lesson, other))
    assert (links(at).get("Finish") == ("lessons", {})) == (number == len(lesson.steps))


def test_a_step_stands_in_place_of_the_pages_own_introduction(open_page: Any, words: Words) -> None:
    assert "**Move the threshold** and see" in words(open_page("data"))
    at = open_page("data", _lesson=FIRST, _part="2")
    assert "**Move the threshold** and see" not in words(at)
    press(at, "Leave the lesson")
    assert "**Move the threshold** and see" in words(at)


def test_a_step_begins_where_it_is_not_said_which(open_page: Any, words: Words) -> None:
    at = open_page("home", _lesson=FIRST)
    assert "· Step 1 of 8" in words(at)
    assert warnings(at) == []


def test_next_takes_the_settings_of_the_step_on_the_same_page(open_page: Any, words: Words) -> None:
    at = press(open_page("data", size="6", _lesson=FIRST, _part="2"), "Next")
    assert dict(at.query_params) == {"threshold": "0.9", "show-lesson": FIRST, "show-part": "3"}
    assert at.slider(key="page-threshold").value == 0.9
    assert "### Black or white" in words(at)
    assert [metric.value for metric in at.metric][-1] == "85.7 %"
    press(press(at, "Next"), "Back")
    assert at.slider(key="page-threshold").value == 0.9
    press(at, "Back")
    assert dict(at.query_params) == {"show-lesson": FIRST, "show-part": "2"}
    assert at.slider(key="page-threshold").value == 0.5


def test_next_takes_what_the_step_looks_at(open_page: Any, words: Words) -> None:
    at = press(open_page("circuit", _lesson=FIRST, _part="5", _example="7"), "Next")
    assert at.number_input(key="circuit-example").value == 3
    assert at.query_params["show-example"] == "2"
    assert at.query_params["show-section"] == "model"
    press(at, "Next")
    assert at.query_params["show-section"] == "exponent"


def test_next_leaves_no_training_of_the_step_before(open_page: Any) -> None:
    def progress(at: AppTest) -> str:
        return str(at.main.get("progress")[0].proto.text)

    at = open_page("train", _lesson=FAIL, _part="1", _trained="1")
    assert progress(at).startswith("Finished: step 972 of 972, ")
    press(at, "Next")
    assert progress(at) == "Nothing trained yet: press Start."
    press(at, "Back")
    assert progress(at).startswith("Finished: step 972 of 972, ")


def test_what_was_changed_is_taken_back(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="3", threshold="0.9")
    before = dict(at.query_params)
    at.slider(key="page-threshold").set_value(0.3).run()
    at.slider(key="panel-size").set_value(7).run()
    assert (at.query_params["threshold"], at.query_params["size"]) == ("0.3", "7")
    assert ways(at) == ["Back", "Next", SAME_AGAIN, "Leave the lesson"]
    press(at, SAME_AGAIN)
    assert dict(at.query_params) == before
    assert (at.slider(key="page-threshold").value, at.slider(key="panel-size").value) == (0.9, 4)
    assert SAME_AGAIN not in ways(at)


def test_what_is_looked_at_is_taken_back(open_page: Any) -> None:
    at = open_page("circuit", _lesson=FIRST, _part="7", _example="2", _section="exponent")
    own = at.slider(key="circuit-value").value
    at.number_input(key="circuit-example").set_value(12).run()
    at.slider(key="circuit-value").set_value(0.25).run()
    assert (at.query_params["show-example"], at.query_params["show-value"]) == ("11", "0.25")
    press(at, SAME_AGAIN)
    assert at.query_params["show-example"] == "2"
    assert "show-value" not in at.query_params
    assert (at.number_input(key="circuit-example").value, at.slider(key="circuit-value").value) == (3, own)


def test_what_a_step_does_not_speak_of_is_no_change(open_page: Any) -> None:
    at = open_page("data", _lesson=FIRST, _part="2")
    press(at, "Other examples")
    assert at.query_params["show-examples"] == "2"
    assert SAME_AGAIN not in ways(at)


def test_leaving_keeps_the_settings(open_page: Any, words: Words) -> None:
    at = press(open_page("data", _lesson=FIRST, _part="3", threshold="0.9"), "Leave the lesson")
    assert dict(at.query_params) == {"threshold": "0.9"}
    assert "Lesson: " not in words(at)
    assert "Leave the lesson" not in [button.label for button in at.main.button]


def test_presets_and_reset_stay_within_the_lesson(open_page: Any, words: Words) -> None:
    at = open_page("data", _lesson=FIRST, _part="3", threshold="0.9", _examples="2")
    at.button(key="reset").click().run()
    assert dict(at.query_params) == {"show-lesson": FIRST, "show-part": "3"}
    assert "· Step 3 of 8" in words(at)
    assert SAME_AGAIN in ways(at)


def test_a_step_of_another_page_says_where_it_is(open_page: Any, words: Words) -> None:
    at = open_page("data", _lesson=FIRST, _part="5", size="6")
    said = words(at)
    assert "· Step 5 of 8" in said
    assert "**Bits become gates** is on another page." in said
    here = {"size": "6", "show-lesson": FIRST, "show-part": "5"}
    assert links(at)["To Circuit"] == ("circuit", here)
    assert "Here is the 6 of the first step again." not in said
    assert answers(at) == []
    assert "**Move the threshold** and see" in said, "the page's own introduction"
    assert ways(at) == ["Back", "Leave the lesson"]
    assert "Next" not in links(at)


def test_there_is_no_such_lesson(open_page: Any, words: Words) -> None:
    at = open_page("data", _lesson="nothing", _part="3", threshold="0.9")
    assert warnings(at) == ["This lesson cannot be followed: there is no lesson nothing."]
    assert links(at)["To the lessons"] == ("lessons", {})
    assert "**Move the threshold** and see" in words(at)
    assert at.slider(key="page-threshold").value == 0.9


@pytest.mark.parametrize("part", ["9", "0", "02", "two"])
def test_there_is_no_such_step(open_page: Any, words: Words, part: str) -> None:
    at = open_page("home", _lesson=FIRST, _part=part)
    sentence = f"The address says show-part={part}: this lesson has steps 1 to 8. The default is used."
    assert warnings(at) == [sentence]
    assert "· Step 1 of 8" in words(at)
    at.run()
    assert warnings(at) == [sentence], "until something is moved"
    press(at, "Another digit")
    assert warnings(at) == []
    assert "show-part" not in at.query_params


def test_a_lesson_of_ones_own_has_a_card_and_is_followed(open_page: Any, words: Words, own_lessons: Path) -> None:
    (own_lessons / "mine.json").write_text(json.dumps(OWN))
    at = open_page("lessons")
    assert "### Mine\nShort.\n" in words(at)
    assert "About 5 minutes · 1 step\n" in words(at)
    assert len(links_to_copy(at)) == 5
    at = open_page("data", _lesson="mine", _part="1")
    assert "Lesson: Mine · Step 1 of 1" in words(at)
    assert answers(at) == ["3"]
    assert links(at)["Finish"] == ("lessons", {})


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
    assert links(at)["Back"][1]["show-only"] == "size"
    press(at, "Next")
    taken = {"threshold": "0.9", "show-lesson": FIRST, "show-part": "3"}
    assert dict(at.query_params) == {**taken, "show-only": "size"}, "a step's settings are taken, locked or not"
    assert at.slider(key="page-threshold").disabled
    press(at, "Leave the lesson")
    assert dict(at.query_params) == {"threshold": "0.9", "show-only": "size"}
    last = open_page("home", _lesson=FIRST, _part="8", _example="0", _only="size")
    assert links(last)["Finish"] == ("lessons", {"show-only": "size"})
    cards = open_page("lessons", _only="none")
    assert [value.proto.query_string.endswith("&show-only=none") for value in cards.main.get("page_link")] == [True] * 4


def test_after_a_lesson_what_a_teacher_has_locked_is_the_teachers(open_page: Any, own_lessons: Path) -> None:
    step = {**OWN["steps"][0], "page": "lessons", "address": {"threshold": "0.9"}}
    (own_lessons / "one.json").write_text(json.dumps({**OWN, "steps": [step]}))
    at = open_page("lessons", threshold="0.3", _only="size-seed")
    press(at, "Start")
    assert dict(at.query_params) == {
        "threshold": "0.9", "show-lesson": "one", "show-part": "1", "show-only": "size-seed"
    }  # fmt: skip
    assert "This lesson has set the rest: " in at.sidebar.caption[0].value
    press(at, "Leave the lesson")
    assert dict(at.query_params) == {"threshold": "0.3", "show-only": "size-seed"}
    assert "Your teacher has set the rest: " in at.sidebar.caption[0].value
    press(at, "Start")
    press(at, "Finish")
    assert dict(at.query_params) == {"threshold": "0.3", "show-only": "size-seed"}


def test_two_lessons_may_begin_on_the_lessons_page(open_page: Any, own_lessons: Path) -> None:
    for name in ("one", "two"):
        (own_lessons / f"{name}.json").write_text(
            json.dumps({**OWN, "steps": [{**OWN["steps"][0], "page": "lessons"}]})
        )
    at = open_page("lessons")
    press(at, "Start")
    assert dict(at.query_params) == {"show-lesson": "one", "show-part": "1"}


def test_an_address_brings_no_picture_from_elsewhere(open_page: Any) -> None:
    at = open_page("data", size="![](http://example.org/a.png)", _lesson="[x](http://example.org)")
    assert len(warnings(at)) == 2
    assert all("](" in text and re.search(r"(?<!\\)\[", text) is None for text in warnings(at))
