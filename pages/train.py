"""Train: start, pause, step and stop a training, and see everything that moves."""

import streamlit as st

from qmnist_core.ui import live, live_controls, live_panel, state, takeaway
from qmnist_core.ui.frame import checked_dataset, frame
from qmnist_core.words import summary

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
    st.info(
        f"The settings have changed since. This is: {summary(shown.experiment)}. Press Start to train anew.",
        icon=":material/info:",
    )
live_panel.panel()

if shown is not None and shown.moments and shown.state in ("finished", "stopped", "paused"):
    st.subheader("What it reads, and what it misreads")
    live_panel.reading(shown)

takeaway.section(shown)

st.subheader("Earlier runs")
live_controls.earlier_runs(shown)

with st.expander("Open a saved run", key="open-place"):
    live_controls.open_saved_run()
