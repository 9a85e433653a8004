"""The parts of the atlas' page: the map, one stack of it, and the best ones with their test.

Nothing is trained here: all figures are read from the file that comes with the package.
"""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from qmnist_core.address.settings import to_address
from qmnist_core.address.views import STACK, START
from qmnist_core.errors import DataError
from qmnist_core.look.text import summary, unbroken
from qmnist_core.plots.atlas import best_figure, seeds_figure
from qmnist_core.studies.atlas import BASE, STARTS, Atlas, Piece
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.stacks import stacks
from qmnist_core.ui.frame.site import PAGES
from qmnist_core.ui.session import state
from qmnist_core.ui.session.events import end_run
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.words import atlas as words

OPENED_IN = ("home", "train")
"""Pages on which one stack can be looked at closely."""
PALEST = 0.03
"""So many of all means have the palest colour, so that it tells the others apart."""
OPENED = "With seed 0 and this start; it then learns from all training images, and is measured on the test images."
TUTORIALS = BASE.circuit.layers


@st.cache_resource(show_spinner=False)
def _shipped() -> Atlas:
    found = read_atlas(SHIPPED)
    if found.n_left:
        raise DataError(f"{SHIPPED} is not finished: `atlas --out` with this file goes on with it")
    return found


def shipped() -> Atlas:
    """The atlas that comes with the package; where it cannot be read, the page says so and ends."""
    try:
        return _shipped()
    except (DataError, FileNotFoundError) as error:
        why = f"there is no file {SHIPPED}" if isinstance(error, FileNotFoundError) else str(error)
        say.error(f"The atlas cannot be shown: {why}.")
        end_run()


def settings() -> None:
    """What all stacks share, in place of the settings of the others."""
    st.markdown("#### Network")
    st.caption(unbroken(f"Fixed, as in the tutorial: {_shared()}."))
    st.caption(
        "Each stack learnt from the training images without a fifth of them, the validation images, on which it is "
        "measured: the same fifth as in a class's search. The test images were looked at once, for the best."
    )


def _shared() -> str:
    """The settings of all stacks in a line: neither layers, start nor seed."""
    left_out = ("layers ", "seed ", f"{BASE.init} start", "all examples")
    return " · ".join(part for part in summary(BASE).split(" · ") if not part.startswith(left_out))


def choose_start() -> None:
    """Which start the page shows."""
    choose(START, "Start", "atlas-start", label_visibility="collapsed")


def chosen(atlas: Atlas) -> int:
    """The stack that is looked at: the address's, the session's own if it is in the atlas, or the tutorial's."""
    own = session().experiment.circuit.layers
    layers = seen(STACK) or (own if len(own) <= atlas.most_layers else TUTORIALS)
    return atlas.stacks.index(layers)


def show_map(atlas: Atlas) -> None:
    """All stacks; a click looks at one."""
    start, now = seen(START), chosen(atlas)
    stacks(
        *(
            atlas.accuracy(start),
            atlas.numbers,
            atlas.depends,
            atlas.alike(start),
            _scale(atlas),
            now,
            atlas.best(start),
        ),
        blind="It cannot depend on the image: always the same answer",
        alt=f"{words.count_words(atlas)}. {words.best_words(atlas)}",
        clicked=lambda number: look_at(STACK, atlas.stacks[number]),
        key="atlas-map",
    )


def _scale(atlas: Atlas) -> tuple[float, float]:
    """The same for both starts, in whole percents: all but a few means lie between."""
    means = np.concatenate([atlas.accuracy(start)[atlas.depends].mean(axis=1) for start in STARTS])
    return math.floor(100 * np.quantile(means, PALEST)) / 100, math.ceil(100 * means.max()) / 100


def show_stack(atlas: Atlas) -> None:
    """What is known of one stack, and the ways to see it learn."""
    place = chosen(atlas)
    layers = atlas.stacks[place]
    st.session_state["atlas-stack"] = layers
    st.selectbox(
        "Stack: type to search",
        atlas.stacks,
        key="atlas-stack",
        format_func=words.stack_title,
        on_change=lambda: look_at(STACK, st.session_state["atlas-stack"]),
    )
    st.caption(unbroken(words.numbers_words(atlas, place)))
    if atlas.depends[place]:
        chart(seeds_figure(atlas, place), key="atlas-seeds")
        st.caption(unbroken(words.stack_words(atlas, place, seen(START))))
    else:
        st.info(words.constant_words(atlas), icon=":material/visibility_off:")
    address = to_address(Piece(layers, seen(START), (BASE.seed,)).experiment)
    with st.container(key="atlas-open", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.markdown("Open in", width="content")
        for page in OPENED_IN:
            path, title, _ = PAGES[page]
            locked = state.open_settings() is not None
            st.page_link(path, label=title, query_params=address, disabled=locked, help=OPENED, width="content")


def show_best(atlas: Atlas) -> None:
    """The best of a start, before and after their test."""
    finalists = atlas.finalists(seen(START))
    st.markdown(f"**{unbroken(words.winner_words(finalists[0]))}**")
    left, right = st.columns([640, 290], gap="medium")
    with left:
        chart(best_figure(atlas, finalists), key="atlas-best")
    with right, st.container(key="atlas-luck", gap="small"):
        lines = "\n".join(f"- {line}" for line in words.luck_lines(atlas, finalists))
        st.markdown(f"**How much was luck?**\n{unbroken(lines)}")
        with st.popover("What the figures mean"):
            st.markdown(unbroken(f"{words.LUCK} {words.INTERVALS}"))


def show_about(atlas: Atlas) -> None:
    """What it shows on the whole, and how it was made."""
    said = (
        *(f"{words.count_words(atlas)}.", words.ALIKE, words.constant_words(atlas), words.chosen_words(atlas)),
        *(words.best_words(atlas), words.made_words(atlas)),
    )
    st.markdown(unbroken("\n".join(f"- {sentence}" for sentence in said)))
