"""Read plain arrays from an .npz file, never executing what it holds."""

from __future__ import annotations

import os
import zipfile
import zlib

import numpy as np

from qmnist_core.errors import DataError


def read_npz(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """All arrays of an .npz file, loaded without pickle.

    Errors: DataError for a missing, truncated, damaged, foreign or object-array file.
    """
    try:
        with open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise DataError(f"{path} is a single array, not an .npz file of several")
            with archive:
                return {name: np.ascontiguousarray(archive[name]) for name in archive.files}
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except (OSError, ValueError, EOFError, SyntaxError, MemoryError, zipfile.BadZipFile, zlib.error) as error:
        if isinstance(error, DataError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} is truncated, damaged or not an .npz file of plain arrays ({reason})") from None
