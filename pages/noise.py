"""Noise and shots: what imperfect gates and finitely many measurements leave of a trained network."""

import streamlit as st

from qmnist_core.ui.frame.page import checked_dataset, frame, panel_blind_warning, test_example
from qmnist_core.ui.noise import views
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.dock import follow_run, show_dock

experiment = frame("noise", "Real gates err: **drag the line** and see what is left.")
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
panel_blind_warning(experiment)
views.controls(dataset)
tabs = views.section()
example = test_example(dataset, run)
curve = None if run.is_growing else views.follow_curve(experiment, run.exponents, dataset)

with tabs["answers"], st.container(key="figure-main"):
    if tabs["answers"].open:
        if run.is_growing:
            st.skeleton(views.HEIGHT)
            st.caption("What noise does to it is computed as soon as it is trained.")
        if curve is not None:
            views.show_curve(curve, run, dataset, example)

with tabs["size"]:
    if tabs["size"].open:
        points = [] if curve is None else curve.watcher.job.results(curve.watcher.revealed)
        views.show_advice(experiment, views.chosen_of(points, views.shot_accuracies(points, dataset)))

state.write_address()
show_dock(run, dataset)
