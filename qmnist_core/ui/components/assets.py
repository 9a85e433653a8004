"""HTML, CSS and JavaScript, kept in files of their own beside the code that uses them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

PLAY = Path(__file__).parent / "play.js"
"""Defines `play`: the cursor in a training, and all that follows it."""
SVG = Path(__file__).parent / "svg.js"
"""Defines `svg` and `onWidth`, for what a component draws itself."""


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


def component(folder: Path, *scripts: Path, isolate_styles: bool = True) -> Callable[..., Any]:
    """Declare a component from the files in a folder that have its name. scripts: what comes before its own.

    To be called where it is shown: a component that is declared before the server runs, Streamlit 1.65 does not know.
    """
    html, css, script = (folder / f"{folder.name}.{kind}" for kind in ("html", "css", "js"))
    return st.components.v2.component(
        f"qmnist_{folder.name}",
        html=source(html),
        css=source(css),
        js="".join(source(file) for file in (*scripts, script)),
        isolate_styles=isolate_styles,
    )
