"""A data set of the visitor's own: the dialog that takes its file, and says what became of it."""

from __future__ import annotations

import streamlit as st

from qmnist_core.data.labelled import FORM, LEAST_OF_A_CLASS, MOST_PICTURES, SPLIT
from qmnist_core.data.mnist import MAX_UPLOAD
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import counted, plain
from qmnist_core.ui.components import say
from qmnist_core.ui.session import state
from qmnist_core.ui.session.session import session

FORMS = f"""
- **Labelled folders of pictures**, packed as a ZIP: a folder for each class, 2 to 10 of them, with at least
  {LEAST_OF_A_CLASS} PNG or JPEG pictures each, {MOST_PICTURES:,} at most. The folders' names are the classes'.
  {FORM[0].upper()}{FORM[1:]}; {SPLIT}.
- **IDX files**, packed as a ZIP: the four files in which MNIST and Fashion-MNIST are published, or KMNIST's four .npz.
  A file labels.txt beside them may name the classes, one a line.
- **NumPy's .npz** with uint8 arrays x_train, x_test (n, 28, 28) and y_train, y_test (n,), light on dark, labels 0 to 9;
  an array class_names of texts may name them.
"""
STAYS = "It stays in this session: nobody else sees it, nothing in it is run, and it is gone when you close the page."


def button() -> None:
    """Opens the dialog, unless a teacher has locked the data set."""
    if state.is_open("data"):
        st.button(
            "Own data",
            key="own-data",
            icon=":material/upload:",
            help="Upload pictures or a data set, and use them in place of MNIST.",
            on_click=be_open,
            args=(True,),
        )


def be_open(is_open: bool) -> None:
    session().choosing_data = is_open
    session().data_refusal = ""


def dialog() -> None:
    """The dialog, while it is open."""
    if session().choosing_data and state.is_open("data"):
        opened = st.dialog("Your own data", width="large", on_dismiss=lambda: be_open(False))
        opened(_dialog)()


def _dialog() -> None:
    now = session()
    most = MAX_UPLOAD >> 20
    file = st.file_uploader(f"A .zip or .npz of up to {most} MB", key="own-data-file", max_upload_size=most)
    if file is not None and file.file_id != now.own_given:
        with st.spinner("Reading the images"):
            now.data_refusal = ""
            try:
                state.take_upload(file.getvalue(), file.name)
            except QMnistError as error:
                now.data_refusal = str(error)
            now.own_given = file.file_id  # not before it is known what became of it
        st.rerun()  # the page behind shows it, too
    if now.data_refusal:
        say.error(f"This file is not used: {now.data_refusal}.")
    elif now.own_data is not None:
        st.success(_about(), icon=":material/check_circle:")
        st.button("Remove it", key="own-data-remove", icon=":material/delete:", on_click=state.remove_upload)
    st.caption(STAYS)
    with st.expander("What the file can be", expanded=now.own_data is None):
        st.markdown(FORMS)


def _about() -> str:
    """What the upload is, in a sentence."""
    now = session()
    assert now.own_data is not None
    data = now.own_data.data
    classes = ", ".join(str(data.called(label)) for label in data.classes)
    return (
        f"**{plain(now.own_title)}** is shown: {counted(len(data.x_train), 'image')} to train on, "
        f"{len(data.x_test):,} to test, of {len(data.classes)} classes: {classes}."
    )
