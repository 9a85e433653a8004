"""All stacks of one, two and three layers at a glance: a cell each, the darker the better."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np

from qmnist_core.arrays import Flags, Indices, Numbers, Reals
from qmnist_core.config import LAYERS
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, acting, component

HEIGHT = 546
"""In pixels, where it is as wide as a screen; on a phone it is what its width makes it."""
WHOLE = 1000
"""What an accuracy of 1 is in whole numbers."""


def stacks(
    accuracies: Reals,
    numbers: Numbers,
    depends: Flags,
    alike: Indices,
    scale: tuple[float, float],
    chosen: int,
    best: Collection[int],
    blind: str,
    alt: str,
    clicked: Callable[[int], None],
    key: str,
) -> None:
    """Show them in the order of `studies.atlas.stacks_of`.

    accuracies: float (n_stacks, n_seeds), 0–1; numbers, depends, alike: (n_stacks,), as in the atlas. scale: the
    accuracies of the palest and of the darkest cell. chosen: has a frame. best: have a dot. blind: what is said of one
    that cannot depend on the image. alt: all of it in words. clicked: called with the number of one.
    """
    shown = np.flatnonzero(depends)
    figures = np.quantile(accuracies[shown], (0, 0.25, 0.75, 1), axis=1)
    means = accuracies[shown].mean(axis=1)
    whole = np.rint(WHOLE * np.concatenate([means[None], figures]).T).astype(int)
    data = {
        **{"layers": LAYERS, "whole": WHOLE, "scale": scale, "chosen": chosen, "best": sorted(best), "blind": blind},
        **{"shown": shown.tolist(), "figures": whole.tolist(), "means": np.round(means, 5).tolist()},
        **{"numbers": numbers.tolist(), "alike": alike.tolist()},
        **{"alt": alt, "paper": theme.PAPER, "name": f"qnn-{key}"},
    }
    show = component(Path(__file__).parent, SVG, can_be_saved=True)

    def act(click: object) -> None:
        if isinstance(click, int) and 0 <= click < len(numbers):
            clicked(click)

    show(key=key, data=data, height=HEIGHT, on_click_change=acting(key, "click", act))
