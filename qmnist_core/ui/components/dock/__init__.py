"""The dock: plays a training, and moves the one cursor in it that all parts of the page follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qmnist_core.ui.components.assets import SVG, acting, component


@dataclass(frozen=True)
class Playing:
    """What the dock plays."""

    run: str
    """Names the training: another one begins where the cursor is told to be."""
    reel: str
    """Where the browser gets it, as `studies.reel.packed` writes it; it may grow. Empty while there is none yet."""
    total: int
    """Steps of the whole training."""
    cursor: int | None
    """The step that is looked at; None is the newest."""
    ceiling: float | None
    """A dashed line at this accuracy, if any."""
    series: Mapping[str, str]
    """⟨Z⟩ of images at the kept steps, by name, as `live.series` writes them."""
    words: str = ""
    """In place of the step, while there is work to wait for."""
    asks: str = ""
    """Names what asks for this cursor: another one wins over a cursor that moves."""
    plays: bool = False
    """Whether that wants it played from there, once."""
    press: str = ""
    """What a button at its end says, if there is one."""
    of: str = ""
    """What the accuracy is of, where those are not the test images."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """Where the browser gets other trainings that are played with it, by their names."""


def dock(
    playing: Playing, rests: Callable[[int, str], None], pressed: Callable[[], None], key: str = "dock-play"
) -> None:
    """Show the dock. rests: called with the step at which the cursor has come to rest, and what had asked for a cursor
    last, as that browser knows it. pressed: called when its button is."""

    def moved(told: Any) -> None:
        rests(int(told["step"]), str(told["asks"]))

    component(Path(__file__).parent, SVG)(
        key=key,
        data=vars(playing) | {"series": dict(playing.series), "beside": dict(playing.beside)},
        on_rest_change=acting(key, "rest", moved),
        on_pressed_change=pressed,
    )
