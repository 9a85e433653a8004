"""⟨Z⟩ of one image and the digit that it says, which follow the cursor."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import PLAY, SVG, component


def answer(run: str, series: str, digits: tuple[int, int], truth: int | None, key: str) -> None:
    """A gauge and a verdict. series: the image's ⟨Z⟩, by its name in the dock. truth: its digit, where it is known."""
    data = {"run": run, "series": series, "digits": digits, "truth": truth}
    component(Path(__file__).parent, PLAY, SVG)(key=key, data=data)
