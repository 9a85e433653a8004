"""Large buttons for a phone, one of which is chosen; what is tapped is marked at once, before the server knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from qmnist_core.ui.components.assets import acting, component


def taps(
    asked: str,
    choices: Sequence[str],
    chosen: int | None,
    is_open: bool,
    tapped: Callable[[int], None],
    key: str,
    right: int | None = None,
    words: str = "",
) -> None:
    """asked: names the question, so that an answer to another one counts for nothing. chosen: what the server has.
    is_open: whether it may be changed. tapped: called with the index of another choice. right: is marked as such.
    words: said below the buttons, in place of what is chosen."""

    def moved(told: Any) -> None:
        if isinstance(told, dict) and told.get("asked") == asked and type(told.get("choice")) is int:
            tapped(told["choice"])

    data = {
        "asked": asked,
        "choices": list(choices),
        "chosen": chosen,
        "open": is_open,
        "right": right,
        "words": words,
    }
    component(Path(__file__).parent)(key=key, data=data, on_tap_change=acting(key, "tap", moved))
