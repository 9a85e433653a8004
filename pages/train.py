"""Train: start, pause, step and stop a training, and see everything that moves."""

import streamlit as st

from qmnist_core.runs.record import steps_an_epoch
from qmnist_core.ui.frame.page import blind_warning, checked_dataset, few_steps_warning, frame
from qmnist_core.ui.session import state
from qmnist_core.ui.shared import live, takeaway
from qmnist_core.ui.train import controls as live_controls
from qmnist_core.ui.train import panel as live_panel

experiment = frame(
    "train",
    "Each step shows the network a batch of images and moves every exponent a little, so that ⟨Z⟩ goes up for the "
    "first digit and down for the second. Press Start; slow it down to watch; pause and step through it.",
    groups=("Training",),
)
dataset = checked_dataset(experiment, trains=False)
live.follow_settings(experiment)
state.write_address()

live_controls.controls(experiment)
shown = live.record()
if shown is not None and shown.experiment != experiment:
    st.info(live_controls.changed_words(shown), icon=":material/info:")
if shown is None:
    few_steps_warning(experiment, experiment.epochs * steps_an_epoch(experiment, len(dataset.train)))
else:
    few_steps_warning(shown.experiment, shown.step if shown.state == "stopped" else shown.total_steps)
    if shown.experiment.circuit != experiment.circuit:
        blind_warning(shown.experiment)
live_panel.panel()

takeaway.section(shown)

st.subheader("Earlier runs")
live_controls.earlier_runs(shown)

with st.expander("Open a saved run", key="open-place"):
    live_controls.open_saved_run()
