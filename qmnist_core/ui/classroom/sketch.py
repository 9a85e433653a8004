"""Drawings from phones: how they are sent, and what the wall and the phone show of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import streamlit as st

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Class, Drawing, Round, Store
from qmnist_core.look.text import counted, plain
from qmnist_core.pictures.gallery import data_url
from qmnist_core.ui.classroom.place import Pupil, Teacher, attempt
from qmnist_core.ui.components import say
from qmnist_core.ui.session.place import read_once
from qmnist_core.ui.shared.drawings import Drawn, give_buttons, give_sketch, sketch_pad

STATES = {"waiting": "waits", "shown": "on the wall", "hidden": "not shown"}
"""What a phone says of its drawings."""
SHOWN_SENT = 4
"""Drawings that a phone shows of its own: the last ones."""
SENT_PIXELS = 80
"""Their side."""


def names(store: Store, class_: Class) -> dict[int, str]:
    """Each member's name, as all may see it: "" where it is hidden, and for everybody while the teacher looks first."""
    is_held = class_.looks_first
    return {member.id: "" if is_held else member.public_name for member in store.members(class_)}


def on_wall(teacher: Teacher, round_: Round) -> list[Drawn]:
    """The round's drawings that all may see, in the order in which they were drawn."""
    who = names(teacher.store, teacher.class_)
    found = teacher.store.drawings(teacher.class_, round_.id, ("shown",))
    return [
        Drawn(one.id, one.pixels, one.label == 0, who.get(one.member_id, "")) for one in found if one.label is not None
    ]


def invite(asked: str, more: str) -> None:
    """While the wall has nothing to show: what all are asked to do, large."""
    with st.container(key="wall-question"):
        st.markdown(plain(asked))
    with st.container(key="wall-choices"):
        st.markdown(plain(more))


def acting(teacher: Teacher) -> Callable[[int, str], None]:
    """What hides or deletes a drawing, as `tiles` asks for it."""

    def acted(drawing_id: int, act: str) -> None:
        if act == "hide":
            attempt(teacher.store.set_drawing_state, teacher.class_, drawing_id, "hidden")
        elif act == "delete":
            attempt(teacher.store.delete_drawing, teacher.class_, drawing_id)

    return acted


def send_drawings(
    pupil: Pupil, round_: Round, buttons: dict[int, str], hint: Callable[[Sequence[Drawing]], str]
) -> None:
    """The pad, a button for each class that can be drawn, and what was sent. A stroke changes only this part.

    buttons: labels by the index of the class among the round's choices. hint: what a blank pad says, by what was sent.
    """

    indices, place = list(buttons), str(round_.id)

    def give(image: Gray, button: int) -> None:
        pupil.store.draw(pupil.member, round_.id, image, indices[button])

    def part() -> None:
        give_sketch(place, give)
        with say.refusals():
            sent = pupil.store.own_drawings(pupil.member, round_.id)
            sketch_pad(place, hint(sent), "large")
            give_buttons(place, [plain(label) for label in buttons.values()], "send")
            _show_sent(sent)

    if round_.is_open:
        st.fragment(part)()
    else:
        st.markdown("**Drawing is closed.** Look at the wall.")
        with say.refusals():
            _show_sent(pupil.store.own_drawings(pupil.member, round_.id))


def _show_sent(sent: Sequence[Drawing]) -> None:
    if not sent:
        return
    n_waiting = sum(one.state == "waiting" for one in sent)
    waits = f"; {n_waiting} {'waits' if n_waiting == 1 else 'wait'} for your teacher" if n_waiting else ""
    st.caption(f"{counted(len(sent), 'drawing')} sent{waits}")
    with st.container(horizontal=True, gap="small", key="sent"):
        for one in reversed(sent[-SHOWN_SENT:]):
            # In the page itself: a file of the server may be gone before a late browser asks for it.
            address = data_url(one.pixels.tobytes(), one.pixels.shape)
            st.image(address, STATES[one.state], width=SENT_PIXELS, alt="What you drew")


def shown(pupil: Pupil, round_: Round) -> Hashable:
    """What a phone shows of the round beside the round itself: how its own drawings stand."""
    store, class_ = pupil.store, pupil.class_
    states = read_once(store, class_.id, round_.id, lambda: store.drawing_states(class_, round_.id))
    return (states or {}).get(pupil.member.id)
