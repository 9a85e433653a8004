"""The one object that a session holds."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import Mock, call

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
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


def pressed_while_more_happens() -> None:
    """The button's callback asks for the session once the browser has sent another event."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from qmnist_core.ui.session.session import session

    def press() -> None:
        running = get_script_run_ctx()
        assert running is not None
        assert running.script_requests is not None
        running.script_requests.request_rerun(RerunData(page_script_hash=running.page_script_hash))
        assert "other" not in st.session_state
        session().own_title = "pressed"

    st.button("Press", on_click=press)
    st.text(session().own_title)


def test_a_press_counts_whatever_happens_meanwhile() -> None:
    at = AppTest.from_function(pressed_while_more_happens).run()
    at.button[0].click().run()
    assert not at.exception
    assert at.text[0].value == "pressed"


def wishing_for_another_page(waiting: list[str]) -> None:
    """A page that asks for another one, once the browser has sent another event."""
    from streamlit.proto.WidgetStates_pb2 import WidgetStates
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    running = get_script_run_ctx()
    assert running is not None
    assert running.script_requests is not None
    if not waiting:
        for page, said in (("of the visitor", WidgetStates()), ("of the page", None)):
            running.script_requests.request_rerun(RerunData(page_script_hash=page, widget_states=said))
            waiting.append(running.script_requests._rerun_data.page_script_hash)


def test_what_a_visitor_did_goes_before_what_a_page_asks_for() -> None:
    waiting: list[str] = []
    AppTest.from_function(wishing_for_another_page, args=(waiting,)).run()
    assert waiting == ["of the visitor"] * 2


def wishing_beside_a_part(waiting: list[bool]) -> None:
    """A page that asks to be run anew, once the browser has told of a move in one of its parts."""
    from streamlit.proto.WidgetStates_pb2 import WidgetStates
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    running = get_script_run_ctx()
    assert running is not None
    assert running.script_requests is not None
    if not waiting:
        for part, said in (("part", WidgetStates()), (None, None)):
            running.script_requests.request_rerun(RerunData(page_script_hash="", fragment_id=part, widget_states=said))
            waiting.append(bool(running.script_requests._rerun_data.fragment_id_queue))


def test_a_page_that_asks_to_be_run_anew_is_though_one_of_its_parts_waits() -> None:
    waiting: list[bool] = []
    AppTest.from_function(wishing_beside_a_part, args=(waiting,)).run()
    assert waiting == [True, False]


def test_what_a_run_told_last_reaches_the_browser() -> None:
    """Though the next run has been asked for while it was on its way."""

    figure = ForwardMsg(hash="of a figure")

    async def told() -> tuple[Any, list[Any]]:
        before, now = Mock(), Mock()
        app = Mock(_event_loop=asyncio.get_running_loop(), _scriptrunner=now)
        handle = AppSession._handle_scriptrunner_event_on_event_loop
        handle(app, before, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, figure)
        handle(app, before, ScriptRunnerEvent.SHUTDOWN)
        return app._scriptrunner is now, app._enqueue_forward_msg.call_args_list

    assert asyncio.run(told()) == (True, [call(figure)])


def ending_where_a_part_was() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

    from qmnist_core.ui.session.events import end_run

    def part() -> None:
        st.session_state["part"] = ThreadState.get().fragment_id

    running = get_script_run_ctx()
    assert running is not None
    st.session_state["known"] = running.fragment_storage
    if "part" not in st.session_state:
        st.fragment(part)()
        assert running.fragment_storage.contains(st.session_state["part"])
        st.rerun()
    end_run()


def test_a_page_that_ends_early_forgets_the_parts_of_the_one_before() -> None:
    at = AppTest.from_function(ending_where_a_part_was).run()
    assert not at.exception
    assert not at.session_state["known"].contains(at.session_state["part"])


def test_a_timer_leads_back_to_no_page() -> None:
    """A page's part asks to be run again by itself, just after another page was asked for."""
    requests = ScriptRequests()
    requests.request_rerun(RerunData(page_script_hash="there"))
    requests.request_rerun(RerunData(page_script_hash="before", fragment_id="part", is_auto_rerun=True))
    asked = requests.on_scriptrunner_ready().rerun_data
    assert (asked.page_script_hash, asked.fragment_id_queue) == ("there", [])


def told(page: str, widget: dict[str, Any], **options: Any) -> RerunData:
    """As a browser tells of one widget, whatever else it asks for."""
    states = WidgetStates()
    states.widgets.add(**widget)
    return RerunData(page_script_hash=page, widget_states=states, **options)


def switched(is_on: bool, **options: Any) -> RerunData:
    return told("here", {"id": "switch", "bool_value": is_on}, **options)


def test_a_timer_moves_no_widget() -> None:
    """A page has set a switch; the browser's timer tells of it as it was before."""
    requests = ScriptRequests()
    requests.request_rerun(switched(False, fragment_id="part", is_auto_rerun=True))
    asked = requests.on_scriptrunner_ready().rerun_data
    assert (asked.fragment_id_queue, asked.widget_states) == (["part"], None)
    requests.request_rerun(switched(True))
    requests.request_rerun(switched(False, fragment_id="part", is_auto_rerun=True))
    assert requests.on_scriptrunner_ready().rerun_data == switched(True)


def test_a_move_in_a_part_counts_though_another_page_is_asked_for_next() -> None:
    requests = ScriptRequests()
    requests.request_rerun(switched(False))
    assert requests.on_scriptrunner_ready().rerun_data == switched(False)
    requests.request_rerun(switched(True, fragment_id="part"))
    requests.request_rerun(RerunData(page_script_hash="there", widget_states=WidgetStates()))
    given = [requests.on_scriptrunner_ready().rerun_data for _ in range(2)]
    assert given[0] == switched(True, fragment_id_queue=["part"])
    assert given[1].page_script_hash == "there"


def moved(page: str, **options: Any) -> RerunData:
    """As a browser says that a button was pressed."""
    return told(page, {"id": "button", "trigger_value": True}, **options)


def test_each_event_has_its_turn() -> None:
    """Two presses of a button, then the way back and a part of the page, while the page is run."""
    requests = ScriptRequests()
    requests.request_rerun(moved("here"))
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "here"
    for one in (moved("1"), moved("2"), moved("back", is_history_navigation=True), moved("here", fragment_id="part")):
        assert requests.request_rerun(one)
    given = [requests.on_scriptrunner_yield() for _ in range(3)]
    found = [request.rerun_data for request in given if request is not None]
    assert all(data.widget_states is not None and data.widget_states.widgets for data in found)
    assert [data.page_script_hash for data in found] == ["1", "2", "back"]
    assert [data.is_history_navigation for data in found] == [False, False, True]
    assert requests.on_scriptrunner_yield() is None, "a part waits until the page is whole"
    assert requests.on_scriptrunner_ready().rerun_data.fragment_id_queue == ["part"]
    assert requests.on_scriptrunner_ready().type is ScriptRequestType.STOP
