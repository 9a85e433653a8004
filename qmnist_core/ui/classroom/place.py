"""How a session becomes a class's teacher or one of its members, and ends to be; what it does there, with what the
class refuses said in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

import streamlit as st

from qmnist_core.classroom import Class, Round
from qmnist_core.errors import QMnistError
from qmnist_core.ui.components import say
from qmnist_core.ui.components.cookie import cookie
from qmnist_core.ui.frame.site import full_link
from qmnist_core.ui.session import place
from qmnist_core.ui.session.session import Pupil, Teacher, session

__all__ = ["Form", "Pupil", "Teacher", "attempt", "current_round", "round_button", "say_refusal"]

Form: TypeAlias = "tuple[Mapping[str, Any], Sequence[str]]"
"""What a round asks, and its choices."""

TEACH, CLASS = "teach", "class"
"""What an address of the teacher's page, or of a member's, says: the key, or the code."""
YEAR = 365 * 24 * 3600.0
"""For which a browser keeps a key where the class has no end, in seconds."""


def attempt(act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
    """Do something with the class, from a button; what it refuses is said once the page is drawn.

    Returns what it gives, or None where it was refused.
    """
    try:
        given = act(*arguments, **more)
        place.look_anew()
        return given
    except QMnistError as error:
        session().refusal = str(error)
        return None


def say_refusal() -> None:
    """What was refused last."""
    words, session().refusal = session().refusal, ""
    if words:
        say.error(f"{words[0].upper()}{words[1:]}.")


def current_round(who: Teacher | Pupil) -> Round | None:
    """The round that was opened last. Errors: those of the store."""
    number = who.class_.round_id
    return None if number is None else who.store.round_of(who.class_, number)


def round_button(label: str, key: str, teacher: Teacher, kind: str, ask: Callable[[], Form], **options: Any) -> None:
    """The button of an activity's form, which opens a round. ask: what the form says, called when the button is
    pressed: it may have been filled in a moment before, and not drawn since."""

    def pressed() -> None:
        if attempt(teacher.store.open_round, teacher.class_, kind, *ask()) is not None:
            session().setting_up = session().shows_code = False

    st.button(label, key=key, type="primary", on_click=pressed, **options)


# The teacher


def start(hours: float | None) -> None:
    """Make a class that this session teaches."""

    def make() -> Teacher:
        store = place.store()
        return Teacher(store, *store.make(hours))

    session().teacher = attempt(make) or session().teacher


def take_private_link() -> None:
    """Before anything of the teacher's page is drawn: become the teacher whose key the address has, and take the key
    out of it, so that no projector shows it."""
    key = st.query_params.get(TEACH)
    if key is None:
        return
    del st.query_params[TEACH]

    def come() -> Teacher:
        store = place.store()
        return Teacher(store, store.as_teacher(key, session().asker), key)

    session().teacher = attempt(come) or session().teacher


def private_link(teacher: Teacher) -> str:
    return full_link("class", {TEACH: teacher.key}, here="class")


def join_link(class_: Class | None = None) -> str:
    """Where members join, with the code or without."""
    return full_link("join", {} if class_ is None else {CLASS: class_.code}, here="class")


def spoken(link: str) -> str:
    """A link as it is said and typed: without what every browser adds."""
    return link.partition("://")[2] or link


def end(teacher: Teacher) -> None:
    """End the class: everything of it is deleted."""
    attempt(teacher.store.end, teacher.class_)
    place.find()


def keep_teacher() -> None:
    """Have the browser keep who this session is, or forget it."""
    now = session()
    if not now.trouble:
        teacher = now.teacher
        cookie(place.TEACHER, *(("", 0.0) if teacher is None else _kept(teacher.class_, teacher.key)))


# Members


def find_class(code: str) -> Class | None:
    """The class of a code that was typed; where there is none the page says so."""
    found: Class | None = attempt(lambda: place.store().join(code, session().asker))
    return found


def enter(class_: Class, name: str) -> None:
    """Become a member of a class."""

    def come() -> Pupil:
        store = place.store()
        member, key = store.enter(class_, name)
        return Pupil(store, class_, member, key)

    session().pupil = attempt(come) or session().pupil


def leave() -> None:
    """Be a member no longer; what was given stays with the class."""
    session().pupil, session().follows = None, False


def keep_pupil() -> None:
    """Have the browser keep who this session is, or forget it."""
    now = session()
    if not now.trouble:
        pupil = now.pupil
        cookie(place.PUPIL, *(("", 0.0) if pupil is None else _kept(pupil.class_, pupil.key)))


def _kept(class_: Class, key: str) -> tuple[str, float]:
    seconds = YEAR if class_.ends is None else max(1.0, class_.ends - place.store().clock())
    return f"{class_.id}.{key}", seconds


def until(class_: Class) -> str:
    """How long a class's things are kept, as "kept …" goes on, by the clock on the visitor's wall."""
    if class_.ends is None:
        return "until your teacher ends the class"
    minutes = st.context.timezone_offset or 0
    end = datetime.fromtimestamp(class_.ends, timezone(-timedelta(minutes=minutes)))
    return f"until {end:%A, %H:%M}, or until your teacher ends the class"
