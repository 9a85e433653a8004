"""The exponents as maps that follow the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import PLAY, SVG, component


def maps(
    run: str,
    layers: Sequence[str],
    size: int,
    height: int,
    key: str,
    chosen: tuple[int, int] | None = None,
    clickable: bool = False,
    reel: str = "",
    captions: Sequence[str] = (),
) -> tuple[int, int] | None:
    """One map of pixels a layer, at the cursor. height: that all of them have room in, in pixels. chosen: the layer and
    the pixel that have a frame. Returns those that were just clicked, where it is clickable.
    reel: where the browser gets the run's reel, where the dock does not bring it. captions: in place of the layers'."""
    data = {
        **{"run": run, "layers": list(layers), "size": size, "height": height},
        **{"chosen": chosen, "clickable": clickable, "reel": reel, "captions": list(captions)},
        **{"paper": theme.PAPER, "name": f"qnn-{key}"},
    }
    show = component(Path(__file__).parent, PLAY, SVG, can_be_saved=True)
    click = show(key=key, data=data, height=height, on_click_change=lambda: None).get("click")
    return (int(click["layer"]), int(click["pixel"])) if click else None
