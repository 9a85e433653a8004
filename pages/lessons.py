"""Lessons: guided ways through the dashboard."""

import streamlit as st

from qmnist_core.lessons import VARIABLE, all_lessons
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.frame.lesson import SHEET
from qmnist_core.ui.frame.page import frame
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.lessons.views import card

frame(
    "lessons",
    "Each lesson leads you through the pages in a few steps. A step sets everything up, says what to look at, and asks "
    "a question; its answer appears when you ask for it. Change whatever you like on the way.",
)
style(SHEET)
lessons, problems = all_lessons(PAGES)
for start in range(0, len(lessons), 2):
    for column, lesson in zip(st.columns(2, gap="small"), lessons[start : start + 2], strict=False):
        with column:
            card(lesson)
if not lessons:
    st.info("There is no lesson here.", icon=":material/school:")
for problem in problems:
    say.error(f"A lesson cannot be used. {problem}")

st.caption(
    "For teachers: **Share** in the sidebar makes a link to any screen and locks the settings that you choose. A "
    "lesson is one file; the README says how to write your own, and the environment variable "
    f"`{VARIABLE}` names their folder."
)
