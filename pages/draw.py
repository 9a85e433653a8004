"""Draw: a digit of one's own, brought into MNIST's form, and what every network says about it."""

import streamlit as st

from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.frame.page import checked_dataset, frame
from qmnist_core.ui.shared.dock import follow_run, show_dock
from qmnist_core.ui.shared.strip import strip

experiment = frame(
    "draw",
    "Draw a digit with mouse, pen or finger: it is made to look like MNIST's, and **every network answers after each "
    "stroke**. Try a thin one, a slanted one, or one that is neither of the two.",
)
dataset = checked_dataset(experiment)
run = follow_run(experiment, dataset)
exponents = run.exponents
draw_views.start_logistic(experiment)
first, second = digits = experiment.data.digits

style(draw_views.SHEET)
source = draw_views.choose_source()


def body() -> None:
    before, after, answers = st.container(key="draw-row").columns([300, 170, 430], gap="medium")
    with before:
        if source == "draw":
            digit = draw_views.drawn_digit(digits)
        elif source == "upload":
            digit = draw_views.uploaded_digit()
        else:
            digit = draw_views.test_digit(dataset, digits, run)
        blank = digit.image is not None and draw_views.is_blank(digit.image, experiment)
        st.markdown(
            f"**The networks know only {first} and {second}**: whatever you draw, they answer with one of these two."
        )
        if digit.problem:
            say.warning(digit.problem)
        elif digit.nothing:
            st.info(digit.nothing)
        elif blank:
            draw_views.say_blank(experiment)
    with after:
        draw_views.mnist_form(digit, experiment)
        st.caption(
            "In MNIST's form: scaled to 20 of 28×28 pixels, the centre of its ink in the middle.",
            text_alignment="center",
        )
    with answers:
        draw_views.verdicts(experiment, run.viewer, exponents, digit)
        st.caption(
            "The large percentage is a network's own confidence, not the chance that it is right; the small one is "
            f"its accuracy on the {len(dataset.test):,} test images (95 % interval)."
        )
    if digit.image is not None and not blank:
        st.subheader("How the quantum network reads it")
        strip(run, digit.image, "draw", digit.truth)


# A stroke changes only what follows from it; the other sources are in the address, which the whole page writes.
(st.fragment(body) if source == "draw" else body)()
show_dock(run, dataset)
