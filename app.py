"""Home: the whole idea on one real test digit. Start with `streamlit run app.py`.

Streamlit imports this file once for the web server, `app`, and then runs it for everybody who looks at Home; the other
pages are in pages/.
"""

import random

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from qmnist_core.address.views import EXAMPLE
from qmnist_core.look.text import duration, unbroken, with_interval
from qmnist_core.ui import server
from qmnist_core.ui.frame.page import checked_dataset, frame, go, test_example
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.shared.strip import strip
from qmnist_core.ui.shared.trained import trained_qnn
from qmnist_core.words.ceiling import in_short


def home() -> None:
    experiment = frame(
        "home",
        "A **quantum neural network** is a quantum circuit with adjustable gates, trained like any other network. "
        "This one tells two handwritten digits apart from a few black-and-white pixels, one qubit for each. "
        "Follow a real test image from left to right, ask for another digit, or change a setting and see what it does.",
        groups=(),
    )
    dataset = checked_dataset(experiment)
    viewer, exponents = trained_qnn(experiment)

    example = test_example(dataset)
    image = state.raw_images(dataset.test_rows[example], "test")
    truth = experiment.data.digits[0 if dataset.test.labels[example] else 1]
    strip(experiment, exponents, image, "home", truth)

    left, right = st.columns([1, 3], vertical_alignment="center")
    left.button(
        "Another digit",
        type="primary",
        icon=":material/shuffle:",
        width="stretch",
        on_click=lambda: look_at(EXAMPLE, random.randrange(len(dataset.test))),
    )
    right.caption(f"Test image {example + 1:,} of {len(dataset.test):,}; the network saw none of them in training.")

    outcome = viewer.job.outcome
    if outcome is not None:
        st.markdown(
            unbroken(
                f"This network has {viewer.job.n_parameters:,} adjustable exponents. The exact engine trained them on "
                f"{len(dataset.train):,} images in {duration(outcome.seconds)}; it classifies "
                f"{with_interval(outcome.accuracy, len(dataset.test))} of the test set correctly. "
                + in_short(dataset.counts)
            )
        )

    st.subheader("Look closer")
    with st.container(horizontal=True, gap="medium"):
        go("data", "How images become bits")
        go("circuit", "How bits become ⟨Z⟩")
        go("train", "Watch it learn")
        go("compare", "Beside classical networks")
        go("draw", "Draw a digit yourself")


if get_script_run_ctx(suppress_warning=True) is None:
    app = App(__file__, routes=server.routes(), middleware=server.MIDDLEWARE, lifespan=server.greeting)
else:
    home()
