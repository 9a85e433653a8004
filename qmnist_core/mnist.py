"""Load MNIST, or a file of the same layout, without network and without pickle.

The bundled file holds MNIST by LeCun, Cortes and Burges (CC BY-SA 3.0) under Keras' own keys.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qmnist_core.config import IMAGE_SIDE
from qmnist_core.errors import DataError
from qmnist_core.npz import read_npz

BUNDLED_FILE = Path(__file__).parent / "data" / "mnist.npz"
FILE_VARIABLE = "QMNIST_DATA"

SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}
"""SHA-256 of each bundled array's bytes, as published with MNIST in Keras' layout."""

LAYOUT = "an .npz with uint8 arrays x_train, x_test (n, 28, 28) and y_train, y_test (n,), labels 0–9"


@dataclass(frozen=True)
class Mnist:
    """Images uint8 (n, 28, 28), 0–255, light ink on dark ground; labels uint8 (n,), 0–9."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def default_file() -> str | None:
    """The data file named by the environment variable QMNIST_DATA, or None for the bundled MNIST."""
    return os.environ.get(FILE_VARIABLE) or None


def load_mnist(file: str | os.PathLike[str] | None = None) -> Mnist:
    """Load a data file; None is the bundled MNIST, which is checked against its published hashes.

    Errors: DataError, in one sentence, for a missing, truncated, foreign or object-array file.
    """
    path = BUNDLED_FILE if file is None else Path(file)
    arrays = _read_arrays(path)
    if file is None:
        for name, array in arrays.items():
            if hashlib.sha256(array.data).hexdigest() != SHA256[name]:
                raise DataError(
                    f"the bundled MNIST in {path} is damaged ({name} differs): get a fresh copy of the project"
                )
    else:
        for part in ("train", "test"):
            _check_layout(path, part, arrays[f"x_{part}"], arrays[f"y_{part}"])
    return Mnist(**arrays)


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        arrays = read_npz(path, SHA256)
    except DataError as error:
        raise DataError(f"{error}: expected {LAYOUT}") from None
    missing = [name for name in SHA256 if name not in arrays]
    if missing:
        raise DataError(f"{path} has no array {', '.join(missing)}: expected {LAYOUT}")
    return {name: arrays[name] for name in SHA256}


def _check_layout(path: Path, part: str, images: np.ndarray, labels: np.ndarray) -> None:
    for name, array, n_axes, shape in ((f"x_{part}", images, 3, "(n, 28, 28)"), (f"y_{part}", labels, 1, "(n,)")):
        if array.dtype != np.uint8:
            raise DataError(f"{path}: {name} has type {array.dtype}, expected uint8, gray levels 0–255 or labels 0–9")
        if array.ndim != n_axes or array.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE)[: n_axes - 1]:
            raise DataError(f"{path}: {name} has shape {array.shape}, expected {shape}")
    if len(images) != len(labels) or len(images) == 0:
        raise DataError(
            f"{path}: x_{part} has {len(images)} images and y_{part} {len(labels)} labels, "
            "expected as many of both, at least one"
        )
    if labels.max() > 9:
        raise DataError(f"{path}: y_{part} holds the label {labels.max()}, expected labels 0–9")
