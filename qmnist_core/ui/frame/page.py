"""What every page begins with: its title, the way to the other pages, and the experiment's settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from qmnist_core.address.settings import PRESETS, SETTINGS, to_address
from qmnist_core.address.views import EXAMPLE
from qmnist_core.circuits.dependence import effective_numbers
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import ConfigError, ExamplesError, QMnistError
from qmnist_core.jobs import Viewer
from qmnist_core.look.text import counted, plain, summary, time_left, unbroken
from qmnist_core.runs.record import steps_an_epoch
from qmnist_core.setting import Choice, Digits, Kind, Layers, Number, Whole
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import style
from qmnist_core.ui.frame import lesson, share
from qmnist_core.ui.frame.site import HEADINGS, PAGES, go
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, bar
from qmnist_core.ui.session.looking import fit, mend, refuse_unless, seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import live
from qmnist_core.words.cautions import blind_words, few_steps_words, idle_words

__all__ = ["checked_dataset", "frame", "go", "setting_widget", "test_example"]


MAX_PROBLEMS = 8
"""Most sentences about one address."""

WITHOUT_NETWORK = ("data", "lessons")
"""Pages that show no QNN of the chosen layers."""

OTHER_NETWORKS = ("resolution", "noise")
"""Pages that show networks of other layers, too: they call `panel_blind_warning` beside what uses the panel's."""


def frame(page: str, sentence: str, groups: tuple[str, ...] = ("Images",), own: tuple[str, ...] = ()) -> Experiment:
    """Begin a page; returns the experiment that its settings make.

    sentence: what is shown here and what to try. groups: the groups of settings that stand open.
    own: settings that the page shows itself and the panel therefore does not: of two widgets for one setting, the one
    that is not moved answers late, with the value before.
    """
    title = PAGES[page][1]
    st.set_page_config(page_title=f"{title} · QNN on MNIST", page_icon="⚛️", layout="wide", initial_sidebar_state=290)
    style(Path(__file__).parent / "frame.css")
    state.follow_address()
    state.arrive()
    mend(page)
    problems = [*session().problems]
    state.client()
    try:
        state.workshop()
    except ConfigError as error:
        say.error(f"The server's settings cannot be read: {error}.")
        st.stop()
    with st.sidebar:
        _navigation(page)
        if state.open_settings() is None:
            share.button()
            _presets()
        _settings(groups, own)
    session().dragged = None
    state.write_address()
    st.title("A quantum network reads digits" if page == "home" else title)
    if not lesson.banner(page):
        st.markdown(unbroken(sentence))
    for problem in problems[:MAX_PROBLEMS]:
        say.warning(problem, icon=":material/link_off:")
    if len(problems) > MAX_PROBLEMS:
        say.warning(f"{len(problems) - MAX_PROBLEMS:,} more parts of the address are ignored.", ":material/link_off:")
    if page not in (*WITHOUT_NETWORK, *OTHER_NETWORKS):
        blind_warning(session().experiment)
    st.caption(unbroken(summary(session().experiment)))
    share.dialog(page)
    return session().experiment


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
        st.stop()
    if trains:
        few_steps_warning(experiment, experiment.epochs * steps_an_epoch(experiment, len(dataset.train)))
    return dataset


def few_steps_warning(experiment: Experiment, n_steps: int) -> None:
    """Warn that a training has, or had, too few steps."""
    words = few_steps_words(experiment, n_steps)
    if words:
        say.warning(words, icon=":material/timelapse:")


def test_example(dataset: Dataset) -> int:
    """Which test image the page is about, from its address."""
    n = len(dataset.test)
    fit(EXAMPLE, refuse_unless(lambda number: number < n), f"it counts the test images from 0, and there are {n:,}")
    return seen(EXAMPLE)


def _navigation(current: str) -> None:
    st.markdown("### QNN on MNIST")
    for page, (_, title, _) in PAGES.items():
        if page in HEADINGS:
            st.markdown(f"#### {HEADINGS[page]}")
        go(page, f"**{title}**" if page == current else title)
    viewer = state.client().viewers.get("live")
    if current != "train" and viewer is not None and viewer.is_active:
        _live_progress(viewer)


def _live_progress(viewer: Viewer) -> None:
    def going() -> bool:
        if not viewer.is_active:
            st.toast(f"Training: {viewer.state}", icon=":material/model_training:")
        return viewer.state in ("waiting", "running")

    def draw() -> None:
        bar(f"Training: {viewer.state}{time_left(viewer.remaining)}", viewer)

    Follower(going, viewer.state != "paused").follow(draw)


def _presets() -> None:
    st.markdown("#### Presets")
    columns = st.columns(2, gap="xsmall")
    for i, preset in enumerate(PRESETS):
        chosen = to_address(preset.experiment) == to_address(session().experiment)
        columns[i % 2].button(
            preset.title,
            key=f"preset-{i}",
            help=preset.help,
            type="primary" if chosen else "secondary",
            width="stretch",
            wrap=True,
            on_click=_take_preset,
            args=(preset.experiment,),
        )
    st.button(
        "Reset everything",
        key="reset",
        icon=":material/restart_alt:",
        help="Back to the tutorial's settings and each page's first view; a run moves to the earlier ones.",
        type="tertiary",
        on_click=_reset,
    )


def _take_preset(experiment: Experiment) -> None:
    state.change(SETTINGS["backend"].put(_with_file(experiment), session().experiment.backend))


def _reset() -> None:
    live.keep_current()
    live.reset()
    state.change(_with_file(PRESETS[0].experiment))
    state.clear_view()


def _with_file(experiment: Experiment) -> Experiment:
    return replace(experiment, data=replace(experiment.data, file=session().experiment.data.file))


def _settings(groups: tuple[str, ...], own: tuple[str, ...]) -> None:
    """The settings that are open to change; where a teacher has locked some, all that are left stand open."""
    if state.open_settings() is not None:
        st.markdown("#### Settings")
    shown = {name: one for name, one in SETTINGS.items() if state.is_open(name) and name not in own}
    for group in dict.fromkeys(one.group for one in shown.values()):
        with st.expander(group, expanded=group in groups or state.open_settings() is not None):
            for name, one in shown.items():
                if one.group == group:
                    setting_widget(name)
    if state.open_settings() is not None:
        st.caption(share.locked_words())


def setting_widget(name: str, place: str = "panel") -> None:
    """A setting's widget, in the panel or on a page that has the setting among its own.

    Errors: ConfigError for a kind of setting that no widget is written for.
    """
    setting = SETTINGS[name]
    draw = _WIDGETS.get(type(setting.kind))
    if draw is None:
        raise ConfigError(f"the panel has no widget for a setting of kind {type(setting.kind).__name__}: {name}")
    draw(name, setting.kind, place)


def _choice(name: str, kind: Choice, place: str) -> None:
    if kind.titles is not None:
        _widget(name, st.selectbox, place, options=kind.shown, format_func=kind.titles.__getitem__)
        return
    packages = {one: kind.package(one) for one in kind.shown}
    missing = {one: why for one, package in packages.items() if package and (why := why_missing(package))}
    options = tuple(one for one in kind.shown if one not in missing)
    _widget(name, st.segmented_control, place, options=options, required=True)
    for one, why in missing.items():
        st.caption(plain(f"{one} is unavailable here: {why}."))


def _whole(name: str, kind: Whole, place: str) -> None:
    if kind.steps:
        value, none = SETTINGS[name].get(session().experiment), (None,) if kind.none else ()
        words = {"format_func": lambda n: kind.none if n is None else f"{n:,}"} if kind.none else {}
        _widget(name, st.select_slider, place, options=(*_with(kind.steps, value), *none), **words)
        return
    high = kind.high if kind.highest_shown is None else kind.highest_shown
    _widget(name, st.slider if kind.slider else st.number_input, place, min_value=kind.low, max_value=high)


def _number(name: str, kind: Number, place: str) -> None:
    if kind.steps:
        options = _with(kind.steps, SETTINGS[name].get(session().experiment))
        _widget(name, st.select_slider, place, options=options, format_func="{:g}".format)
        return
    _widget(name, st.slider, place, min_value=kind.low, max_value=kind.high, step=0.01)


def _widget(name: str, element: Any, place: str, **options: Any) -> None:
    """A setting's widget: shows the experiment's value, and changes it when moved."""
    setting, key = SETTINGS[name], f"{place}-{name}"
    value = setting.get(session().experiment)
    # A value that is not set here is the widget's first in a browser that has not drawn it yet; but one that is being
    # dragged must not jump back.
    if session().dragged != key or st.session_state.get(key) != value:
        st.session_state[key] = value
    if not state.is_open(name):
        options["disabled"] = True
    element(setting.title, key=key, help=setting.help, on_change=_moved, args=(name, key), **options)


def _moved(name: str, key: str) -> None:
    session().dragged = key
    _put(name, st.session_state[key])


def _put(name: str, value: Any) -> None:
    try:
        state.change(SETTINGS[name].put(session().experiment, value))
    except ConfigError as error:
        session().problems = [f"{SETTINGS[name].title} stays as it was: {error}."]


def _digits(name: str, kind: Digits, place: str) -> None:
    digits = SETTINGS[name].get(session().experiment)
    for i, column in enumerate(st.columns(2, gap="small")):
        key = f"{place}-digit-{i}"
        st.session_state[key] = digits[i]
        column.selectbox(
            ("First, +1", "Second, −1")[i],
            range(10),
            key=key,
            help=SETTINGS[name].help,
            on_change=_moved_digit,
            args=(i, key),
        )


def _moved_digit(place: int, key: str) -> None:
    digits = list(session().experiment.data.digits)
    new = st.session_state[key]
    if digits[1 - place] == new:  # the two change places
        digits[1 - place] = digits[place]
    digits[place] = new
    _put("digits", tuple(digits))


def _layers(name: str, kind: Layers, place: str) -> None:
    now = session().experiment
    layers = now.circuit.layers
    st.markdown(SETTINGS[name].title, help=SETTINGS[name].help)
    columns = st.columns(2, gap="small")
    for i, layer in enumerate(layers):
        key = f"{place}-layer-{i}"
        st.session_state[key] = layer
        columns[i % 2].selectbox(f"Layer {i + 1}", kind.names, key=key, on_change=_moved_layer, args=(i, key))
    more, fewer = st.columns(2, gap="small")
    more.button(
        "Add",
        key="layer-more",
        width="stretch",
        disabled=len(layers) >= kind.most_shown,
        on_click=_add_layer,
        args=(kind.most_shown,),
    )
    fewer.button(
        "Remove",
        key="layer-fewer",
        width="stretch",
        disabled=len(layers) == 1,
        on_click=_remove_layer,
    )
    blind_warning(now)
    n_exponents = now.circuit.n_layers * now.data.n_pixels
    n_numbers = counted(effective_numbers(now.circuit, now.data.n_pixels), "independent number")
    st.caption(unbroken(f"{counted(n_exponents, 'exponent')}, {n_numbers}"))
    idle = idle_words(now.circuit)
    if idle:
        st.caption(idle)


def _add_layer(most: int) -> None:
    layers = session().experiment.circuit.layers
    if len(layers) < most:  # pressed once more before the page has changed
        _put("layers", (*layers, "ZZ" if layers[-1] == "XX" else "XX"))


def _remove_layer() -> None:
    layers = session().experiment.circuit.layers
    if len(layers) > 1:
        _put("layers", layers[:-1])


def _moved_layer(i: int, key: str) -> None:
    layers = list(session().experiment.circuit.layers)
    if i >= len(layers):  # a browser still speaks of a layer that a preset has just taken away
        return
    layers[i] = st.session_state[key]
    _put("layers", tuple(layers))


def _with(choices: tuple[Any, ...], value: Any) -> tuple[Any, ...]:
    """The choices and, where an address asked for another value, that one."""
    return choices if value is None or value in choices else tuple(sorted((*choices, value)))


_WIDGETS: dict[type[Kind], Callable[[str, Any, str], None]] = {
    Choice: _choice,
    Digits: _digits,
    Layers: _layers,
    Number: _number,
    Whole: _whole,
}
