"""Hearts and stars as many hands draw them, on a pad and in MNIST's form."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from qmnist_core.arrays import Images, Labels
from qmnist_core.data.drawing import centred

SIDE = 280
Points = list[tuple[float, float]]


def heart() -> Points:
    """Closed, in a box from −1 to 1, y downwards."""
    turns = np.linspace(0, 2 * math.pi, 60)
    x = 16 * np.sin(turns) ** 3
    y = 13 * np.cos(turns) - 5 * np.cos(2 * turns) - 2 * np.cos(3 * turns) - np.cos(4 * turns)
    return [(float(a) / 17, -float(b) / 17) for a, b in zip(x, y, strict=True)]


def star() -> Points:
    """With five points, in one stroke."""
    angles = [math.pi * (-0.5 + 0.8 * i) for i in range(6)]
    return [(math.cos(angle), math.sin(angle)) for angle in angles]


def drawn(points: Points, rng: np.random.Generator) -> Images:
    """As a hand draws it: turned, stretched, shaken; uint8 (28, 28)."""
    angle, wide, high = rng.normal(0, 0.12), rng.uniform(70, 110), rng.uniform(70, 110)
    cos, sin = math.cos(angle), math.sin(angle)
    path = [
        (
            SIDE / 2 + wide * (x * cos - y * sin) + rng.normal(0, 4),
            SIDE / 2 + high * (x * sin + y * cos) + rng.normal(0, 4),
        )
        for x, y in points
    ]
    image = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(image).line(path, fill=255, width=int(rng.integers(18, 34)), joint="curve")
    return centred(np.asarray(image) / 255.0)


def hearts_and_stars(n: int, seed: int = 0) -> tuple[Images, Labels]:
    """n of each in turn: uint8 (2n, 28, 28), bool (2n,), True for a heart."""
    rng = np.random.default_rng(seed)
    images = [drawn(star() if i % 2 else heart(), rng) for i in range(2 * n)]
    return np.array(images), np.arange(2 * n) % 2 == 0
