"""Ten digits: many star circuits on whole images, and what they take for what."""

import streamlit as st

from qmnist_core.address.views import TEN_SECTION
from qmnist_core.ui.frame.page import frame, tools
from qmnist_core.ui.session.follow import Follower
from qmnist_core.ui.session.widgets import sections
from qmnist_core.ui.ten import views

frame("ten", "**Draw any digit**: circuits of 785 qubits read it.", side=views.settings)
watcher = views.training()
follower = Follower.of(watcher)
with tools():
    follower.button(*views.stop_or_again(watcher), "content")  # before what stays where it is
    views.choose_circuits()
found = views.outcome(watcher)
follower.follow(lambda: views.show_progress(watcher))

tabs = sections(TEN_SECTION, "ten-section", tuple(TEN_SECTION.options))
with tabs["read"]:
    if tabs["read"].open:
        with st.container(key="figure-main"):
            left, right = st.columns([620, 300], gap="medium")
            with left:
                st.fragment(lambda: views.show_reading(found))()
            with right:
                follower.follow(lambda: views.show_curve(watcher))
for name, show in (("mistakes", views.show_mistakes), ("maps", views.show_maps), ("quantum", views.show_words)):
    with tabs[name]:
        if tabs[name].open:
            if found is None:
                views.waits()
            else:
                show(found)
