"""Compare: the QNN beside classical networks, on the chosen settings."""

import streamlit as st

from qmnist_core.address.views import SEEDS
from qmnist_core.look.text import unbroken
from qmnist_core.ui.compare import views
from qmnist_core.ui.frame.page import checked_dataset, frame, tools
from qmnist_core.ui.session.follow import Follower
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared import fans
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.words.comparison import CLEARLY, beside_the_qnn, cautions, conclusion, headline

experiment = frame("compare", "Is it better than a **classical** network?")
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
n_test, counts, data = len(dataset.test), dataset.counts, experiment.data

fan_watcher = fans.begin(experiment, dataset)
fan = fans.ends(fan_watcher)
n_seeds = seen(SEEDS)
found = views.prepare(experiment, n_seeds)
is_running = any(entry.active for entry in found.values())
n_done = sum(len(entry.jobs) for entry in found.values())
rows = {model: entry.row for model, entry in found.items() if entry.jobs}
pairs = beside_the_qnn(rows)


def goes_on() -> bool:
    """Whether trainings go on, and none is done that the page does not show yet."""
    now = views.entries(experiment, n_seeds).values()
    return any(entry.active for entry in now) and sum(len(entry.jobs) for entry in now) == n_done


def standings() -> None:
    """How far each training is; what is shown of those that are done waits for the page to be drawn again."""
    views.show_standings(views.entries(experiment, n_seeds), dataset.names, n_test, counts, data.size, fan)


trainings = Follower(goes_on, is_running)
with tools():
    choose(
        SEEDS,
        "Seeds",
        "compare-seeds",
        label_visibility="collapsed",
        format_func=lambda n: str(n) if n > 1 else "1 seed",
    )
    views.run_button(found, trainings)
with st.container(key="result"):
    st.markdown(
        unbroken(headline(rows, pairs, fan)) or "Training…",
        help=f"All networks are compared trained to their end, wherever the dock stands. {CLEARLY}",
    )
left, right = st.columns([2, 3], gap="medium")
with left, st.container(key="figure-main"):
    trainings.follow(standings)
with right, st.container(key="disagreements"):
    if pairs:
        st.fragment(views.show_disagreements)(experiment, rows, pairs)
    else:
        st.caption("Where two networks disagree is shown once both are trained.")
if fan_watcher is not None:
    Follower.of(fan_watcher).follow(lambda: None)  # the page is drawn again once it is there
with st.expander("What the results show"):
    views.show_lines(conclusion(rows, pairs))
with st.expander("All figures"):
    views.show_table(found, n_test)
    st.caption(
        f"Accuracies are on the same {n_test:,} test images, with a 95 % interval for the choice of these; below it, "
        "by the tutorial's own metric. With several seeds, they are means. Training time is for one seed on this "
        "computer, without loading; it measures the software as much as the model. The QNN has the settings of the "
        "panel; the others see the same images, with the tutorial's own epochs and batch size (full CNN: 1 epoch, "
        "fair network: 20, both in batches of 128). "
        "Logistic regression is not in the tutorial; it is trained like the fair network."
    )
with st.expander("How far that goes"):
    views.show_lines([*cautions(rows, pairs), views.seeds_words(), views.ceiling_words(counts)])
    views.show_cost_of(found)
show_dock(run, dataset)
