"""Drawings of a class side by side: what the network at the cursor says of each, and how many are right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qmnist_core.arrays import Images, Indices, Reals
from qmnist_core.studies.reel import pack
from qmnist_core.ui.components.assets import acting, component

NAME = "tiles"
"""Of the block among the browser's reels."""
ACTS = ("hide", "delete")
"""What may be done to a drawing."""
LEVELS = 127
"""What ⟨Z⟩ = 1 is in whole numbers of 8 bits."""


@dataclass(frozen=True)
class Tile:
    """One drawing, at the same place in the block's pictures."""

    id: int
    who: str
    """Shown as text."""
    label: int
    """Which class it is meant to be, 0 or 1."""
    pattern: int
    """Which of the block's answers is its own."""
    is_tested: bool = True
    """Whether it counts; the network was trained on the others."""
    note: str = ""
    """How it stands, such as that it waits."""


def block(pictures: Images, steps: Indices | None = None, answers: Reals | None = None) -> bytes:
    """What the tiles show, packed for the browser; there it is a reel.

    pictures: uint8 (n, 28, 28). steps: int (T,), those kept of the run. answers: ⟨Z⟩ of each distinct input, float64
    (T, n_patterns). In the block "z" is int8 in units of 1/LEVELS; what is above 0 stays above it.
    """
    arrays = {"steps": np.zeros(1, "<u4") if steps is None else steps.astype("<u4")}
    if answers is not None:
        whole = np.rint(np.clip(answers, -1, 1) * LEVELS).astype(np.int8)
        arrays["z"] = np.where(answers > 0, np.maximum(whole, 1), np.minimum(whole, 0))
    return pack({**arrays, "pictures": pictures})


def tiles(
    address: str,
    shown: Sequence[Tile],
    classes: tuple[str, str],
    height: int,
    key: str,
    run: str = "",
    n_test: int = 0,
    acted: Callable[[int, str], None] | None = None,
) -> None:
    """Show them, as large as fits.

    address: where the browser gets the block. classes: the names of the first and the second. run: the reel whose
    accuracy on MNIST's n_test test images stands beside. acted: called with a drawing and "hide" or "delete", where
    that may be done here.
    """

    def pressed(told: Any) -> None:
        known = [(tile.id, act) for tile in shown for act in ACTS]
        if acted is not None and isinstance(told, dict) and (told.get("id"), told.get("act")) in known:
            acted(told["id"], told["act"])

    data = {
        **{"block": address, "tiles": [vars(tile) for tile in shown], "classes": classes, "height": height},
        **{"run": run, "n_test": n_test, "acts": acted is not None, "levels": LEVELS},
    }
    component(Path(__file__).parent)(key=key, data=data, height=height, on_act_change=acting(key, "act", pressed))
