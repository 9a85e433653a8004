"""The dashboard's pages, and the ways from one to another."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st

from qmnist_core.address.relative import read_relative
from qmnist_core.ui.session import state

PAGES = {
    "home": ("app.py", "Playground", ":material/play_circle:"),
    "data": ("pages/data.py", "Data", ":material/grid_on:"),
    "circuit": ("pages/circuit.py", "Circuit", ":material/schema:"),
    "train": ("pages/train.py", "Train", ":material/trending_up:"),
    "compare": ("pages/compare.py", "Compare", ":material/leaderboard:"),
    "draw": ("pages/draw.py", "Draw", ":material/draw:"),
    "computes": ("pages/computes.py", "What it computes", ":material/schedule:"),
    "plateau": ("pages/plateau.py", "Why it can fail", ":material/landscape:"),
    "resolution": ("pages/resolution.py", "Full resolution", ":material/grid_4x4:"),
    "ten": ("pages/ten.py", "Ten digits", ":material/dialpad:"),
    "atlas": ("pages/atlas.py", "Atlas", ":material/map:"),
    "noise": ("pages/noise.py", "Noise and shots", ":material/graphic_eq:"),
    "lessons": ("pages/lessons.py", "Lessons", ":material/school:"),
    "class": ("pages/class.py", "Class", ":material/groups:"),
    "join": ("pages/join.py", "Join a class", ":material/login:"),
}
LABS = ("computes", "plateau", "resolution", "ten", "atlas", "noise")
"""Those that stand in one menu."""
UNLISTED = ("join",)
"""Those that are a frame of their own: no bar or menu leads there, and they have no settings."""
LISTED = tuple(page for page in PAGES if page not in UNLISTED)
HERE = ("localhost", "127.0.0.1", "::1")
"""Names by which a computer refers to itself."""


def go(page: str, address: Mapping[str, str]) -> None:
    """A link to another page, with the given parameters."""
    st.page_link(PAGES[page][0], label=PAGES[page][1], query_params=address)


def full_link(page: str, address: Mapping[str, str], here: str) -> str:
    """The whole address of a page, to be sent to somebody, with the given parameters.

    here: the page that is on the screen. Both lie in the same folder, whatever comes before it: a proxy's prefix, say.
    """
    url = urlsplit(str(st.context.url or ""))
    folder = url.path if here == "home" else url.path.rstrip("/").rpartition("/")[0]
    path = f"{folder.rstrip('/')}/{'' if page == 'home' else page}"
    return url._replace(path=path, query=urlencode(address), fragment="").geturl()


def is_here_only(link: str) -> bool:
    """Whether a link leads to the computer on which it is opened."""
    return urlsplit(link).hostname in HERE


def show(page: str, address: Mapping[str, str], here: str) -> None:
    """Show a page with what an address says, before anything of this one is drawn. here: this page."""
    state.take_address(address)
    if page != here:
        st.switch_page(PAGES[page][0], query_params=state.current_address())
    st.query_params.from_dict(state.current_address())


def meant(text: str) -> tuple[str, dict[str, str]] | None:
    """The page and the address that a text out of the database means; None where that is none that a link may open."""
    return read_relative(text, LISTED)
