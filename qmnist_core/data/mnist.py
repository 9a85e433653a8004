"""Load MNIST, or data of the same layout in the forms it is published in, without network and without pickle.

The bundled file holds MNIST by LeCun, Cortes and Burges (CC BY-SA 3.0) under Keras' own keys.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import numpy as np

from qmnist_core import sources
from qmnist_core.arrays import Array, Images, Labels
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data import archive, class_names
from qmnist_core.data.idx import GZIP, IDX, read_idx
from qmnist_core.data.labelled import labelled_pictures
from qmnist_core.data.npz import read_npz, reason
from qmnist_core.errors import DataError
from qmnist_core.files import open_file
from qmnist_core.sources import IDX_FILES, KMNIST_FILES

BUNDLED_FILE = Path(__file__).parent / "mnist.npz"
ZIP = b"PK\x03\x04"

SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 of each bundled array's bytes, as published with MNIST in Keras' layout."""

NAMES = "class_names"
"""The array of an .npz, of texts, that names its classes, where it has one."""

FORMS = (
    "an .npz with uint8 arrays x_train, x_test (n, 28, 28) and y_train, y_test (n,), labels 0–9; "
    "a folder of the four IDX files of MNIST or Fashion-MNIST, train-images-idx3-ubyte and so on, with or without .gz; "
    "a folder of KMNIST's four files, kmnist-train-imgs.npz and so on; "
    "or a .zip of such a folder or of labelled folders of PNG or JPEG pictures"
)
"""The forms of data that can be opened."""
MAX_BYTES = 1 << 28
"""Unpacked, of one file: 340,000 images, where MNIST has 70,000."""
MAX_CLAIMED = 1 << 62
"""Whatever an archive says that it holds, before anything of it is unpacked."""
MAX_UPLOAD, MAX_UNPACKED = 32 << 20, 64 << 20
"""Bytes of an upload, as it comes and unpacked: Fashion-MNIST's four files have 30 MiB and 52 MiB."""
MIN_BRIGHTEST = 128
"""Below this no pixel is lit at the threshold 0.5."""
N_LISTED = 4
"""Files of a folder that a message names at most."""


Opener = Callable[[], BinaryIO]
"""Opens a file at its start."""


@dataclass(frozen=True)
class Mnist:
    """Images uint8 (n, 28, 28), 0–255, light ink on dark ground; labels uint8 (n,), 0–9."""

    x_train: Images
    y_train: Array
    x_test: Images
    y_test: Array
    class_names: tuple[str, ...] | None = field(default=None, kw_only=True)
    """What the classes are called, that of label 0 first, where the data says it; safe in any text."""

    def called(self, label: int) -> str | int:
        """What a class is called: its label, where it has no name."""
        return label if self.class_names is None else self.class_names[label]

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels that both training and test images have, rising."""
        return tuple(map(int, np.intersect1d(self.y_train, self.y_test)))

    @property
    def n_bytes(self) -> int:
        return self.x_train.nbytes + self.x_test.nbytes

    def digest(self) -> str:
        """Of the content, names included: 16 hexadecimal digits of SHA-256, the same for equal data."""
        found = hashlib.sha256(repr((self.x_train.shape, self.x_test.shape, self.class_names)).encode())
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            found.update(np.ascontiguousarray(array).data)
        return found.hexdigest()[:16]


def load_mnist(file: str | os.PathLike[str] | None = None) -> Mnist:
    """Load a data set by its name or path, in one of FORMS; None is the bundled MNIST, which is checked against its
    published hashes.

    Errors: DataError, in one sentence, for what is missing, truncated, foreign, too large, not a regular file, or all
    but black.
    """
    if file is None:
        with _opened(BUNDLED_FILE) as bundle:
            arrays = _npz_arrays(bundle, str(BUNDLED_FILE), SHA256, MAX_BYTES)
        for name, array in arrays.items():
            if hashlib.sha256(array.data).hexdigest() != SHA256[name]:
                raise DataError(
                    f"the bundled MNIST in {BUNDLED_FILE} is damaged ({name} differs): get a fresh copy of the project"
                )
        return Mnist(*(arrays[name] for name in SHA256))
    path = Path(sources.names().get(str(file), file))
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
    except FileNotFoundError:
        if sources.is_upload(str(file)):
            raise DataError(
                f"{file} was an upload, which only its own session has: give the path of the file in its place"
            ) from None
        raise DataError(f"there is no file {path}: expected {_forms()}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be opened ({reason(error)}): expected {FORMS}") from None
    if is_folder:
        try:
            entries = sorted(os.listdir(path))
        except OSError as error:
            raise DataError(f"{path} cannot be opened ({error.strerror}): expected {FORMS}") from None
        return _of_files({entry: partial(_opened, path / entry) for entry in entries}, str(path), MAX_BYTES)
    for forms in (IDX_FILES, KMNIST_FILES):
        if any(path.name in sources.spellings(name) for name in forms.values()):
            raise DataError(_alone(path, forms))
    with _opened(path) as opened:
        return _of_file(opened, str(path), MAX_BYTES)


def read_upload(content: bytes, name: str) -> Mnist:
    """A data set that somebody uploads: an .npz, or a ZIP of IDX files, of KMNIST's files or of labelled folders of
    pictures. Nothing of it is executed or written. name: the file's, for messages.

    Errors: DataError, in one sentence, as for `load_mnist`, and for more than MAX_UPLOAD or MAX_UNPACKED bytes.
    """
    label = _listed([name])
    if len(content) > MAX_UPLOAD:
        raise DataError(
            f"{label} has {len(content):,} bytes: expected {MAX_UPLOAD >> 20} MiB at most, take fewer images"
        )
    return _of_file(io.BytesIO(content), label, MAX_UNPACKED)


def _forms() -> str:
    """FORMS, and the names that there are."""
    names = ", ".join(sources.names())
    return f"{FORMS}; or one of the names {names}" if names else FORMS


def _of_file(file: BinaryIO, label: str, max_bytes: int) -> Mnist:
    """An .npz, or a ZIP archive of another form."""
    if _begin(file) == ZIP and not _has_arrays(file, label):
        with archive.opened(file, max_bytes, label) as content:
            folders = {path.parent for path in content.entries if path.name in _PUBLISHED}
            if len(folders) > 1:
                raise DataError(f"{label} holds IDX files or KMNIST's in several folders: pack one data set alone")
            if folders:
                held = {path.name: path for path in content.entries if path.parent in folders}
                return _of_files({name: partial(_unpacked, content, held[name]) for name in held}, label, max_bytes)
            arrays, folders_names = labelled_pictures(content, label)
            return _checked(label, arrays, dict.fromkeys(arrays, "what its pictures show"), folders_names)
    arrays = _npz_arrays(file, label, SHA256, max_bytes, (NAMES,))
    named = _names_in(arrays.pop(NAMES), label) if NAMES in arrays else None
    return _checked(label, arrays, {name: name for name in arrays}, named)


def _of_files(files: Mapping[str, Opener], label: str, max_bytes: int) -> Mnist:
    """The data of a folder of IDX files or of KMNIST's, given how each of its files is opened."""
    idx, kmnist = sources.found(IDX_FILES, files), sources.found(KMNIST_FILES, files)
    if len(idx) == len(kmnist) == 4:
        raise DataError(f"{label} holds two data sets, IDX files and KMNIST's: put each into a folder of its own")
    held, forms = max((idx, IDX_FILES), (kmnist, KMNIST_FILES), key=lambda pair: len(pair[0]))
    if not held:
        raise DataError(f"{label} is a folder that holds {_listed(list(files))}: expected {FORMS}")
    if len(held) < 4:
        missing = ", ".join(forms[name] for name in forms if name not in held)
        raise DataError(f"{label} holds {', '.join(held.values())} but not {missing}: expected all four")
    arrays = {}
    for name, file in held.items():
        with files[file]() as opened:
            inside = str(Path(label) / file)
            if forms is IDX_FILES:
                arrays[name] = read_idx(opened, max_bytes, inside)
            else:
                arrays[name] = _npz_arrays(opened, inside, ("arr_0",), max_bytes)["arr_0"]
    named = None
    if class_names.FILE in files:
        with files[class_names.FILE]() as opened:
            named = class_names.read_names(opened.read(class_names.MAX_BYTES + 1), f"{label}: {class_names.FILE}")
    return _checked(label, arrays, held, named)


def _checked(label: str, arrays: dict[str, Array], held: Mapping[str, str], named: tuple[str, ...] | None) -> Mnist:
    """held: what messages call the arrays."""
    for part in ("train", "test"):
        x, y = f"x_{part}", f"y_{part}"
        _check_layout(f"{label}: {held[x]}", arrays[x], 3, "(n, 28, 28)")
        _check_layout(f"{label}: {held[y]}", arrays[y], 1, "(n,)")
        _check_values(label, held[x], held[y], arrays[x], arrays[y])
        if named is not None and arrays[y].max() >= len(named):
            raise DataError(
                f"{label} names {len(named)} classes, and {held[y]} holds the label {arrays[y].max()}: "
                "name all classes, that of label 0 first"
            )
    return replace(Mnist(*(arrays[name] for name in SHA256)), class_names=named)


def _names_in(array: Array, label: str) -> tuple[str, ...]:
    if array.ndim != 1 or array.dtype.kind != "U":
        raise DataError(f"{label}: {NAMES} is of type {array.dtype}, shape {array.shape}: expected texts, (n,)")
    if array.dtype.itemsize > class_names.MAX_BYTES:
        raise DataError(f"{label}: {NAMES} holds a very long name: shorten it")
    return class_names.clean_names(array[: class_names.MOST_CLASSES + 1].tolist(), f"{label}: {NAMES}")


_PUBLISHED = {
    file for forms in (IDX_FILES, KMNIST_FILES) for name in forms.values() for file in sources.spellings(name)
}
"""Each file of a folder of four, however it is spelt."""


def _unpacked(content: archive.Archive, path: PurePosixPath) -> BinaryIO:
    return io.BytesIO(content.read(path))


def _has_arrays(file: BinaryIO, label: str) -> bool:
    """Whether an archive is an .npz: each array in one is an entry that ends so. An empty one may be one."""
    with archive.opened(file, MAX_CLAIMED, label) as content:
        is_npz = any(path.suffix == ".npy" for path in content.entries)
    file.seek(0)
    return is_npz or not content.entries


def _alone(path: Path, forms: Mapping[str, str]) -> str:
    """What to do with one of the four files of a folder."""
    missing = [
        forms[name]
        for name in forms
        if not any((path.parent / file).exists() for file in sources.spellings(forms[name]))
    ]
    if missing:
        return f"{path} is one file of four, and {', '.join(missing)} are missing beside it: name a folder of all four"
    return f"{path} is one file of four: name the folder of all four, {path.parent}"


def _npz_arrays(
    file: BinaryIO, label: str, names: Collection[str], max_bytes: int, also: Collection[str] = ()
) -> dict[str, Array]:
    """The named arrays of an .npz, and those of `also` that it has."""
    begin = _begin(file)
    if begin != ZIP:
        raise DataError(f"{label} is {_kind(begin)}, not an .npz file: expected {FORMS}")
    try:
        arrays = read_npz(file, max_bytes, "the file", {*names, *also})
    except DataError as error:
        raise DataError(f"{label}: {error}: expected {FORMS}") from None
    missing = [name for name in names if name not in arrays]
    if missing:
        with zipfile.ZipFile(file) as content:
            held = _listed([entry.removesuffix(".npy") for entry in content.namelist()])
        raise DataError(f"{label} holds {held} and no array {', '.join(missing)}: expected {FORMS}")
    return {name: arrays[name] for name in (*names, *(extra for extra in also if extra in arrays))}


def _begin(file: BinaryIO) -> bytes:
    begin = file.read(4)
    file.seek(0)
    return begin


def _opened(path: Path) -> BinaryIO:
    try:
        return open_file(path)
    except OSError as error:
        raise DataError(f"{path} cannot be opened ({error.strerror}): expected {FORMS}") from None


def _kind(begin: bytes) -> str:
    """What kind of file begins with these bytes."""
    if not begin:
        return "an empty file"
    kinds = {GZIP: "a file packed by gzip", IDX: "an IDX file", b"\x93NUM": "a single NumPy array"}
    return next((kind for start, kind in kinds.items() if begin.startswith(start)), "a file of another kind")


def _listed(entries: Sequence[str]) -> str:
    """The first names of a folder or an archive, in characters that can be printed."""
    if not entries:
        return "nothing"
    names = ["".join(c if c.isprintable() else "?" for c in entry[:60]) for entry in entries[:N_LISTED]]
    more = len(entries) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")


def _check_layout(label: str, array: Array, n_axes: int, shape: str) -> None:
    if array.dtype != np.uint8:
        raise DataError(f"{label} has type {array.dtype}, expected uint8, gray levels 0–255 or labels 0–9")
    if array.ndim != n_axes or array.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE)[: n_axes - 1]:
        raise DataError(f"{label} has shape {array.shape}, expected {shape}")


def _check_values(path: str, x: str, y: str, images: Images, labels: Labels) -> None:
    if len(images) != len(labels) or len(images) == 0:
        raise DataError(
            f"{path}: {x} has {len(images)} images and {y} {len(labels)} labels, expected as many of both, at least one"
        )
    if labels.max() > 9:
        raise DataError(f"{path}: {y} holds the label {labels.max()}, expected labels 0–9")
    brightest = images.max()
    if brightest == 0:
        raise DataError(f"{path}: {x} is black everywhere, expected gray levels 0–255, light ink on dark ground")
    if brightest == 1:
        raise DataError(f"{path}: {x} holds the gray levels 0 and 1 only, expected 0–255: multiply them by 255")
    if brightest < MIN_BRIGHTEST:
        raise DataError(
            f"{path}: {x} has no gray level above {brightest}, expected 0–255: scale it up, the brightest near 255"
        )
