"""An address with a button that copies it."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import component


def link_to_copy(link: str, key: str, name: str = "link") -> None:
    """Show an address with a button that copies it. name: what it is called there."""
    component(Path(__file__).parent)(key=key, data={"link": link, "name": name})
