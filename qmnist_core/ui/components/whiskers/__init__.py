"""Accuracies with their 95 % intervals on one axis, a row for each network or member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qmnist_core.metrics import accuracy_interval
from qmnist_core.ui.components.assets import component


@dataclass(frozen=True)
class Mark:
    """An accuracy, 0–1, on n images."""

    value: float
    n: int


@dataclass(frozen=True)
class Row:
    """What stands in a row; its words are shown as text."""

    name: str
    about: str = ""
    marks: Sequence[Mark | None] = ()
    """One for each kind; None where there is none."""
    colour: str = ""
    """Of the network, as style sheets have it; the page's text by default."""
    is_own: bool = False
    """Whether it is the visitor's."""


def whiskers(rows: Sequence[Row], kinds: Sequence[str], key: str) -> None:
    """kinds: what each mark of a row was measured on: the first is a disc, the second a hollow square."""
    given = [
        {
            **vars(row),
            "marks": [
                None if mark is None else [mark.value, *accuracy_interval(mark.value, mark.n), mark.n]
                for mark in row.marks
            ],
        }
        for row in rows
    ]
    component(Path(__file__).parent)(key=key, data={"rows": given, "kinds": kinds})
