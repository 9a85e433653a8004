"""A lesson's step as it is read: its words, a button that shows on the page what they speak of, and choices to take
before the answer shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from qmnist_core.ui.components.assets import acting, component

KEY = "lesson-guide"


class Guide(NamedTuple):
    """What is read of a step; texts may have *emphasis*, **strong words** and paragraphs."""

    name: str
    """Names the step: another one shows what it marks, by itself."""
    lesson: str
    title: str
    number: int
    """From 1."""
    total: int
    text: str
    look: str = ""
    question: str = ""
    answer: str = ""
    mark: str = ""
    """The key of what "Look at" shows; without one the page begins at its top."""
    choices: tuple[str, ...] = ()
    """To take one of before the answer shows, as they are; without any a button shows it."""
    right: int | None = None
    chosen: int | None = None
    """The one that was taken; both count from 0."""


def guide(step: Guide, chose: Callable[[int], None]) -> None:
    """Show a step. chose: called with the choice that is taken, from 0."""

    def told(choice: Any) -> None:
        if choice["step"] == step.name and choice["number"] in range(len(step.choices)):
            chose(choice["number"])

    component(Path(__file__).parent)(key=KEY, data=step._asdict(), on_chosen_change=acting(KEY, "chosen", told))
