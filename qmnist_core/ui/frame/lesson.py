"""A lesson beside the page: its step at the left, in place of the settings, and on a phone in a sheet above the dock.

Which step of which lesson it is lives in the address, beside the settings: a lesson can be sent as a link, and goes on
where it was after a reload. How far each lesson was followed the session remembers, and the visitor's browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qmnist_core.address.kinds import PREFIX
from qmnist_core.address.settings import DATA, from_address, to_address
from qmnist_core.address.views import LESSON, LESSON_NAME, ONLY, PART, PRESENT, STEP, in_todays_words
from qmnist_core.errors import LessonError
from qmnist_core.lessons import Lesson, LessonStep, find_lesson
from qmnist_core.sources import MNIST
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.components.guide import Guide, guide
from qmnist_core.ui.components.remember import remember
from qmnist_core.ui.frame.site import LISTED, PAGES
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit, look_at, refuse_unless, seen
from qmnist_core.ui.session.session import session

SHEET = Path(__file__).parent / "lesson.css"
SIDES = ("Settings", "Lesson")
"""What the left side of the page can show while a lesson is followed."""


def go_where_asked(page: str) -> None:
    """Before anything of a page is drawn: another one, where that was asked for here. It is asked for until it is
    there, or the visitor has gone elsewhere."""
    here, there = session().going or (page, page)
    if here == page != there:
        st.switch_page(PAGES[there][0], query_params=state.current_address())
    session().going = None


def beside(page: str) -> None:
    """The step of the lesson that is followed, if any."""
    session().step, session().plays = "", False
    name = seen(LESSON_NAME)
    if name is None:
        return
    try:
        lesson = find_lesson(name, LISTED)
    except LessonError as error:
        say.warning(f"This lesson cannot be followed: {error}.", icon=":material/school:")
        _way("To the lessons", "lessons", _kept(), icon="school")
        return
    n = len(lesson.steps)
    fit(PART, refuse_unless(lambda number: number <= n), f"this lesson has steps 1 to {n}")
    number = seen(PART)
    step = lesson.steps[number - 1]
    is_here = step.page == page
    session().reached[name] = number
    if is_here:
        session().step, session().plays = _name(lesson, number), step.play
    style(SHEET)
    with st.container(key=_place(), gap="small"):
        switch("lesson")
        shown = _guide(lesson, number, is_here)
        guide(shown, lambda choice: choose(shown.name, choice))
        remember(session().reached)
        _ways(lesson, number, is_here)


def _place() -> str:
    """The container's key, by which the style sheet knows where it stands."""
    if seen(PRESENT):
        return "lesson-away"
    return "lesson" if session().side == "Lesson" else "lesson-behind"


def switch(place: str) -> None:
    """Between the settings and the lesson, at the top of either, while a lesson is followed."""
    if not state.in_lesson():
        return
    key = f"side-{place}"
    st.session_state[key] = session().side
    st.segmented_control(
        "At the left",
        SIDES,
        key=key,
        label_visibility="collapsed",
        required=True,
        width="stretch",
        on_change=lambda: setattr(session(), "side", st.session_state[key]),
    )


def choose(step: str, choice: int) -> None:
    """Remember the choice at a step's question. step: its name. The first one counts: it was made before seeing."""
    session().chosen.setdefault(step, choice)


def begin_again(lesson: Lesson) -> None:
    """From the first step on, with every question open again."""
    for number in range(1, len(lesson.steps) + 1):
        session().chosen.pop(_name(lesson, number), None)
    go_to(lesson.steps[0].page, step_address(lesson, 1))


def _name(lesson: Lesson, number: int) -> str:
    """A step's name in the session and in the browser."""
    return f"{lesson.name} {number}"


def _guide(lesson: Lesson, number: int, is_here: bool) -> Guide:
    step = lesson.steps[number - 1]
    about = partial(Guide, _name(lesson, number), lesson.title, step.title, number, len(lesson.steps))
    if not is_here:
        return about(f"This step is on the page *{PAGES[step.page][1]}*.")
    return about(
        *(step.text, step.look, step.question, step.answer, step.marked),
        choices=step.choices,
        right=step.right,
        chosen=session().chosen.get(_name(lesson, number)),
    )


def _ways(lesson: Lesson, number: int, is_here: bool) -> None:
    """Buttons: back, forward, the step's own settings, and leave."""
    step, last = lesson.steps[number - 1], len(lesson.steps)
    with st.container(key="lesson-ways", horizontal=True, gap="xsmall"):
        back = (lesson.steps[number - 2].page, step_address(lesson, number - 1)) if number > 1 else None
        _way("Back", *(back or ("", {})), shortcut="B", disabled=back is None)
        if not is_here:
            _way(f"To {PAGES[step.page][1]}", step.page, step_address(lesson, number), kind="primary", shortcut="N")
        elif number < last:
            ahead = lesson.steps[number].page, step_address(lesson, number + 1)
            _way("Next", *ahead, kind="primary", shortcut="N")
        else:
            st.button(
                "Finish",
                key="lesson-Finish",
                type="primary",
                shortcut="N",
                width="stretch",
                on_click=_finish,
                args=(lesson,),
            )
    with st.container(key="lesson-more", horizontal=True, gap="xsmall"):
        st.button("Leave", key="lesson-leave", icon=":material/close:", type="tertiary", on_click=_leave)
        if is_here and _has_changed(step):
            _way("Reset this step", step.page, step_address(lesson, number), "undo", "tertiary", width="content")


def _way(
    label: str,
    page: str,
    address: Mapping[str, str],
    icon: str = "",
    kind: Any = "secondary",
    **more: Any,
) -> None:
    """A button that shows a page with what an address says."""
    st.button(
        label,
        key=f"lesson-{label.split()[0]}",
        icon=f":material/{icon}:" if icon else None,
        type=kind,
        on_click=go_to,
        args=(page, address),
        **{"width": "stretch", **more},
    )


def go_to(page: str, address: Mapping[str, str]) -> None:
    """Show a page with what an address says, from a button's callback."""
    state.take_address(address)
    session().go(page)
    session().side, session().step = "Lesson", ""


def _finish(lesson: Lesson) -> None:
    """To the lessons, as on a first visit; what a teacher has locked is as the teacher set it."""
    session().reached[lesson.name] = len(lesson.steps) + 1
    go_to("lessons", {**(to_address(state.as_taught()) if ONLY in session().view else {}), **_kept()})


def _leave() -> None:
    session().experiment = state.as_taught()
    look_at(LESSON_NAME, None)
    look_at(PART, PART.default)


def step_address(lesson: Lesson, number: int) -> dict[str, str]:
    """What the address of a step says, from 1; what a teacher has locked stays so, and so does the full screen."""
    named = dict(zip(LESSON, (lesson.name, str(number)), strict=True))
    on_mnist = {} if DATA.usual is None else {DATA.address: MNIST}
    return {**on_mnist, **lesson.steps[number - 1].address, **named, **_kept()}


def _kept() -> dict[str, str]:
    view = session().view
    return {name: view[name] for name in (ONLY, PRESENT.key) if name in view}


def _has_changed(step: LessonStep) -> bool:
    """Whether settings, or what the step wants looked at, are not its own any more; the cursor is free to move."""
    own = state.on_mnist(from_address(step.address)[0])
    seen = in_todays_words({name: value for name, value in step.address.items() if name.startswith(PREFIX)})
    seen.pop(STEP.key, None)
    return to_address(own) != to_address(session().experiment) or not (seen.items() <= session().view.items())
