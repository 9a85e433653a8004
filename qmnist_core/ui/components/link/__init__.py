"""An address with a button that copies it."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import component


def link_to_copy(link: str, key: str) -> None:
    """Show an address with a button that copies it."""
    component(Path(__file__).parent)(key=key, data={"link": link})
