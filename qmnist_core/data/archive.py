"""What is in a ZIP archive of data, within bounds: nothing of it is executed or written."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from qmnist_core.data.npz import UNREADABLE, check_unpacked_size, reason
from qmnist_core.errors import DataError

MOST_ENTRIES = 20_000
DIRECTORY_ENTRY = b"PK\x01\x02"
"""How each entry of an archive's list begins."""
ADDED_BY_SYSTEMS = re.compile(r"__MACOSX|\..*|Thumbs\.db|desktop\.ini|Icon\r", re.IGNORECASE)
"""Files and folders that nobody put there on purpose."""


class Archive:
    """The files of an open archive by their paths, without what systems add, and without the folders around all."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        entries: dict[tuple[str, ...], zipfile.ZipInfo] = {}
        for entry in archive.infolist():
            parts = tuple(part for part in re.split(r"[/\\]", entry.filename) if part not in ("", ".", ".."))
            if not entry.is_dir() and parts and not any(ADDED_BY_SYSTEMS.fullmatch(part) for part in parts):
                entries[parts] = entry
        while entries and len({parts[0] for parts in entries}) == 1 and all(len(parts) > 2 for parts in entries):
            entries = {parts[1:]: entry for parts, entry in entries.items()}
        self.entries = {PurePosixPath(*parts): entry for parts, entry in sorted(entries.items())}

    def read(self, path: PurePosixPath) -> bytes:
        """No more than the entry says it holds, whatever it really holds."""
        entry = self.entries[path]
        with self._archive.open(entry) as file:
            return file.read(entry.file_size)


@contextmanager
def opened(file: BinaryIO, max_bytes: int, label: str) -> Iterator[Archive]:
    """Open an archive that unpacks to no more than max_bytes. label: what messages call it.

    Errors: DataError for a damaged, foreign, encrypted or unusually packed archive, one with more than MOST_ENTRIES
    entries, or one that is too large; also where reading from it fails later.
    """
    try:
        if _n_entries(file) > MOST_ENTRIES:  # before their list is made
            raise DataError(f"{label} has too many entries: expected {MOST_ENTRIES:,} at most")
        with zipfile.ZipFile(file) as archive:
            check_unpacked_size(archive, max_bytes)
            yield Archive(archive)
    except DataError as error:
        raise DataError(str(error) if str(error).startswith(label) else f"{label}: {error}") from None
    except UNREADABLE as error:
        raise DataError(f"{label} is truncated, damaged or no ZIP archive ({reason(error)}): pack it anew") from None


def _n_entries(file: BinaryIO) -> int:
    n, kept = 0, b""
    while piece := file.read(1 << 20):
        n += (kept + piece).count(DIRECTORY_ENTRY)
        kept = piece[1 - len(DIRECTORY_ENTRY) :]
    file.seek(0)
    return n
