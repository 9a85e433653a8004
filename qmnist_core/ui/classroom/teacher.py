"""The teacher's view: who is here, what waits to be looked at, what the class may do, and its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from qmnist_core.classroom import Class, Drawing, Member, Round, answers_csv, drawings_zip, entries_csv
from qmnist_core.classroom.drawings import STATES
from qmnist_core.classroom.rounds import KINDS
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import plain
from qmnist_core.report.classroom import class_html
from qmnist_core.ui.classroom.place import attempt, current_round, end, private_link, until
from qmnist_core.ui.components import say
from qmnist_core.ui.components.cards import Act, Card, cards
from qmnist_core.ui.components.link import link_to_copy
from qmnist_core.ui.frame.site import is_here_only
from qmnist_core.ui.session.place import here
from qmnist_core.ui.session.session import Teacher, session

SWITCHES = {
    "is_locked": ("Lock", "Nobody new can join."),
    "is_paused": ("Pause", "Nothing can be answered or drawn until you go on."),
    "looks_first": (
        "Look first",
        "A drawing is on the wall only after you have let it in, and no name is shown to the class. You see both here.",
    ),
}
MOST_CARDS = 60
"""Drawings that are listed at once."""
NAMELESS = "no name"


def teachers_view() -> None:
    """At the left of the wall, in the place of the settings."""
    with st.container(key="teacher", gap="small"):
        teacher = session().teacher
        if teacher is None:
            st.caption("Here you will see who has joined, and what waits for you.")
            return
        try:
            _view(teacher)
        except QMnistError as error:
            say.error(f"The class cannot be reached: {error}.")


def _view(teacher: Teacher) -> None:
    with st.container(key="teacher-switches", gap="xxsmall"):
        for name, (label, words) in SWITCHES.items():
            _switch(teacher, name, label, words)
        if teacher.class_.round_id is not None:
            _code_switch()
    st.caption(
        "**Follow me**, in the bar, brings the students who follow you to your page, your settings and your step."
    )
    round_ = current_round(teacher)
    if round_ is not None and KINDS[round_.kind] == "drawings":
        _drawings(teacher, round_)
    _members(teacher)
    with st.container(key="teacher-more", gap="xxsmall"):
        with st.popover("Private link", width="stretch"):
            _private_link(teacher)
        with st.popover("Download", width="stretch"):
            _downloads(teacher)
        with st.popover("End the class", width="stretch"):
            st.markdown("This deletes names, answers and drawings for good. **Download first** what you want to keep.")
            st.button("Delete everything", key="class-end", type="primary", on_click=end, args=(teacher,))
    st.caption(plain(f"Kept {until(teacher.class_).replace('your teacher ends', 'you end')}."))


def _switch(teacher: Teacher, name: str, label: str, words: str) -> None:
    key = f"teacher-{name}"
    st.session_state[key] = getattr(teacher.class_, name)

    def moved() -> None:
        attempt(teacher.store.change, teacher.class_, **{name: st.session_state[key]})

    st.toggle(label, key=key, help=words, on_change=moved)


def _code_switch() -> None:
    st.session_state["teacher-code"] = session().shows_code

    def moved() -> None:
        session().shows_code = st.session_state["teacher-code"]

    st.toggle("Show code", key="teacher-code", on_change=moved)


def _members(teacher: Teacher) -> None:
    is_here = here(teacher)
    members = teacher.store.members(teacher.class_)
    st.markdown(f"#### {len(is_here)} of {len(members)} are here" if members else "#### Nobody has joined yet")
    if not members:
        return
    acts: dict[str, Callable[[Class, int], object]] = {
        "show": partial(teacher.store.hide_member, is_hidden=False),
        "hide": teacher.store.hide_member,
        "remove": teacher.store.remove_member,
    }

    def pressed(number: int, name: str) -> None:
        attempt(acts[name], teacher.class_, number)

    with st.container(key="teacher-members", height=140, border=False):
        cards([_person(member, member.id in is_here) for member in members], pressed, "class-members")


def _person(member: Member, is_here: bool) -> Card:
    hide = () if not member.name else (Act("show", "Show"),) if member.is_hidden else (Act("hide", "Hide"),)
    notes = [*(["hidden"] if member.is_hidden else []), *([] if is_here else ["away"])]
    return Card(member.id, member.name or NAMELESS, (*hide, Act("remove", "Remove", asks=True)), ", ".join(notes))


def _drawings(teacher: Teacher, round_: Round) -> None:
    """All of the round's drawings, those that wait first."""
    found = sorted(
        teacher.store.drawings(teacher.class_, round_.id, STATES),
        key=lambda drawing: (drawing.state != "waiting", -drawing.id),
    )
    n_waiting = sum(drawing.state == "waiting" for drawing in found)
    st.markdown(f"#### {n_waiting} of {len(found)} drawings wait" if n_waiting else f"#### {len(found)} drawings")
    if not found:
        return
    names = {member.id: member.name for member in teacher.store.members(teacher.class_)}

    def pressed(number: int, name: str) -> None:
        if name == "delete":
            attempt(teacher.store.delete_drawing, teacher.class_, number)
        else:
            attempt(teacher.store.set_drawing_state, teacher.class_, number, name)

    with st.container(key="teacher-drawings", height=205, border=False):
        cards([_drawing(one, names) for one in found[:MOST_CARDS]], pressed, "class-drawings")
    if len(found) > MOST_CARDS:
        st.caption(f"{len(found) - MOST_CARDS} more are not listed.")


def _drawing(drawing: Drawing, names: dict[int, str]) -> Card:
    states = {"waiting": ("shown", "hidden"), "shown": ("hidden",), "hidden": ("shown",)}[drawing.state]
    labels = {"shown": "Show", "hidden": "Hide"}
    acts = (*(Act(state, labels[state]) for state in states), Act("delete", "Delete", asks=True))
    note = "" if drawing.state == "shown" else drawing.state
    return Card(drawing.id, names.get(drawing.member_id, "") or NAMELESS, acts, note, drawing.pixels)


def _private_link(teacher: Teacher) -> None:
    link = private_link(teacher)
    st.markdown("Whoever has this link is the teacher: keep it to come back, on another computer too. Do not show it.")
    link_to_copy(link, "class-private", "private link")
    if is_here_only(link):
        st.caption("This one works on this computer only.")


def _downloads(teacher: Teacher) -> None:
    name = f"class-{teacher.class_.code}"
    store, class_ = teacher.store, teacher.class_
    networks = session().on_drawings

    def report() -> str:
        return class_html(store, class_, datetime.now(), networks)

    files = (
        ("Report for the record", f"{name}.html", "text/html", report),
        ("Answers (CSV)", f"{name}-answers.csv", "text/csv", partial(answers_csv, store, class_)),
        ("Search entries (CSV)", f"{name}-entries.csv", "text/csv", partial(entries_csv, store, class_)),
        ("Drawings (ZIP)", f"{name}-drawings.zip", "application/zip", partial(drawings_zip, store, class_)),
    )
    for label, file, kind, made in files:
        st.download_button(
            label,
            made,
            file,
            kind,
            key=f"class-{file.rpartition('-')[2]}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
