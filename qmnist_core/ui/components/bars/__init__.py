"""How many gave each answer, as bars; of two turns side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from qmnist_core.ui.components.assets import component

PLAIN = "var(--st-primary-color)"
"""The colour of what has no side."""


@dataclass(frozen=True)
class Bar:
    """One choice, with what is true of it."""

    words: str
    counts: tuple[int, ...]
    """Of each turn."""
    colour: str = PLAIN
    is_right: bool = False
    mark: str = ""
    """Such as that the network says this; "" for nothing."""


def bars(choices: Sequence[Bar], turns: Sequence[str], key: str) -> None:
    """turns: what each is called, where there are several. A whole bar is everybody who answered in that turn."""
    component(Path(__file__).parent)(key=key, data={"bars": [asdict(bar) for bar in choices], "turns": list(turns)})
