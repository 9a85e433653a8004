"""Draw docs/ten.svg, ten digits as they are learnt: python -m docs.draw_ten. It trains for some seconds."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from qmnist_core.arrays import Array
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.ten import N_DIGITS, N_PIXELS
from qmnist_core.look.palette import NEGATIVE, POSITIVE
from qmnist_core.look.text import percent
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.studies.ten import Frame, ten
from qmnist_core.studies.ten_reel import FULL, LEVELS

FILE = Path(__file__).parents[1] / "docs" / "ten.svg"
SHOWN = (0, 3, 8, -1)
"""Which of the frames."""
BLOCK = 2
"""Maps along each side of a digit's block: its first circuits."""
GAP, SCALE, LEFT, TOP, BETWEEN = 2, 1.4, 150, 30, 14
"""Between two maps, in pixels of theirs; how large one of these is drawn; the margins; between two rows."""
PITCH = BLOCK * (IMAGE_SIDE + GAP) + 2 * GAP


def drawn(frames: Sequence[Frame]) -> str:
    """A row for each frame, with the share of the held-out images that are right; a column for each digit."""
    side = round(SCALE * (PITCH - 3 * GAP))
    step_x, step_y = SCALE * PITCH, SCALE * PITCH + BETWEEN
    width, height = round(LEFT + N_DIGITS * step_x), round(TOP + len(frames) * step_y)
    parts = [
        f'<text x="{LEFT + digit * step_x + side / 2:.0f}" y="20" text-anchor="middle">{digit}</text>'
        for digit in range(N_DIGITS)
    ]
    for row, frame in enumerate(frames):
        y = TOP + row * step_y
        for i, words in enumerate((f"step {frame.step:,}", f"{percent(frame.accuracy)} right")):
            weight = ' font-weight="700"' if i else ""
            parts.append(f'<text x="8" y="{y + side / 2 - 4 + 22 * i:.0f}"{weight}>{words}</text>')
        picture = _png(_row(frame))
        parts.append(
            f'<image x="{LEFT}" y="{y:.0f}" width="{SCALE * (N_DIGITS * PITCH):.0f}" height="{SCALE * PITCH:.0f}" '
            f'style="image-rendering: pixelated" href="data:image/png;base64,{picture}"/>'
        )
    title = (
        f"The maps of {BLOCK**2} circuits for each of the ten digits, at {len(frames)} moments of one training: noise "
        "at first, then what tells the digit from the others; blue and orange pixels turn a circuit's angle either way."
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            'font-family="system-ui, sans-serif" font-size="16" fill="#22262b">',
            f"<title>{title}</title>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            *parts,
            "</svg>\n",
        ]
    )


def _row(frame: Frame) -> Array:
    """Levels from −LEVELS to LEVELS of the maps of one frame, side by side."""
    angles = frame.angles.reshape(N_DIGITS, -1, N_PIXELS)[:, : BLOCK**2] * (np.pi / HALF_TURN / FULL)
    levels = np.rint(LEVELS * np.clip(angles, -1.0, 1.0)).astype(int)
    row = np.zeros((PITCH, N_DIGITS * PITCH), int)
    for digit, maps in enumerate(levels):
        for k, own in enumerate(maps):
            y, x = (k // BLOCK) * (IMAGE_SIDE + GAP), digit * PITCH + (k % BLOCK) * (IMAGE_SIDE + GAP)
            row[y : y + IMAGE_SIDE, x : x + IMAGE_SIDE] = own.reshape(IMAGE_SIDE, IMAGE_SIDE)
    return row


def _png(levels: Array) -> str:
    """Blue above 0, orange below, on white; a palette keeps it small."""
    shares = np.arange(-LEVELS, LEVELS + 1) / LEVELS
    ends = np.array([list(bytes.fromhex((POSITIVE if share > 0 else NEGATIVE)[1:])) for share in shares])
    colours = np.rint(255 + (ends - 255) * np.abs(shares)[:, None]).astype(np.uint8)
    image = Image.fromarray((levels + LEVELS).astype(np.uint8), "P")
    image.putpalette(colours.tobytes())
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode()


if __name__ == "__main__":
    found = [item for item in ten(load_mnist()) if isinstance(item, Frame)]
    FILE.write_text(drawn([found[i] for i in SHOWN]), encoding="utf-8")
