"""The wall: what a projector shows of a class, and the dialog in which its teacher makes a new round."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qmnist_core.classroom.classes import HOURS
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import counted, plain
from qmnist_core.ui.classroom.activities import ACTIVITIES, activity
from qmnist_core.ui.classroom.place import (
    current_round,
    join_link,
    say_refusal,
    spoken,
    start,
)
from qmnist_core.ui.classroom.sketch import names
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.components.invite import invite
from qmnist_core.ui.frame.page import tools
from qmnist_core.ui.frame.site import is_here_only
from qmnist_core.ui.session.place import here, look_again, watch
from qmnist_core.ui.session.session import Teacher, session

SHEET = Path(__file__).parent / "wall.css"
SECONDS = 0.5
"""Between two looks at the class."""
FIELDS = ("round-kind", *(f"{kind}-" for kind in ACTIVITIES))
"""What the keys of the form's fields begin with."""
LASTS = {"24 hours": HOURS, "a week": 7 * HOURS, "until I end it": None}
"""How long a class can be kept."""


def page() -> None:
    """All of the page beside the teacher's view: the wall, once there is a class."""
    style(SHEET)
    teacher, is_reached = session().teacher, not session().trouble
    known: frozenset[int] = frozenset()
    try:
        if teacher is None:
            lobby()
        else:
            known = here(teacher)
            wall(teacher)
    except QMnistError as error:
        say.error(f"The class cannot be shown: {error}.")
        is_reached = False
    if not is_reached:
        look_again()
    elif teacher is not None:
        watch(teacher, SECONDS, lambda: here(teacher), known)


def lobby() -> None:
    """Before there is a class."""
    say_refusal()
    with st.container(key="class-start", gap="medium"):
        st.markdown(
            "Your students join with their phones: no account, no app. You ask, they answer, and this screen shows "
            "what the class says."
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox("Keep it for", list(LASTS), key="class-hours", width=180)
            st.button(
                "Start a class",
                key="class-new",
                type="primary",
                icon=":material/groups:",
                on_click=lambda: start(LASTS[st.session_state["class-hours"]]),
            )


def wall(teacher: Teacher) -> None:
    """The class's screen."""
    with st.container(key="class-screen"):  # over which the form stays where it is, whatever is shown
        _screen(teacher)
    _dialog(teacher)


def _screen(teacher: Teacher) -> None:
    unbroken_code = teacher.class_.spoken.replace(" ", "\u00a0")
    with tools():
        st.markdown(f"{plain(spoken(join_link()))}  **{unbroken_code}**", width="content")
        st.button(
            "New round",
            key="round-new",
            type="primary",
            icon=":material/add:",
            on_click=_set_up,
        )
    say_refusal()
    if teacher.class_.is_paused:
        say.warning("Paused: the phones wait.", ":material/pause:")
    round_ = current_round(teacher)
    if round_ is None or session().shows_code:
        _invite(teacher)
    else:
        try:
            activity(round_.kind).does.wall(teacher, round_)
        except QMnistError as error:
            say.error(f"This round cannot be shown: {error}.")


def _invite(teacher: Teacher) -> None:
    is_here, who = here(teacher), names(teacher.store, teacher.class_)
    link = join_link(teacher.class_)
    n = len(who.keys() & is_here)
    count = f"{counted(n, 'student')} {'is' if n == 1 else 'are'} here" if n else "Scan, or type the code"
    shown = [name for member_id, name in who.items() if name and member_id in is_here]
    invite(teacher.class_.spoken, link, spoken(join_link()), count, shown, "class-invite")
    if is_here_only(link):
        st.info(
            "Phones cannot open this address, which is this computer's own: start the dashboard for your network "
            "(README, *For teachers*) and open it by the address that it prints.",
            icon=":material/lan:",
        )


def _set_up() -> None:
    """Open the form as new: what a late browser says of the last one's fields, which it draws as new, is not taken."""
    for key in [str(key) for key in st.session_state if str(key).startswith(FIELDS)]:
        del st.session_state[key]
    session().setting_up = True


def _dialog(teacher: Teacher) -> None:
    if not session().setting_up:
        return

    def put_away() -> None:
        session().setting_up = False

    def form() -> None:
        if not session().setting_up:  # its button has opened a round
            st.rerun()
        say_refusal()
        kinds = list(ACTIVITIES)
        kind = st.segmented_control(
            "What the class does",
            kinds,
            key="round-kind",
            default=kinds[0],
            required=True,
            format_func=lambda kind: f":material/{ACTIVITIES[kind].icon}: {ACTIVITIES[kind].title}",
            label_visibility="collapsed",
            width="stretch",
        )
        activity(kind).does.setup(teacher)

    st.dialog("A new round", width="medium", on_dismiss=put_away)(form)()
