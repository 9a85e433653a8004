"""The phone: a member's page, from the code to what the class is asked."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

import streamlit as st

from qmnist_core.classroom import Class, Round
from qmnist_core.classroom.names import MOST_IN_NAME, read_code
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import plain
from qmnist_core.ui.classroom.activities import activity
from qmnist_core.ui.classroom.place import (
    CLASS,
    attempt,
    current_round,
    enter,
    find_class,
    keep_pupil,
    leave,
    say_refusal,
    until,
)
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.frame import following
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.session.place import look_again, newest, read_once, watch
from qmnist_core.ui.session.session import Pupil, session

SHEET = Path(__file__).parent / "phone.css"
PAGE = "join"
KEPT = "Your name, your answers, your drawings and search results with their times, and when you were last here"


def phone() -> None:
    """The whole page, with a frame of its own: no settings, no bar."""
    title = PAGES[PAGE][1]
    st.set_page_config(page_title=f"{title} · QNN on MNIST", page_icon="⚛️", initial_sidebar_state="collapsed")
    style(SHEET)
    following.begin(PAGE)
    now = session()
    asked = read_code(st.query_params.get(CLASS, ""))
    if now.trouble:
        st.title(title)
        say.warning(f"The class cannot be reached: {now.trouble}.")
        look_again()
        return
    pupil = now.pupil
    if pupil is None or (asked and asked != pupil.class_.code):
        _join(title, asked)
        return
    try:
        _in_class(pupil)
    except QMnistError as error:
        say.error(f"The class cannot be reached: {error}.")
        look_again()


def _join(title: str, asked: str) -> None:
    st.title(title)
    keep_pupil()
    found: Class | None = None
    if asked:
        found = find_class(asked)
    say_refusal()
    with st.form("join", border=False):
        if found is None:
            st.text_input("Code on the screen", value=asked, key="join-code", max_chars=20, autocomplete="off")
        else:
            st.markdown(f"Class **{found.spoken}**")
        st.text_input("Your name, if you like", key="join-name", max_chars=MOST_IN_NAME, autocomplete="off")
        st.form_submit_button(
            "Join", key="join-in", type="primary", width="stretch", on_click=_enter, args=(found and found.code,)
        )
    kept = f"kept {until(found)}" if found is not None else "kept until the class ends"
    st.caption(f"{KEPT} are {kept}; then they are deleted. Nothing else is kept.")


def _enter(code: str | None) -> None:
    """code: the class's, where it is known; else it was typed."""
    class_ = find_class(code or st.session_state["join-code"])
    if class_ is not None:
        enter(class_, st.session_state["join-name"])
        if not session().refusal:
            st.query_params.clear()


def _in_class(pupil: Pupil) -> None:
    class_, member = pupil.class_, pupil.member
    round_ = current_round(pupil)
    known = _shown(pupil, class_, round_)
    with st.container(key="phone-head", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(class_.spoken)
        st.markdown(plain(member.name), width="content")
    keep_pupil()
    say_refusal()
    with st.container(key="phone-round", gap="small"):
        if class_.is_paused:
            with st.container(key="phone-paused"):
                say.warning("Paused: look at your teacher.", ":material/pause:")
        if round_ is None:
            st.markdown("You are in. **Look at the screen**: what you are asked appears here.")
        else:
            _round(pupil, round_)
    with st.container(key="phone-more", gap="xxsmall"):
        if class_.following is not None and not session().follows:
            st.markdown("**Your teacher shows you something.** Follow?")
        following.follow_toggle()
        # Shut when something new is asked, which it would cover.
        asked = "" if round_ is None else f"-{round_.id}-{round_.turn}"
        with st.popover("You in this class", key=f"phone-you{asked}", type="tertiary"):
            st.markdown(f"{KEPT} are kept {until(class_)}; then they are deleted.")
            key = "phone-name"
            st.session_state.setdefault(key, member.name)
            st.text_input(
                "Name", key=key, max_chars=MOST_IN_NAME, autocomplete="off", on_change=lambda: _rename(pupil, key)
            )
            st.button("Leave the class", key="phone-leave", on_click=leave)
    watch(pupil, following.SECONDS, lambda: _shown_now(pupil), known)


def _round(pupil: Pupil, round_: Round) -> None:
    try:
        activity(round_.kind).does.phone(pupil, round_)
    except QMnistError as error:
        say.error(f"This round cannot be shown: {error}.")


def _rename(pupil: Pupil, key: str) -> None:
    attempt(pupil.store.rename, pupil.member, st.session_state[key])


def _shown_now(pupil: Pupil) -> Hashable:
    store, class_ = pupil.store, pupil.class_
    found = newest(store, class_.id)
    all_of_them = read_once(store, class_.id, "members", lambda: {one.id: one for one in store.members(class_)})
    member = (all_of_them or {}).get(pupil.member.id)
    return None if found is None or member is None else _shown(replace(pupil, member=member), *found)


def _shown(pupil: Pupil, class_: Class, round_: Round | None) -> Hashable:
    """What the page shows of the class; others' answers and drawings are none of it."""
    there = class_.following if session().follows else class_.following is not None
    ask = None if round_ is None else (round_.id, round_.turn, round_.is_open, round_.is_shown)
    of_round = None if round_ is None else activity(round_.kind).does.shown(pupil, round_)
    return class_.is_paused, there, ask, pupil.member.name, pupil.member.is_hidden, of_round
