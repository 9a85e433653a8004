"""Layers that no image reaches, and too few steps, are said wherever such a network is chosen or shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import trained

BLIND = {"layers": "XX-XZ", "epochs": "1", "examples": "200", "_resolution": "sizes"}
SENTENCE = "The layers XX XZ give the same ⟨Z⟩ for every image, whatever their exponents"
SHOWS = ("home", "circuit", "train", "compare", "draw", "computes", "plateau", "resolution", "noise")


def warned(at: AppTest, sentence: str) -> tuple[int, int]:
    """How often a warning begins so on the page, and in the panel."""
    page, panel = (sum(one.value.startswith(sentence) for one in part.warning) for part in (at.main, at.sidebar))
    return page, panel


@pytest.mark.parametrize("page", SHOWS)
def test_blind_layers_are_said_on_every_page_that_shows_their_network(open_page: Any, page: str) -> None:
    at = open_page(page, **BLIND)
    sentence = SENTENCE.replace("The", "The panel's", 1) if page in ("resolution", "noise") else SENTENCE
    assert warned(at, sentence)[0] == 1
    assert sum(warned(at, SENTENCE)) == 1 + (sentence == SENTENCE)
    assert not re.search("may free it|barren plateau", "".join(one.value for one in at.main.markdown[:6]))
    assert warned(at, "Too few steps") == (0, 0), "no more of them would help"


@pytest.mark.parametrize("page", ["data", "lessons"])
def test_pages_without_a_network_leave_it_to_the_panel(open_page: Any, page: str) -> None:
    assert warned(open_page(page, **BLIND), SENTENCE) == (0, 1)


def test_the_panel_names_idle_layers(open_page: Any) -> None:
    at = open_page("home", layers="XX-ZZ-XX", epochs="1")
    assert [one.value for one in at.sidebar.caption] == [
        "Layer 3 (XX) is idle: its exponents do not change ⟨Z⟩ for any image."
    ]
    assert "Now 48 exponents, 17 independent numbers." in at.selectbox(key="panel-layers-0").help
    assert warned(at, "The layers") == (0, 0)


@pytest.mark.parametrize("page", ["home", "circuit", "train", "compare", "draw", "computes", "noise"])
def test_too_few_steps_are_said(open_page: Any, page: str) -> None:
    at = open_page(page, examples="500")
    assert warned(at, "Too few steps to learn: 48 steps at a learning rate of 0.001") == (1, 0)
    next(button for button in at.main.button if button.label == "Take 63 epochs in batches of 32").click().run()
    assert not at.exception
    assert warned(at, "Too few steps") == (0, 0)
    assert at.session_state.session.experiment.epochs == 63
    assert warned(open_page(page), "Too few steps") == (0, 0)


def test_settings_that_are_enough_are_offered_only_where_there_are_some(open_page: Any) -> None:
    def offered(**address: str) -> list[str]:
        return [button.label for button in open_page("home", **address).main.button if "batches" in button.label]

    assert offered(examples="20") == ["Take 100 epochs in batches of 2"]
    assert offered(examples="500", rate="0.00001") == ["Take 63 epochs in batches of 32 at a rate of 0.001"]
    assert offered(examples="500", _only="size-epochs") == [], "where a teacher has locked the batch size"
    assert offered(layers="XX-XX", examples="500") == [], "nothing would help"


def test_both_starts_of_blind_layers_learn_nothing(open_page: Any, words: Callable[[AppTest], str]) -> None:
    at = trained(open_page("plateau", layers="XY-XZ", epochs="1"))
    assert [one.value for one in at.main.header] == [
        f"{init} start: nothing can be learnt" for init in ("uniform", "small")
    ]
    said = words(at)
    assert said.count("These layers give every image the same ⟨Z⟩") >= 2
    assert said.count("More epochs change nothing.") == 2
    assert "may free it" not in said
    before = open_page("plateau", layers="XY-XZ", epochs="1", _plateau="before", _spread_seeds="50")
    assert before.session_state.session.client.watchers["plateau"].wait(60)
    assert "**No start helps:**" in words(before.run())
