from __future__ import annotations

from streamlit.testing.v1 import AppTest

from qmnist_core.ui.session.follow import LONGEST_SECONDS, LOOK_SECONDS, pause


def test_a_server_that_is_late_is_asked_less_often() -> None:
    assert [pause(took) for took in (0.0, 0.03, 0.05, 0.06, 0.11, 0.5, 3.0, 60.0)] == [
        *(LOOK_SECONDS, LOOK_SECONDS, LOOK_SECONDS, 0.5, 1.0, 4.0),
        *(LONGEST_SECONDS, LONGEST_SECONDS),
    ]


def page() -> None:
    """Drawn first as of work that goes on, which is over when the part comes to be drawn."""
    import streamlit as st

    from qmnist_core.ui.session.follow import Follower

    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1

    def draw() -> None:
        st.text(f"run {runs}")

    Follower(lambda: False, moving=runs == 1).follow(draw)


def test_a_page_that_shows_work_as_going_on_is_run_anew_when_it_is_over_by_then() -> None:
    assert [text.value for text in AppTest.from_function(page).run().text] == ["run 2"]
