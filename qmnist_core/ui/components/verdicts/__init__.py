"""What several networks say about one digit; the QNN's answer follows the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components.assets import component


@dataclass(frozen=True)
class Verdict:
    """What one network says about a digit, or, without an answer, what it waits for."""

    name: str
    colour: str
    waiting: str = ""
    done: float | None = None
    """The share of its training that is done, while it goes on."""
    first: float | None = None
    """Its confidence that the digit is the first, 0–1."""
    says: str | int | None = None
    words: str = ""
    """What its confidence means."""
    foot: tuple[str, ...] = ()
    """Its accuracy, in lines."""
    series: str | None = None
    """The digit's ⟨Z⟩ by its name in the dock, for the network that the cursor is in; the rest follows from it."""


def verdicts(
    run: str,
    shown: Sequence[Verdict],
    names: Names,
    truth: str | int | None,
    n_test: int,
    key: str,
    fresh: str | None = None,
) -> None:
    """A headline, and a row for each network that opens what its figures mean.

    run: the reel's name. n_test: test images. fresh: ⟨Z⟩ of the series where the dock may not have it yet.
    """
    data = {
        "run": run,
        "names": names,
        "truth": truth,
        "n_test": n_test,
        "fresh": fresh,
        "shown": [vars(one) for one in shown],
    }
    component(Path(__file__).parent)(key=key, data=data)
