"""The cells of a two-by-two figure: which one is looked at, and the test images behind it, a set at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from qmnist_core.address.kinds import View
from qmnist_core.arrays import Images, Reals
from qmnist_core.config import DataConfig
from qmnist_core.look.text import counted, signed
from qmnist_core.pictures.gallery import COLUMNS, gallery
from qmnist_core.plots.confusion import CELLS
from qmnist_core.plots.style import Figure
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.session import state
from qmnist_core.ui.session.looking import fit_number, leaf, look_at, seen
from qmnist_core.ui.session.widgets import choose

N_SHOWN = 24
"""Most images shown at once."""


def cells_chart(figure: Figure, key: str, cell: View[int], images: View[int]) -> None:
    """A figure of four cells: a click chooses one, and the first set of its images."""

    def clicked(point: dict[str, Any]) -> None:
        look_at(cell, int(point["custom"]))
        look_at(images, 1)

    chart(figure, key, clicked)


def choose_cell(
    cell: View[int],
    images: View[int],
    label: str,
    key: str,
    names: Sequence[str],
    element: Callable[..., Any] | None = None,
) -> tuple[int, int]:
    """The same as buttons, or another element, named in the order of CELLS; returns the row and the column of what is
    looked at."""
    chosen = choose(cell, label, key, element, then=lambda _: look_at(images, 1), format_func=names.__getitem__)
    return CELLS[chosen]


def show_behind(
    config: DataConfig,
    images: Images,
    values: Reals,
    view: View[int],
    n_shown: int = N_SHOWN,
    columns: int = COLUMNS,
    beside: tuple[int, int] = (3, 2),
) -> None:
    """Show test images with the network's ⟨Z⟩ below each, the surest first.

    images: int (n,), their numbers among the test images. values: ⟨Z⟩ of all test images. view: which
    set of them is shown; its name is the picture's key. n_shown: most images at once, in so many columns.
    beside: the shares of the words and of the button that leafs.
    """
    if not len(images):
        st.info("There is none.", icon=":material/check:")
        return
    n_sets = math.ceil(len(images) / n_shown)
    fit_number(view, n_sets, "sets of images")
    number = seen(view)
    start = (number - 1) * n_shown
    shown = images[np.argsort(-np.abs(values[images]), kind="stable")][start : start + n_shown]
    which = f"; {start + 1:,} to {start + len(shown):,} are shown" if n_sets > 1 else ""
    words, button = st.columns(beside, vertical_alignment="center")
    words.caption(f"{counted(len(images), 'image')} by the size of ⟨Z⟩, which is given below each{which}.")
    if n_sets > 1:
        button.button(
            "Next images",
            key=f"{view.name}-next",
            icon=":material/arrow_forward:",
            width="stretch",
            on_click=leaf,
            args=(view, n_sets),
        )
    pictures = state.raw_images(config.file, state.dataset(config).test_rows[shown], "test")
    picture(gallery(pictures, [signed(float(value)) for value in values[shown]], columns), key=view.name)
