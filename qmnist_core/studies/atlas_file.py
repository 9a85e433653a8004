"""An atlas as a file: written whole or not at all, and read with everything in it checked."""

from __future__ import annotations

import io
import json
import os
import uuid
from pathlib import Path
from typing import Any

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.data.npz import read_npz, reason
from qmnist_core.errors import DataError
from qmnist_core.files import open_file
from qmnist_core.studies.atlas import BASE, MISSING, MOST_LAYERS, MOST_SEEDS, N_BEST, STARTS, Atlas, stacks_of

SHIPPED = Path(__file__).with_name("atlas.npz")
"""The atlas that comes with the package."""
MAX_BYTES = 1 << 24
"""Unpacked; the shipped one has a hundredth of it."""
ARRAYS = ("about", "numbers", "depends", "right", "tested")
MAX_ABOUT = 10_000
MOST_IMAGES = 100_000
MAX_SECONDS = 1e9
MAX_VERSION = 60
"""Letters of a version and of its package's name."""


def to_bytes(atlas: Atlas) -> bytes:
    """A compressed .npz without pickles: "about", UTF-8 of JSON; "numbers" int16 and "depends" bool (n_stacks,),
    "right" and "tested" int16 as in `Atlas`."""
    about = {
        **{"seeds": atlas.n_seeds, "layers": atlas.most_layers, "starts": STARTS, "settings": BASE.to_dict()},
        **{"n_validation": atlas.n_validation, "n_test": atlas.n_test},
        **{"seconds": round(atlas.seconds, 3), "versions": dict(atlas.versions)},
    }
    file = io.BytesIO()
    np.savez_compressed(
        file,
        about=np.frombuffer(json.dumps(about).encode(), np.uint8),
        numbers=atlas.numbers.astype(np.int16),
        depends=atlas.depends,
        right=atlas.right.astype(np.int16),
        tested=atlas.tested.astype(np.int16),
    )
    return file.getvalue()


def write_atlas(atlas: Atlas, path: str | os.PathLike[str]) -> None:
    """Put it in the place of what is there; whoever reads meanwhile, even after a crash, finds the old or the new one.

    Errors: DataError where the disk refuses.
    """
    target = Path(path)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.new")
    try:
        try:
            with open(fresh, "wb") as file:
                file.write(to_bytes(atlas))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(f"the atlas cannot be written to {target} ({error.strerror}): choose another file") from None


def read_atlas(path: str | os.PathLike[str]) -> Atlas:
    """Read an atlas, whole or begun. Errors: FileNotFoundError where there is none; DataError, in one sentence, for a
    file that is damaged, hostile, or from other settings."""
    try:
        with open_file(path) as file:
            return _checked(read_npz(file, MAX_BYTES, str(path), ARRAYS))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}): choose another file") from None
    except _Unfit as error:
        raise DataError(f"{path} is not an atlas of this version ({error}): choose another file") from None


class _Unfit(Exception):
    """What is wrong with a file."""


def _checked(arrays: dict[str, Array]) -> Atlas:
    missing = [name for name in ARRAYS if name not in arrays]
    if missing:
        raise _Unfit(f"{missing[0]} is missing")
    about = _about(arrays["about"])
    n_seeds = _whole(about, "seeds", 1, MOST_SEEDS)
    most_layers = _whole(about, "layers", 1, MOST_LAYERS)
    n_test = _whole(about, "n_test", 1, MOST_IMAGES)
    counts = about.get("n_validation")
    if not isinstance(counts, list) or len(counts) != 2:
        raise _Unfit("n_validation must be two numbers")
    n_first, n_second = (_whole({"n_validation": one}, "n_validation", 1, MOST_IMAGES) for one in counts)
    if about.get("starts") != list(STARTS) or about.get("settings") != BASE.to_dict():
        raise _Unfit("its settings are others")
    seconds, versions = about.get("seconds"), about.get("versions")
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds <= MAX_SECONDS:
        raise _Unfit("seconds must be a time")
    is_text = isinstance(versions, dict) and all(
        isinstance(part, str) and 0 < len(part) <= MAX_VERSION for part in (*versions, *versions.values())
    )
    if not isinstance(versions, dict) or not is_text:
        raise _Unfit("versions must be names with versions")
    n_stacks, n_starts, n_images = len(stacks_of(most_layers)), len(STARTS), n_first + n_second
    depends = _array(arrays, "depends", np.dtype(bool), (n_stacks,))
    n_best = min(N_BEST, int(depends.sum()))
    numbers = _array(arrays, "numbers", np.dtype("<i2"), (n_stacks,), 0, most_layers * BASE.data.n_pixels)
    right = _array(arrays, "right", np.dtype("<i2"), (n_starts, n_stacks, n_seeds), MISSING, n_images)
    tested = _array(arrays, "tested", np.dtype("<i2"), (n_starts, n_best, 2, n_seeds), MISSING, max(n_images, n_test))
    if (tested[:, :, 0] > n_images).any() or (tested[:, :, 1] > n_test).any():
        raise _Unfit("tested has numbers that cannot be")
    is_open = right[:, depends] == MISSING
    if (right[:, ~depends] != MISSING).any() or (is_open.any(axis=-1) != is_open.all(axis=-1)).any():
        raise _Unfit("right has numbers where none belong")
    is_untested = (tested == MISSING).reshape(n_starts, n_best, -1)
    if (is_untested.any(axis=-1) != is_untested.all(axis=-1)).any() or (is_open.any() and not is_untested.all()):
        raise _Unfit("tested has numbers where none belong")
    return Atlas(
        n_seeds,
        most_layers,
        (n_first, n_second),
        n_test,
        numbers.astype(int),
        depends,
        right.astype(int),
        tested.astype(int),
        float(seconds),
        tuple(versions.items()),
    )


def _about(packed: Array) -> dict[str, Any]:
    if packed.dtype != np.uint8 or packed.ndim != 1 or len(packed) > MAX_ABOUT:
        raise _Unfit("about must be a short text")
    try:
        about = json.loads(packed.tobytes().decode())
    except (ValueError, RecursionError) as error:
        raise _Unfit(f"about cannot be read: {reason(error)}") from None
    if not isinstance(about, dict):
        raise _Unfit("about must be an object")
    return about


def _whole(about: dict[str, Any], name: str, least: int, most: int) -> int:
    value = about.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _Unfit(f"{name} must be a whole number from {least} to {most:,}")
    return value


def _array(
    arrays: dict[str, Array], name: str, dtype: np.dtype[Any], shape: tuple[int, ...], least: int = 0, most: int = 1
) -> Array:
    array = arrays[name]
    if array.dtype != dtype or array.shape != shape:
        raise _Unfit(f"{name} must be {dtype.name} {shape}, got {array.dtype.name} {array.shape}")
    if array.size and (array.min() < least or array.max() > most):
        raise _Unfit(f"{name} must be from {least} to {most:,}")
    return array
