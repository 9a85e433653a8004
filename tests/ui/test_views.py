"""The table of what is seen of each page, beside the pages themselves."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import SETTINGS
from qmnist_core.address.views import PREFIX, VIEWS
from qmnist_core.catalogue import MODELS
from qmnist_core.studies import sweep
from qmnist_core.ui.circuit import views as circuit_views
from qmnist_core.ui.compare import views as compare_views
from qmnist_core.ui.computes import views as computes_views
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.noise import views as noise_views
from qmnist_core.ui.plateau import views as plateau_views
from qmnist_core.ui.train import live

Words = Callable[[AppTest], str]
PLACES: dict[str, list[dict[str, str]]] = {
    "computes": [
        {"_computes": "clock", "_after": "3", "_pattern": "2"},
        {"_computes": "cosine", "_fold": "1", "_example": "4"},
        {"_computes": "waves", "_wave": "2", "layers": "XX-ZZ-XX-ZZ"},
    ],
    "train": [
        {"_trained": "1", "_step": "12", "_cell": "3", "_misread": "2", "_by": "epoch", "_pace": "50", "_retrain": "0"}
    ],
    "resolution": [
        {"_map-step": "4", "_sizes": "2", "_encodings": "angle", "_resizes": "area", "_sweep-seeds": "1"},
        {"_batch": "large", "batch": "512"},
    ],
    "plateau": [{"_spread-upto": "8", "_spread-seeds": "50", "_pair-size": "4", "_pair-trained": "0"}],
    "noise": [{"_kind": "damping", "_infidelity": "0.1", "_shots": "11", "_sure": "0.9", "_example": "1"}],
    "circuit": [
        {
            "_example": "3",
            "_exponents": "initial",
            "_section": "layers",
            "_layer": "2",
            "_pixel": "3-3",
            "_value": "-.5",
        }
    ],
    "draw": [{"_source": "test", "_example": "5"}],
    "compare": [{"_seeds": "10", "_beside": "logistic", "_answers": "1", "_images": "2"}],
    "data": [{"_examples": "3", "_collision": "2"}],
    "home": [{"_example": "3"}],
    "lessons": [{}],
}
"""Addresses of each page under which it reads all of its views."""


def test_every_page_has_its_views() -> None:
    assert set(VIEWS) == set(PAGES) == set(PLACES)
    for page, views in VIEWS.items():
        given = {name[1:]: value for place in PLACES[page] for name, value in place.items() if name[0] == "_"}
        assert set(given) == {name for name, view in views.items() if not view.former}, page
        for name, value in given.items():
            assert views[name].allows(value)


@pytest.mark.parametrize("page", [page for page in PLACES if page != "lessons"])
def test_a_page_reads_what_its_views_allow_and_names_what_they_do_not(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(draw_views, "why_missing", lambda package: f"{package} is not here")
    for place in PLACES[page]:
        assert "The address says" not in words(open_page(page, **place, epochs="1"))
        kept = {"_computes", "_trained", "_source"}  # they decide whether the others are read
        bad = {name: value if name in kept or name[0] != "_" else "%" for name, value in place.items()}
        said = words(open_page(page, **bad, epochs="1"))
        for name in bad:
            assert (f"The address says show-{name[1:]}=%: " in said) == (bad[name] == "%"), name
        assert "nothing of that name" not in said


@pytest.mark.parametrize(
    ("page", "name", "choices"),
    [
        ("circuit", "section", circuit_views.SECTIONS),
        ("circuit", "exponents", circuit_views.STAGES),
        ("train", "pace", [pace for pace in live.PACES if pace]),
        ("compare", "seeds", compare_views.SEED_COUNTS),
        ("compare", "beside", [model for model in MODELS if model != "qnn"]),
        ("draw", "source", draw_views.SOURCES),
        ("computes", "computes", computes_views.SECTIONS),
        ("plateau", "spread-upto", plateau_views.ZOOMS),
        ("plateau", "spread-seeds", plateau_views.SEED_COUNTS),
        ("resolution", "sizes", sweep.SIZES),
        ("resolution", "sweep-seeds", sweep.SEED_COUNTS),
        ("noise", "infidelity", noise_views.INFIDELITIES),
        ("noise", "shots", noise_views.SHOTS),
        ("noise", "sure", noise_views.CONFIDENCES),
    ],
)
def test_the_choices_are_the_pages_own(page: str, name: str, choices: Collection[Any]) -> None:
    view = VIEWS[page][name]
    said = view.words.removeprefix("one of ").removeprefix("some of ").removesuffix(", joined by hyphens").split(", ")
    assert {str(choice) for choice in choices} == set(said) - ({"0"} if name == "infidelity" else set())
    assert all(view.allows(str(choice)) for choice in choices)
    assert not view.allows("~")


def test_a_name_that_is_none_is_named(open_page: Any, words: Words) -> None:
    at = open_page("home", treshold="0.3", _exmple="3")
    assert "The address says treshold=0.3: there is nothing of that name. It is left out." in words(at)
    assert "The address says show-exmple=3: there is nothing of that name. It is left out." in words(at)
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

    from qmnist_core.ui.session import state

    state.experiment()
    for _ in range(3):
        state.leaf("misread", 6)
    for _ in range(2):
        state.leaf("collision", 3, -1)
    st.text(state.current_address())


def test_buttons_count_from_what_was_asked_for_last() -> None:
    """Two presses before the page is drawn again are two, not one."""
    app = AppTest.from_function(pressed_three_times).run()
    assert app.text[0].value == "{'show-misread': '4', 'show-collision': '2'}"
