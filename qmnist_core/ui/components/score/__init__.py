"""The accuracy at the cursor, large."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.ui.components.assets import component


def score(run: str, words: str, key: str) -> None:
    """words: what it is a share of."""
    component(Path(__file__).parent)(key=key, data={"run": run, "words": words})
