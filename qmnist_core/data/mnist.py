"""Load MNIST, or data of the same layout in the forms it is published in, without network and without pickle.

The bundled file holds MNIST by LeCun, Cortes and Burges (CC BY-SA 3.0) under Keras' own keys.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from qmnist_core.arrays import Array, Images, Labels
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.data.idx import GZIP, IDX, read_idx
from qmnist_core.data.npz import read_npz, reason
from qmnist_core.errors import DataError
from qmnist_core.files import open_file

BUNDLED_FILE = Path(__file__).parent / "mnist.npz"
FILE_VARIABLE = "QMNIST_DATA"
ZIP = b"PK\x03\x04"

SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 of each bundled array's bytes, as published with MNIST in Keras' layout."""

IDX_FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}
"""As MNIST and Fashion-MNIST are published, with or without .gz; some copies have a dot before "idx"."""
KMNIST_FILES = {
    "x_train": "kmnist-train-imgs.npz",
    "y_train": "kmnist-train-labels.npz",
    "x_test": "kmnist-test-imgs.npz",
    "y_test": "kmnist-test-labels.npz",
}
"""As KMNIST is published, each with one array, arr_0."""

FORMS = (
    "an .npz with uint8 arrays x_train, x_test (n, 28, 28) and y_train, y_test (n,), labels 0–9; "
    "a folder of the four IDX files of MNIST or Fashion-MNIST, train-images-idx3-ubyte and so on, with or without .gz; "
    "or a folder of KMNIST's four files, kmnist-train-imgs.npz and so on"
)
"""The forms of data that can be opened."""
MAX_BYTES = 1 << 28
"""Unpacked, of one file: 340,000 images, where MNIST has 70,000."""
MIN_BRIGHTEST = 128
"""Below this no pixel is lit at the threshold 0.5."""
N_LISTED = 4
"""Files of a folder that a message names at most."""


@dataclass(frozen=True)
class Mnist:
    """Images uint8 (n, 28, 28), 0–255, light ink on dark ground; labels uint8 (n,), 0–9."""

    x_train: Images
    y_train: Array
    x_test: Images
    y_test: Array


def default_file() -> str | None:
    """The data file or folder named by the environment variable QMNIST_DATA, or None for the bundled MNIST."""
    return os.environ.get(FILE_VARIABLE) or None


def load_mnist(file: str | os.PathLike[str] | None = None) -> Mnist:
    """Load a file or folder of one of FORMS; None is the bundled MNIST, which is checked against its published hashes.

    Errors: DataError, in one sentence, for what is missing, truncated, foreign, too large, not a regular file, or all
    but black.
    """
    if file is None:
        arrays = _npz_arrays(BUNDLED_FILE, SHA256)
        for name, array in arrays.items():
            if hashlib.sha256(array.data).hexdigest() != SHA256[name]:
                raise DataError(
                    f"the bundled MNIST in {BUNDLED_FILE} is damaged ({name} differs): get a fresh copy of the project"
                )
        return Mnist(**arrays)
    path = Path(file)
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
    except FileNotFoundError:
        raise DataError(f"there is no file {path}: expected {FORMS}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be opened ({reason(error)}): expected {FORMS}") from None
    arrays, names = _of_folder(path) if is_folder else (_of_file(path), {name: name for name in SHA256})
    for part in ("train", "test"):
        x, y = f"x_{part}", f"y_{part}"
        _check_layout(f"{path}: {names[x]}", arrays[x], 3, "(n, 28, 28)")
        _check_layout(f"{path}: {names[y]}", arrays[y], 1, "(n,)")
        _check_values(path, names[x], names[y], arrays[x], arrays[y])
    return Mnist(**arrays)


def _of_file(path: Path) -> dict[str, Array]:
    """The four arrays of an .npz file under Keras' own names."""
    for forms in (IDX_FILES, KMNIST_FILES):
        if any(path.name in _spellings(name) for name in forms.values()):
            raise DataError(_alone(path, forms))
    return _npz_arrays(path, SHA256)


def _of_folder(path: Path) -> tuple[dict[str, Array], dict[str, str]]:
    """The four arrays of a folder of IDX files or of KMNIST's, and the files that they come from."""
    try:
        entries = sorted(os.listdir(path))
    except OSError as error:
        raise DataError(f"{path} cannot be opened ({error.strerror}): expected {FORMS}") from None
    idx, kmnist = _found(IDX_FILES, entries), _found(KMNIST_FILES, entries)
    if len(idx) == len(kmnist) == 4:
        raise DataError(f"{path} holds two data sets, IDX files and KMNIST's: put each into a folder of its own")
    if len(idx) == 4:
        return {name: _idx_array(path / file) for name, file in idx.items()}, idx
    if len(kmnist) == 4:
        return {name: _npz_arrays(path / file, ("arr_0",))["arr_0"] for name, file in kmnist.items()}, kmnist
    found, forms = max((idx, IDX_FILES), (kmnist, KMNIST_FILES), key=lambda pair: len(pair[0]))
    if found:
        missing = ", ".join(forms[name] for name in forms if name not in found)
        raise DataError(f"{path} holds {', '.join(found.values())} but not {missing}: expected all four")
    raise DataError(f"{path} is a folder that holds {_listed(entries)}: expected {FORMS}")


def _found(forms: Mapping[str, str], entries: Collection[str]) -> dict[str, str]:
    """Which file of a folder holds each array, for those that are there."""
    chosen = {name: [file for file in _spellings(published) if file in entries] for name, published in forms.items()}
    return {name: files[0] for name, files in chosen.items() if files}


def _spellings(published: str) -> tuple[str, ...]:
    """How copies of a published file are called; the unpacked one first, should there be both."""
    if published.endswith(".npz"):
        return (published,)
    dotted = published.replace("-idx", ".idx")
    return published, dotted, f"{published}.gz", f"{dotted}.gz"


def _alone(path: Path, forms: Mapping[str, str]) -> str:
    """What to do with one of the four files of a folder."""
    missing = [
        forms[name] for name in forms if not any((path.parent / file).exists() for file in _spellings(forms[name]))
    ]
    if missing:
        return f"{path} is one file of four, and {', '.join(missing)} are missing beside it: name a folder of all four"
    return f"{path} is one file of four: name the folder of all four, {path.parent}"


def _idx_array(path: Path) -> Array:
    with _opened(path) as file:
        return read_idx(file, MAX_BYTES, str(path))


def _npz_arrays(path: Path, names: Collection[str]) -> dict[str, Array]:
    with _opened(path) as file:
        begin = file.read(4)
        file.seek(0)
        if begin != ZIP:
            raise DataError(f"{path} is {_kind(begin)}, not an .npz file: expected {FORMS}")
        try:
            arrays = read_npz(file, MAX_BYTES, "the file", names)
        except DataError as error:
            raise DataError(f"{path}: {error}: expected {FORMS}") from None
        missing = [name for name in names if name not in arrays]
        if missing:
            with zipfile.ZipFile(file) as archive:
                held = _listed([entry.removesuffix(".npy") for entry in archive.namelist()])
            raise DataError(f"{path} holds {held} and no array {', '.join(missing)}: expected {FORMS}")
    return {name: arrays[name] for name in names}


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


def _check_values(path: Path, x: str, y: str, images: Images, labels: Labels) -> None:
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
