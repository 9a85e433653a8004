"""The one object that a session holds."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

READERS = [
    "state.client()",
    "state.has_arrived()",
    "state.as_taught()",
    "state.current_address()",
    "state.open_settings()",
    "state.is_open('size')",
    "state.in_lesson()",
    "looking.seen(views.EXAMPLE)",
    "looking.seen(views.PACE)",
    "looking.seen(views.STEP)",
    "live.viewer()",
    "live.record()",
    "live.earlier()",
    "live.is_overlaid('x')",
    "share.locked_words()",
]


def reading(expression: str) -> None:
    """Reads something of a session that asks for what there is not."""
    import copy

    import streamlit as st

    from qmnist_core.address import views  # noqa: F401
    from qmnist_core.ui.frame import share  # noqa: F401
    from qmnist_core.ui.session import looking, state  # noqa: F401
    from qmnist_core.ui.session.session import session
    from qmnist_core.ui.shared import live  # noqa: F401

    state.client()
    session().view = {"show-example": "-1", "show-pace": "7", "show-step": "9", "show-only": "size"}
    before = copy.copy(session().__dict__) | {"view": dict(session().view), "problems": list(session().problems)}
    address = dict(st.query_params)
    eval(expression)
    assert session().__dict__ == before
    assert dict(st.query_params) == address


@pytest.mark.parametrize("expression", READERS)
def test_reading_writes_nothing(expression: str) -> None:
    assert not AppTest.from_function(reading, args=(expression,)).run().exception


def overtaken() -> None:
    """A run of a page that Streamlit has told to end, which it has not noticed."""
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from qmnist_core.config import Experiment
    from qmnist_core.ui.session import state

    client, workshop = state.client(), state.workshop()
    running = get_script_run_ctx()
    assert running is not None
    assert running.script_requests is not None
    running.script_requests.request_stop()
    made = workshop.follow(Experiment())
    try:
        client.watch("live", made)
    finally:
        client.viewers["made"] = made  # for whoever looks at it: the session itself cannot be asked any more


def test_a_run_of_a_page_that_is_overtaken_puts_nothing_back() -> None:
    at = AppTest.from_function(overtaken, default_timeout=60).run()
    assert not at.exception
    viewers = at.session_state.session.client.viewers
    assert [*viewers] == ["made"]
    assert viewers["made"].job.watchers == [], "what it asked for is left as well"
