"""Sharing what is on the screen: its link, as a QR code too, and the settings that students may change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import streamlit as st

from qmnist_core.address.relative import write_relative
from qmnist_core.address.settings import DATA, SETTINGS, shortened
from qmnist_core.address.views import LESSON, ONLY
from qmnist_core.classroom.names import read_code
from qmnist_core.config import Experiment
from qmnist_core.errors import QMnistError, StoreError
from qmnist_core.look.text import plain
from qmnist_core.setting import Setting
from qmnist_core.ui.components import say
from qmnist_core.ui.components.link import link_to_copy
from qmnist_core.ui.components.qr import qr_code
from qmnist_core.ui.frame.site import full_link, is_here_only, meant, show
from qmnist_core.ui.session import state
from qmnist_core.ui.session.place import store
from qmnist_core.ui.session.session import session

LINK = "s"
"""Of a short link, in an address."""


def open_short_link(page: str) -> list[str]:
    """Before anything of a page is drawn: show what a short link in its address stands for, in its place.

    Returns a sentence where there is no such link. Other sites append something of the same name, which is no code.
    """
    link = st.query_params.get(LINK, "")
    if not read_code(link):
        return []
    try:
        address = store().address_of(link)
    except StoreError as error:
        return [f"The short link {LINK}={shortened(link)} cannot be opened: {error}."]
    there = None if address is None else meant(address)
    if there is None:
        return [f"There is no short link {LINK}={shortened(link)} here: compare it with the one that you were given."]
    show(*there, here=page)
    return []


def button() -> None:
    """Opens the dialog."""
    st.button(
        "Share",
        key="share",
        icon=":material/share:",
        help="A link to exactly this screen. Choose which settings those who open it may change.",
        type="tertiary",
        on_click=_be_open,
        args=(True,),
    )


def dialog(page: str) -> None:
    """The dialog, while it is open. It is over the page, so that what it links to cannot change under it."""
    if session().sharing:
        opened = st.dialog("Share this screen", width="large", on_dismiss=lambda: _be_open(False))
        opened(_dialog)(page)


def _be_open(is_open: bool) -> None:
    session().sharing = is_open


def _dialog(page: str) -> None:
    st.session_state["share-open"] = session().shared
    choice, code = st.columns([3, 2], gap="large")
    with choice:
        st.pills(
            "Students may change",
            list(SETTINGS),
            selection_mode="multi",
            key="share-open",
            format_func=lambda name: SETTINGS[name].title,
            help="The link locks the others, together with presets and this dialog. Your own screen stays as it is.",
            width="stretch",
            on_change=_choose,
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Everything", key="share-all", on_click=_be_shared, args=(SETTINGS,))
            st.button("Nothing", key="share-none", on_click=_be_shared, args=((),))
        names = [name for name in SETTINGS if name in st.session_state["share-open"]]
        address = state.current_address()
        if len(names) < len(SETTINGS):
            address[ONLY] = state.write_open(names)
        link = full_link(page, address, here=page)
        short, why = _shorten(page, address)
        show_link(link, "share-link")
        if short:
            link_to_copy(short, "share-short", "short address")
        else:
            st.caption(plain(f"There is no short address: {why}."))
    with code:
        qr_code(short or link, "share-code")
    if len(names) < len(SETTINGS):
        st.caption(
            "Locking keeps a class together; it is not security. Whoever edits the address can change what it says."
        )
    own = session().own_data
    if own is not None and session().experiment.data.file == own.name:
        say.warning("Your own data stay in your session: whoever opens the link sees MNIST.", ":material/link_off:")
    with st.expander("This screen as a lesson's step"):
        address = {name: value for name, value in state.current_address().items() if name not in LESSON}
        st.markdown("For a lesson file of your own (README, *For teachers*):")
        st.code(json.dumps({"page": page, "address": address}, indent=2, ensure_ascii=False)[2:-2], language="json")


def _shorten(page: str, address: Mapping[str, str]) -> tuple[str, str]:
    """A short link to what an address says, or else why there is none."""
    try:
        return full_link("home", {LINK: store().shorten(write_relative(page, address))}, here=page), ""
    except QMnistError as error:
        return "", str(error)


def show_link(link: str, key: str) -> None:
    """A link to copy, with a note where it is of no use to others."""
    link_to_copy(link, key)
    if is_here_only(link):
        st.info(
            "This link works on this computer only. For other computers, start the dashboard for your network "
            "(README, *For teachers*) and open it by this computer's own address before you copy a link.",
            icon=":material/lan:",
        )


def _choose() -> None:
    session().shared = st.session_state["share-open"]


def _be_shared(names: Iterable[str]) -> None:
    session().shared = list(names)


def _value(setting: Setting, experiment: Experiment) -> str:
    """A setting's value as its widget has it."""
    if setting.path == "data.digits":
        return " and ".join(map(str, state.names(experiment.data)))
    return state.title(experiment.data.file) if setting is DATA else setting.shown(setting.get(experiment))


def locked_words() -> str:
    """What a teacher has locked, and how it is set."""
    experiment = session().experiment
    locked = [
        f"{setting.title.lower()} {_value(setting, experiment)}"
        for name, setting in SETTINGS.items()
        if not state.is_open(name)
    ]
    which = "all settings" if len(locked) == len(SETTINGS) else "the rest"
    who = "This lesson" if state.in_lesson() else "Your teacher"
    return f"{who} has set {which}: {', '.join(locked)}."
