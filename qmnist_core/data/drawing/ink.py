"""Find the ink of one digit in a picture: on paper lit unevenly, lined or grained, in a frame or on a desk.

The method: the ground is the picture with everything narrow and dark closed (grey closing), ink is what falls below
it by more than the grain, Otsu's threshold parts pen from lines and shades, and of what lies above it specks and what
runs along the picture's border or around the digit is left out.
Sources: P. Soille, Morphological Image Analysis (2003), section 4.5, the black top-hat; N. Otsu, IEEE Trans. Syst.
Man Cybern. 9, 62 (1979). The order of the steps and the bounds below are ours.
"""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Array, Flags, Ink, Numbers, Reals
from qmnist_core.errors import BlankError, InputError

MIN_CONTRAST = 0.1
"""Of the ground's brightness: fainter marks are not ink."""
GRAINS = 6.0
"""Ink is this many standard deviations of the paper's grain darker than it."""
WIDEST = 0.4
"""Share of a picture's side: dark areas narrower than this are ink or a line, wider ones are shade."""
SMALLEST = 0.06
"""Share of a picture's side: a mark that is shorter is no digit."""
SPECK = 0.03
"""Share of the largest mark's area: a smaller one is a speck."""
DEEPEST_SHADOW = 0.5
"""The greatest share of light that a shadow takes away."""
THINNEST = 0.007
"""Share of a picture's side that half a pen line's width is at least where a digit fills the picture."""
SECOND = (0.15, 0.45)
"""Shares of the largest mark's area and height from which on a mark that stands apart is a second digit."""
SHARP = 0.6
"""Share of the contrast of light and dark from which on the edge of a light region is a step."""
THICKEST = 0.17
"""Share of a picture's side that half a line's width can be: what is wider is no line."""
BLOB = 0.4
"""Share of the ink's longer side that half a stroke's width is where it is no writing: a disc's is 0.5, and that of
the thickest of MNIST's 3s and 6s 0.32."""
HAIR = 0.01
"""Share of the ink's longer side that half a stroke's width is at most where it may be no more than lines: that of a
hair-thin 6 is 0.008, of pencil 0.025, of what squared paper left 0.004."""
LONGEST = 3.0
"""Hair-thin strokes longer than this, in the ink's longer sides, are lines on the paper: a 6 has some 1 to 1.5, what
squared paper left on one of forty made-up sheets 3.5."""
FAINT = 0.4
"""Share of full ink that a digit's faintest lines reach and lines on the paper do not."""
EDGE = 0.1
"""Share of full ink above which a pixel belongs to the digit."""


def find_ink(gray: Ink) -> Ink:
    """How much of the digit's ink each pixel has: float64 (height, width), 0 ground to 1 ink.

    gray: float (height, width) in [0, 1], dark ink on a light ground or light on dark.
    Errors: BlankError for a picture without a digit; InputError for one with two.
    """
    from scipy import ndimage

    side = float(np.sqrt(gray.size))
    smooth = ndimage.gaussian_filter(gray, side / 700)
    smooth = _light_ground(smooth)
    width = int(WIDEST * min(gray.shape)) | 1
    ground = ndimage.grey_closing(smooth, width, mode="reflect")
    shade = np.maximum(1 - smooth / np.maximum(ground, 0.2), 0)
    plain = np.median(shade)
    grain = 1.4826 * np.median(np.abs(shade - plain))
    floor = max(MIN_CONTRAST, GRAINS * grain)
    shade = np.maximum(shade - plain, 0)
    marks = _marks(shade, shade > floor, side)
    half_stroke = 0.0 if marks is None else float(ndimage.distance_transform_edt(np.pad(marks, 1)).max())
    if marks is None or not _is_writing(marks, half_stroke):
        raise BlankError("the picture shows no digit: take one in which it is large, dark and alone on plain paper")
    full = float(np.median(shade[marks]))
    near = ndimage.distance_transform_edt(~marks) <= max(1, half_stroke / 2)
    ink = np.clip(shade / full, 0, 1)
    return np.where(near & (ink > max(EDGE, floor / full / 2)), ink, 0)


def _light_ground(gray: Ink) -> Ink:
    """The picture with its ground lighter than its ink, and nothing but paper around a sheet on a dark desk."""
    from scipy import ndimage

    side = float(np.sqrt(gray.size))
    threshold = _otsu(gray)
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    if np.median(border) > threshold:
        return gray
    labels, _ = ndimage.label(gray > threshold)
    largest = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:])
    sheet = ndimage.binary_fill_holes(largest)
    if _is_sheet(largest, sheet) and _has_sharp_edge(gray, sheet, threshold):
        inside = ndimage.binary_erosion(sheet, iterations=max(2, round(side / 100)))
        nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
        of_paper: Ink = gray[tuple(nearest)]
        return of_paper
    is_lit_paper = ndimage.distance_transform_edt(largest).max() > THICKEST * side
    return gray if is_lit_paper else 1 - gray


def _has_sharp_edge(gray: Ink, region: Flags, threshold: float) -> bool:
    """Whether a light region ends in a step, as paper does and what a lamp lights does not."""
    from scipy import ndimage

    step = ndimage.morphological_gradient(gray, max(3, round(np.sqrt(gray.size) / 100) | 1))
    edge = region & ~ndimage.binary_erosion(region, border_value=1)
    contrast = gray[gray > threshold].mean() - gray[gray <= threshold].mean()
    return bool(np.median(step[edge]) > SHARP * contrast)


def _is_sheet(light: Flags, filled: Flags) -> bool:
    """Whether a light region, given also with its holes filled, is a sheet of paper rather than chalk: it fills a
    tenth of the picture and nearly all of a rectangle, which may lie askew but is not long, and is mostly light."""
    from scipy.spatial import ConvexHull

    if filled.sum() < 0.1 * filled.size or light.sum() < 0.6 * filled.sum():
        return False
    corners = np.argwhere(filled)
    corners = corners[ConvexHull(corners).vertices]
    angles = np.radians(np.arange(0, 90, 3))
    down, across = corners.T[:, :, None]
    heights = np.ptp(down * np.cos(angles) + across * np.sin(angles), axis=0)
    widths = np.ptp(across * np.cos(angles) - down * np.sin(angles), axis=0)
    best = np.argmin(heights * widths)
    height, width = heights[best], widths[best]
    return bool(filled.sum() > 0.85 * height * width and max(height, width) < 3 * min(height, width))


def _marks(shade: Ink, candidates: Flags, side: float) -> Array | None:
    """The pixels well within the digit's ink, bool (height, width); None where there is no digit.

    candidates: the pixels that are darker than the paper's grain.
    """
    from scipy import ndimage

    if not candidates.any():
        return None
    threshold = _otsu(shade[candidates])
    full = float(np.median(shade[candidates & (shade > threshold)]))
    marks = candidates & (shade > min(threshold, FAINT * full))
    labels, boxes, lengths = _labelled(marks)
    foreign = [i + 1 for i, box in enumerate(boxes) if _is_foreign(labels[box] == i + 1, shade[box], box, shade.shape)]
    if foreign:
        return _marks(shade, candidates & ~_widened(labels, foreign, side), side)
    is_large = lengths.max(axis=1) > SMALLEST * side
    around = [i + 1 for i in np.flatnonzero(is_large) if _is_around(labels, boxes, i + 1, is_large)]
    if around:
        rest = _marks(shade, candidates & ~_widened(labels, around, side), side)
        if rest is not None or any(_has_a_side(labels, i) for i in around):
            return rest

    gap = round(side / 150)  # pencil leaves some
    joined = ndimage.binary_dilation(marks, iterations=gap) if gap else marks
    labels, boxes, lengths = _labelled(joined, marks)
    is_large = lengths[:, 0] > SMALLEST * side  # a piece of a line is not so tall
    if not is_large.any():
        return None
    area = np.bincount(labels.ravel())[1:]
    main = int(np.argmax(np.where(is_large, area, 0)))
    parts = np.flatnonzero(area > SPECK * area[main])
    for i in parts:
        is_second = area[i] > SECOND[0] * area[main] and lengths[i, 0] > SECOND[1] * lengths[main, 0]
        if is_second and _is_apart(boxes[i], boxes[main]):
            raise InputError("the picture shows more than one digit, or lines: cut it so that it shows one digit alone")
    return np.isin(labels, parts + 1)


def _is_writing(marks: Flags, half_stroke: float) -> bool:
    """Whether ink is neither a blob nor lines on the paper."""
    side = max(np.ptp(np.argwhere(marks), axis=0) + 1)
    length = marks.sum() / (2 * half_stroke)
    return bool(half_stroke <= BLOB * side and (half_stroke > HAIR * side or length <= LONGEST * side))


def _labelled(regions: Flags, marks: Flags | None = None) -> tuple[Numbers, list[tuple[slice, slice]], Numbers]:
    """Connected regions, or the marks within each: their numbers from 1, int (height, width), the box of each, and
    int (n, 2), the rows and columns of each box."""
    from scipy import ndimage

    labels, _ = ndimage.label(regions, np.ones((3, 3)))
    if marks is not None:
        labels = labels * marks
    boxes = ndimage.find_objects(labels)
    return labels, boxes, np.array([[part.stop - part.start for part in box] for box in boxes])


def _widened(labels: Numbers, numbers: list[int], side: float) -> Flags:
    """Some marks with their blurred edges, bool (height, width)."""
    from scipy import ndimage

    widened: Flags = ndimage.binary_dilation(np.isin(labels, numbers), iterations=max(2, round(side / 100)))
    return widened


def _is_foreign(mark: Flags, shade: Ink, box: tuple[slice, slice], shape: tuple[int, ...]) -> bool:
    """Whether a mark that reaches the picture's border is what a shadow leaves there, which is pale, or lines on the
    paper, which are thin."""
    from scipy import ndimage

    if not any(part.start == 0 or part.stop == length for part, length in zip(box, shape, strict=True)):
        return False
    half_width = ndimage.distance_transform_edt(np.pad(mark, 1)).max()
    is_thin = half_width < THINNEST * np.sqrt(shape[0] * shape[1])
    return bool(is_thin or np.median(shade[mark]) < DEEPEST_SHADOW)


def _is_around(labels: Numbers, boxes: list[tuple[slice, slice]], label: int, is_large: Flags) -> bool:
    """Whether a mark is the picture's surroundings or a frame: it has a corner of the picture or half of a side, or
    another large mark lies in it."""
    from scipy import ndimage

    sides = [labels[0], labels[-1], labels[:, 0], labels[:, -1]]
    if any(side[0] == label or side[-1] == label or (side == label).mean() > 0.5 for side in sides):
        return True
    box = boxes[label - 1]
    inner = labels[box]
    holes = ndimage.binary_fill_holes(inner == label) & (inner != label)
    enclosed = np.unique(inner[holes])
    return bool(is_large[enclosed[enclosed > 0] - 1].any())


def _has_a_side(labels: Numbers, label: int) -> bool:
    """Whether a mark takes up one of the picture's sides, as a dark band or a frame does and no digit."""
    sides = [labels[0], labels[-1], labels[:, 0], labels[:, -1]]
    return any((side == label).mean() > 0.95 for side in sides)


def _is_apart(one: tuple[slice, slice], other: tuple[slice, slice]) -> bool:
    """Whether two boxes lie side by side, or one above the other, without touching."""
    return any(a.stop <= b.start or b.stop <= a.start for a, b in zip(one, other, strict=True))


def _otsu(values: Reals) -> float:
    """The threshold that parts values into the two classes with the least variance within them."""
    counts, edges = np.histogram(values, 256)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    above = below[-1] - below
    total = np.cumsum(counts * centres)
    means = total / np.maximum(below, 1), (total[-1] - total) / np.maximum(above, 1)
    return float(edges[1 + np.argmax(below * above * (means[0] - means[1]) ** 2)])
