"""The runs that were kept to compare with, and runs from files."""

from __future__ import annotations

import streamlit as st

from qmnist_core.errors import QMnistError
from qmnist_core.look.text import counted, percent, summary, unbroken
from qmnist_core.ui.components import say
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared import takeaway
from qmnist_core.ui.shared.live import earlier, is_overlaid, open_run, overlay, remove, rename


def earlier_runs() -> None:
    """The runs to compare with: overlaid or not, renamed, taken away, removed."""
    for name, kept in list(earlier().items()):
        see, title, words, save, gone = st.columns([0.9, 2.4, 3.8, 1.5, 1.1], vertical_alignment="center")
        key = f"overlay {name}"
        st.session_state[key] = is_overlaid(name)
        see.checkbox("show", key=key, on_change=lambda name=name, key=key: overlay(name, st.session_state[key]))
        new = f"name {name}"
        title.text_input(
            "Name",
            name,
            key=new,
            label_visibility="collapsed",
            max_chars=40,
            on_change=_rename,
            args=(name, new),
        )
        last = kept.history.epochs[-1]
        said = f"{percent(last.val_accuracy)} after {counted(last.epoch, 'epoch')} · {summary(kept.experiment)}"
        words.caption(unbroken(said))
        with save.popover("Save", icon=":material/download:"):
            takeaway.files(kept, name, f"save {name}")
        gone.button("Remove", key=f"remove {name}", type="tertiary", on_click=remove, args=(name,))


def _rename(name: str, key: str) -> None:
    if st.session_state[key].strip():
        rename(name, st.session_state[key])
    else:
        st.session_state[key] = name


def open_saved_run() -> None:
    """A file that was saved here, or by the package, on the screen again."""
    st.file_uploader("A run that was saved here (.zip)", key="open-run", on_change=_open_upload)
    refused = session().refused
    if refused:
        say.error(refused)


def _open_upload() -> None:
    file = st.session_state["open-run"]
    session().refused = None
    if file is None:
        return
    try:
        open_run(file.getvalue())
    except QMnistError as error:
        session().refused = f"{file.name} cannot be opened: {error}."
