"""Why it can fail: outputs and gradients before training, and two trainings that differ only in their start."""

import streamlit as st

from qmnist_core.address.views import SPREAD_SEEDS, SPREAD_UPTO
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.plateau import pair as two
from qmnist_core.ui.plateau import views
from qmnist_core.ui.session.follow import Follower, Press
from qmnist_core.ui.session.widgets import choose

experiment = frame(
    "plateau",
    "Before its first step, the tutorial's network with **uniform** first angles says almost nothing, and less with "
    "every pixel: on these axes a straight line down. **Small** angles stay level. See what other layers do; then "
    "train both starts at the same size and watch.",
    own=("size", "init", "backend"),
)
checked_dataset(experiment, trains=False)
circuit = experiment.circuit

zoom, seeds, control = st.columns([1, 1, 2], gap="medium", vertical_alignment="bottom")
with zoom:
    max_size = choose(
        SPREAD_UPTO,
        "Image sizes",
        "plateau-spread-upto",
        help="Only the small ones, where seeds and theory agree; or all, up to the full image.",
    )
with seeds:
    n_seeds = choose(
        SPREAD_SEEDS,
        "Seeds",
        "plateau-spread-seeds",
        help="How many networks are drawn at each size, each with a training image of its own.",
    )
watcher = views.measuring(experiment, n_seeds)
measuring = Follower.of(watcher)


def measured() -> None:
    summary = views.show_spreads(watcher, circuit, max_size)
    st.markdown("\n".join(f"- {line}" for line in views.seen(summary, circuit, max_size)))


with control:
    bar, button = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with bar:
        measuring.follow(lambda: views.show_progress(watcher, n_seeds))
    with button:
        again = Press("plateau-again", "Again", lambda: views.begin_measuring(experiment, n_seeds))
        measuring.button(Press("plateau-stop", "Stop", watcher.stop), again if watcher.state != "finished" else None)
measuring.follow(measured)
with st.expander("What exactly is measured?"):
    st.markdown(views.METHOD)

st.subheader("Two trainings that differ only in their start")
slider, button, _ = st.columns([2, 1, 1], gap="medium", vertical_alignment="bottom")
with slider:
    wanted = two.pair(experiment, two.size_slider())
found = two.follow_pair(wanted)
training = Follower.of(*found.values())
with button:
    two.pair_button(training, wanted, found)


def trained() -> None:
    words, curves = st.columns([2, 3], gap="medium")
    with words:
        two.show_pair_progress(found)
        for line in two.outcomes(found):
            st.markdown(line)
    with curves:
        two.show_curves(found, experiment)


training.follow(trained)

st.subheader("Shrinking, or a plateau?")
columns = st.columns(2, gap="medium")
for i, (title, words) in enumerate(views.meaning().items()):
    columns[i % 2].markdown(f"**{title}**  \n{words}")
st.caption("  \n".join(views.SOURCES))
