from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.ui import follow as following
from qmnist_core.ui.follow import LONGEST_SECONDS, LOOK_SECONDS, pause


def test_a_server_that_is_late_is_asked_less_often() -> None:
    assert [pause(took) for took in (0.0, 0.03, 0.05, 0.06, 0.11, 0.5, 3.0, 60.0)] == [
        *(LOOK_SECONDS, LOOK_SECONDS, LOOK_SECONDS, 0.5, 1.0, 4.0),
        *(LONGEST_SECONDS, LONGEST_SECONDS),
    ]


class Asked(Exception):
    """In place of Streamlit's own."""


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> following._Looks:
    def rerun(scope: str = "app") -> None:
        raise Asked(scope)

    monkeypatch.setattr(following.st, "rerun", rerun)
    return following._Looks(5)


def look(looks: following._Looks, active: bool, seen: int) -> str:
    try:
        looks.look("part", lambda: active, lambda: seen)
    except Asked as asked:
        return str(asked)
    return "nothing"


def test_what_has_not_changed_is_not_drawn_again(looks: following._Looks) -> None:
    assert look(looks, True, 6) == "nothing"  # the first look comes with the drawing
    assert look(looks, True, 5) == "nothing"
    assert look(looks, True, 6) == "part"
    assert look(looks, False, 5) == "app"


def page() -> None:
    """Drawn first as of work that goes on, which is over when the part comes to be drawn."""
    import streamlit as st

    from qmnist_core.ui.follow import follow

    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1

    def draw() -> None:
        st.text(f"run {runs}")

    follow(draw, "part", runs == 1, lambda: False, int)


def test_a_page_that_shows_work_as_going_on_is_run_anew_when_it_is_over_by_then() -> None:
    assert [text.value for text in AppTest.from_function(page).run().text] == ["run 2"]
