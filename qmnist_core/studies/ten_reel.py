"""The training of ten digits as it is played: its curve, the maps of its circuits, and what it says of one image.

A page gets the curve and the maps once and plays them in the browser; of an image it gets 10 numbers a frame.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Array, Gray
from qmnist_core.data.ten import N_DIGITS, N_PIXELS, Digits, packed
from qmnist_core.studies.reel import HALF_TURN, pack, whole
from qmnist_core.studies.ten import THRESHOLD, Frame

FULL = 0.06
"""|φ| in radians from which a map's colour is full: 1 % of the pixels of 16 trained circuits a digit are above it. It
is the same for all networks and steps, so that they can be compared."""
LEVELS = 8
"""Shades of each colour. More make the maps of 160 circuits larger than they have to be: 24 frames take some 1.3 MB."""
MOST_SHOWN = 16
"""Maps of a digit, the first ones."""


def curve(frames: Sequence[Frame]) -> bytes:
    """For the browser, as `reel.pack`: "steps" uint32 (T,), "accuracy" and "loss" float32 (T,), on the held-out images.

    frames: at least one.
    """
    return pack(
        {
            "steps": np.array([frame.step for frame in frames], "<u4"),
            "accuracy": np.array([frame.accuracy for frame in frames], "<f4"),
            "loss": np.array([frame.loss for frame in frames], "<f4"),
        }
    )


def maps(frame: Frame) -> bytes:
    """Of one frame: "steps" uint32 (1,), "maps" int8 (10, n, 784), φ in units of FULL/LEVELS and at most ±FULL."""
    angles = frame.angles.reshape(N_DIGITS, -1, N_PIXELS)[:, :MOST_SHOWN] * (np.pi / HALF_TURN / FULL)
    levels = np.rint(LEVELS * np.clip(angles, -1.0, 1.0)).astype(np.int8)
    return pack({"steps": np.array([frame.step], "<u4"), "maps": levels})


def answers(frames: Sequence[Frame], image: Gray) -> Array:
    """The mean ⟨Z⟩ of each digit's circuits for one image, uint8 (28, 28), in all frames, as `reel.whole`: int16
    (T, 10)."""
    signs = Digits(packed(image[None], THRESHOLD), np.zeros(1, np.uint8)).signs(slice(None))
    return whole(np.concatenate([frame.means(signs) for frame in frames]))
