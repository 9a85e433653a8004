"""Why it can fail: outputs and gradients before training, and two trainings that differ only in their start."""

import streamlit as st

from qmnist_core.config import IMAGE_SIDE
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.plateau import pair as two
from qmnist_core.ui.plateau import views
from qmnist_core.ui.session.follow import follow

experiment = frame(
    "plateau",
    "Before its first step, the tutorial's network with **uniform** first angles says almost nothing, and less with "
    "every pixel: on these axes a straight line down. **Small** angles stay level. See what other layers do; then "
    "train both starts at the same size and watch.",
    groups=(),
    own=("size", "init", "backend"),
)
checked_dataset(experiment, trains=False)
circuit = experiment.circuit

zoom, seeds, control = st.columns([1, 1, 2], gap="medium", vertical_alignment="bottom")
with zoom:
    max_size = views.chooser(
        "Image sizes",
        "spread-upto",
        views.ZOOMS,
        IMAGE_SIDE,
        "The small ones closer up, where seeds and theory meet; or all, down to the full image.",
    )
with seeds:
    n_seeds = views.chooser(
        "Seeds",
        "spread-seeds",
        {count: f"{count:,}" for count in views.SEED_COUNTS},
        views.DEFAULT_SEEDS,
        "How many networks are drawn at each size, each with a training image of its own.",
    )
watcher = views.measuring(experiment, n_seeds)
measures = watcher.is_active


def measured() -> None:
    summary = views.show_spreads(watcher, circuit, max_size)
    st.markdown("\n".join(f"- {line}" for line in views.seen(summary, circuit, max_size)))


with control:
    bar, button = st.columns([3, 1], gap="small", vertical_alignment="bottom")
    with bar:
        follow(
            lambda: views.show_progress(watcher, n_seeds),
            measures,
            lambda: watcher.is_active,
        )
    if measures:
        button.button("Stop", key="plateau-stop", width="stretch", on_click=watcher.stop)
    elif watcher.state != "finished":
        button.button(
            "Again", key="plateau-again", width="stretch", on_click=views.begin_measuring, args=(experiment, n_seeds)
        )
follow(measured, measures, lambda: watcher.is_active)
with st.expander("What exactly is measured?"):
    st.markdown(views.METHOD)

st.subheader("Two trainings that differ only in their start")
slider, button, _ = st.columns([2, 1, 1], gap="medium", vertical_alignment="bottom")
with slider:
    wanted = two.pair(experiment, two.size_slider())
found = two.follow_pair(wanted)
trains = any(viewer.is_active for viewer in found.values())
with button:
    two.pair_button(wanted, found)


def trained() -> None:
    words, curves = st.columns([2, 3], gap="medium")
    with words:
        two.show_pair_progress(found)
        for line in two.outcomes(found):
            st.markdown(line)
    with curves:
        two.show_curves(found, experiment)


follow(
    trained,
    trains,
    lambda: any(viewer.is_active for viewer in found.values()),
)

st.subheader("Shrinking, or a plateau?")
columns = st.columns(2, gap="medium")
for i, (title, words) in enumerate(views.meaning().items()):
    columns[i % 2].markdown(f"**{title}**  \n{words}")
st.caption("  \n".join(views.SOURCES))
