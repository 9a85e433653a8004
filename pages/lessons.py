"""Lessons: guided ways through the dashboard."""

import streamlit as st

from qmnist_core.lessons import VARIABLE, all_lessons
from qmnist_core.ui.components import say
from qmnist_core.ui.frame.page import frame
from qmnist_core.ui.frame.site import LISTED
from qmnist_core.ui.lessons.views import card, recall

frame("lessons", "Each step sets up a page, says what to look at, and asks a question.")
recall()
lessons, problems = all_lessons(LISTED)
for start in range(0, len(lessons), 2):
    for column, lesson in zip(st.columns(2, gap="small"), lessons[start : start + 2], strict=False):
        with column:
            card(lesson)
if not lessons:
    st.info("There is no lesson here.", icon=":material/school:")
for problem in problems:
    say.error(f"A lesson cannot be used. {problem}")

st.caption(
    f"For teachers: a lesson is one file. The README says how to write your own; `{VARIABLE}` names their folder."
)
