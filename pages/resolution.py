"""Full resolution: a network of 785 qubits, and what more pixels bring and cost."""

import streamlit as st

from qmnist_core.studies.whole import whole_image
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.frame.page import checked_dataset, frame, panel_blind_warning
from qmnist_core.ui.resolution import views
from qmnist_core.ui.resolution import whole as whole_views
from qmnist_core.ui.session.follow import Follower

experiment = frame(
    "resolution",
    "Every pixel of the original image gets its own qubit: **785 qubits**, which no computer could hold as a state "
    "vector, trained exactly on this one. Look for the two digits in what it learnt; then see what size brings.",
)
digits = experiment.data.digits

# The whole image
st.subheader("What 785 qubits have learnt")
dataset = checked_dataset(whole_image(experiment, experiment.batch_size))
n_test = len(dataset.test)
whole = whole_image(experiment, whole_views.batch_control(experiment))
watcher = whole_views.follow_whole(whole, dataset)
learning, means = Follower.of(watcher), whole_views.means_sheet(dataset, digits)


def learnt() -> None:
    """The map and what it says move with the training."""
    left, right = st.columns([3, 2], gap="medium")
    with right:
        picture(means, key="resolution-means", max_width=480)
        whole_views.show_standing(learning, watcher)
        snapshot = whole_views.snapshot_control(watcher.job.results(watcher.revealed), learning.moving)
        if snapshot is not None:
            for sentence in whole_views.map_words(snapshot, digits, n_test):
                st.markdown(sentence)
            with st.expander("What φ is, exactly"):
                st.markdown(whole_views.map_details(snapshot, digits))
    with left:
        whole_views.show_map(snapshot, digits)


if learning.moving:
    learning.follow(learnt)
else:
    learnt()
st.caption(
    "This network always has the tutorial's layers, XX ZZ on bits, and starts from small angles, whatever the panel "
    "says about layers and initial angles: only a single wave has one map. Threshold, epochs, rate and seed are the "
    "panel's."
)

# All sizes
st.subheader("What does size bring, and what does it cost?")
panel_blind_warning(experiment)
choice = views.chosen()
views.choice_controls()
sweep = views.prepare(experiment, choice)
measuring = Follower(lambda: views.look(experiment, choice).is_running, sweep.is_running)
views.sweep_button(measuring, sweep)


def measured() -> None:
    """The figures grow while trainings go on."""
    now = views.look(experiment, choice)
    views.show_standing(now)
    views.show_figures(now, n_test)


measuring.follow(measured)
st.caption(
    "Here all trainings start from small angles, whatever the panel says: from uniform ones the tutorial's layers "
    "learn nothing with 785 qubits. Digits, threshold, layers, epochs, batch size and learning rate are the panel's; "
    "seeds count up from its own. A mark is one seed; lines go through the mean accuracies and the fastest trainings, "
    "because a slower one has shared the computer with something else. Preparing the images is not counted."
)
with st.expander("All figures"):
    views.show_table(sweep, n_test)

# Memory
st.subheader("Why not simply simulate the qubits?")
left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
with left:
    views.show_memory(experiment)
with right:
    for sentence in views.memory_words(experiment):
        st.markdown(f"- {sentence}")
