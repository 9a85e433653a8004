"""What the visitor's browser keeps as a cookie, for the dashboard's own addresses only."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import component


def cookie(name: str, value: str, seconds: float) -> None:
    """Have the browser keep a value for so many seconds; an empty one is forgotten.

    value: letters, digits, ".", "-" and "_".
    """
    component(Path(__file__).parent)(key=f"cookie-{name}", data={"name": name, "value": value, "seconds": seconds})
