"""Atlas: every stack of one, two and three layers on one map, and the test of the best."""

import streamlit as st

from qmnist_core.address.views import ATLAS_SECTION
from qmnist_core.ui.atlas import views
from qmnist_core.ui.frame.page import frame, tools
from qmnist_core.ui.session.widgets import sections

frame(
    "atlas",
    "Rows: first layer; columns: second; in a block: third. **Click one.**",
    side=views.settings,
)
with tools():
    views.choose_start()
atlas = views.shipped()
tabs = sections(ATLAS_SECTION, "atlas-section", tuple(ATLAS_SECTION.options))
with tabs["map"]:
    if tabs["map"].open:
        with st.container(key="figure-main"):
            left, right = st.columns([670, 270], gap="small")
            with left:
                views.show_map(atlas)
            with right, st.container(key="atlas-one", gap="small"):
                views.show_stack(atlas)
with tabs["best"]:
    if tabs["best"].open:
        views.show_best(atlas)
with tabs["about"]:
    if tabs["about"].open:
        views.show_about(atlas)
