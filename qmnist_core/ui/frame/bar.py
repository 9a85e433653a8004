"""The bar above every page: the pages, which on a phone stand in a menu, sharing, and presenting."""

from __future__ import annotations

from functools import partial

import streamlit as st

from qmnist_core.address.views import PRESENT
from qmnist_core.ui.frame import following, share
from qmnist_core.ui.frame.site import LABS, LISTED, PAGES, go
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.session import session


def bar(current: str) -> None:
    """current: the page that is on the screen."""
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        with st.container(key="ways", horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            _ways(current)
        with st.container(key="menu", width="content"):
            st.menu_button(
                PAGES[current][1],
                LISTED,
                key="pages",
                icon=":material/menu:",
                format_func=lambda page: PAGES[page][1],
                on_click=lambda: session().go(st.session_state["pages"]),
            )
        if session().teacher is not None:
            following.toggle()
        if state.open_settings() is None:
            share.button()
        st.button(
            "Present",
            key="present",
            icon=":material/present_to_all:",
            help="Fill the screen with this page, for a projector; P brings the settings back.",
            shortcut="P",
            type="tertiary",
            on_click=lambda: look_at(PRESENT, not seen(PRESENT)),
        )
        if seen(PRESENT):
            leave = partial(look_at, PRESENT, False)
            st.button("Leave", key="leave", shortcut="Escape", type="tertiary", on_click=leave)


def _ways(current: str) -> None:
    address = state.current_address()
    for page in LISTED:
        if page == current and page not in LABS:
            with st.container(key=f"way-{page}-here", width="content"):
                go(page, address)
        elif page not in LABS:
            go(page, address)
        elif page == LABS[0]:
            here = "-here" if current in LABS else ""
            with st.popover("Labs", key=f"labs{here}", type="tertiary"):
                for lab in LABS:
                    go(lab, address)
