"""A histogram of ⟨Z⟩ that follows the cursor."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.data.class_names import Names
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, component


def histogram(run: str, names: Names, height: int, key: str) -> None:
    """How many test images have which ⟨Z⟩ at the cursor, of the reel of a name. height: in pixels."""
    data = {
        "run": run,
        "names": names,
        "height": height,
        "paper": theme.PAPER,
        "name": f"qnn-{key}",
    }
    component(Path(__file__).parent, SVG, can_be_saved=True)(key=key, data=data, height=height)
