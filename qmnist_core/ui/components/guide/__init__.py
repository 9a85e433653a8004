"""A lesson's step as it is read: its words, and a button that shows on the page what they speak of."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from qmnist_core.ui.components.assets import component


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


def guide(step: Guide) -> None:
    """Show a step."""
    component(Path(__file__).parent)(key="lesson-guide", data=step._asdict())
