"""Why it can fail: two trainings that differ only in their start, and what is small before the first step."""

import streamlit as st

from qmnist_core.address.views import PLATEAU_SECTION
from qmnist_core.ui.frame.page import checked_dataset, frame, tools
from qmnist_core.ui.plateau import pair, views
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import sections
from qmnist_core.ui.shared.dock import show_dock

experiment = frame(
    "plateau",
    "The same training from two starts.",
    own=("size", "init", "backend"),
)
if seen(PLATEAU_SECTION) == "pair":
    with tools():
        size = pair.size_slider()
else:
    size = pair.size()
wanted = pair.pair(experiment, size)
dataset = checked_dataset(wanted[pair.PLAYED])
runs = pair.follow_pair(wanted, dataset)

tabs = sections(PLATEAU_SECTION, "plateau-section", tuple(PLATEAU_SECTION.options))
with tabs["pair"]:
    if tabs["pair"].open:
        with st.container(key="figure-main", gap="xsmall"):
            pair.show_pair(runs, dataset)
with tabs["before"]:
    if tabs["before"].open:
        with st.container(gap="xsmall"):
            views.show_before(experiment)
with tabs["terms"]:
    if tabs["terms"].open:
        views.show_terms()
show_dock(runs[pair.PLAYED], dataset, pair.beside(runs))
