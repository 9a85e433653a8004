"""HTML, CSS and JavaScript, kept in files of their own beside the code that uses them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
SHARED = tuple(HERE / f"{name}.js" for name in ("base", "theme", "svg", "saving", "slider", "play"))
"""What components share: the server puts it into every page, where each of them finds it."""
SVG = HERE / "svg.css"
"""The style of words in what a component draws itself."""


@cache
def source(file: Path) -> str:
    """A file's text, read once."""
    return file.read_text(encoding="utf-8")


def style(file: Path) -> None:
    """Put a style sheet into the page."""
    inline_style(source(file))


def inline_style(rules: str) -> None:
    """The same of rules that depend on what is shown."""
    st.html(f"<style>{rules}</style>")


def acting(key: str, name: str, act: Callable[[Any], None] | None) -> Callable[[], None]:
    """The callback of a component: acts, if at all, on what it has just sent. A page that read it in its body would
    lose it where another event comes first."""

    def told() -> None:
        component = st.session_state.get(key)  # none where its page is not the session's any more
        what = None if component is None else component.get(name)
        if act is not None and what is not None:
            act(what)

    return told


def shared() -> str:
    """The script of every page."""
    return "".join(map(source, SHARED))


def component(
    folder: Path, *sheets: Path, isolate_styles: bool = True, can_be_saved: bool = False
) -> Callable[..., Any]:
    """Declare a component from the files in a folder that have its name.

    sheets: what comes before its own style. can_be_saved: whether it has the menu in its corner that `offerToSave`
    fills. To be called where it is shown: a component that is declared before the server runs, Streamlit 1.65 does not
    know.
    """
    html, css, js = _parts(folder, sheets, can_be_saved)
    return st.components.v2.component(f"qmnist_{folder.name}", html=html, css=css, js=js, isolate_styles=isolate_styles)


@cache
def _parts(folder: Path, sheets: tuple[Path, ...], can_be_saved: bool) -> tuple[str, str, str]:
    """HTML, CSS and JavaScript of a component."""
    own = folder / f"{folder.name}.js"
    html = source(own.with_suffix(".html"))
    if can_be_saved:
        html = f'<div class="qmnist-frame">{html}{source(HERE / "saving.html")}</div>'
        sheets = (*sheets, HERE / "saving.css")
    sheet = own.with_suffix(".css")
    return html, "".join(map(source, (*sheets, sheet) if sheet.exists() else sheets)), source(own)
