"""Read plain arrays from an .npz file, never executing what it holds."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Collection, Iterable
from typing import BinaryIO

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.errors import DataError

UNREADABLE = (
    OSError,
    ValueError,
    EOFError,
    SyntaxError,  # a damaged array header
    MemoryError,  # a header that claims more than there is
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # what zipfile says of some damaged archives
    OverflowError,  # a header with a size beyond 64 bits
    TypeError,  # a header whose parts cannot be compared
    tokenize.TokenError,  # likewise a damaged header
    zipfile.BadZipFile,
    zlib.error,
)
"""What NumPy and zipfile raise for a damaged or foreign file."""
MAX_REASON = 400


def read_npz(file: BinaryIO, max_bytes: int, label: str, names: Collection[str] | None = None) -> dict[str, Array]:
    """The named arrays of an .npz file as far as it has them, all by default; loaded without pickle.

    file: open at its start. max_bytes: refuse a file that unpacks to more. label: what messages call the file.
    Errors: DataError for a truncated, damaged, foreign or object-array file.
    """
    try:
        archive = np.load(file, allow_pickle=False)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise DataError(f"{label} is a single array, not an .npz file of several")
        with archive:
            check_unpacked_size(archive.zip, max_bytes)
            entries = {entry.removesuffix(".npy"): entry for entry in archive.zip.namelist()}
            return {
                name: _read_array(archive.zip, entry)
                for name, entry in entries.items()
                if names is None or name in names
            }
    except UNREADABLE as error:
        if isinstance(error, DataError):
            raise
        raise DataError(
            f"{label} is truncated, damaged or not an .npz file of plain arrays ({reason(error)})"
        ) from None


def check_unpacked_size(archive: zipfile.ZipFile, max_bytes: int) -> None:
    """Raise DataError for a ZIP archive whose entries together claim more than max_bytes, or as `check_packing`."""
    entries = archive.infolist()
    check_packing(entries)
    total = sum(entry.file_size for entry in entries)
    if total > max_bytes:
        raise DataError(f"the archive would unpack to {total:,} bytes: expected {max_bytes:,} at most")


def check_packing(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Raise DataError for encrypted entries of a ZIP archive, and for those that cannot be unpacked piece by piece.

    Any other that is then read in pieces, or up to the size it claims, takes no more memory than that, whatever it
    really holds.
    """
    for entry in entries:
        if entry.flag_bits & 1:
            raise DataError("the archive is encrypted: expected one without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError("the archive is packed in an unusual way: expected plain or deflated entries")


def _read_array(archive: zipfile.ZipFile, entry: str) -> Array:
    # Not NpzFile's own way, which would unpack an entry that is no array whole, however large.
    with archive.open(entry) as file:
        return np.ascontiguousarray(np.lib.format.read_array(file, allow_pickle=False))  # type: ignore[no-untyped-call]


def reason(error: BaseException) -> str:
    """An error's text as one short line, whatever it quotes, or its type if it has no text."""
    lines = str(error).splitlines()
    return lines[0][:MAX_REASON] if lines else type(error).__name__
