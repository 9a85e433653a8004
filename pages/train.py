"""Train: start, pause, step and stop a training, and see everything that moves."""

import streamlit as st

from qmnist_core.ui import live, live_controls, live_panel, state, takeaway
from qmnist_core.ui.frame import checked_dataset, frame

experiment = frame(
    "train",
    "Each step shows the network a batch of images and moves every exponent a little, so that ⟨Z⟩ goes up for the "
    "first digit and down for the second. Press Start; slow it down to watch; pause and step through it.",
    groups=("Training",),
)
checked_dataset(experiment)
live.follow_settings(experiment)
state.write_address()

live_controls.controls(experiment)
shown = live.record()
if shown is not None and shown.experiment != experiment:
    st.info(live_controls.changed_words(shown), icon=":material/info:")
live_panel.panel()

takeaway.section(shown)

st.subheader("Earlier runs")
live_controls.earlier_runs(shown)

with st.expander("Open a saved run", key="open-place"):
    live_controls.open_saved_run()
