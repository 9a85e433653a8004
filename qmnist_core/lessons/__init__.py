"""Guided lessons: read from files, one a lesson, and checked so that a teacher can write one.

A lesson is a JSON file in this folder, or in the folder that the environment variable QMNIST_LESSONS names; the
README's part for teachers has the format. Nothing in it is executed: it is text, a page and settings for each step.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qmnist_core.address.kinds import PREFIX
from qmnist_core.address.settings import SETTINGS
from qmnist_core.address.views import LESSON, ONLY, VIEWS
from qmnist_core.config import Experiment
from qmnist_core.errors import ConfigError, LessonError
from qmnist_core.files import open_file
from qmnist_core.lessons.marks import MARKS

FOLDER = Path(__file__).parent
"""The lessons that come with the package."""
VARIABLE = "QMNIST_LESSONS"
"""The environment variable that names a folder with more of them."""
MAX_BYTES = 100_000
MAX_STEPS = 30
MAX_MINUTES = 240
LESSON_TEXTS = {"title": 60, "summary": 300}
STEP_TEXTS = {"title": 60, "text": 600, "look": 300, "question": 300, "answer": 600}
"""Most characters of each text: what is longer would push the page off the screen."""
MIN_CHOICES, MAX_CHOICES = 2, 5
MAX_CHOICE = 80
"""Most characters of a choice: it is a button, on a phone too."""
RESERVED = (*LESSON, ONLY)
"""The dashboard's own: which step of which lesson this is, and what is locked."""


@dataclass(frozen=True)
class LessonStep:
    """One step: a page with its settings, what to see there, and a question."""

    title: str
    page: str
    """The page's short name, such as "data"."""
    address: Mapping[str, str]
    """What the page's address says: settings that differ from the tutorial's, and what is looked at."""
    text: str
    look: str
    """What to look at."""
    question: str
    answer: str
    mark: str | None = None
    """What "Look at" shows on the page, one of its MARKS; without it only what is said there."""
    play: bool = False
    """Whether the dock plays once when the step opens."""
    choices: tuple[str, ...] = ()
    """Answers to the question to choose from, before the answer shows; none where it is only asked."""
    right: int | None = None
    """Which of the choices is right, from 0."""

    @property
    def marked(self) -> str:
        """The key of what is marked, or none."""
        return MARKS[self.page][self.mark] if self.mark else ""


@dataclass(frozen=True)
class Lesson:
    """A guided way through the dashboard."""

    name: str
    """Its file's name without the ending; stands in addresses."""
    title: str
    summary: str
    minutes: int
    steps: tuple[LessonStep, ...]


def all_lessons(pages: Collection[str]) -> tuple[tuple[Lesson, ...], tuple[str, ...]]:
    """All lessons that can be used, and a sentence for each file that cannot.

    pages: the short names of the pages that exist.
    """
    files, problems = _files()
    found: dict[str, Lesson] = {}
    for file in files:
        lesson = _read_or_refuse(file, pages)
        if isinstance(lesson, LessonError):
            problems.append(f"{lesson}.")
        elif lesson.name in found:
            problems.append(f"{file.name}: there is a lesson of that name already: give this file another one.")
        else:
            found[lesson.name] = lesson
    return tuple(found.values()), tuple(problems)


def find_lesson(name: str, pages: Collection[str]) -> Lesson:
    """The lesson of that name. Errors: LessonError where there is none, or its file cannot be used."""
    for file in _files()[0]:
        if file.stem == name:
            return read_lesson(file, pages)
    raise LessonError(f"there is no lesson {name}")


def read_lesson(file: Path, pages: Collection[str]) -> Lesson:
    """The lesson in a file.

    pages: the short names of the pages that exist.
    Errors: LessonError, which names the file, the step and the field, and says what belongs there.
    """
    try:
        values = _read_json(file)
        if not re.fullmatch(r"[a-z0-9-]+", file.stem):
            raise LessonError(
                "the file's name may have only lower-case letters, digits and hyphens, since it is part of addresses"
            )
        _check_fields(values, (*LESSON_TEXTS, "minutes", "steps"))
        texts = {name: _text(values, name, limit) for name, limit in LESSON_TEXTS.items()}
        minutes, steps = values["minutes"], values["steps"]
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= MAX_MINUTES:
            raise LessonError(f"minutes must be a whole number from 1 to {MAX_MINUTES}, got {_shown(minutes)}")
        if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
            raise LessonError(f"steps must be a list of 1 to {MAX_STEPS} steps")
        return Lesson(
            name=file.stem,
            minutes=minutes,
            steps=tuple(_step(step, number, pages) for number, step in enumerate(steps, start=1)),
            **texts,
        )
    except LessonError as error:
        raise LessonError(f"{_without_halves(file.name)}: {error}") from None


def _read_or_refuse(file: Path, pages: Collection[str]) -> Lesson | LessonError:
    try:
        return read_lesson(file, pages)
    except LessonError as error:
        return error


def _files() -> tuple[list[Path], list[str]]:
    """The files of all lessons in their order, and what is wrong with the folder that was named."""
    files, own = sorted(FOLDER.glob("*.json")), os.environ.get(VARIABLE)
    if not own:
        return files, []
    try:
        return [*files, *sorted(file for file in Path(own).iterdir() if file.suffix == ".json")], []
    except (FileNotFoundError, NotADirectoryError):
        what = "which is no folder"
    except OSError as error:
        what = f"which cannot be read ({error.strerror})"
    return files, [f"{VARIABLE} names {_without_halves(own)}, {what}."]


def _read_json(file: Path) -> dict[str, Any]:
    try:
        with open_file(file) as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise LessonError(f"the file may have {MAX_BYTES:,} bytes at most")
        text = content.decode().removeprefix("\ufeff")  # "utf-8-sig" would count an error's place without the mark
        values = json.loads(text, object_pairs_hook=_once)
        json.dumps(values, ensure_ascii=False).encode()  # fails where it could not be shown: too deep, half characters
    except OSError as error:
        raise LessonError(f"the file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise LessonError(f"the file must be UTF-8 text, and byte {error.start + 1:,} is not") from None
    except json.JSONDecodeError as error:
        raise LessonError(f"the file is not JSON: {error.msg}, line {error.lineno}, column {error.colno}") from None
    except (RecursionError, ValueError) as error:
        if isinstance(error, LessonError):
            raise
        raise LessonError("the file is not JSON that a lesson could be") from None
    if not isinstance(values, dict):
        raise LessonError("the file must hold one object, { … }")
    return values


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LessonError(f"{_shown(twice)} occurs twice in the same object")
    return found


def _step(values: Any, number: int, pages: Collection[str]) -> LessonStep:
    try:
        if not isinstance(values, dict):
            raise LessonError("a step must be an object, { … }")
        _check_fields(values, (*STEP_TEXTS, "page"), ("address", "mark", "play", "choices", "right"))
        texts = {name: _text(values, name, limit) for name, limit in STEP_TEXTS.items()}
        page = values["page"]
        if page not in list(pages):
            raise LessonError(f"page must be one of {', '.join(pages)}, got {_shown(page)}")
        mark, play = values.get("mark"), values.get("play", False)
        if mark is not None and mark not in list(MARKS[page]):
            names = f"mark must be one of {', '.join(MARKS[page])}" if MARKS[page] else "there is nothing to mark"
            raise LessonError(f"{names} on the page {page}, got {_shown(mark)}")
        if not isinstance(play, bool):
            raise LessonError(f"play must be true or false, got {_shown(play)}")
        address = MappingProxyType(_address(values.get("address", {}), page))
        choices, right = _choices(values)
        return LessonStep(page=page, address=address, mark=mark, play=play, choices=choices, right=right, **texts)
    except LessonError as error:
        raise LessonError(f"step {number}, {error}") from None


def _check_fields(values: Mapping[str, Any], needed: Collection[str], allowed: Collection[str] = ()) -> None:
    for name in needed:
        if name not in values:
            raise LessonError(f"{name} is missing")
    for name in values:
        if name not in needed and name not in allowed:
            raise LessonError(f"{_shown(name)} is no field here: there are {', '.join((*needed, *allowed))}")


def _text(values: Mapping[str, Any], name: str, limit: int) -> str:
    text = values[name]
    if not isinstance(text, str) or not text.strip():
        raise LessonError(f"{name} must be a text, got {_shown(text)}")
    if len(text) > limit:
        raise LessonError(f"{name} may have {limit} characters at most, got {len(text)}")
    return text.strip()


def _choices(values: Mapping[str, Any]) -> tuple[tuple[str, ...], int | None]:
    """The choices, and which of them is right, from 0.

    A file repeats the right one's text instead of counting: choices can then be put into another order, and what a slip
    makes of it is no choice at all, rather than a wrong one that passes for right.
    """
    if "choices" not in values:
        if "right" in values:
            raise LessonError("right is one of the choices, and there are no choices")
        return (), None
    given = values["choices"]
    if not isinstance(given, list) or not MIN_CHOICES <= len(given) <= MAX_CHOICES:
        raise LessonError(f"choices must be a list of {MIN_CHOICES} to {MAX_CHOICES} texts, got {_shown(given)}")
    named = {f"choice {number}": choice for number, choice in enumerate(given, start=1)}
    choices = tuple(_text(named, name, MAX_CHOICE) for name in named)
    for choice in choices:
        if choices.count(choice) > 1:
            raise LessonError(f"choices must differ, and {_shown(choice)} occurs twice")
    if "right" not in values:
        raise LessonError("right is missing: repeat there the choice that is right")
    right = values["right"].strip() if isinstance(values["right"], str) else values["right"]
    if right not in choices:
        raise LessonError(f"right must be one of the choices, word for word, got {_shown(right)}")
    return choices, choices.index(right)


def _address(values: Any, page: str) -> dict[str, str]:
    if not isinstance(values, dict):
        raise LessonError(f'address must be an object such as {{"threshold": "0.3"}}, got {_shown(values)}')
    address, views = {}, {PREFIX + name: view for name, view in VIEWS.get(page, {}).items()}
    for name, value in values.items():
        if name in RESERVED:
            raise LessonError(f"address: {name} cannot be set by a lesson")
        view = views.get(name)
        if name not in SETTINGS and view is None:
            known = ", ".join((*SETTINGS, *(name for name, view in views.items() if not view.former)))
            raise LessonError(f"address: {_shown(name)} is nothing that the page {page} has: there are {known}")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise LessonError(f"address: {name} must be a text or a number, got {_shown(value)}")
        address[name] = str(value)
        if view is not None and not view.allows(address[name]):
            raise LessonError(f"address: {name} must be {view.words}, got {_shown(value)}")
        if name in SETTINGS:
            try:
                SETTINGS[name].take(Experiment(), address[name])
            except ConfigError as error:
                raise LessonError(f"address: {name} cannot be {_shown(value)}: {error}") from None
    return address


def _shown(value: Any) -> str:
    """A value as it stands in the file, not too long."""
    text = _without_halves(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= 40 else f"{text[:39]}…"


def _without_halves(text: str) -> str:
    """Text that can be shown: with a question mark for each half character, which file names can have too."""
    return text.encode(errors="replace").decode()
