"""A screen's link, and the teacher's view: which settings are open, and that nothing changes the others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import SETTINGS, to_address
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.runs import Run, pack_run
from qmnist_core.training.loop import Training
from qmnist_core.ui.frame.site import LISTED, PAGES, full_link
from qmnist_core.ui.session.place import store
from tests.ui.conftest import components_of

Words = Callable[[AppTest], str]
KINDS = ("button", "slider", "select_slider", "selectbox", "number_input", "button_group", "multiselect")
TUTORIAL = {
    "data": "data set MNIST",
    "examples": "examples used all",
    "digits": "digits 3 and 6",
    "size": "image size 4",
    "resize": "resizing sample",
    "threshold": "threshold 0.5",
    "contradictions": "contradictions removed",
    "layers": "layers XX-ZZ",
    "init": "initial angles uniform",
    "epochs": "epochs 3",
    "batch": "batch size 32",
    "rate": "learning rate 0.001",
    "seed": "seed 0",
    "backend": "backend exact",
}
TITLES = {setting.title for setting in SETTINGS.values()} | {"First, +1", "Second, −1", "Layer 1"}


def panel(at: AppTest) -> set[str]:
    """All that can be moved in the sidebar."""
    found: list[Any] = [element for kind in KINDS for element in at.sidebar.get(kind)]
    return {element.key or element.label for element in found}


def above(at: AppTest) -> list[str]:
    """What stands above parts of the sidebar."""
    return [part.value for part in at.sidebar.markdown if part.value.startswith("#")]


def settings(at: AppTest) -> dict[str, str]:
    return to_address(at.session_state.session.experiment)


def warnings(at: AppTest) -> list[str]:
    return [warning.value for warning in at.warning]


def rest(*names: str, **changed: str) -> str:
    """What is said of all settings but these."""
    return ", ".join(words for name, words in {**TUTORIAL, **changed}.items() if name not in names)


def be_at(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    """What the browser says of where it is."""
    monkeypatch.setattr(type(st.context), "url", property(lambda _: url))


def opened(at: AppTest) -> AppTest:
    """With the dialog over it."""
    at.button(key="share").click().run()
    assert not at.exception
    return at


def shared(at: AppTest) -> Any:
    """What is pressed of the settings that students may change."""
    return next(group for group in at.get("button_group") if group.key == "share-open")


def choose(at: AppTest, *names: str) -> AppTest:
    shared(at).set_value(list(names)).run()
    assert not at.exception
    return at


def link(at: AppTest) -> str:
    """The link that the dialog shows."""
    return str(components_of(at)["share-link"]["link"])


def said_by(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


def test_without_a_teacher_all_is_there(open_page: Any) -> None:
    at = open_page("home")
    assert {"preset", "panel-size", "panel-seed", "panel-layers-0", "layer-more"} <= panel(at)
    assert {"share", "present"} <= {button.key for button in at.button}
    assert above(at) == ["#### Images", "#### Network", "#### Training"]
    assert not any("teacher" in caption.value for caption in at.sidebar.caption)


def test_two_settings_are_left_and_the_rest_is_said(open_page: Any) -> None:
    at = open_page("home", _only="size-seed", threshold="0.3")
    assert panel(at) == {"panel-size", "panel-seed"}
    said = f"Your teacher has set the rest: {rest('size', 'seed', threshold='threshold 0.3')}."
    assert [caption.value for caption in at.sidebar.caption] == [said]
    assert above(at) == ["#### Images", "#### Training"]
    assert "share" not in {button.key for button in at.button}
    at.slider(key="panel-size").set_value(6).run()
    at.number_input(key="panel-seed").set_value(4).run()
    taken = {"size": "6", "threshold": "0.3", "seed": "4", "show-only": "size-seed"}
    assert {name: at.query_params[name] for name in at.query_params if name != "show-example"} == taken


def test_nothing_is_left(open_page: Any) -> None:
    at = open_page("home", _only="none", size="6")
    assert panel(at) == set()
    said = f"Your teacher has set all settings: {rest(size='image size 6')}."
    assert [caption.value for caption in at.sidebar.caption] == [said]
    assert {name: at.query_params[name] for name in ("size", "show-only")} == {"size": "6", "show-only": "none"}


@pytest.mark.parametrize("text", ["size,seed", "seed-size-seed", "-size--seed-"])
def test_other_ways_to_write_it(open_page: Any, text: str) -> None:
    at = open_page("home", _only=text)
    assert panel(at) == {"panel-size", "panel-seed"}
    assert warnings(at) == []
    assert sorted(at.query_params["show-only"].split("-")) == ["seed", "size"]


def test_names_that_are_none_are_named(open_page: Any) -> None:
    at = open_page("home", _only="sise-seed-colour")
    assert warnings(at) == [
        f"The address says show-only=sise-seed-colour: there is no setting {name}. It is ignored."
        for name in ("sise", "colour")
    ]
    assert panel(at) == {"panel-seed"}
    assert at.query_params["show-only"] == "seed"
    at.number_input(key="panel-seed").set_value(4).run()
    assert warnings(at) == []
    everything = open_page("home", _only="everything")
    assert panel(everything) == set(), "what cannot be read opens nothing"
    assert len(warnings(everything)) == 1


@pytest.mark.parametrize("page", PAGES)
def test_no_page_has_another_way_to_what_is_locked(open_page: Any, page: str) -> None:
    quick = {"_spread_seeds": "50"} if page == "plateau" else {}
    at = open_page(page, _only="none", **quick)
    assert panel(at) == set()
    own = [element for kind in KINDS for element in at.main.get(kind) if element.label in TITLES]
    assert [element.label for element in own] == (["Threshold"] if page == "data" else [])
    assert all(element.disabled for element in own)


def test_a_setting_of_the_page_itself_is_open_or_not(open_page: Any) -> None:
    at = open_page("data", _only="size", threshold="0.3")
    assert at.slider(key="page-threshold").disabled
    assert at.slider(key="page-threshold").value == 0.3
    at = open_page("data", _only="threshold")
    at.slider(key="page-threshold").set_value(0.9).run()
    assert settings(at) == {"threshold": "0.9"}


def test_what_was_drawn_before_the_lock_changes_nothing_any_more(open_page: Any) -> None:
    at = open_page("data")
    at.session_state.session.view["show-only"] = "size"
    at.slider(key="page-threshold").set_value(0.9)
    at.select_slider(key="panel-rate").set_value(0.1)
    at.selectbox(key="panel-layers-0").set_value("YY")
    at.selectbox(key="panel-digits-0").set_value(8)
    at.slider(key="panel-size").set_value(6).run()
    assert not at.exception
    assert settings(at) == {"size": "6"}
    assert at.slider(key="page-threshold").value == 0.5
    for late, taken in {"All pixels": {"size": "28"}, "Tutorial": {}}.items():
        at = open_page("home", epochs="1")
        at.session_state.session.view["show-only"] = "size"
        at.selectbox(key="preset").select(late).run()
        assert settings(at) == {**taken, "epochs": "1"}


def test_an_opened_run_does_not_bring_its_settings_along(open_page: Any, mnist: Mnist) -> None:
    training = Training(Experiment(data=DataConfig(size=3, n_examples=64), epochs=1, seed=5), mnist)
    for _ in training:
        pass
    at = open_page("train", _only="seed-epochs")
    at.file_uploader(key="open-run").upload("run.zip", pack_run(Run.of(training)), "application/zip").run()
    assert not at.exception
    assert settings(at) == {"epochs": "1", "seed": "5"}, "only what is open"


def test_what_is_locked_goes_along_to_other_pages(open_page: Any) -> None:
    at = open_page("home", _only="size", seed="4")
    ways = at.get("page_link")
    assert len(ways) == len(LISTED)
    for way in ways:
        assert {("seed", "4"), ("show-only", "size")} <= set(parse_qsl(way.proto.query_string))


@pytest.mark.parametrize(
    ("url", "here", "page", "link"),
    [
        ("http://localhost:8501", "home", "home", "http://localhost:8501/"),
        ("http://localhost:8501/", "home", "data", "http://localhost:8501/data"),
        ("http://localhost:8501/data", "data", "home", "http://localhost:8501/"),
        ("http://localhost:8501/data/", "data", "train", "http://localhost:8501/train"),
        ("http://192.168.1.5:8501/lessons?size=6#top", "lessons", "data", "http://192.168.1.5:8501/data"),
        ("https://school.example/quantum", "home", "home", "https://school.example/quantum/"),
        ("https://school.example/quantum/", "home", "data", "https://school.example/quantum/data"),
        ("https://school.example/quantum/train", "train", "home", "https://school.example/quantum/"),
        ("https://school.example/a/b/lessons", "lessons", "circuit", "https://school.example/a/b/circuit"),
        ("https://school.example/data/data", "data", "train", "https://school.example/data/train"),
        ("https://school.example/data/", "home", "train", "https://school.example/data/train"),
        ("https://school.example/home", "home", "data", "https://school.example/home/data"),
        ("https://school.example/opendata", "home", "train", "https://school.example/opendata/train"),
        (None, "home", "data", "/data"),
    ],
)
def test_a_link_is_whole(monkeypatch: pytest.MonkeyPatch, url: str | None, here: str, page: str, link: str) -> None:
    be_at(monkeypatch, url)
    assert full_link(page, {}, here) == link
    assert full_link(page, {"layers": "XX-ZZ", "show-x": "a b&c"}, here) == f"{link}?layers=XX-ZZ&show-x=a+b%26c"


def test_the_dialog_links_to_this_very_screen(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    be_at(monkeypatch, "https://school.example/quantum/data")
    at = opened(open_page("data", size="6", _examples="3", _lesson="1-from-image-to-circuit", _part="2"))
    assert shared(at).value == list(SETTINGS)
    assert shared(at).options == [setting.title for setting in SETTINGS.values()]
    assert link(at) == (
        "https://school.example/quantum/data?size=6&show-examples=3&show-lesson=1-from-image-to-circuit&show-part=2"
    )
    assert json.loads("{" + at.code[0].value + "}") == {"page": "data", "address": {"size": "6", "show-examples": "3"}}
    assert [element.value for element in at.info] == []


def test_the_dialog_locks_what_is_taken_out(open_page: Any, words: Words) -> None:
    at = opened(open_page("data", threshold="0.3"))
    assert said_by(link(at)) == {"threshold": "0.3"}
    assert "it is not security" not in words(at)
    choose(at, "seed", "size")
    assert said_by(link(at)) == {"threshold": "0.3", "show-only": "size-seed"}
    assert "it is not security" in words(at)
    assert dict(at.query_params) == {"threshold": "0.3"}, "the teacher's own screen stays as it is"
    assert {"panel-size", "panel-epochs", "preset"} <= panel(at)
    at.run()
    assert shared(at).value == ["seed", "size"], "the choice is kept"
    choose(at)
    assert said_by(link(at)) == {"threshold": "0.3", "show-only": "none"}
    choose(at, *SETTINGS)
    assert said_by(link(at)) == {"threshold": "0.3"}


def test_what_the_dialog_links_to_opens_as_it_says(open_page: Any) -> None:
    at = choose(opened(open_page("data", threshold="0.3")), "size", "seed")
    address = {name.removeprefix("show").replace("-", "_"): value for name, value in said_by(link(at)).items()}
    student = open_page("data", **address)
    assert warnings(student) == []
    assert panel(student) == {"panel-size", "panel-seed"}
    assert settings(student) == {"threshold": "0.3"}


def test_a_short_address_stands_for_the_long_one(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    be_at(monkeypatch, "https://school.example/quantum/data")
    at = choose(opened(open_page("data", threshold="0.3", _examples="3")), "size", "seed")
    short = str(components_of(at)["share-short"]["link"])
    assert re.fullmatch(r"https://school\.example/quantum/\?s=[0-9a-z]{6}", short)
    assert components_of(at)["share-code"]["link"] == short
    at.run()
    assert components_of(at)["share-short"]["link"] == short, "the same each time"
    for page in ("home", "data", "train"):
        student = open_page(page, s=said_by(short)["s"].upper())
        assert student.title[0].value == "Data"
        assert settings(student) == {"threshold": "0.3"}
        assert dict(student.query_params) == said_by(link(at))
        assert warnings(student) == []


def test_a_short_address_that_is_none_is_named_and_others_are_left_alone(open_page: Any, words: Words) -> None:
    at = open_page("data", s="xxxxxx", size="6")
    assert "There is no short link s=xxxxxx here: compare it with the one that you were given." in words(at)
    assert settings(at) == {"size": "6"}
    assert warnings(open_page("data", s="20")) == [], "of another site"


@pytest.mark.parametrize("address", ["/join?class=XXXXXX", "/nowhere", "/data#x"])
def test_a_short_address_opens_pages_of_the_bar_only(open_page: Any, address: str) -> None:
    at = open_page("data", s=store().shorten(address))
    assert at.title[0].value == "Data"
    assert len(warnings(at)) == 1


def test_where_no_short_address_can_be_kept_the_long_one_stays(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.clear()
    monkeypatch.setenv("QMNIST_DATABASE", "nonsense")
    at = opened(open_page("data", threshold="0.3"))
    assert said_by(link(at)) == {"threshold": "0.3"}
    assert "share-short" not in components_of(at)
    assert components_of(at)["share-code"]["link"] == link(at)
    assert "There is no short address: QMNIST_DATABASE is not" in words(at)
    at = open_page("data", s="XXXXXX")
    assert "The short link s=XXXXXX cannot be opened: QMNIST" in words(at)
    store.clear()


@pytest.mark.parametrize("here", ["http://localhost:8501/", "http://127.0.0.1:8501/data", "http://[::1]:8501/"])
def test_a_link_of_this_computer_alone_says_so(open_page: Any, monkeypatch: pytest.MonkeyPatch, here: str) -> None:
    be_at(monkeypatch, here)
    at = opened(open_page("home"))
    assert [element.value[:40] for element in at.info] == ["This link works on this computer only. F"]


def test_where_all_is_open_nothing_is_locked(open_page: Any) -> None:
    at = open_page("home", _only="-".join(reversed(SETTINGS)))
    assert "share" in {button.key for button in at.button}
    assert not any("teacher" in caption.value for caption in at.sidebar.caption)
    assert "show-only" not in at.query_params
