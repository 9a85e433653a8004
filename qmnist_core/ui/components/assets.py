"""HTML, CSS and JavaScript, kept in files of their own beside the code that uses them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

HERE = Path(__file__).parent
PLAY = HERE / "play.js"
"""Defines `play`: the cursor in a training, and all that follows it."""
SVG = HERE / "svg.js"
"""Defines `svg`, `onWidth`, `drawn` and `download`, for what a component draws itself."""
SLIDER = Path(__file__).parent / "slider.js"
"""Defines `onSlider`, for what follows one of Streamlit's sliders while it is moved."""


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

    scripts: what comes before its own. can_be_saved: with the menu in its corner, which `offerToSave` fills.
    To be called where it is shown: a component that is declared before the server runs, Streamlit 1.65 does not know.
    """
    html, css, script = (folder / f"{folder.name}.{kind}" for kind in ("html", "css", "js"))
    content, rules = source(html), source(css)
    if can_be_saved:
        menu, look, script_of_menu = (HERE / f"saving.{kind}" for kind in ("html", "css", "js"))
        content = f'<div class="qmnist-frame">{content}{source(menu)}</div>'
        rules += source(look)
        scripts = (*scripts, script_of_menu)
    return st.components.v2.component(
        f"qmnist_{folder.name}",
        html=content,
        css=rules,
        js="".join(source(file) for file in (*scripts, script)),
        isolate_styles=isolate_styles,
    )
