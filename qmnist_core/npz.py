"""Read plain arrays from an .npz file, never executing what it holds."""

from __future__ import annotations

import os
import tokenize
import zipfile
import zlib
from collections.abc import Collection

import numpy as np

from qmnist_core.errors import DataError

UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    SyntaxError,  # a damaged array header
    MemoryError,  # a header that claims more than there is
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # an encrypted archive
    tokenize.TokenError,  # likewise
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy and zipfile raise for a file that is not what it should be."""


def read_npz(path: str | os.PathLike[str], names: Collection[str] | None = None) -> dict[str, np.ndarray]:
    """The named arrays of an .npz file as far as it has them, all by default; loaded without pickle.

    Errors: DataError for a missing, truncated, damaged, foreign or object-array file.
    """
    try:
        with open(path, "rb") as file:
            archive = np.load(file, allow_pickle=False)
            if not isinstance(archive, np.lib.npyio.NpzFile):
                raise DataError(f"{path} is a single array, not an .npz file of several")
            with archive:
                return {
                    name: np.ascontiguousarray(archive[name])
                    for name in archive.files
                    if names is None or name in names
                }
    except FileNotFoundError:
        raise DataError(f"there is no file {path}") from None
    except (IsADirectoryError, PermissionError) as error:
        raise DataError(f"{path} cannot be opened ({error.strerror})") from None
    except UNREADABLE as error:
        if isinstance(error, DataError):
            raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"{path} is truncated, damaged or not an .npz file of plain arrays ({reason})") from None
