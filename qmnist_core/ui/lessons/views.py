"""Lessons to choose from."""

from __future__ import annotations

import streamlit as st

from qmnist_core.lessons import Lesson
from qmnist_core.look.text import counted, emphasised, plain
from qmnist_core.ui.frame import share
from qmnist_core.ui.frame.lesson import step_address, to_step
from qmnist_core.ui.frame.site import PAGES, full_link


def card(lesson: Lesson) -> None:
    """One lesson to choose."""
    n = len(lesson.steps)
    with st.container(border=True, height="stretch", key=f"lesson-card-{lesson.name}"):
        st.markdown(f"### {plain(lesson.title)}")
        st.markdown(emphasised(lesson.summary))
        st.caption(f"About {lesson.minutes} minutes · {counted(n, 'step')}")
        with st.container(horizontal=True, vertical_alignment="center"):
            to_step(lesson, 1, "lessons", "Start", "play_arrow", "primary")
            with st.popover("Link for students", icon=":material/link:", type="tertiary"):
                share.show_link(
                    full_link(lesson.steps[0].page, step_address(lesson, 1), here="lessons"),
                    f"lesson-link-{lesson.name}",
                )
        with st.expander("The steps"):
            st.markdown("\n".join(f"1. {plain(f'[{PAGES[step.page][1]}] {step.title}')}" for step in lesson.steps))
