"""⟨Z⟩ of one image and the digit that it says, which follow the cursor."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components.assets import SVG, component

HEIGHT = 122
"""Kept for it, in pixels."""


def answer(
    run: str, series: str | None, names: Names, truth: str | int | None, key: str, fresh: str | None = None
) -> None:
    """A gauge and a verdict. series: the image's ⟨Z⟩, by its name in the dock; None where there is nothing to answer.
    truth: its digit, where it is known. fresh: the same ⟨Z⟩ where the dock may not have it yet."""
    data = {"run": run, "series": series, "names": names, "truth": truth, "fresh": fresh}
    component(Path(__file__).parent, SVG)(key=key, data=data, height=HEIGHT)
