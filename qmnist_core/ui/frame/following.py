"""Follow me: a class's members whose pages go where their teacher's go, until they let go.

For a session that is in no class nothing is asked and nothing is drawn.
"""

from __future__ import annotations

import streamlit as st

from qmnist_core.ui.components import say
from qmnist_core.ui.frame.site import PAGES, meant, show
from qmnist_core.ui.session import place, state
from qmnist_core.ui.session.session import session

SECONDS = 1.0
"""Between two looks of a member at where the teacher is."""


def begin(page: str) -> None:
    """Before anything of a page is drawn: find out who this session is, and go where its teacher has gone."""
    session().page = page
    place.find()
    go_along(page)


def go_along(page: str) -> None:
    """Show what the teacher shows, once each time that this changes; page: the one that is on the screen.

    The address was read from the database: only one of this dashboard's pages is opened. Members stay on their own page
    where the teacher shows the wall.
    """
    now = session()
    if now.pupil is None or not now.follows:
        return
    there = now.pupil.class_.following or ""
    if there == now.followed:
        return
    found = meant(there)
    if found is not None and found[0] != "class":
        show(*found, here=page)
    elif found is not None and page != "join":
        st.switch_page(PAGES["join"][0])
    now.followed = there  # not before this is its page


def toggle() -> None:
    """The teacher's switch."""
    key = "bar-follow"
    teacher = session().teacher
    st.session_state[key] = teacher is not None and teacher.class_.following is not None
    st.toggle(
        "Follow me",
        key=key,
        on_change=lambda: place.be_followed(st.session_state[key], state.current_address()),
    )


def follow_toggle() -> None:
    """A member's switch."""
    st.session_state["follow-teacher"] = session().follows
    st.toggle(
        "Follow the teacher",
        key="follow-teacher",
        help="Shows the page that your teacher shows, while your teacher has this on.",
        on_change=lambda: _follow(st.session_state["follow-teacher"]),
    )


def _follow(follows: bool) -> None:
    session().follows, session().followed = follows, ""


def banner() -> None:
    """On a page for a member of a class: one line, which leads back; for whoever follows, it lets go, too."""
    now = session()
    if now.trouble:
        say.warning(f"The class cannot be reached: {now.trouble}.")
    pupil = now.pupil
    if pupil is None or (now.teacher is not None and not now.follows):
        return
    with st.container(key="following", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown("You follow your teacher." if now.follows else "You are on your own.", width="content")
        label = "Let go" if now.follows else "Follow the teacher"
        st.button(label, key="let-go", on_click=_follow, args=(not now.follows,))
        st.page_link(PAGES["join"][0], label="Your class")
    known = pupil.class_.following

    def shown() -> str | None:
        class_ = pupil.store.current(pupil.class_.id)
        return None if class_ is None else class_.following if session().follows else known

    place.watch(pupil, SECONDS, shown, known)
