"""A list of people or drawings, each with a few small buttons: for a teacher's view."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qmnist_core.arrays import Gray
from qmnist_core.ui.components.assets import acting, component


@dataclass(frozen=True)
class Act:
    """One of a card's buttons."""

    name: str
    label: str
    asks: bool = False
    """Whether it must be pressed twice."""


@dataclass(frozen=True)
class Card:
    """One of the list."""

    id: int
    words: str
    acts: tuple[Act, ...]
    note: str = ""
    pixels: Gray | None = None
    """uint8 (28, 28)."""


def cards(shown: Sequence[Card], pressed: Callable[[int, str], None], key: str) -> None:
    """pressed: called with a card's id and an act's name."""

    def acted(told: Any) -> None:
        known = [(card.id, act.name) for card in shown for act in card.acts]
        if isinstance(told, dict) and (told.get("id"), told.get("act")) in known:
            pressed(told["id"], told["act"])

    data = [
        {
            "id": card.id,
            "words": card.words,
            "note": card.note,
            "pixels": None if card.pixels is None else base64.b64encode(card.pixels.tobytes()).decode(),
            "acts": [[act.name, act.label, act.asks] for act in card.acts],
        }
        for card in shown
    ]
    component(Path(__file__).parent)(key=key, data={"cards": data}, on_act_change=acting(key, "act", acted))
