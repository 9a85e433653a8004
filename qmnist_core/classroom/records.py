"""What the store hands out. Each is as it was when it was read; times are in seconds since 1970, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qmnist_core.arrays import Gray


@dataclass(frozen=True)
class Class:
    """A class that plays together."""

    id: int
    code: str
    """What members type to join."""
    made: float
    ends: float | None
    """When it ends by itself; None: not before it is ended."""
    is_paused: bool
    """Nothing can be answered, drawn or entered."""
    is_locked: bool
    """Nobody new can enter."""
    looks_first: bool
    """The teacher looks at a drawing before the class does."""
    following: str | None
    """The address that the class follows."""
    round_id: int | None
    """The round that was opened last."""
    revision: int
    """One more with each write that somebody in the class could see."""

    @property
    def spoken(self) -> str:
        """The code as it is read out: in two halves."""
        return f"{self.code[:3]} {self.code[3:]}"


@dataclass(frozen=True)
class Member:
    """Somebody in a class. Nothing else is known of a person."""

    id: int
    class_id: int
    name: str
    """As `clean_name` gives it; "" for none; others may have the same."""
    is_hidden: bool
    seen: float
    """When the member was last seen, rounded down to 10 s."""

    @property
    def public_name(self) -> str:
        """The name, unless it is hidden."""
        return "" if self.is_hidden else self.name


@dataclass(frozen=True)
class Round:
    """One thing that a class is asked."""

    id: int
    class_id: int
    kind: str
    """One of `rounds.KINDS`."""
    ask: dict[str, Any]
    """What is asked, for whoever shows it; the store does not look into it."""
    choices: tuple[str, ...]
    turn: int
    """1, or after `second_turn` 2."""
    is_open: bool
    is_shown: bool
    """The answer is shown."""
    made: float


@dataclass(frozen=True)
class Answer:
    """What a member answered in one turn of a round."""

    member_id: int
    round_id: int
    turn: int
    choice: int
    """Index into the round's choices."""


@dataclass(frozen=True, eq=False)
class Drawing:
    """A digit that a member drew."""

    id: int
    round_id: int
    member_id: int
    pixels: Gray
    """uint8 (28, 28), not to be written to."""
    label: int | None
    """Index into the round's choices: what it is meant to be."""
    state: str
    """One of `drawings.STATES`."""
    made: float


@dataclass(frozen=True)
class Entry:
    """A network that a member found in a search."""

    id: int
    round_id: int
    member_id: int
    settings: str
    """Its settings, as in a page's address."""
    accuracy: float
    """On the validation images, from 0 to 1."""
    n_images: int
    """How many those are."""
    made: float
    test_accuracy: float | None
    """From 0 to 1, once the test is opened."""
