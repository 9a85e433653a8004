"""Images as crisp squares: gray values, the original pixels that resizing reads, and bits.

Pixels are numbered row by row: pixel i of a size×size image is at row i // size, column i % size.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from qmnist_core.arrays import Array, Bits, Gray, Reals
from qmnist_core.circuits.exponents import as_numbers
from qmnist_core.config import IMAGE_SIDE, averages
from qmnist_core.data.pipeline import bilinear_neighbours
from qmnist_core.errors import InputError
from qmnist_core.look.palette import GRID, GROUND, INK
from qmnist_core.pictures.svg import MARK, MARK_HALO, STRIP_SIDE, box, element, number, picture, rectangle_path, text

MAX_NUMBERED_SIZE = 8
MAX_SEPARATED_SIZE = 10
SEPARATOR = "#7a7f87"
"""Between gray pixels: visible on black as on white."""
MARGIN = 4
HAIRLINE: dict[str, str | float] = {"stroke_width": 1, "vector_effect": "non-scaling-stroke"}
"""A line one screen pixel wide at any size: with a fraction some lines would be thicker than others."""


@dataclass(frozen=True)
class SampledPlaces:
    """Which part of the original image each small pixel reads."""

    size: int
    resize: str
    boxes: tuple[tuple[float, float, float, float], ...]
    """(top, left, height, width) in original pixels, one a small pixel, row by row. "sample": the 1, 2 or 4
    neighbouring pixels that are read; "area": the cell that is averaged, whose edges may split pixels."""

    @cached_property
    def pixels(self) -> tuple[tuple[int, int], ...]:
        """The original (row, column) of all pixels that have a weight above 0, sorted, each once."""
        return tuple(
            sorted(
                {
                    place
                    for top, left, height, width in self.boxes
                    for place in itertools.product(_touched(top, height), _touched(left, width))
                }
            )
        )


@lru_cache(maxsize=64)
def sampled_places(size: int, resize: str = "sample") -> SampledPlaces:
    """Where resizing 28×28 to size×size looks; at 28→4 "sample" reads rows and columns 3, 10, 17 and 24.

    Errors: ConfigError for another method; InputError for a size outside 2–28.
    """
    if not 2 <= size <= IMAGE_SIDE:
        raise InputError(f"size must be 2–{IMAGE_SIDE}, got {size}")
    starts: Array
    lengths: Array
    if averages(resize):
        edges = np.arange(size + 1) * (IMAGE_SIDE / size)
        starts, lengths = edges[:-1], np.diff(edges)
    else:
        lower, upper, share = bilinear_neighbours(size)
        starts, lengths = lower, np.where(share > 0, upper - lower + 1, 1)
    spans = list(zip(starts.tolist(), lengths.tolist(), strict=True))
    boxes = tuple((top, left, height, width) for top, height in spans for left, width in spans)
    return SampledPlaces(size, resize, boxes)


def gray_picture(image: Gray, sampled: SampledPlaces | None = None, title: str | None = None) -> str:
    """Gray values as MNIST has them, ink white on black in every theme; shown 138 px wide or more.

    image: uint8 (size, size), or float (size, size) in [0, 1]. sampled: drawn over an original image,
    in yellow: the pixels or the cells each small pixel is made of. title: replaces the text alternative.
    Errors: InputError for another shape or values.
    """
    levels = _gray_levels(image)
    size = len(levels)
    if sampled is not None and size != IMAGE_SIDE:
        raise InputError(f"sampled places are of the original {IMAGE_SIDE}×{IMAGE_SIDE} image, got {size}×{size}")
    return _gray_picture(levels.tobytes(), size, sampled, title or _gray_title(levels, sampled))


@lru_cache(maxsize=512)  # most pictures of a page stay when one setting is moved
def _gray_picture(gray: bytes, size: int, sampled: SampledPlaces | None, title: str) -> str:
    scale = STRIP_SIDE / size
    runs: dict[int, list[str]] = {}
    for row, values in enumerate(np.frombuffer(gray, np.uint8).reshape(size, size).tolist()):
        column = 0
        for level, group in itertools.groupby(values):
            length = len(list(group))
            if level:
                runs.setdefault(level, []).append(rectangle_path(column, row, length, 1))
            column += length
    parts = [element("path", d="".join(runs[level]), fill=_gray_colour(level)) for level in sorted(runs)]
    if size <= MAX_SEPARATED_SIZE:
        parts.append(_grid(range(1, size), size, stroke=SEPARATOR))
    if sampled is not None:
        parts.append(_outlines(sampled))
    grid = element("g", *parts, transform=f"scale({number(scale, 5)})", shape_rendering="crispEdges")
    ground = element("rect", width=STRIP_SIDE, height=STRIP_SIDE, fill="black")
    return picture(STRIP_SIDE, STRIP_SIDE, title, ground, grid)


def bits_picture(bits: Bits, numbered: bool = False, chosen: int | None = None) -> str:
    """Bits as squares, the lit ones full, the unlit ones outlined; shown 138 px wide or more.

    bits: (n_pixels,), 0 or 1, of a square image. numbered: write "row,column" into each square, for
    sizes up to 8; shown 200 px wide or more. chosen: the number of a pixel to put a ring around, along its edges.
    Errors: InputError for other values, or a pixel that the image does not have.
    """
    lit = check_bits(bits)
    size = math.isqrt(len(lit))
    check_chosen(chosen, len(lit))
    if numbered and size > MAX_NUMBERED_SIZE:
        raise InputError(f"pixels can be numbered up to size {MAX_NUMBERED_SIZE}, got {size}: leave the numbers out")
    pitch = (STRIP_SIDE - 2 * MARGIN) / size
    squares = "".join(rectangle_path(i % size, i // size, 1, 1) for i in np.flatnonzero(lit).tolist())
    few = size <= MAX_SEPARATED_SIZE
    parts = [
        _grid(range(size + 1), size, **({"stroke": INK, "stroke_opacity": 0.45} if few else {"stroke": GRID})),
        element("path", d=squares, fill=INK, stroke=GROUND, **HAIRLINE),
    ]
    place = f"translate({MARGIN} {MARGIN}) scale({number(pitch, 5)})"
    over = [element("g", *parts, transform=place, shape_rendering="crispEdges")]
    for pixel, bit in enumerate(lit.tolist()) if numbered else ():
        x, y = (MARGIN + pitch * (at + 0.5) for at in (pixel % size, pixel // size))
        colour = GROUND if bit else INK
        label = f"{pixel // size},{pixel % size}"
        over.append(text(x, y, label, min(20.0, 0.44 * pitch), text_anchor="middle", fill=colour))
    if chosen is not None:
        x, y = (MARGIN + pitch * (at + 0.5) for at in (chosen % size, chosen // size))
        side = max(pitch, 10)
        for colour, width in ((MARK_HALO, min(6, 2 + side / 12)), (MARK, min(3.5, 1 + side / 16))):
            over.append(box(x, y, side, side, rx=min(3, side / 8), fill="none", stroke=colour, stroke_width=width))
    title = f"Bits of the image: {describe_lit(lit)}"
    if chosen is not None:
        title += f"; the ring is around {pixel_name(chosen, size)}"
    return picture(STRIP_SIDE, STRIP_SIDE, title + ".", *over)


def pixel_name(pixel: int, size: int) -> str:
    """ "(row, column)", the name that a pixel shares with its qubit."""
    return f"({pixel // size}, {pixel % size})"


def describe_lit(bits: Bits) -> str:
    """In words how many pixels are lit and, for few, which: "2 of 16 pixels are lit: (2, 2), (3, 1)"."""
    lit = np.flatnonzero(bits).tolist()
    count = f"{len(lit)} of {len(bits)} pixels {'is' if len(lit) == 1 else 'are'} lit"
    names = ", ".join(pixel_name(pixel, math.isqrt(len(bits))) for pixel in lit)
    return f"{count}: {names}" if 0 < len(lit) <= 16 else count


def check_bits(bits: Bits) -> Bits:
    """bits as uint8 (n_pixels,) of a square image, or InputError."""
    values = as_numbers("bits", bits)
    if values.ndim != 1:
        raise InputError(f"bits must have shape (n_pixels,), got {values.shape}")
    check_square(len(values))
    if not np.isin(values, (0, 1)).all():
        raise InputError("bits must be 0 or 1")
    return values.astype(np.uint8)


def check_square(n_pixels: int) -> int:
    """The side of a square image with so many pixels, 1–28, or InputError."""
    size = math.isqrt(max(n_pixels, 0))
    if not 1 <= size <= IMAGE_SIDE or size * size != n_pixels:
        raise InputError(f"the number of pixels must be a square, 1–{IMAGE_SIDE**2}, got {n_pixels}")
    return size


def check_chosen(chosen: int | None, n_pixels: int) -> None:
    if chosen is not None and not 0 <= chosen < n_pixels:
        raise InputError(f"the chosen pixel must be 0–{n_pixels - 1}, got {chosen}")


def _gray_levels(image: Gray) -> Gray:
    gray = np.asarray(image)
    if gray.ndim != 2 or gray.shape[0] != gray.shape[1] or not 1 <= len(gray) <= IMAGE_SIDE:
        raise InputError(f"image must be square, at most {IMAGE_SIDE} pixels wide, got shape {gray.shape}")
    if gray.dtype == np.uint8:
        return gray
    values = as_numbers("image", gray)
    if not ((values >= 0) & (values <= 1)).all():
        raise InputError("image must be uint8, or float in [0, 1]: divide gray levels by 255")
    levels: Gray = np.rint(values * 255).astype(np.uint8)
    return levels


def _gray_colour(level: int) -> str:
    # Not "#ffffff": that text is the ground of the page and changes with the theme.
    return "white" if level == 255 else f"#{level:02x}{level:02x}{level:02x}"


def _gray_title(levels: Reals, sampled: SampledPlaces | None) -> str:
    size = len(levels)
    n_lit = np.count_nonzero(levels)
    title = f"Gray image of {size}×{size} pixels: {n_lit} {'is' if n_lit == 1 else 'are'} not black"
    title += f", the brightest is {levels.max() / 255:.2f}"
    if sampled is None:
        return title + "."
    if averages(sampled.resize):
        return f"{title}; the {sampled.size}×{sampled.size} cells that are averaged are outlined."
    return f"{title}; the {len(sampled.pixels)} pixels that are read are outlined."


def _grid(places: Iterable[int], size: int, **stroke: str | float) -> str:
    """Lines across the image at these places, each drawn once."""
    lines = "".join(f"M0 {i}h{size}M{i} 0v{size}" for i in places)
    return element("path", d=lines, fill="none", **stroke, **HAIRLINE)


@lru_cache(maxsize=64)
def _outlines(sampled: SampledPlaces) -> str:
    if averages(sampled.resize):
        edges = [number(i * IMAGE_SIDE / sampled.size) for i in range(1, sampled.size)]
        path = "".join(f"M0 {edge}h{IMAGE_SIDE}M{edge} 0v{IMAGE_SIDE}" for edge in edges)
    else:
        path = "".join(rectangle_path(left, top, width, height) for top, left, height, width in sampled.boxes)
    widths = [(MARK_HALO, 0.45), (MARK, 0.22)] if sampled.size <= MAX_SEPARATED_SIZE else [(MARK, 0.1)]
    return "".join(element("path", d=path, fill="none", stroke=colour, stroke_width=width) for colour, width in widths)


def _touched(start: float, length: float) -> range:
    # Edges of cells are multiples of 28 / size: float noise must not touch one pixel more.
    return range(math.floor(start + 1e-9), math.ceil(start + length - 1e-9))
