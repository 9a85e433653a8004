"""Right and wrong answers, digit by digit, that follow the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components.assets import acting, component

HEIGHT = 133
"""Of the cells with what they are called, in pixels."""


def confusion(
    run: str, names: Names, order: Sequence[tuple[int, int]], chosen: int, clicked: Callable[[int], None], key: str
) -> None:
    """Four cells, [the image's digit, the network's answer]. order: theirs. chosen: which of them has a frame.
    clicked: called with the number of one."""
    data = {"run": run, "names": names, "order": order, "chosen": chosen}
    show = component(Path(__file__).parent)
    show(key=key, data=data, height=HEIGHT, on_click_change=acting(key, "click", lambda number: clicked(int(number))))
