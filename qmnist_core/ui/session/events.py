"""What a browser tells of a page, and what it is told: each event in its turn, and to its end.

By itself Streamlit lets the browser show what nobody did:

- While a page is run, all requests that come are made one: the second of two presses of a button is lost, and a
  widget's move where another page is asked for next.
- A timer's request tells of all widgets as the browser has them: what the page has set meanwhile is taken for moved
  back.
- A callback that asks for anything of the session is ended once another event has come, and not called again.
- What a run told last is not passed on where the next run is asked for meanwhile.

Importing this mends it for all of the process.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent, StopException, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
    _has_active_trigger_value,
)
from streamlit.runtime.state import SafeSessionState

_ask = ScriptRequests._request_rerun_locked


def end_run() -> NoReturn:
    """End this run of a page, as `st.stop` does; but what waits for its turn has it.

    Parts of an earlier run are forgotten, as where a page ends by itself: one that is run late, by the browser's timer,
    would be drawn into what stands in its place by now.
    """
    running = get_script_run_ctx(suppress_warning=True)
    if running is not None and not running.fragment_ids_this_run:
        running.fragment_storage.clear(new_fragment_ids=running.shared.new_fragment_ids.snapshot())
    raise StopException


def _later(requests: Any) -> deque[RerunData]:
    """What has its turn after the request that waits."""
    later: deque[RerunData] = vars(requests).setdefault("_later", deque())
    return later


def _loses(waiting: RerunData, wanted: RerunData) -> bool:
    """Whether one request of the two would say less; a slider that is dragged on may pass over where it was."""
    if waiting.widget_states is None or wanted.widget_states is None:
        return False
    return (
        waiting.page_script_hash != wanted.page_script_hash
        or waiting.is_history_navigation
        or wanted.is_history_navigation
        or any(_has_active_trigger_value(widget) for widget in waiting.widget_states.widgets)
    )


@functools.wraps(_ask)
def _ask_in_turn(requests: Any, wanted: RerunData) -> bool:
    last, later = requests._rerun_data, _later(requests)
    if requests._state is ScriptRequestType.STOP:
        return _ask(requests, wanted)
    waits = bool(later) or (requests._state is ScriptRequestType.RERUN and not last.is_auto_rerun)
    if wanted.is_auto_rerun:
        # By a timer, a part of a page asks to be run; it may be of the page before, and would lead back there.
        if waits or last.page_script_hash not in ("", wanted.page_script_hash):
            return True
        wanted = replace(wanted, widget_states=None)
    elif waits:
        running = get_script_run_ctx(suppress_warning=True)
        is_own = wanted.widget_states is None and running is not None and running.script_requests is requests
        if is_own and (later or not last.fragment_id_queue):
            return True  # a run that asks for another one has its wish, where it still wishes it, with what waits
        if later or _loses(last, wanted):
            later.append(wanted)
            return True
    return _ask(requests, wanted)


def _then_the_next(give: Callable[[ScriptRequests], Any]) -> Callable[[ScriptRequests], Any]:
    """Give a run the request that waits, and let the next one wait."""

    @functools.wraps(give)
    def given(requests: Any) -> Any:
        request = give(requests)
        if request is not None and request.type is ScriptRequestType.RERUN:
            with requests._lock:
                later = _later(requests)
                if later and requests._state is ScriptRequestType.CONTINUE:
                    _ask(requests, later.popleft())
        return request

    return given


def _each_to_its_end(call_all: Callable[..., None]) -> Callable[..., None]:
    """Call the callbacks of the widgets that a browser has moved."""

    @functools.wraps(call_all)
    def call(*args: Any, **options: Any) -> None:
        running = get_script_run_ctx(suppress_warning=True)
        requests: Any = None if running is None else running.script_requests
        if requests is None:
            call_all(*args, **options)
            return
        requests.on_scriptrunner_yield = lambda: None
        try:
            call_all(*args, **options)
        finally:
            del requests.on_scriptrunner_yield

    return call


def _to_the_last_word(handle: Callable[..., None]) -> Callable[..., None]:
    """Pass on what a run has told, though the next one is asked for by now."""

    @functools.wraps(handle)
    def handled(session: Any, sender: object, event: ScriptRunnerEvent, *details: Any) -> None:
        now = session._scriptrunner
        if sender is None or sender is now or event is ScriptRunnerEvent.SHUTDOWN:
            handle(session, sender, event, *details)
            return
        session._scriptrunner = sender
        try:
            handle(session, sender, event, *details)
        finally:
            session._scriptrunner = now

    return handled


_requests: Any = ScriptRequests
_requests._request_rerun_locked = _ask_in_turn
_requests.on_scriptrunner_yield = _then_the_next(_requests.on_scriptrunner_yield)
_requests.on_scriptrunner_ready = _then_the_next(_requests.on_scriptrunner_ready)
_state: Any = SafeSessionState
_state.on_script_will_rerun = _each_to_its_end(_state.on_script_will_rerun)
_app: Any = AppSession
_app._handle_scriptrunner_event_on_event_loop = _to_the_last_word(_app._handle_scriptrunner_event_on_event_loop)
