"""A lesson on the screen: its step at the top of each page, and the cards that begin one.

Which step of which lesson it is lives in the address, beside the settings: a lesson can be sent as a link, and goes on
where it was after a reload.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from qmnist_core.address.kinds import PREFIX
from qmnist_core.address.settings import from_address, to_address
from qmnist_core.address.views import LESSON, LESSON_NAME, ONLY, PART, in_todays_words
from qmnist_core.errors import LessonError
from qmnist_core.lessons import Lesson, LessonStep, find_lesson
from qmnist_core.look.text import emphasised, plain
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit, look_at, refuse_unless, seen
from qmnist_core.ui.session.session import session

SHEET = Path(__file__).parent / "lesson.css"


TOP_JS = """
export default function ({ data, parentElement }) {
  if (window.qmnistStep === data) return;
  window.qmnistStep = data;
  const host = parentElement.getRootNode().host ?? parentElement;
  const main = host.closest('[data-testid="stMain"]');
  const up = () => { if (window.qmnistStep === data) main?.scrollTo({ top: 0 }); };
  up();
  setTimeout(up, 250);
}
"""
"""Another step begins at the top of the page, even if an open tab further down would scroll to itself."""
_top = partial(st.components.v2.component, "qmnist_lesson_top", html="<span></span>", js=TOP_JS)


def banner(page: str) -> bool:
    """The step of the lesson that is followed; whether it stands in place of the page's own introduction."""
    name = seen(LESSON_NAME)
    if name is None:
        return False
    style(SHEET)
    try:
        lesson = find_lesson(name, PAGES)
    except LessonError as error:
        say.warning(f"This lesson cannot be followed: {error}.", icon=":material/school:")
        _way("lessons", _lock(), page, "To the lessons", "school", "secondary")
        return False
    n = len(lesson.steps)
    fit(PART, refuse_unless(lambda number: number <= n), f"this lesson has steps 1 to {n}")
    number = seen(PART)
    step = lesson.steps[number - 1]
    with st.container(border=True, key="lesson", gap="small"):
        st.caption(f"Lesson: {plain(lesson.title)} · Step {number} of {len(lesson.steps)}")
        if step.page == page:
            _show(lesson, number)
        else:
            st.markdown(f"**{plain(step.title)}** is on another page.")
            _way(step.page, state.current_address(), page, f"To {PAGES[step.page][1]}", "arrow_forward", "primary")
        _ways(lesson, number, page)
    _top()(key="lesson-top", data=f"{lesson.name} {number}", height=1)
    return bool(step.page == page)


def _show(lesson: Lesson, number: int) -> None:
    step = lesson.steps[number - 1]
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown(f"### {plain(step.title)}")
        st.markdown(emphasised(step.text))
        st.markdown(f":material/visibility: **Look at** {emphasised(step.look)}")
    with right:
        st.markdown(f":material/help: **{emphasised(step.question)}**")
        with st.expander("Show the answer", key=f"lesson-answer-{lesson.name}-{number}"):
            st.markdown(emphasised(step.answer))


def _ways(lesson: Lesson, number: int, page: str) -> None:
    """Buttons: back, forward, the step's own settings, and leave."""
    step, last = lesson.steps[number - 1], len(lesson.steps)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if number > 1:
            to_step(lesson, number - 1, page, "Back", "arrow_back")
        if step.page == page and number < last:
            to_step(lesson, number + 1, page, "Next", "arrow_forward", "primary")
        elif step.page == page:
            _way("lessons", _finish_address(), page, "Finish", "check", "primary")
        if _has_changed(step):
            to_step(lesson, number, page, "This step's settings again", "undo", "tertiary")
        st.button("Leave the lesson", key="lesson-leave", icon=":material/close:", type="tertiary", on_click=_leave)


def to_step(lesson: Lesson, number: int, here: str, label: str, icon: str, kind: Any = "secondary") -> None:
    _way(lesson.steps[number - 1].page, step_address(lesson, number), here, label, icon, kind)


def _way(page: str, address: Mapping[str, str], here: str, label: str, icon: str, kind: Any) -> None:
    """A button, or what looks like one, that shows a page with what an address says.

    To another page it is a link; a link to the same page would leave the browser's own address as it was.
    """
    key = f"lesson-way-{kind}-{label.split()[0]}-{address.get(LESSON[0], '')}"
    with st.container(key=key, width="content"):
        if page == here:
            icon = f":material/{icon}:"
            st.button(label, key=f"{key}-button", icon=icon, type=kind, on_click=state.take_address, args=(address,))
        else:
            st.page_link(PAGES[page][0], label=label, icon=f":material/{icon}:", query_params=address)


def _leave() -> None:
    session().experiment = state.as_taught()
    look_at(LESSON_NAME, None)
    look_at(PART, PART.default)


def step_address(lesson: Lesson, number: int) -> dict[str, str]:
    """What the address of a step says, from 1; what a teacher has locked stays so."""
    named = dict(zip(LESSON, (lesson.name, str(number)), strict=True))
    return {**lesson.steps[number - 1].address, **named, **_lock()}


def _finish_address() -> dict[str, str]:
    """The lessons, as on a first visit; what a teacher has locked is as the teacher set it."""
    return {**to_address(state.as_taught()), **_lock()} if _lock() else {}


def _lock() -> dict[str, str]:
    view = session().view
    return {ONLY: view[ONLY]} if ONLY in view else {}


def _has_changed(step: LessonStep) -> bool:
    """Whether settings, or what the step wants looked at, are not the step's own any more."""
    own = from_address(step.address)[0]
    seen = in_todays_words({name: value for name, value in step.address.items() if name.startswith(PREFIX)})
    return to_address(own) != to_address(session().experiment) or not (seen.items() <= session().view.items())
