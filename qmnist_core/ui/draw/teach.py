"""Two classes of the visitor's own: drawn, taught and read."""

from __future__ import annotations

import streamlit as st

from qmnist_core.classroom.names import MOST_IN_NAME, clean_name
from qmnist_core.look.text import plain
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared.drawings import Drawn, give_buttons, give_sketch, sketch_pad
from qmnist_core.ui.shared.teaching import show_taught, train_button

OWN = 0
"""Its number among the session's lessons."""
PLACE = "own"
"""What the pad's drawings are for."""
HEIGHT = 400
"""Of the drawings, in pixels."""


def show() -> None:
    """All of it, the dock too."""
    left, right = st.container(key="teach-row").columns([280, 610], gap="medium")
    now = session()
    with left:
        names = _names()
        give_sketch(PLACE, lambda image, label: now.own.append((image, label == 0)))
        sketch_pad(PLACE, f"Draw a {names[0]} or a {names[1]} here")
        give_buttons(PLACE, [f"It is a {plain(name)}" for name in names], "teach-give")
    drawn = [Drawn(number, image, is_first) for number, (image, is_first) in enumerate(now.own)]
    with right:
        with st.container(horizontal=True, gap="small", key="teach-acts"):
            train_button(OWN, drawn, names)
            st.button("Forget all", key="teach-forget", disabled=not drawn, on_click=_forget)
        show_taught(OWN, drawn, names, HEIGHT)


def _names() -> tuple[str, str]:
    now = session()
    with st.container(horizontal=True, gap="small", key="teach-names"):
        for i, name in enumerate(now.own_classes):
            key = f"teach-name-{i}"
            st.session_state[key] = name
            st.text_input(
                f"Class {i + 1}", key=key, max_chars=MOST_IN_NAME, width="stretch", on_change=_rename, args=(i, key)
            )
    return now.own_classes


def _rename(i: int, key: str) -> None:
    name = clean_name(st.session_state[key])
    first, second = session().own_classes
    if name:
        session().own_classes = (name, second) if i == 0 else (first, name)


def _forget() -> None:
    session().own.clear()
    session().lessons.pop(OWN, None)
