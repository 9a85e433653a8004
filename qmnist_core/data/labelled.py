"""Labelled folders of pictures, one a class, as a data set of MNIST's form."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import numpy as np

from qmnist_core.arrays import Array, Gray, Ink
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.archive import Archive
from qmnist_core.data.class_names import MOST_CLASSES, clean_names
from qmnist_core.data.drawing import read_image
from qmnist_core.errors import DataError, InputError
from qmnist_core.look.text import counted

PICTURES = (".png", ".jpg", ".jpeg")
MOST_PICTURES = 10_000
LEAST_OF_A_CLASS = 2
"""One to train on and one to test."""
MOST_PICTURE_BYTES = 4 << 20
MOST_SECONDS = 40.0
"""Of computing for all of them: 10,000 of a camera's thumbnails take some 5."""
TEST_SHARE = 5
"""One of so many pictures of each class is a test image."""
LIGHT = 0.5
"""Where the edges of most pictures are lighter than that, their ground is light."""
SPLIT = f"one in {TEST_SHARE} of each folder, drawn always alike, is a test image"
FORM = (
    f"each picture is fitted whole into {IMAGE_SIDE}×{IMAGE_SIDE} pixels of gray; where the edges of most are light, "
    "all are inverted, so that what is drawn is light on dark"
)
HOW = f"put the PNG or JPEG pictures of each class into a folder of its name, and pack 2 to {MOST_CLASSES} such folders"


def labelled_pictures(archive: Archive, label: str) -> tuple[dict[str, Array], tuple[str, ...]]:
    """The four arrays of a data set, as `mnist.Mnist` has them, and the names of its classes: the folders', in order.

    As SPLIT and FORM say. Pictures are split and shuffled by a fixed seed in the order of their names, so that equal
    archives give equal data. label: what messages call the archive.
    Errors: DataError for anything but 2 to 10 folders of at least two pictures each, for a picture that cannot be
    read, and for too many of them.
    """
    folders = _folders(archive, label)
    names = clean_names(list(folders), f"{label}: the list of its folders")
    shown: list[Gray] = []
    edges: list[float] = []
    labels: list[int] = []
    end = time.thread_time() + MOST_SECONDS
    for number, paths in enumerate(folders.values()):
        for path in paths:
            if time.thread_time() > end:
                raise DataError(
                    f"{label} takes more than {MOST_SECONDS:.0f} s to read: shrink its pictures, or take fewer"
                )
            ink = _picture(archive, path, label)
            edges.append(edge(ink))
            shown.append(_levels(ink))
            labels.append(number)
    images, classes = np.stack(shown), np.array(labels, np.uint8)
    inverted = float(np.mean(np.array(edges) > LIGHT)) > 0.5
    if inverted:
        images = 255 - images
    return _split(images, classes), names


def contained(gray: Ink) -> Gray:
    """One picture, float (height, width) in [0, 1], as FORM says: uint8 (28, 28)."""
    levels = _levels(gray)
    return 255 - levels if edge(gray) > LIGHT else levels


def edge(gray: Ink) -> float:
    """The median of a picture's outermost pixels."""
    return float(np.median(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])))


def _levels(gray: Ink) -> Gray:
    """Fitted whole into the square, the rest filled with what the edges have."""
    from PIL import Image

    height, width = gray.shape
    scale = IMAGE_SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = Image.fromarray(gray.astype(np.float32)).resize(
        size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    )
    square = np.full((IMAGE_SIDE, IMAGE_SIDE), edge(gray), np.float32)
    top, left = (IMAGE_SIDE - size[1]) // 2, (IMAGE_SIDE - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = np.asarray(small)
    levels: Gray = np.rint(255 * np.clip(square, 0.0, 1.0)).astype(np.uint8)
    return levels


def _folders(archive: Archive, label: str) -> dict[str, list[PurePosixPath]]:
    """The pictures of each folder. Other files are passed over."""
    folders: dict[str, list[PurePosixPath]] = {}
    for path in archive.entries:
        if path.suffix.casefold() not in PICTURES:
            continue
        if len(path.parts) != 2:
            where = "outside of any folder" if len(path.parts) == 1 else "in a folder of a folder"
            raise DataError(f"{label}: the picture {_said(path)} lies {where}: {HOW}")
        folders.setdefault(path.parts[0], []).append(path)
    if not 2 <= len(folders) <= MOST_CLASSES:
        held = f"{counted(len(folders), 'folder')} of pictures" if folders else "no folder of pictures"
        raise DataError(f"{label} holds {held}: {HOW}")
    few = next((name for name, paths in folders.items() if len(paths) < LEAST_OF_A_CLASS), None)
    if few is not None:
        raise DataError(f"{label}: the folder {_said(few)} has one picture: put at least {LEAST_OF_A_CLASS} into each")
    n = sum(map(len, folders.values()))
    if n > MOST_PICTURES:
        raise DataError(f"{label} holds {n:,} pictures: expected {MOST_PICTURES:,} at most")
    return folders


def _picture(archive: Archive, path: PurePosixPath, label: str) -> Ink:
    if archive.entries[path].file_size > MOST_PICTURE_BYTES:
        most = f"{MOST_PICTURE_BYTES >> 20} MiB"
        raise DataError(f"{label}: the picture {_said(path)} has more than {most}: shrink it")
    try:
        return read_image(archive.read(path))
    except InputError as error:
        raise DataError(f"{label}: {_said(path)} cannot be read: {error}") from None


def _said(path: object) -> str:
    """A path as a message has it."""
    return "".join(c if c.isprintable() else "?" for c in str(path)[:80])


def _split(images: Array, labels: Array) -> dict[str, Array]:
    rng = np.random.default_rng([0, 4])
    is_test = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        mine = rng.permutation(np.flatnonzero(labels == label))
        is_test[mine[: max(1, len(mine) // TEST_SHARE)]] = True
    train, test = (rng.permutation(np.flatnonzero(part)) for part in (~is_test, is_test))
    return {"x_train": images[train], "y_train": labels[train], "x_test": images[test], "y_test": labels[test]}
