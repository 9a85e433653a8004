"""Draw: a digit of one's own, brought into MNIST's form, and what every network says about it."""

import streamlit as st

from qmnist_core.address.views import SOURCE
from qmnist_core.ui.components import say
from qmnist_core.ui.draw import teach, views
from qmnist_core.ui.frame.page import checked_dataset, frame, tools
from qmnist_core.ui.frame.panel import panel
from qmnist_core.ui.session.events import end_run
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.shared import ten
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.shared.drawing import WIDTH
from qmnist_core.ui.shared.strip import strip
from qmnist_core.ui.ten.views import settings as ten_settings


def settings() -> None:
    """Of the networks that are asked."""
    if seen(SOURCE) == "any":
        ten_settings()
    else:
        panel(())


experiment = frame("draw", "**Draw**: each network knows two things, *Any digit* all ten.", side=settings)
dataset = checked_dataset(experiment)
with tools():
    source = views.choose_source(dataset)
if source == "teach":
    with st.container(key="figure-main", gap="xsmall"):
        teach.show()
    end_run()
if source == "any":
    watcher = ten.training()
    with st.container(key="figure-main", gap="xsmall"):
        ten.choose_given()
        ten.show_reading(watcher)
    ten.show_dock(watcher)
    end_run()
run = follow_run(experiment, dataset)
trainings = views.train(experiment)


def body() -> None:
    left, right = st.container(key="draw-row").columns([WIDTH, 610], gap="medium")
    with left:
        digit = views.digit_from(source, dataset, run)
        if digit.problem:
            say.warning(digit.problem)
    with right:
        views.show_verdicts(run, trainings, digit, len(dataset.test))
    with st.container(gap="xxsmall"):
        when = "" if run.is_at_end else f", as it is at step {run.step:,}; the other networks are trained to their end"
        st.markdown(views.reading_words(digit, experiment) + when)
        silent = digit.image is not None and views.is_blank(digit.image, experiment)
        strip(run, digit.image, views.STRIP, digit.truth, silent=silent)


# A stroke changes only what follows from it; the other sources are in the address, which the whole page writes.
with st.container(key="figure-main", gap="xsmall"):
    (st.fragment(body) if source == "draw" else body)()
show_dock(run, dataset)
