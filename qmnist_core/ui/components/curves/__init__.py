"""Accuracy and loss of trainings, with the cursor in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, component

KEY = 20
"""Height of a line of names above the curves, in pixels."""


@dataclass(frozen=True)
class Line:
    """One training in the figure: of a reel, or of the figures of its epochs."""

    name: str
    reel: str = ""
    """The reel's name, where there is one."""
    steps: Sequence[int] = ()
    accuracy: Sequence[float] = ()
    loss: Sequence[float] = ()
    """Otherwise: on the test images after these steps."""
    dash: int = 0
    """Which of the dashes; 0 is a solid line."""
    batches: Sequence[Sequence[float]] = ()
    """Of its training batches: steps, accuracies and losses."""
    fan: Mapping[str, Any] | None = None
    """Of the same training from n seeds, after "steps": of "accuracy" and "loss" the least, the quartiles, the most."""


def curves(
    lines: Sequence[Line],
    total: int,
    ceiling: float | None,
    height: int,
    key: str,
    with_loss: bool = True,
    with_accuracy: bool = True,
    level: str = "ceiling",
) -> None:
    """Draw trainings over the same steps. total: steps of the longest. height: in pixels. ceiling: an
    accuracy that is marked, if any, and level: what it is called."""
    data = {
        "lines": [vars(line) for line in lines],
        **{"total": total, "ceiling": ceiling, "height": height, "paper": theme.PAPER, "name": f"qnn-{key}"},
        **{"with_loss": with_loss, "with_accuracy": with_accuracy, "level": level},
    }
    component(Path(__file__).parent, SVG, can_be_saved=True)(key=key, data=data, height=height + KEY)
