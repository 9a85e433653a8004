"""Compare: the QNN beside classical networks, on the chosen settings."""

from functools import partial

import streamlit as st

from qmnist_core.address.views import SEEDS
from qmnist_core.plots.comparison import comparison_figure
from qmnist_core.ui.compare import views
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.session.follow import Follower, Press
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.queue import show_cost
from qmnist_core.words.comparison import beside_the_qnn, cautions, conclusion

experiment = frame(
    "compare",
    "How good is the quantum network beside **classical** ones on the same digits? "
    "Train them, and read what the results show. Then change a setting and see whether it still holds.",
)
dataset = checked_dataset(experiment)
n_test, ceiling, size = len(dataset.test), dataset.counts.accuracy_ceiling, experiment.data.size

n_seeds = seen(SEEDS)
found = views.prepare(experiment, n_seeds)
is_running = any(entry.active for entry in found.values())
n_done = sum(len(entry.jobs) for entry in found.values())
wanted = [one for entry in found.values() for one in entry.missing]
has_failed = bool(wanted) and all(entry.failures for entry in found.values() if entry.missing)


def goes_on() -> bool:
    """Whether trainings go on, and none is done that the page does not show yet."""
    now = views.entries(experiment, n_seeds).values()
    return any(entry.active for entry in now) and sum(len(entry.jobs) for entry in now) == n_done


def standings() -> None:
    """How far each training is; what is shown of those that are done waits for the page to be drawn again."""
    views.show_standings(views.entries(experiment, n_seeds))


style(views.SHEET)
left, right = st.columns([2, 3], gap="medium")
with left:
    choose(
        SEEDS,
        "Seeds",
        "compare-seeds",
        help="A seed fixes the first weights and the order of images. Several seeds show how much of a result is luck; "
        "each is one more training of every model.",
    )
    if wanted:
        st.button(
            "Try again" if has_failed else views.button_words(found),
            key="compare-train",
            type="secondary" if has_failed else "primary",
            icon=":material/play_arrow:",
            width="stretch",
            on_click=views.begin,
            args=(wanted,),
        )
        show_cost(wanted)
    if not wanted and not is_running:
        words = "All trained" if n_done == n_seeds * len(found) else "Nothing else to train here"
        st.button(words, key="compare-done", icon=":material/check:", width="stretch", disabled=True)
    trainings = Follower(goes_on, is_running)
    trainings.button(Press("compare-stop", "Stop", partial(views.stop, found), "stop"))
    trainings.follow(standings)
    st.subheader("What the results show so far" if is_running else "What the results show")
    rows = {model: entry.row for model, entry in found.items() if entry.jobs}
    pairs = beside_the_qnn(rows)
    views.show_lines(conclusion(rows, pairs))
with right:
    bars = [entry.standing for entry in found.values()]
    chart(comparison_figure(bars, experiment.data.digits, n_test, ceiling, size), key="compare-chart")
    views.show_ceiling(dataset.counts)
    st.subheader("How far that goes")
    views.show_lines(cautions(rows, pairs))

if pairs:
    st.subheader("Image by image")
    st.fragment(views.show_disagreements)(experiment, rows, pairs)

st.subheader("All figures")
views.show_table(found, n_test)
st.caption(
    f"Accuracies are on the same {n_test:,} test images, with a 95 % interval for the choice of these; below it, by "
    "the tutorial's own metric. With several seeds, they are means. Training time is for one seed on this "
    "computer, without loading; it measures the software as much as the model. The QNN has the settings of the panel; "
    "the others see the same digits, with the tutorial's own epochs and batch size (full CNN: 1 epoch, fair network: "
    "20, both in batches of 128). "
    "Logistic regression is not in the tutorial; it is trained like the fair network."
)
