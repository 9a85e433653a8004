"""Lessons to choose from, and how far one is in each."""

from __future__ import annotations

import streamlit as st

from qmnist_core.lessons import Lesson
from qmnist_core.look.text import counted, emphasised, plain
from qmnist_core.ui.components.remember import remember
from qmnist_core.ui.frame import share
from qmnist_core.ui.frame.lesson import begin_again, go_to, step_address
from qmnist_core.ui.frame.site import PAGES, full_link
from qmnist_core.ui.session.session import session


def recall() -> None:
    """Take from the browser how far one was, on an earlier visit."""
    session().reached = remember(session().reached, tells=True)


def card(lesson: Lesson) -> None:
    """One lesson to choose."""
    n, reached = len(lesson.steps), session().reached.get(lesson.name, 0)
    goes_on, is_done = 1 < reached <= n, reached > n
    number = reached if goes_on else 1
    there = lesson.steps[number - 1].page, step_address(lesson, number)
    with st.container(border=True, height="stretch", key=f"lesson-card-{lesson.name}", gap="small"):
        st.markdown(f"## {plain(lesson.title)}")
        st.markdown(emphasised(lesson.summary))
        done = " · done" if is_done else ""
        st.progress(min(reached, n) / n, text=f"{lesson.minutes} minutes · {counted(n, 'step')}{done}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                f"Go on at step {number} of {n}" if goes_on else "Start again" if is_done else "Start",
                key=f"lesson-start-{lesson.name}",
                type="primary",
                width=210,
                on_click=begin_again if is_done else go_to,
                args=(lesson,) if is_done else there,
            )
            with st.popover("Steps", type="tertiary"), st.container(gap=None):
                for i, step in enumerate(lesson.steps, start=1):
                    st.button(
                        f"{i}. {plain(step.title)} ({PAGES[step.page][1]})",
                        key=f"lesson-step-{lesson.name}-{i}",
                        type="tertiary",
                        on_click=go_to,
                        args=(step.page, step_address(lesson, i)),
                    )
            with st.popover("For students", type="tertiary"):
                share.show_link(
                    full_link(lesson.steps[0].page, step_address(lesson, 1), here="lessons"),
                    f"lesson-link-{lesson.name}",
                )
