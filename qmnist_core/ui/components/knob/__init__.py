"""One exponent to turn by hand: what it does to ⟨Z⟩ of one image, at the cursor, without the server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components.assets import SVG, acting, component


@dataclass(frozen=True)
class Knob:
    """What is turned."""

    run: str
    """The reel's name."""
    series: str
    """The image's ⟨Z⟩, by its name in the dock, which has what the exponent can do to it as well: what follows it
    elsewhere on the page follows the hand, too."""
    names: Names
    layer: int
    pixel: int
    name: str
    """Of the exponent, in words."""
    value: float | None
    """That it was given by hand, in half-turns; None for its own."""
    n_layers: int
    n_pixels: int


def knob(shown: Knob, height: int, turned: Callable[[float | None], None], key: str) -> None:
    """A dial and a curve. height: in pixels. turned: called with the value at which the hand has come to rest, or None
    for the exponent's own."""

    def moved(rest: Any) -> None:
        if (rest["layer"], rest["pixel"]) == (shown.layer, shown.pixel):
            turned(None if rest["value"] is None else round(float(rest["value"]), 2))

    data = vars(shown) | {"height": height}
    component(Path(__file__).parent, SVG)(key=key, data=data, on_turned_change=acting(key, "turned", moved))
