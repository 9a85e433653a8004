"""Errors and warnings. Their words may come from elsewhere, such as an address, a file or an exception, so that they
are shown as they are written: never as Markdown, links or pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from qmnist_core.errors import QMnistError
from qmnist_core.look.text import plain


def error(text: str, icon: str = ":material/error:") -> None:
    st.error(plain(text), icon=icon)


def warning(text: str, icon: str = ":material/warning:") -> None:
    st.warning(plain(text), icon=icon)


@contextmanager
def refusals() -> Iterator[None]:
    """What is refused within is said in one sentence, and the page goes on after it."""
    try:
        yield
    except QMnistError as refusal:
        text = str(refusal)
        warning(f"{text[:1].upper()}{text[1:]}.")
