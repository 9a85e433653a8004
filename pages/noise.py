"""Noise and shots: what imperfect gates and finitely many measurements leave of a trained network."""

import streamlit as st

from qmnist_core.ui.frame.page import checked_dataset, frame, panel_blind_warning, test_example
from qmnist_core.ui.noise import views
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.dock import follow_run, show_dock

experiment = frame(
    "noise",
    "On real hardware **every gate makes small errors**, and ⟨Z⟩ is only an average over finitely many measurements, "
    "called shots. Raise the gates' infidelity, lower the number of shots, and see what is left of the answers.",
)
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
exponents = run.exponents
chosen = views.controls()

st.subheader("The whole network")
panel_blind_warning(experiment)
curve = None
if run.is_growing:
    st.info("What noise does to it is computed as soon as it is trained.", icon=":material/hourglass:")
else:
    curve = views.follow_curve(experiment, exponents, dataset, chosen.kind)
if curve is not None:
    views.show_curve(curve, experiment, dataset, chosen)
    st.subheader("One image")
    views.show_image(experiment, exponents, dataset, test_example(dataset, run), chosen)

st.subheader("How large a network still works under this noise?")
views.show_advice(experiment, chosen)

with st.expander("What exactly is computed"):
    st.markdown(views.EXACTLY)
state.write_address()
show_dock(run, dataset)
