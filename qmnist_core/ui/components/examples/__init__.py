"""Images of both digits on their way to bits, which follow the threshold's slider without the server."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qmnist_core.arrays import Images
from qmnist_core.ui.components.assets import component


@dataclass(frozen=True)
class Shown:
    """The images of one class; none, where none is left."""

    name: str
    """Of the class, as it stands above them."""
    first: bool
    """Whether it is the first one."""
    originals: Sequence[str]
    """As pictures in SVG."""
    small: Sequence[str]
    images: Images
    """The small ones, float32 (n, size, size) in [0, 1]."""


def examples(
    slider: str, threshold: float, shown: Sequence[Shown], labels: tuple[str, str], about: str, key: str
) -> None:
    """Each image as it is, made small, and as bits: lit where it is above the threshold. slider: its key. labels: of
    the first two columns. about: what the originals' marks mean."""
    classes = [
        {
            **{"name": one.name, "first": one.first, "pictures": list(zip(one.originals, one.small, strict=True))},
            **{"size": one.images.shape[-1], "gray": base64.b64encode(one.images.astype("<f4").tobytes()).decode()},
        }
        for one in shown
    ]
    data = {"slider": slider, "threshold": threshold, "classes": classes, "labels": labels, "about": about}
    component(Path(__file__).parent)(key=key, data=data)
