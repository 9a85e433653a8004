"""Drawings side by side, as a wall or a page shows them, and the pad that they come from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import streamlit as st

from qmnist_core.arrays import Gray, Images, Labels
from qmnist_core.data.pipeline import as_examples, distinct_rows
from qmnist_core.errors import BlankError, InputError
from qmnist_core.simulators import expectation_over_time
from qmnist_core.ui.components import say, tiles
from qmnist_core.ui.components.pad import drawing_pad
from qmnist_core.ui.session.session import session
from qmnist_core.ui.shared.drawing import read_strokes
from qmnist_core.ui.shared.live import NAME, Run, published


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawing that is meant as one of two classes."""

    id: int
    pixels: Gray
    """uint8 (28, 28)."""
    is_first: bool
    who: str = ""
    note: str = ""


def stacked(drawings: Sequence[Drawn]) -> tuple[Images, Labels]:
    """Their images, uint8 (n, 28, 28), and labels, bool (n,)."""
    images = np.array([one.pixels for one in drawings], np.uint8).reshape(len(drawings), 28, 28)
    return images, np.array([one.is_first for one in drawings], bool)


def show_tiles(
    drawings: Sequence[Drawn],
    classes: tuple[str, str],
    run: Run | None,
    height: int,
    key: str,
    n_test: int = 0,
    used: Collection[int] = (),
    acted: Callable[[int, str], None] | None = None,
) -> None:
    """Each drawing, and what the run's network says of it at the cursor.

    run: None where there is no network yet. n_test: MNIST's test images, where the run's accuracy is on those. used:
    the drawings that the network was trained on. acted: as for `tiles`.
    """
    images, labels = stacked(drawings)
    if run is None or not drawings:
        block, pattern_of = tiles.block(images), np.zeros(len(images), int)
    else:
        bits = as_examples(images, labels, run.experiment.data).bits
        first, pattern_of = distinct_rows(bits)
        answers = expectation_over_time(run.experiment.circuit, run.reel.exponents, bits[first])
        block = tiles.block(images, run.reel.steps, answers)
    shown = [
        tiles.Tile(one.id, one.who, int(not one.is_first), int(pattern), one.id not in used, one.note)
        for one, pattern in zip(drawings, pattern_of, strict=True)
    ]
    address, name = published(tiles.NAME, block), NAME if n_test else ""
    tiles.tiles(address, shown, classes, height, key, name, n_test, acted)


def sketch_pad(place: str, hint: str, size: Literal["usual", "large"] = "usual") -> None:
    """A pad for the next drawing, which `give_sketch` takes.

    place: what it is drawn for, as `give_sketch` was told; a sketch stays with its place.
    """
    now = session()
    strokes = "[]" if now.n_sketches else None  # the first one may be from before a reload
    if now.sketch is not None and now.sketch.strokes is not None:
        strokes = now.sketch.strokes
    number = now.n_sketches

    def sketched(sent: dict[str, str]) -> None:
        # A late browser may tell once more of a pad whose drawing has been given away.
        if (session().sketching, session().n_sketches) == (place, number):
            session().sketch = read_strokes(sent)

    drawing_pad(f"sketch-{place}-{number}", strokes, None, hint, sketched, size, place)


def give_sketch(place: str, give: Callable[[Gray, int], None]) -> None:
    """Before the pad is drawn: where one of `give_buttons` was pressed, give away what is on it, and leave a blank one.

    It is not the button's callback that does it: Streamlit calls that before the pad's, where both have changed at
    once. place: what was drawn or pressed for another one is not given here. give: called with the drawing and the
    class. What it refuses is said, and then the drawing stays.
    """
    now = session()
    if now.sketching != place:
        now.sketching, now.sketch, now.n_sketches = place, None, 0
    giving, now.giving = now.giving, None
    if giving is None or giving[0] != place:
        return
    with say.refusals():
        if now.sketch is not None and now.sketch.refusal:
            raise InputError(now.sketch.refusal)
        if now.sketch is None or now.sketch.image is None:
            raise BlankError("nothing is drawn yet: draw first")
        give(now.sketch.image, giving[1])
        now.sketch = None
        now.n_sketches += 1


def give_buttons(place: str, labels: Sequence[str], key: str) -> None:
    """A button for each of some classes, which gives away what is on the pad. key: of their row."""
    with st.container(horizontal=True, gap="small", key=key):
        for i, label in enumerate(labels):
            st.button(
                label,
                key=f"{key}-{place}-{i}",
                type="primary",
                width="stretch",
                on_click=setattr,
                args=(session(), "giving", (place, i)),
            )
