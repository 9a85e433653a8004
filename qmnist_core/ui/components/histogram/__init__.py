"""A histogram of ⟨Z⟩ that follows the cursor."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import PLAY, SVG, component


def histogram(run: str, digits: tuple[int, int], height: int, key: str) -> None:
    """How many test images have which ⟨Z⟩ at the cursor, of the reel of a name. height: in pixels."""
    labels = {"axis": "answer ⟨Z⟩ of the test images"}
    data = {"run": run, "digits": digits, "height": height, "labels": labels}
    component(Path(__file__).parent, PLAY, SVG)(key=key, data=data)
