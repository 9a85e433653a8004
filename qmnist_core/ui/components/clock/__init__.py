"""A clock whose hand every pixel turns: it turns by itself when it is opened, and follows the cursor."""

from __future__ import annotations

from pathlib import Path

from qmnist_core.arrays import Bits
from qmnist_core.data.class_names import Names
from qmnist_core.ui.components import theme
from qmnist_core.ui.components.assets import SVG, component


def clock(
    reel: str,
    series: str,
    bits: Bits,
    image: str,
    names: Names,
    truth: str | int | None,
    after: int | None,
    key: str,
) -> None:
    """The clock, the pixels of one image, and what the network says of it.

    reel: where the browser gets the angles, as `clock_reel` packs them. series: the image's ⟨Z⟩, by its name in the
    dock. bits: (n_pixels,), 0 or 1. image: the original as an SVG, if any. truth: its digit, where it is known. after:
    how many pixels have turned the hand when it is opened; None lets it turn.
    """
    data = {
        **{"reel": reel, "series": series, "bits": bits.tolist(), "image": image},
        **{"names": names, "truth": truth, "after": after, "paper": theme.PAPER},
        "name": f"qnn-{key}",
    }
    component(Path(__file__).parent, SVG, can_be_saved=True)(key=key, data=data)
