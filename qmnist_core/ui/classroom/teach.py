"""Teach: two classes of the class's own, learnt from its drawings alone."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from qmnist_core.classroom import Drawing, Round
from qmnist_core.classroom.names import MOST_IN_NAME, clean_name
from qmnist_core.studies.class_set import LEAST_TO_TEACH
from qmnist_core.ui.classroom import sketch
from qmnist_core.ui.classroom.place import Form, Pupil, Teacher, round_button
from qmnist_core.ui.session.session import Session
from qmnist_core.ui.shared.teaching import show_taught, train_button

shown = sketch.shown
HEIGHT = 460
"""Of the drawings on the wall, in pixels."""


def setup(teacher: Teacher) -> None:
    """What the two classes are called."""
    for i, (place, name) in enumerate(zip(st.columns(2), Session.own_classes, strict=True)):
        place.text_input(f"Class {i + 1}", name, max_chars=MOST_IN_NAME, key=f"teach-class-{i}")

    def ask() -> Form:
        return {}, [clean_name(st.session_state[f"teach-class-{i}"]) or f"Class {i + 1}" for i in (0, 1)]

    round_button("Start teaching", "teach-start", teacher, "teach", ask)


def phone(pupil: Pupil, round_: Round) -> None:
    """A pad, and a button for each class; which one to draw next is suggested in turn."""

    def hint(sent: Sequence[Drawing]) -> str:
        counts = [sum(one.label == i for one in sent) for i in (0, 1)]
        even = pupil.member.id % 2  # half of the class begins with each
        return f"Draw a {round_.choices[even if counts[0] == counts[1] else counts.index(min(counts))]}"

    sketch.send_drawings(pupil, round_, {i: f"It is a {name}" for i, name in enumerate(round_.choices)}, hint)


def wall(teacher: Teacher, round_: Round) -> None:
    """The drawings, Train, and what the network says of them as it learns."""
    classes = round_.choices[0], round_.choices[1]
    drawn = sketch.on_wall(teacher, round_)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="teach-acts"):
        train_button(round_.id, drawn, classes)
        counts = [sum(one.is_first == first for one in drawn) for first in (True, False)]
        said = " · ".join(f"{n} of {name}" for n, name in zip(counts, classes, strict=True))
        waiting, _ = teacher.store.count_drawings(teacher.class_, round_.id, "waiting")
        st.text(f"{said}{f' · {waiting} wait' if waiting else ''}")
    if drawn:
        show_taught(round_.id, drawn, classes, HEIGHT, sketch.acting(teacher))
    else:
        few = f"{LEAST_TO_TEACH} of each at least; then a network learns them, and reads what you draw later."
        sketch.invite(f"Draw a {classes[0]} or a {classes[1]} on your phone.", few)
