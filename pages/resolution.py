"""Full resolution: a network of 785 qubits, and what more pixels bring and cost."""

import streamlit as st

from qmnist_core.address.views import RESOLUTION_SECTION
from qmnist_core.studies.whole import whole_image
from qmnist_core.ui.frame.page import checked_dataset, frame, panel_blind_warning
from qmnist_core.ui.resolution import views, whole
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import sections
from qmnist_core.ui.shared.dock import show_dock

experiment = frame(
    "resolution",
    "Every pixel is a qubit: find the two digits in what they learn.",
    own=("size", "resize", "init", "backend"),
)
wanted = whole_image(experiment, whole.batch_size(experiment))
dataset = checked_dataset(wanted)
run = whole.follow_whole(wanted, dataset)
if seen(RESOLUTION_SECTION) == "learnt":
    with st.container(key="beside-tabs", horizontal=True, vertical_alignment="center", gap="small"):
        whole.batch_control(experiment, len(dataset.train))
        with st.popover("What is φ?", key="resolution-about"):
            whole.show_details(run, dataset)

tabs = sections(RESOLUTION_SECTION, "resolution-section", tuple(RESOLUTION_SECTION.options))
with tabs["learnt"], st.container(key="figure-main"):
    if tabs["learnt"].open:
        whole.show_whole(run, dataset)
with tabs["sizes"]:
    if tabs["sizes"].open:
        panel_blind_warning(experiment)
        with st.container(gap="xsmall"):
            views.show_sizes(experiment, len(dataset.test))
with tabs["memory"]:
    if tabs["memory"].open:
        left, right = st.columns([3, 2], gap="medium")
        with left:
            views.show_memory(experiment)
        with right:
            views.show_memory_words(experiment)
show_dock(run, dataset)
