"""Ten digits: many star circuits on whole images, and what they take for what."""

import streamlit as st

from qmnist_core.address.views import TEN_SECTION
from qmnist_core.ui.frame.page import frame, tools
from qmnist_core.ui.session.follow import Follower
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import sections
from qmnist_core.ui.shared import ten
from qmnist_core.ui.ten import views

frame("ten", "**Draw**: circuits of 785 qubits read it.", side=views.settings)
watcher = ten.training()
with tools():
    if seen(TEN_SECTION) == "read":
        ten.choose_given()
    views.choose_circuits()
follower = Follower.of(watcher)
with st.container(key="ten-progress"):
    follower.follow(lambda: views.show_progress(watcher))

tabs = sections(TEN_SECTION, "ten-section", tuple(TEN_SECTION.options))
with tabs["read"]:
    if tabs["read"].open:
        with st.container(key="figure-main"):
            left, right = st.columns([620, 300], gap="medium")
            with left:
                ten.show_reading(watcher)
            with right:
                views.show_curve(watcher)
with tabs["maps"]:
    if tabs["maps"].open:
        views.show_maps(watcher)
found = ten.outcome(watcher)
for name, show in (("mistakes", views.show_mistakes), ("quantum", views.show_words)):
    with tabs[name]:
        if tabs[name].open:
            if found is None:
                views.waits()
            else:
                show(found)
ten.show_dock(watcher)
