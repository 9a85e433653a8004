"""Lesson files: those that come with the package, a teacher's own, and what is said of one that cannot be used."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from qmnist_core import lessons
from qmnist_core.address.settings import SETTINGS, from_address
from qmnist_core.errors import LessonError
from qmnist_core.lessons import all_lessons, find_lesson, read_lesson
from qmnist_core.lessons.marks import MARKS
from qmnist_core.ui.frame.site import LISTED, PAGES

SHIPPED = ("1-from-image-to-circuit", "2-teach-it-and-find-its-limit", "3-why-it-can-fail", "4-a-digit-of-your-own")
LEFT_OUT = object()
STEP = {
    "title": "Look",
    "page": "data",
    "text": "There are digits.",
    "look": "the digits.",
    "question": "Which?",
    "answer": "3 and 6.",
}
CHOICES = {"choices": ["3 and 6", "All ten", "Only 3s"], "right": "All ten"}
LESSON = {"title": "Mine", "summary": "Short.", "minutes": 5, "steps": [STEP]}


@pytest.fixture(autouse=True)
def _no_lessons_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMNIST_LESSONS", raising=False)


def changed(values: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**values, **changes}.items() if value is not LEFT_OUT}


def lesson(**changes: Any) -> dict[str, Any]:
    return changed(LESSON, changes)


def lesson_of_step(**changes: Any) -> dict[str, Any]:
    """A lesson whose second step is not as it should be."""
    return lesson(steps=[STEP, changed(STEP, changes)])


def written(folder: Path, values: Any, name: str = "mine.json") -> Path:
    file = folder / name
    file.write_bytes(values if isinstance(values, bytes) else json.dumps(values).encode())
    return file


def refused(file: Path, words: str) -> None:
    """These words, all of them, after the file's name."""
    with pytest.raises(LessonError, match=f"^{re.escape(f'{file.name}: {words}')}$"):
        read_lesson(file, PAGES)


def test_those_of_the_package_are_all_in_order() -> None:
    found, problems = all_lessons(PAGES)
    assert problems == ()
    assert tuple(one.name for one in found) == SHIPPED
    assert [len(one.steps) for one in found] == [8, 8, 9, 4]
    for step in (step for one in found for step in one.steps):
        assert from_address(step.address)[1] == [], step.title


def test_those_of_the_package_are_short() -> None:
    """A step stands beside its page, and is read in a moment."""
    for step in (step for one in all_lessons(PAGES)[0] for step in one.steps):
        assert len(step.text.split()) <= 40, step.title
        assert len(re.findall(r"[.?!](?= [A-Z⟨]|$)", step.text)) <= 2, step.title
        assert len(re.findall(r"[.?!](?= [A-Z⟨]|$)", step.look)) == 1, step.title
        assert step.mark is not None, step.title


def test_those_of_the_package_ask_before_they_tell() -> None:
    """At every question; and neither its place nor its length gives the right choice away."""
    steps = [step for one in all_lessons(PAGES)[0] for step in one.steps]
    places: Counter[int] = Counter()
    n_longest = 0
    for step in steps:
        assert len(step.choices) >= 3, step.title
        assert max(map(len, step.choices)) <= 26, "one line beside a page"
        assert step.right is not None
        *_, second, longest = sorted(map(len, step.choices))
        n_longest += second < longest == len(step.choices[step.right])
        places[step.right] += 1
    assert max(places.values()) <= 0.4 * len(steps)
    assert min(places[place] for place in range(4)) >= 3
    assert n_longest <= 0.5 * len(steps)


def test_pages_have_their_marks() -> None:
    assert list(MARKS) == list(PAGES)


def test_a_step_may_mark_something_and_play(tmp_path: Path) -> None:
    plain, marked = read_lesson(written(tmp_path, lesson_of_step(page="train", mark="curves", play=True)), PAGES).steps
    assert (marked.mark, marked.marked, marked.play) == ("curves", MARKS["train"]["curves"], True)
    assert (plain.mark, plain.marked, plain.play) == (None, "", False)


def test_a_question_may_have_choices(tmp_path: Path) -> None:
    plain, asked = read_lesson(written(tmp_path, lesson_of_step(**CHOICES)), PAGES).steps
    assert (asked.choices, asked.right, asked.answer) == (("3 and 6", "All ten", "Only 3s"), 1, "3 and 6.")
    assert (plain.choices, plain.right) == ((), None)


def test_space_around_choices_does_not_count(tmp_path: Path) -> None:
    file = written(tmp_path, lesson_of_step(choices=[" 3", "6 "], right="6\n"))
    asked = read_lesson(file, PAGES).steps[1]
    assert (asked.choices, asked.right) == (("3", "6"), 1)


def test_there_may_be_as_many_choices_as_is_said_and_as_long(tmp_path: Path) -> None:
    for n in (lessons.MIN_CHOICES, lessons.MAX_CHOICES):
        choices = [f"{number}".rjust(lessons.MAX_CHOICE, "é") for number in range(n)]
        asked = read_lesson(written(tmp_path, lesson_of_step(choices=choices, right=choices[0])), PAGES).steps[1]
        assert (asked.choices, asked.right) == (tuple(choices), 0)


def test_a_short_one_is_read(tmp_path: Path) -> None:
    own = read_lesson(written(tmp_path, LESSON), PAGES)
    assert (own.name, own.title, own.summary, own.minutes, len(own.steps)) == ("mine", "Mine", "Short.", 5, 1)
    assert {name: getattr(own.steps[0], name) for name in STEP} == STEP
    assert own.steps[0].address == {}


def test_an_address_is_read_as_an_address_says_it(tmp_path: Path) -> None:
    values = {"threshold": 0.3, "size": 8, "layers": "XX-ZZ", "show-example": 2, "show-section": "model"}
    own = read_lesson(written(tmp_path, lesson_of_step(page="circuit", address=values)), PAGES)
    assert own.steps[1].address == {name: str(value) for name, value in values.items()}
    with pytest.raises(TypeError):
        own.steps[1].address["size"] = "9"  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        own.minutes = 6  # type: ignore[misc]


def test_editors_may_put_a_mark_before_it_and_space_around_texts(tmp_path: Path) -> None:
    values = json.dumps(lesson(title="  Für Anfänger\n"), ensure_ascii=False)
    assert read_lesson(written(tmp_path, values.encode("utf-8-sig")), PAGES).title == "Für Anfänger"


@pytest.mark.parametrize(("name", "limit"), [*lessons.LESSON_TEXTS.items(), *lessons.STEP_TEXTS.items()])
def test_texts_may_be_as_long_as_is_said(tmp_path: Path, name: str, limit: int) -> None:
    make, place = (lesson, "") if name in lessons.LESSON_TEXTS else (lesson_of_step, "step 2, ")
    read_lesson(written(tmp_path, make(**{name: "é" * limit})), PAGES)
    file = written(tmp_path, make(**{name: "é" * (limit + 1)}))
    refused(file, f"{place}{name} may have {limit} characters at most, got {limit + 1}")


LESSON_FIELDS = "there are title, summary, minutes, steps"
STEP_FIELDS = "there are title, text, look, question, answer, page, address, mark, play, choices, right"
SHOWN = "show-examples, show-detail, show-collision"
NOTHING = f"is nothing that the page data has: there are {', '.join(SETTINGS)}, {SHOWN}"
MINUTES = "minutes must be a whole number from 1 to 240, got"
SOME_STEPS = "steps must be a list of 1 to 30 steps"
EPOCHS = "epochs can be 100 at most on the dashboard, got 101"
LONG = "x" * 50
ONE_OF_THEM = "right must be one of the choices, word for word, got"
SOME_CHOICES = "choices must be a list of 2 to 5 texts, got"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        *((lesson(**{name: LEFT_OUT}), f"{name} is missing") for name in LESSON),
        (lesson(level="easy"), f'"level" is no field here: {LESSON_FIELDS}'),
        (lesson(**{LONG: 1}), f'"{"x" * 38}… is no field here: {LESSON_FIELDS}'),
        (lesson(title=3), "title must be a text, got 3"),
        (lesson(summary=" \n"), r'summary must be a text, got " \n"'),
        *((lesson(minutes=m), f"{MINUTES} {m}") for m in (0, 241, -5, 7.5)),
        (lesson(minutes="20"), f'{MINUTES} "20"'),
        (lesson(minutes=True), f"{MINUTES} true"),
        (lesson(steps=[]), SOME_STEPS),
        (lesson(steps=[STEP] * 31), SOME_STEPS),
        (lesson(steps={"1": STEP}), SOME_STEPS),
        ([LESSON], "the file must hold one object, { … }"),
        ("lesson", "the file must hold one object, { … }"),
    ],
)
def test_what_is_wrong_with_a_lesson_is_named(tmp_path: Path, values: Any, words: str) -> None:
    refused(written(tmp_path, values), words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        *(({name: LEFT_OUT}, f"{name} is missing") for name in STEP),
        ({"hint": "…"}, f'"hint" is no field here: {STEP_FIELDS}'),
        ({"answer": None}, "answer must be a text, got null"),
        ({"look": ""}, 'look must be a text, got ""'),
        ({"page": "dta"}, f'page must be one of {", ".join(PAGES)}, got "dta"'),
        ({"page": ["data"]}, f'page must be one of {", ".join(PAGES)}, got ["data"]'),
        ({"address": "?size=8"}, 'address must be an object such as {"threshold": "0.3"}, got "?size=8"'),
        ({"address": {"treshold": "0.3"}}, f'address: "treshold" {NOTHING}'),
        ({"address": {"show-": "1"}}, f'address: "show-" {NOTHING}'),
        ({"address": {"show-rate": 0.01}}, f'address: "show-rate" {NOTHING}'),
        ({"address": {"show-collision": 0}}, "address: show-collision must be a whole number from 1 on, got 0"),
        *(({"address": {n: "x"}}, f"address: {n} cannot be set by a lesson") for n in lessons.RESERVED),
        ({"address": {"size": True}}, "address: size must be a text or a number, got true"),
        ({"address": {"show-collision": None}}, "address: show-collision must be a text or a number, got null"),
        ({"address": {"layers": ["XX"]}}, 'address: layers must be a text or a number, got ["XX"]'),
        ({"address": {"size": "big"}}, 'address: size cannot be "big": Image size cannot be read from it'),
        ({"address": {"epochs": 101}}, f"address: epochs cannot be 101: {EPOCHS}"),
        ({"mark": "curves"}, f'mark must be one of {", ".join(MARKS["data"])} on the page data, got "curves"'),
        ({"mark": ["ceiling"]}, f'mark must be one of {", ".join(MARKS["data"])} on the page data, got ["ceiling"]'),
        ({"mark": "x", "page": "lessons"}, 'there is nothing to mark on the page lessons, got "x"'),
        ({"play": 1}, "play must be true or false, got 1"),
        ({"choices": "3 or 6", "right": "3"}, f'{SOME_CHOICES} "3 or 6"'),
        ({"choices": None, "right": "3"}, f"{SOME_CHOICES} null"),
        ({"choices": ["3"], "right": "3"}, f'{SOME_CHOICES} ["3"]'),
        ({"choices": list("345678"), "right": "3"}, f'{SOME_CHOICES} ["3", "4", "5", "6", "7", "8"]'),
        ({"choices": ["3", 6], "right": "3"}, "choice 2 must be a text, got 6"),
        ({"choices": ["3", " "], "right": "3"}, 'choice 2 must be a text, got " "'),
        ({"choices": ["3", "x" * 81], "right": "3"}, "choice 2 may have 80 characters at most, got 81"),
        ({"choices": ["3", "6", "3 "], "right": "3"}, 'choices must differ, and "3" occurs twice'),
        ({"choices": ["3", "6"]}, "right is missing: repeat there the choice that is right"),
        ({"choices": ["3", "6"], "right": "three"}, f'{ONE_OF_THEM} "three"'),
        ({"choices": ["3", "6"], "right": 1}, f"{ONE_OF_THEM} 1"),
        ({"choices": ["3", "6"], "right": ["3"]}, f'{ONE_OF_THEM} ["3"]'),
        ({"right": "3"}, "right is one of the choices, and there are no choices"),
    ],
)
def test_what_is_wrong_with_a_step_is_named_with_its_number(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    refused(written(tmp_path, lesson_of_step(**changes)), f"step 2, {words}")


@pytest.mark.parametrize("name", SETTINGS)
def test_a_value_that_a_setting_cannot_have_is_named(tmp_path: Path, name: str) -> None:
    file = written(tmp_path, lesson_of_step(address={name: "?"}))
    with pytest.raises(LessonError, match=rf'^mine\.json: step 2, address: {name} cannot be "\?": .'):
        read_lesson(file, PAGES)


def test_a_name_of_before_is_taken_and_not_offered(tmp_path: Path) -> None:
    """The noise page puts `show-rate` into today's words."""
    file = written(tmp_path, lesson_of_step(page="noise", address={"show-rate": 0.01}))
    assert read_lesson(file, PAGES).steps[1].address == {"show-rate": "0.01"}
    file = written(tmp_path, lesson_of_step(page="noise", address={"show-strength": 0.01}))
    with pytest.raises(LessonError, match="show-kind, show-infidelity, ") as refusal:
        read_lesson(file, PAGES)
    assert "show-rate" not in str(refusal.value)


def test_a_step_that_is_none(tmp_path: Path) -> None:
    refused(written(tmp_path, lesson(steps=["data"])), "step 1, a step must be an object, { … }")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{\n  "title" "Mine"\n}', "the file is not JSON: Expecting ':' delimiter, line 2, column 11"),
        (b"", "the file is not JSON: Expecting value, line 1, column 1"),
        (b'{"title": "Mine", "minutes": 5, "title": "Yours"}', '"title" occurs twice in the same object'),
        (b'{"steps": [{"address": {"size": 2, "size": 3}}]}', '"size" occurs twice in the same object'),
        ('{"title": "Für Anfänger"}'.encode("latin-1"), "the file must be UTF-8 text, and byte 13 is not"),
        ('{"title": "Mine"}'.encode("utf-16"), "the file must be UTF-8 text, and byte 1 is not"),
        (b" " * 1_200 + b"\xff", "the file must be UTF-8 text, and byte 1,201 is not"),
        (b'{"title": "' + b"x" * 100_000, "the file may have 100,000 bytes at most"),
        (b"[" * 50_000, "the file is not JSON that a lesson could be"),
        (b'\xef\xbb\xbf{"\xff"}', "the file must be UTF-8 text, and byte 6 is not"),
        (rb'{"\ud83d": 1, "\ud83d": 2}', '"?" occurs twice in the same object'),
        (rb'{"title": "\ud83d"}', "the file is not JSON that a lesson could be"),
        (b'{"minutes": ' + b"9" * 5_000 + b"}", "the file is not JSON that a lesson could be"),
    ],
)
def test_what_is_no_such_file_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    refused(written(tmp_path, content), words)


def test_a_file_may_be_as_large_as_is_said(tmp_path: Path) -> None:
    content = json.dumps(LESSON).encode()
    file = written(tmp_path, content + b" " * (lessons.MAX_BYTES - len(content)))
    assert read_lesson(file, PAGES).title == "Mine"


@pytest.mark.parametrize("name", ["My lesson.json", "Mine.json", "mine_2.json", "größe.json", "a.b.json", "a&b.json"])
def test_a_name_that_no_address_could_have(tmp_path: Path, name: str) -> None:
    words = "the file's name may have only lower-case letters, digits and hyphens, since it is part of addresses"
    refused(written(tmp_path, LESSON, name), words)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    link, folder = tmp_path / "link.json", tmp_path / "folder.json"
    link.symlink_to(tmp_path / "gone.json")
    folder.mkdir()
    refused(link, "the file cannot be read (No such file or directory)")
    refused(folder, "the file cannot be read (it is a folder, not a regular file)")
    os.mkfifo(tmp_path / "pipe.json")
    refused(tmp_path / "pipe.json", "the file cannot be read (it is a pipe, not a regular file)")
    (tmp_path / "device.json").symlink_to("/dev/zero")
    refused(tmp_path / "device.json", "the file cannot be read (it is a device, not a regular file)")


def test_what_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: Any) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(lessons, "open_file", denied)  # root may read every file
    refused(written(tmp_path, LESSON), "the file cannot be read (Permission denied)")


def test_a_link_to_a_lesson_is_a_lesson(tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(written(tmp_path, LESSON))
    assert read_lesson(link, PAGES).name == "link"


def test_a_folder_of_ones_own_adds_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("b.json", "a.json", "notes.txt"):
        written(tmp_path, LESSON, name)
    monkeypatch.setenv("QMNIST_LESSONS", str(tmp_path))
    found, problems = all_lessons(PAGES)
    assert tuple(one.name for one in found) == (*SHIPPED, "a", "b")
    assert problems == ()
    assert find_lesson("b", PAGES).title == "Mine"
    with pytest.raises(LessonError, match=r"^there is no lesson notes$"):
        find_lesson("notes", PAGES)


def test_a_lesson_is_named_and_left_out_where_it_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, LESSON, f"{SHIPPED[0]}.json")
    written(tmp_path, lesson_of_step(answer=LEFT_OUT), "broken.json")
    written(tmp_path, LESSON)
    monkeypatch.setenv("QMNIST_LESSONS", str(tmp_path))
    found, problems = all_lessons(PAGES)
    assert tuple(one.name for one in found) == (*SHIPPED, "mine")
    assert problems == (
        "1-from-image-to-circuit.json: there is a lesson of that name already: give this file another one.",
        "broken.json: step 2, answer is missing.",
    )
    assert found[0].title == find_lesson(SHIPPED[0], PAGES).title == "From image to circuit"
    with pytest.raises(LessonError, match=r"^broken\.json: step 2, answer is missing$"):
        find_lesson("broken", PAGES)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_is_shown_as_well_as_can_be(tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xfcr.json"))
    file.write_text(json.dumps(LESSON))
    with pytest.raises(LessonError, match=r"^f\?r\.json: the file's name may have only "):
        read_lesson(file, PAGES)


def test_a_folder_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "x" * 300
    monkeypatch.setenv("QMNIST_LESSONS", name)
    found, problems = all_lessons(PAGES)
    assert tuple(one.name for one in found) == SHIPPED
    assert problems == (f"QMNIST_LESSONS names {name}, which cannot be read ({os.strerror(errno.ENAMETOOLONG)}).",)


@pytest.mark.parametrize("name", ["gone", "mine.json"])
def test_a_folder_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written(tmp_path, LESSON)
    monkeypatch.setenv("QMNIST_LESSONS", str(tmp_path / name))
    found, problems = all_lessons(PAGES)
    assert tuple(one.name for one in found) == SHIPPED
    assert problems == (f"QMNIST_LESSONS names {tmp_path / name}, which is no folder.",)


def test_pages_that_do_not_exist_are_no_lessons_to_show() -> None:
    found, problems = all_lessons([page for page in LISTED if page != "draw"])
    assert tuple(one.name for one in found) == SHIPPED[:3]
    assert len(problems) == 1
    assert problems[0].startswith("4-a-digit-of-your-own.json: step 1, page must be one of home, data, circuit, train,")
    assert problems[0].endswith('lessons, class, got "draw".')


@pytest.mark.parametrize("name", ["", "nothing", "../config", "1-from-image-to-circuit.json"])
def test_there_is_no_such_lesson(name: str) -> None:
    with pytest.raises(LessonError, match=f"^there is no lesson {re.escape(name)}$"):
        find_lesson(name, PAGES)
