"""Photographs of digits on paper, made up: an MNIST digit is written with a pen on a sheet, and the sheet is then
lit, covered, lined, cut, grained and compressed as in a class room."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image
from scipy import ndimage

from qmnist_core.arrays import Gray, Ink

HEIGHT, WIDTH = 600, 800
PAPER = 0.82
"""Brightness of evenly lit paper."""

Sheet = Ink
"""Reflected light, (HEIGHT, WIDTH)."""


def photograph(digit: Gray, kind: str, rng: np.random.Generator) -> bytes:
    """A JPEG of a uint8 (28, 28) digit, photographed as `kind` says."""
    return developed(KINDS[kind](digit, rng), rng, NOISE.get(kind, 3.0))


def written(digit: Gray, rng: np.random.Generator, darkness: float = 0.75, share: float = 0.0) -> Ink:
    """How much of the paper's light a digit swallows, drawn as wide as its MNIST original, anywhere on the sheet.

    share: the digit's height in that of the sheet; 0 for one by chance.
    """
    share = share or rng.uniform(0.2, 0.6)
    scale = share * HEIGHT / 20
    large = ndimage.zoom(digit / 255.0, scale, order=3, mode="grid-constant", grid_mode=True)
    large = ndimage.rotate(large, rng.uniform(-6, 6), reshape=False, order=1)
    edge = 1 / (1 + np.exp(-(ndimage.gaussian_filter(large, scale * 0.15) - 0.45) * 14))  # ink has sharp edges
    ink = np.zeros((HEIGHT, WIDTH))
    height, width = (min(length, room) for length, room in zip(edge.shape, ink.shape, strict=True))
    edge = edge[(edge.shape[0] - height) // 2 :, (edge.shape[1] - width) // 2 :][:height, :width]
    top, left = rng.integers(0, HEIGHT - height + 1), rng.integers(0, WIDTH - width + 1)
    ink[top : top + height, left : left + width] = edge
    return darkness * ink


def fall(rng: np.random.Generator, share: float) -> Ink:
    """Light that falls by this share across the sheet, in a direction by chance."""
    angle = rng.uniform(0, 2 * np.pi)
    along = np.linspace(-0.5, 0.5, WIDTH) * np.cos(angle) + np.linspace(-0.5, 0.5, HEIGHT)[:, None] * np.sin(angle)
    light: Sheet = 1 - share * (along - along.min()) / np.ptp(along)
    return light


def sheet(rng: np.random.Generator) -> Ink:
    """Paper with its fibres."""
    fibres = ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 2.5)
    light: Sheet = PAPER * (1 + 0.008 * fibres / fibres.std())
    return light


def developed(light: Ink, rng: np.random.Generator, sigma: float) -> bytes:
    """Out of focus by less than a pixel, with a grain of `sigma` of 255 levels, as a JPEG."""
    level = ndimage.gaussian_filter(light, 0.7) * 255 + rng.normal(0, sigma, light.shape)
    file = BytesIO()
    Image.fromarray(np.clip(np.rint(level), 0, 255).astype(np.uint8)).save(file, "JPEG", quality=80)
    return file.getvalue()


def mild(digit: Gray, rng: np.random.Generator) -> Sheet:
    return sheet(rng) * fall(rng, 0.1) * (1 - written(digit, rng))


def uneven(digit: Gray, rng: np.random.Generator) -> Sheet:
    return sheet(rng) * fall(rng, 0.35) * (1 - written(digit, rng))


def grainy(digit: Gray, rng: np.random.Generator) -> Sheet:
    return sheet(rng) * fall(rng, 0.2) * (1 - written(digit, rng))


def lamp(digit: Gray, rng: np.random.Generator) -> Sheet:
    """A desk lamp: a bright spot, and half the light at the far corner."""
    y, x = rng.uniform(0.2, 0.8, 2) * (HEIGHT, WIDTH)
    distance = np.hypot(np.arange(HEIGHT)[:, None] - y, np.arange(WIDTH) - x)
    light: Sheet = sheet(rng) * (0.5 + 0.6 * np.exp(-((distance / 400) ** 2))) * (1 - written(digit, rng))
    return light


def grid(digit: Gray, rng: np.random.Generator) -> Sheet:
    """Squared paper, a few degrees askew, its lines a third as dark as the pen or less."""
    pitch, angle = rng.uniform(20, 40), np.radians(rng.uniform(-4, 4))
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    lines = np.maximum(np.mod(u, pitch) < 2, np.mod(v, pitch) < 2)
    light: Sheet = sheet(rng) * fall(rng, 0.15) * (1 - rng.uniform(0.1, 0.25) * lines) * (1 - written(digit, rng))
    return light


def ruled(digit: Gray, rng: np.random.Generator) -> Sheet:
    """Lined paper with a margin."""
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    lines = np.maximum(np.mod(y + 0.02 * x, rng.uniform(34, 60)) < 2, np.abs(x - rng.uniform(60, 110)) < 1.5)
    light: Sheet = sheet(rng) * fall(rng, 0.2) * (1 - 0.25 * lines) * (1 - written(digit, rng))
    return light


def pencil(digit: Gray, rng: np.random.Generator) -> Sheet:
    """Pale, and broken by the paper's grain."""
    tooth = np.clip(1 + 0.4 * ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 1.5) * 5, 0.2, 1.4)
    light: Sheet = sheet(rng) * fall(rng, 0.2) * (1 - written(digit, rng, rng.uniform(0.25, 0.4)) * tooth)
    return light


def specks(digit: Gray, rng: np.random.Generator) -> Sheet:
    """Crumbs, dust and blots, up to a tenth of the digit's height across."""
    page = sheet(rng) * fall(rng, 0.2) * (1 - written(digit, rng, share=rng.uniform(0.3, 0.6)))
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    for _ in range(25):
        row, column, radius = rng.integers(0, HEIGHT), rng.integers(0, WIDTH), rng.uniform(1, 6)
        around = slice(max(row - 6, 0), row + 7), slice(max(column - 6, 0), column + 7)
        is_within = np.hypot(y[around[0]] - row, x[:, around[1]] - column) < radius
        page[around][is_within] *= rng.uniform(0.3, 0.7)
    return page


def desk(digit: Gray, rng: np.random.Generator) -> Sheet:
    """The whole sheet, askew, on a dark desk with a grain."""
    turned = _lying(sheet(rng) * (1 - written(digit, rng)), rng, rng.uniform(0.55, 0.75))
    wood = rng.uniform(0.12, 0.4) * (
        1 + 0.1 * ndimage.gaussian_filter1d(rng.standard_normal((HEIGHT, WIDTH)), 30, 1) * 5
    )
    light: Sheet = fall(rng, 0.2) * np.where(np.isnan(turned), wood, turned)
    return light


def corner(digit: Gray, rng: np.random.Generator) -> Sheet:
    """A sheet that fills the picture but for a strip of the desk at one or two sides."""
    page = sheet(rng) * (1 - written(digit, rng, share=rng.uniform(0.2, 0.45)))
    dark = rng.uniform(0.1, 0.4)
    slant = np.arange(HEIGHT)[:, None] * rng.uniform(-0.06, 0.06)
    ink = page < PAPER * 0.6
    left = np.nonzero(ink.any(axis=0))[0][0] * 0.7
    page = np.where(np.arange(WIDTH) + slant < min(left, 110), dark, page)
    bottom = HEIGHT - np.nonzero(ink.any(axis=1))[0][-1] - 1
    if rng.random() < 0.5:
        page[HEIGHT - int(min(0.7 * bottom, 80)) :] = dark
    return page * fall(rng, 0.2)


def frame(digit: Gray, rng: np.random.Generator) -> Sheet:
    """A box printed around the digit, as on an exercise sheet, or a dark edge as a scanner leaves."""
    page = sheet(rng) * fall(rng, 0.1) * (1 - written(digit, rng, share=rng.uniform(0.3, 0.5)))
    ink = page < PAPER * 0.6
    rows, columns = np.nonzero(ink.any(axis=1))[0], np.nonzero(ink.any(axis=0))[0]
    inset, thick = rng.uniform(0, 0.8), int(rng.integers(2, 8))
    top, bottom = int(inset * rows[0]), HEIGHT - int(inset * (HEIGHT - 1 - rows[-1]))
    left, right = int(inset * columns[0]), WIDTH - int(inset * (WIDTH - 1 - columns[-1]))
    box = np.zeros_like(ink)
    box[top:bottom, left:right] = True
    box[top + thick : bottom - thick, left + thick : right - thick] = False
    page[box] = 0.1
    return page


def shadow(digit: Gray, rng: np.random.Generator) -> Sheet:
    """A hand's or telephone's shadow over a part of the sheet, with a soft edge."""
    angle, offset, soft = rng.uniform(0, 2 * np.pi), rng.uniform(-130, 130), rng.uniform(5, 40)
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    along = (x - WIDTH / 2) * np.cos(angle) + (y - HEIGHT / 2) * np.sin(angle) - offset
    shade = 1 - rng.uniform(0.3, 0.5) / (1 + np.exp(-along / soft))
    light: Sheet = sheet(rng) * fall(rng, 0.1) * shade * (1 - written(digit, rng))
    return light


def board(digit: Gray, rng: np.random.Generator) -> Sheet:
    """Chalk on a blackboard."""
    smear = ndimage.gaussian_filter(rng.standard_normal((HEIGHT, WIDTH)), 27)
    light: Sheet = fall(rng, 0.3) * (0.2 + 0.02 * smear / smear.std() + written(digit, rng, 0.55))
    return light


def _lying(page: Ink, rng: np.random.Generator, scale: float) -> Ink:
    """The sheet smaller and askew, nan around it."""
    small = ndimage.zoom(page, scale, order=1)
    small = np.pad(small, 1, constant_values=np.nan)
    turned = ndimage.rotate(small, rng.uniform(-10, 10), order=0, cval=np.nan)
    turned = turned[:HEIGHT, :WIDTH]
    around = np.full((HEIGHT, WIDTH), np.nan)
    top, left = (rng.integers(0, room - length + 1) for room, length in zip(around.shape, turned.shape, strict=True))
    around[top : top + turned.shape[0], left : left + turned.shape[1]] = turned
    return around


KINDS: dict[str, Callable[[Ink, np.random.Generator], Sheet]] = {
    kind.__name__: kind
    for kind in (mild, uneven, grainy, lamp, grid, ruled, pencil, specks, desk, corner, frame, shadow, board)
}
NOISE = {"uneven": 4.0, "grainy": 9.0, "pencil": 2.5}
"""The grain where it is not the usual one, in levels of 255."""
