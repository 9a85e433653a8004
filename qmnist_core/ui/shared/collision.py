"""The images that become the same bits, as a sheet."""

from __future__ import annotations

from qmnist_core.data.pipeline import Collision
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.look.text import counted
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.pictures.sheet import sheet
from qmnist_core.ui.session import state

N_COLLIDING, COLUMNS = 8, 4
"""Images of each digit shown for a collision at most, and how many of them side by side."""


def collision_sheet(collision: Collision, digit: int, positive: bool) -> str:
    """The first original images of one digit that have a collision's bits."""
    rows = collision.positive_rows if positive else collision.negative_rows
    shown = rows[:N_COLLIDING]
    count = counted(len(rows), "image")
    rest = f", {len(shown)} shown" if len(shown) < len(rows) else ""
    return sheet(
        [
            gray_picture(image, title=f"MNIST training image {row:,}, a {digit}")
            for row, image in zip(shown, state.raw_images(shown, "train"), strict=True)
        ],
        COLUMNS,
        f"{count} of the digit {digit} have these bits{rest}.",
        f"Digit {digit}: {count}{rest}",
        POSITIVE if positive else NEGATIVE,
    )
