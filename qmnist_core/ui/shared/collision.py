"""The images that become the same bits, as a sheet."""

from __future__ import annotations

from qmnist_core.config import DataConfig
from qmnist_core.data.pipeline import Collision
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.look.text import counted, with_article
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.pictures.sheet import sheet
from qmnist_core.ui.session import state

N_COLLIDING, COLUMNS = 8, 4
"""Images of each class shown for a collision at most, and how many of them side by side."""


def collision_sheet(collision: Collision, config: DataConfig, positive: bool) -> str:
    """The first original images of one class that have a collision's bits."""
    name = state.names(config)[not positive]
    rows = collision.positive_rows if positive else collision.negative_rows
    shown = rows[:N_COLLIDING]
    count = counted(len(rows), "image")
    rest = f", {len(shown)} shown" if len(shown) < len(rows) else ""
    return sheet(
        [
            gray_picture(image, title=f"{state.title(config.file)} training image {row:,}, {with_article(name)}")
            for row, image in zip(shown, state.raw_images(config.file, shown, "train"), strict=True)
        ],
        COLUMNS,
        f"{count} of {name} have these bits{rest}.",
        f"{state.class_title(config, positive)}: {count}{rest}",
        POSITIVE if positive else NEGATIVE,
    )
