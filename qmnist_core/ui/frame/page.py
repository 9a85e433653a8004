"""What every page begins with: the way to the others, the settings, its title and what it is about."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from qmnist_core.address.settings import SETTINGS
from qmnist_core.address.views import DRAWN, EXAMPLE, PRESENT, STEP, VIEWS
from qmnist_core.catalogue import MODELS
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import ConfigError, ExamplesError, QMnistError
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.look.text import counted, unbroken
from qmnist_core.training.history import steps_an_epoch
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import inline_style, source, style
from qmnist_core.ui.frame import following, lesson, own_data, share
from qmnist_core.ui.frame.bar import bar
from qmnist_core.ui.frame.panel import panel, room, setting_widget
from qmnist_core.ui.frame.site import PAGES, go
from qmnist_core.ui.session import state
from qmnist_core.ui.session.events import end_run
from qmnist_core.ui.session.looking import fit, look_at, mend, refuse_unless, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared.live import Run
from qmnist_core.words.cautions import blind_words, few_steps_words, with_enough_steps

__all__ = ["another_digit", "checked_dataset", "frame", "go", "setting_widget", "test_example", "tools"]

FOLDER = Path(__file__).parent

MAX_PROBLEMS = 8
"""Most sentences about one address."""

ON_MNIST = ("class",)
"""Pages that are about MNIST's digits, whatever is shown elsewhere. Ten digits has no data set of its choice; a
lesson's steps name MNIST."""

WITHOUT_NETWORK = ("data", "ten", "atlas", "lessons", "class")
"""Pages that show no QNN of the chosen layers."""

OTHER_NETWORKS = ("resolution", "noise")
"""Pages that show networks of other layers, too: they call `panel_blind_warning` beside what uses the panel's."""


def frame(page: str, sentence: str, own: tuple[str, ...] = (), side: Callable[[], None] | None = None) -> Experiment:
    """Begin a page; returns the experiment that its settings make.

    sentence: what is shown here and what to try, in one line; "two digits" are "two classes" of other data.
    own: settings that the page shows itself and the panel
    therefore does not: of two widgets for one setting, the one that is not moved answers late, with the value before.
    side: draws what stands at the left in place of the settings.
    """
    title = PAGES[page][1]
    st.set_page_config(page_title=f"{title} · QNN on MNIST", page_icon="⚛️", layout="wide", initial_sidebar_state=300)
    lesson.go_where_asked(page)
    broken = share.open_short_link(page)
    state.follow_address(page)
    session().problems += broken
    following.begin(page)
    state.arrive()
    if page in ON_MNIST:
        state.show_mnist()
    mend(page)
    if DRAWN.name not in VIEWS.get(page, ()):
        session().view.pop(DRAWN.key, None)  # the session keeps the drawing
    _first_visit(page)
    problems = [*session().problems]
    state.client()
    try:
        state.workshop()
    except ConfigError as error:
        say.error(f"The server's settings cannot be read: {error}.")
        end_run()
    if seen(PRESENT):
        style(FOLDER / "present.css")
    if st.context.is_embedded:
        _show_figure(page)
        _make_tools()
        state.write_address()
        return session().experiment
    bar(page)
    with st.sidebar:
        lesson.switch("settings")
        if side is None:
            panel(own)
        else:
            side()
    session().dragged = None
    state.write_address()
    with st.container(key="headline"):
        st.title(title)
        other = session().experiment.data.file is not None
        st.markdown(unbroken(sentence.replace("two digits", "two classes") if other else sentence))
        _make_tools()
    lesson.beside(page)
    for problem in problems[:MAX_PROBLEMS]:
        say.warning(problem, icon=":material/link_off:")
    if len(problems) > MAX_PROBLEMS:
        say.warning(f"{len(problems) - MAX_PROBLEMS:,} more parts of the address are ignored.", ":material/link_off:")
    if page not in (*WITHOUT_NETWORK, *OTHER_NETWORKS):
        blind_warning(session().experiment)
    following.banner()
    share.dialog(page)
    own_data.dialog()
    return session().experiment


def tools() -> DeltaGenerator:
    """Where a page has its own controls: at the right end of its headline."""
    place = session().tools
    assert place is not None, "every page begins with frame"
    return place


def _make_tools() -> None:
    session().tools = st.container(key="tools", horizontal=True, vertical_alignment="center", gap="small")


COLOURS = (
    f":root {{ --qm-first: {POSITIVE}; --qm-second: {NEGATIVE}; "
    + " ".join(f"--qm-{model}: {kind.colour};" for model, kind in MODELS.items())
    + " --qm-play: #6d3fd1; }"
)
"""What style sheets and components call by their meaning."""

BARE = "bare"
"""The class of a page's body where it has no settings beside it."""

WITHOUT_PANEL = {PRESENT.key: "1", "embed": "true"}
"""What an address says for such a page."""


MAIN = "main"
"""What a page's figure is called where it has only one: the container that it stands in has the key `figure-main`."""


def _show_figure(page: str) -> None:
    """Hide all of a page but one figure and the dock."""
    view = VIEWS.get(page, {}).get("figure")
    figure = f".st-key-figure-{MAIN if view is None else seen(view)}"
    style(FOLDER / "embed.css")
    hidden = ", ".join(f'[data-testid="{part}"]' for part in ("stElementContainer", "stLayoutWrapper", "stColumn"))
    main = f'[data-testid="stMainBlockContainer"]:has({figure})'
    inline_style(f"{main} :is({hidden}):not(:has({figure}), {figure} *) {{ display: none; }}")


def sheet() -> str:
    """The style sheet of every page, which the server puts into it, so that nothing moves when it arrives: the frame's,
    what pages share, and those in the folders of the pages."""
    own = sorted(file for folder in ("shared", *PAGES) for file in (FOLDER.parent / folder).glob("*.css"))
    return COLOURS + "".join(map(source, (FOLDER / "frame.css", *own))) + room()


def _first_visit(page: str) -> None:
    """Begin the first visit to the first page before the first step, with everything still to come."""
    if page == "home" and not session().has_begun and STEP.key not in session().view and not state.in_lesson():
        session().view[STEP.key] = "0"
        session().waits_at_start = True
    elif page != "home" and session().waits_at_start:
        if session().view.get(STEP.key) == "0":  # it was not played: other pages show what it will have learnt
            del session().view[STEP.key]
        session().waits_at_start = False
    session().has_begun = True


def blind_warning(experiment: Experiment) -> None:
    """Warn about layers that no image reaches."""
    words = blind_words(experiment.circuit)
    if words:
        say.warning(words, icon=":material/visibility_off:")


def panel_blind_warning(experiment: Experiment) -> None:
    """The same for the panel's layers, on a page that shows networks of other layers, too."""
    words = blind_words(experiment.circuit)
    if words:
        say.warning(f"The panel's{words.removeprefix('The')}", icon=":material/visibility_off:")


def checked_dataset(experiment: Experiment, trains: bool = True) -> Dataset:
    """The experiment's data set; where there are fewer examples than asked for, all are used and the page says so.

    Where the settings do not allow a data set the page says why and ends. trains: whether the page shows a network of
    these settings, and so warns where its training is too short.
    """
    try:
        dataset = state.dataset(experiment.data)
    except ExamplesError as error:
        state.use_all_examples(f"{SETTINGS['examples'].title}: {error}. All are used.")
        st.rerun()
    except QMnistError as error:
        say.error(f"These settings give no data: {error}.")
        end_run()
    if trains:
        _few_steps_warning(experiment, len(dataset.train))
    return dataset


def _few_steps_warning(experiment: Experiment, n_train: int) -> None:
    """Warn that a training has, or had, too few steps, and offer settings that have enough."""
    words = few_steps_words(experiment, experiment.epochs * steps_an_epoch(experiment, n_train))
    if not words:
        return
    say.warning(words, icon=":material/timelapse:")
    enough = with_enough_steps(experiment, n_train)
    if enough is None or not all(map(state.is_open, ("epochs", "batch", "rate"))):
        return
    changes = {name: getattr(enough, name) for name in ("epochs", "batch_size", "learning_rate")}
    rate = f" at a rate of {enough.learning_rate:g}" if enough.learning_rate != experiment.learning_rate else ""
    st.button(
        f"Take {counted(enough.epochs, 'epoch')} in batches of {enough.batch_size}{rate}",
        key="enough-steps",
        icon=":material/auto_fix_high:",
        on_click=lambda: state.change(replace(session().experiment, **changes)),
    )


def test_example(dataset: Dataset, run: Run) -> int:
    """Which test image the page is about, from its address, or one that the run learns to classify."""
    n = len(dataset.test)

    def is_there(number: int | None) -> bool:
        return number is not None and number < n

    fit(EXAMPLE, refuse_unless(is_there), f"it counts the test images from 0, and there are {n:,}")
    asked = seen(EXAMPLE)
    if asked is not None:
        return asked
    data, kept = run.experiment.data, session().example
    of = data.file, data.digits
    if kept is not None and kept[0] == of and kept[1] < n:
        return kept[1]
    found = run.example()
    if not run.is_growing:  # else it may be another one in a moment
        session().example = of, found
    return found


def another_digit(
    dataset: Dataset,
    key: str,
    words: str | None = None,
    disabled: bool = False,
    before: Callable[[], None] | None = None,
) -> None:
    """A button that draws one of the test images at random. words: its help. before: called when it is pressed."""

    def pressed() -> None:
        if before is not None:
            before()
        look_at(EXAMPLE, random.randrange(len(dataset.test)))

    label = f"Another {'digit' if dataset.gray.config.file is None else 'image'}"
    st.button(label, key=key, icon=":material/shuffle:", help=words, disabled=disabled, on_click=pressed)
