"""How far each lesson was followed, kept in the visitor's own browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from qmnist_core.ui.components.assets import component

KEY = "lesson-reached"


def remember(reached: Mapping[str, int], tells: bool = False) -> dict[str, int]:
    """Keep which step of each lesson was reached; returns this with what the browser has told of other lessons.

    reached: what the server knows, which counts where both know something. tells: whether the browser is to tell.
    """
    told = st.session_state.get(KEY, {}).get("reached")
    known = {**(_steps(told) if isinstance(told, dict) else {}), **reached}
    data = {"reached": known, "tells": tells}
    component(Path(__file__).parent)(key=KEY, data=data, on_reached_change=lambda: None)
    return known


def _steps(told: dict[object, object]) -> dict[str, int]:
    """What can be true of what a browser tells."""
    return {name: step for name, step in told.items() if isinstance(name, str) and isinstance(step, int) and step > 0}
