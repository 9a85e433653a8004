"""HTML, CSS and JavaScript, kept in files of their own beside the code that uses them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
BASE = HERE / "base.js"
"""Comes before every component's own script."""
PLAY = HERE / "play.js"
"""Defines `play`: the cursor in a training, and all that follows it."""
SVG = HERE / "svg.js"
"""Defines `svg` and what is made of it, for what a component draws itself; with the style of its words."""
SLIDER = HERE / "slider.js"
"""Defines `onSlider`, for what follows one of Streamlit's sliders while it is moved."""
SAVING = HERE / "saving.js"
"""Defines `offerToSave`, with the menu in a figure's corner that it fills."""


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


def sent(key: str, name: str) -> Any:
    """What a component has just sent, within its callback; None where its page is not the session's any more."""
    component = st.session_state.get(key)
    return None if component is None else component.get(name)


def component(
    folder: Path, *scripts: Path, isolate_styles: bool = True, can_be_saved: bool = False
) -> Callable[..., Any]:
    """Declare a component from the files in a folder that have its name.

    scripts: what comes before its own, each with the style sheet beside it, if there is one. can_be_saved: with
    SAVING among them. To be called where it is shown: a component that is declared before the server runs, Streamlit
    1.65 does not know.
    """
    html, css, js = _parts(folder, scripts, can_be_saved)
    return st.components.v2.component(f"qmnist_{folder.name}", html=html, css=css, js=js, isolate_styles=isolate_styles)


@cache
def _parts(folder: Path, scripts: tuple[Path, ...], can_be_saved: bool) -> tuple[str, str, str]:
    """HTML, CSS and JavaScript of a component."""
    own = folder / f"{folder.name}.js"
    html = source(own.with_suffix(".html"))
    if can_be_saved:
        html = f'<div class="qmnist-frame">{html}{source(SAVING.with_suffix(".html"))}</div>'
        scripts = (*scripts, SAVING)
    files = (BASE, *scripts, own)
    sheets = [sheet for file in files if (sheet := file.with_suffix(".css")).exists()]
    return html, "".join(map(source, sheets)), "".join(map(source, files))
