"""The exponents as maps that follow the cursor."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.data.class_names import Names
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, acting, component


def maps(
    run: str,
    layers: Sequence[str],
    size: int,
    height: int,
    key: str,
    chosen: tuple[int, int] | None = None,
    clicked: Callable[[int, int], None] | None = None,
    reel: str = "",
    captions: Sequence[str] = (),
) -> None:
    """One map of pixels a layer, at the cursor. height: that all of them have room in, in pixels. chosen: the layer and
    the pixel that have a frame. clicked: where they can be, called with a layer and a pixel.
    reel: where the browser gets the run's reel, where the dock does not bring it. captions: in place of the layers'."""
    data = {
        **{"run": run, "layers": list(layers), "size": size, "height": height},
        **{"chosen": chosen, "clickable": clicked is not None, "reel": reel, "captions": list(captions)},
        **{"paper": theme.PAPER, "name": f"qnn-{key}"},
    }
    show = component(Path(__file__).parent, SVG, can_be_saved=True)
    act = None if clicked is None else lambda click: clicked(int(click["layer"]), int(click["pixel"]))
    show(key=key, data=data, height=height, on_click_change=acting(key, "click", act))


def angle_map(run: str, difference: Reals, names: Names, height: int, key: str) -> None:
    """φ of each pixel, at the cursor, of a network with the layers XX and ZZ on bits.

    difference: how much more often each pixel is lit by the first digit, float (n_pixels,): φ and −φ are the same
    network, and the sign is the one with which blue belongs to that digit.
    """
    data = {
        **{"run": run, "layers": ["φ"], "captions": ["φ of each pixel"], "reel": ""},
        **{"size": math.isqrt(len(difference)), "height": height},
        **{"paper": theme.PAPER, "name": f"qnn-{key}"},
        **{"difference": np.round(difference, 3).tolist(), "names": names},
    }
    component(Path(__file__).parent, SVG, can_be_saved=True)(key=key, data=data, height=height)
