"""The settings, all in sight: a preset for all of them, and one small widget each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from qmnist_core.address.settings import DATA, PRESETS, SETTINGS, to_address
from qmnist_core.circuits.dependence import effective_numbers
from qmnist_core.config import Experiment
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import counted, plain
from qmnist_core.setting import Choice, Digits, Kind, Layers, Number, Source, Whole
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components import say
from qmnist_core.ui.components.assets import inline_style
from qmnist_core.ui.frame import own_data, share
from qmnist_core.ui.session import state
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import live
from qmnist_core.ui.shared.queue import show_cost
from qmnist_core.words.cautions import blind_words, idle_words

OWN = "Own settings"
"""What the box of presets says where the settings are none of them."""
OTHER = "…"
"""In the box of data sets: one that is not there yet."""


def panel(own: tuple[str, ...]) -> None:
    """Those that are open to change. own: those that the page shows itself."""
    if state.open_settings() is None:
        _presets()
    shown = {name: one for name, one in SETTINGS.items() if state.is_open(name) and name not in own}
    for group in dict.fromkeys(one.group for one in shown.values()):
        st.markdown(f"#### {group}")
        for name, one in shown.items():
            if one.group == group:
                setting_widget(name)
    if state.open_settings() is None:
        st.button(
            "Reset",
            key="reset",
            icon=":material/restart_alt:",
            help="Back to the tutorial's settings and each page's first view; the run is kept, to compare with.",
            width="stretch",
            on_click=_reset,
        )
    else:
        st.caption(share.locked_words())
    if session().experiment.package == "tfq":
        show_cost([session().experiment])
    _mark_changes()


def _reset() -> None:
    live.keep_current()
    session().opened = None
    state.change(_usual(PRESETS[0].experiment))
    state.clear_view()


def room() -> str:
    """A style sheet that keeps each widget's height before it is there."""
    sliders = [
        f".st-key-panel-{name}"
        for name, one in SETTINGS.items()
        if isinstance(one.kind, Number) or (isinstance(one.kind, Whole) and (one.kind.steps or one.kind.slider))
    ]
    every = '[data-testid="stElementContainer"][class*="st-key-panel-"]'
    return f"{every} {{ min-height: 51px; }} {', '.join(sliders)} {{ min-height: 63px; }}"


def _mark_changes() -> None:
    """A dot at each setting that differs from the tutorial's."""
    changed = [f'[class*="st-key-panel-{name}"] label p::after' for name in to_address(session().experiment)]
    if changed:
        inline_style(f'{", ".join(changed)} {{ content: " •"; color: var(--qm-qnn); font-weight: 900; }}')


def _presets() -> None:
    now = to_address(session().experiment)
    titles = [preset.title for preset in PRESETS]
    found = [preset.title for preset in PRESETS if to_address(_usual(preset.experiment)) == now]
    options = titles if found else [OWN, *titles]
    st.session_state["preset"] = found[0] if found else OWN
    st.selectbox(
        "All settings",
        options,
        key="preset",
        help="\n".join(f"- **{preset.title}**: {preset.help}" for preset in PRESETS),
        on_change=_take_preset,
        label_visibility="collapsed",
    )


def _take_preset() -> None:
    for preset in PRESETS:
        if preset.title == st.session_state["preset"]:
            state.change(SETTINGS["backend"].put(_usual(preset.experiment), session().experiment.backend))


def _usual(experiment: Experiment) -> Experiment:
    """A preset's, on the data set that this server begins with."""
    usual: Experiment = DATA.put(experiment, DATA.usual)
    return usual


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
    packages = {one: kind.package(one) for one in kind.shown}
    missing = {one: why for one, package in packages.items() if package and (why := why_missing(package))}
    options = tuple(one for one in kind.shown if one not in missing)
    words = {"format_func": kind.titles.__getitem__} if kind.titles is not None else {}
    _widget(name, st.selectbox, place, options=options, **words)
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
    data = session().experiment.data
    digits, options = data.digits, tuple(sorted({*state.classes(data.file), *data.digits}))
    called = {label: str(state.called_class(data.file, label)) for label in options}
    first = "First digit, +1" if data.file is None else "First, +1"
    for i, words in enumerate((first, "Second, −1")):
        key = f"{place}-{name}-{i}"
        st.session_state[key] = digits[i]
        st.selectbox(
            words,
            options,
            key=key,
            format_func=called.__getitem__,
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


def _source(name: str, kind: Source, place: str) -> None:
    setting, key, now = SETTINGS[name], f"{place}-{name}", session()
    own = [now.own_data.name] if now.own_data is not None else []
    names = {kind.write(one): state.title(one) for one in (None, *kind.names(), *own)}
    st.session_state[key] = kind.write(setting.get(now.experiment))
    st.selectbox(
        setting.title,
        (*names, OTHER),
        key=key,
        format_func={**names, OTHER: "Your own…"}.__getitem__,
        help=setting.help,
        on_change=_moved_source,
        args=(name, key),
        disabled=not state.is_open(name),
    )


def _moved_source(name: str, key: str) -> None:
    chosen = st.session_state[key]
    if chosen == OTHER:
        own_data.be_open(True)
    else:
        _put(name, SETTINGS[name].kind.read(chosen))


def _layers(name: str, kind: Layers, place: str) -> None:
    now = session().experiment
    layers = now.circuit.layers
    n_exponents = now.circuit.n_layers * now.data.n_pixels
    n_numbers = counted(effective_numbers(now.circuit, now.data.n_pixels), "independent number")
    about = f"{SETTINGS[name].help} Now {counted(n_exponents, 'exponent')}, {n_numbers}."
    for i, layer in enumerate(layers):
        key = f"{place}-{name}-{i}"
        st.session_state[key] = layer
        words = None if i else about
        st.selectbox(f"Layer {i + 1}", kind.names, key=key, help=words, on_change=_moved_layer, args=(i, key))
    with st.container(key=f"{place}-{name}-number", horizontal=True, gap="xsmall"):
        fewer, more = "Take the last layer away", "Add a layer"
        st.button(fewer, key="layer-fewer", icon=":material/remove:", disabled=len(layers) == 1, on_click=_remove_layer)
        st.button(
            more,
            key="layer-more",
            icon=":material/add:",
            disabled=len(layers) >= kind.most_shown,
            on_click=_add_layer,
            args=(kind.most_shown,),
        )
    blind = blind_words(now.circuit)
    if blind:
        say.warning(blind, icon=":material/visibility_off:")
        return
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
    Source: _source,
    Whole: _whole,
}
