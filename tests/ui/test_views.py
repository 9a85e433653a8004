"""The table of what is seen of each page, beside the pages themselves."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.kinds import PREFIX, Choice, Choices, Place, Switch, Whole
from qmnist_core.address.settings import SETTINGS
from qmnist_core.address.views import VIEWS
from qmnist_core.errors import LessonError
from qmnist_core.lessons import read_lesson
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.session.widgets import choose

Words = Callable[[AppTest], str]
PLACES: dict[str, list[dict[str, str]]] = {
    "computes": [
        {"_computes": "clock", "_after": "3", "_pattern": "2", "_step": "7"},
        {"_computes": "cosine", "_fold": "1", "_example": "4"},
        {"_computes": "waves", "_wave": "2", "layers": "XX-ZZ-XX-ZZ"},
    ],
    "train": [{"_step": "12", "_cell": "3", "_misread": "2", "_figure": "maps"}],
    "resolution": [
        {
            "_resolution": "sizes",
            "_map-step": "4",
            "_sizes": "2",
            "_encodings": "angle",
            "_resizes": "area",
            "_sweep-seeds": "1",
        },
        {"_batch": "large", "batch": "512"},
    ],
    "plateau": [
        {"_plateau": "before", "_spread-upto": "8", "_spread-seeds": "50", "_pair-size": "4", "_pair-step": "9"},
        {"_pair-size": "4"},
    ],
    "ten": [
        {"_ten": "mistakes", "_circuits": "1", "_confused": "49", "_confused-images": "1"},
        {"_circuits": "1", "_drawn": "AQEB" * 32 + "AQE"},
        {"_circuits": "1", "_given": "photo", "_ten-step": "3"},
    ],
    "atlas": [{"_atlas": "best", "_start": "small", "_stack": "ZY-XX-YY"}],
    "noise": [
        {"_kind": "damping", "_infidelity": "0.1", "_shots": "11", "_sure": "0.9", "_example": "1", "_step": "7"},
        {"_noise": "size", "_deeper": "0", "size": "2"},
    ],
    "circuit": [
        {
            "_example": "3",
            "_step": "5",
            "_section": "layers",
            "_layer": "2",
            "_pixel": "3-3",
            "_value": "-.5",
        }
    ],
    "draw": [
        {"_source": "test", "_example": "5", "_step": "7"},
        {"_drawn": "AQEB" * 32 + "AQE"},
        {"_source": "teach", "_taught-step": "3"},
        {"_source": "any", "_circuits": "1", "_given": "photo", "_ten-step": "3"},
    ],
    "compare": [{"_seeds": "10", "_beside": "logistic", "_answers": "1", "_images": "2"}],
    "data": [{"_examples": "3", "_detail": "collisions", "_collision": "2"}],
    "home": [
        {"_digit": "test", "_example": "3", "_step": "7", "_figure": "curves"},
        {"_digit": "own", "_drawn": "AQEB" * 32 + "AQE"},
    ],
    "lessons": [{}],
    "class": [{}],
    "join": [{}],
}
"""Addresses of each page under which it reads all of its views."""


def test_every_page_has_its_views() -> None:
    assert set(VIEWS) == set(PAGES) == set(PLACES)
    for page, views in VIEWS.items():
        given = {name[1:]: value for place in PLACES[page] for name, value in place.items() if name[0] == "_"}
        assert set(given) == {name for name, view in views.items() if not view.former}, page
        for name, value in given.items():
            assert views[name].allows(value)


@pytest.mark.parametrize("page", [page for page in PLACES if VIEWS[page]])
def test_a_page_reads_what_its_views_allow_and_names_what_they_do_not(open_page: Any, words: Words, page: str) -> None:
    for place in PLACES[page]:
        assert "The address says" not in words(open_page(page, **place, epochs="1"))
        kept = {"_computes", "_trained", "_source", "_digit"}  # they decide whether the others are read
        bad = {name: value if name in kept or name[0] != "_" else "%" for name, value in place.items()}
        said = words(open_page(page, **bad, epochs="1"))
        for name in bad:
            assert (f"The address says show-{name[1:]}=%: " in said) == (bad[name] == "%"), name
        assert "nothing of that name" not in said


def test_addresses_of_before_are_understood(open_page: Any, words: Words) -> None:
    at = open_page("circuit", _exponents="initial")
    assert at.query_params["show-step"] == "0"
    at = open_page("train", _trained="1", _pace="50", _retrain="1", _by="epoch", _step="12")
    assert "The address says" not in words(at)
    assert {name: at.query_params[name] for name in at.query_params if name != "show-example"} == {"show-step": "12"}


def test_a_name_that_is_none_is_named(open_page: Any, words: Words) -> None:
    at = open_page("data", treshold="0.3", _exmple="3")
    assert "The address says treshold=0.3: there is nothing of that name. It is ignored." in words(at)
    assert "The address says show-exmple=3: there is nothing of that name. It is ignored." in words(at)
    assert dict(at.query_params) == {}


ODD = (
    "",
    "0",
    "-1",
    "1e999",
    "nan",
    "٣",
    "3-3",
    "XX-XX-XX-XX-XX-XX-XX",
    "9" * 400,
    "%00",
    "\u202e",
    "a=b",
    "😀" * 50,
    "'\"<>",
)
NAMES = (
    *SETTINGS,
    "show-only",
    "show-lesson",
    "show-part",
    "embed",
    "",
    "amp;",
    "size.",
    "utm_x",
    "__proto__",
    "x" * 300,
)


@pytest.mark.parametrize("page", PAGES)
def test_no_strange_address_breaks_a_page(open_page: Any, page: str) -> None:
    """Thirty for each page, over three hundred in all, each time the same ones."""
    names = [*NAMES, *(PREFIX + name for name in VIEWS[page])]
    chance = random.Random(page)
    at = open_page(page, epochs="1", examples="100")
    for _ in range(30):
        address = {chance.choice(names): chance.choice(ODD) for _ in range(chance.randint(1, 12))}
        at.query_params.clear()
        for name, value in address.items():
            at.query_params[name] = value
        at.run()
        assert not at.exception, address
        assert len(at.title) == 1, address
        assert all(len(warning.value) < 800 for warning in at.warning), address


def pressed_three_times() -> None:
    import streamlit as st

    from qmnist_core.address.views import COLLISION, MISREAD
    from qmnist_core.ui.session import state
    from qmnist_core.ui.session.looking import leaf

    state.follow_address("home")
    for _ in range(3):
        leaf(MISREAD, 6)
    for _ in range(2):
        leaf(COLLISION, 3, -1)
    st.text(state.current_address())


def test_buttons_count_from_what_was_asked_for_last() -> None:
    """Two presses before the page is drawn again are two, not one."""
    app = AppTest.from_function(pressed_three_times).run()
    assert app.text[0].value == "{'show-misread': '4', 'show-collision': '2'}"


def widget_of_a_view() -> None:
    import streamlit as st

    from qmnist_core.address.views import VIEWS
    from qmnist_core.ui.session import state
    from qmnist_core.ui.session.looking import mend, seen
    from qmnist_core.ui.session.widgets import choose

    state.follow_address("home")
    mend("home")
    view = VIEWS["home"]["mood"]
    choose(view, "Mood", "mood")
    st.text(f"{seen(view)} {state.current_address()}")


MADE_UP = [
    (
        Choice("mood", "calm", {"calm": "Calm", "wild": "Wild"}),
        "segmented_control",
        "wild",
        "wild",
        "dull",
        "it is one of calm, wild",
    ),
    (Choices("mood", (1,), (1, 2, 3), "moods can be {}"), "pills", [3, 1], "1-3", "4", "moods can be 1, 2, 3"),
    (Switch("mood"), "toggle", True, "1", "on", "it is 1 or left out"),
    (Whole("mood", 1, least=1, most=9), "number_input", 7, "7", "0", "it is 1 to 9"),
]


@pytest.mark.parametrize(("view", "element", "value", "text", "bad", "refusal"), MADE_UP)
def test_a_new_view_is_read_shown_moved_and_linked(
    open_page: Any,
    words: Words,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    view: Any,
    element: str,
    value: Any,
    text: str,
    bad: str,
    refusal: str,
) -> None:
    """Declaring it is enough."""
    monkeypatch.setitem(VIEWS["home"], view.name, view)
    assert "The address says" not in words(open_page("home", _mood=text))
    said = words(at := open_page("home", _mood=bad))
    assert f"The address says show-mood={bad}: {refusal}. The default is used." in said
    assert "show-mood" not in at.query_params
    app = AppTest.from_function(widget_of_a_view).run()
    assert app.text[0].value == f"{view.default} {{}}"
    getattr(app, element)(key="mood").set_value(value).run()
    assert not app.exception
    assert app.text[0].value == f"{view.read(text)} {{'show-mood': '{text}'}}"
    assert lesson_address(tmp_path / "moods.json", {"show-mood": text}) == {"show-mood": text}
    with pytest.raises(LessonError, match=re.escape(f"show-mood must be {view.words}, got")):
        lesson_address(tmp_path / "moods.json", {"show-mood": bad})


def lesson_address(file: Path, address: dict[str, str]) -> dict[str, str]:
    """As a lesson's file gives it."""
    texts = dict.fromkeys(("title", "text", "look", "question", "answer"), "T")
    step = {"page": "home", "address": address, **texts}
    file.write_text(json.dumps({"title": "T", "summary": "S", "minutes": 1, "steps": [step]}))
    return dict(read_lesson(file, PAGES).steps[0].address)


def test_a_view_of_a_kind_without_a_widget_says_so() -> None:
    words = "show-mood: a Place has no widget; there is one for Choice, Choices, Switch, Whole"
    with pytest.raises(TypeError, match=words):
        choose(Place("mood", None), "Mood", "mood")
