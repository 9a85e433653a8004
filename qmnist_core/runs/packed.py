"""A run as one ZIP file: as saved here, or as somebody packed a run's folder again."""

from __future__ import annotations

import io
import re
import zipfile

from qmnist_core.data.npz import UNREADABLE, check_packing, reason
from qmnist_core.errors import ConfigError, DataError, RunError
from qmnist_core.runs.contents import MAX_BYTES, check_number_of_entries, check_size, from_files, to_files
from qmnist_core.runs.run import Run

HOW = "give a run that was saved here, or its folder packed as an ordinary ZIP without a password"


def pack_run(run: Run) -> bytes:
    """A run as one ZIP file of the same four files that `save_run` writes; equal runs give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in to_files(run).items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack_run(packed: bytes) -> Run:
    """Read a ZIP file with a run's four files, alone or in a folder; whatever else is in it is left where it is.

    Nothing is executed or written, and no file is unpacked beyond its bound.
    Errors: RunError, in one sentence, for anything that is no such file.
    """
    try:
        check_number_of_entries(packed)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            files = {name: _read(archive, name, entry) for name, entry in _entries(archive).items()}
        return from_files(files)
    except (ConfigError, DataError) as error:
        raise RunError(
            f"the file is not a run, or it is damaged or from another version: {reason(error)}; {HOW}"
        ) from None
    except UNREADABLE as error:
        raise RunError(f"the file is not a run ({reason(error)}): {HOW}") from None


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries of the one run in it: its four files in one folder, however folders and names are written.

    macOS keeps more of each file in `__MACOSX`, under nearly the same name.
    """
    folders: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for entry in archive.infolist():
        *folder, name = re.split(r"[/\\]", entry.filename)
        name = name.casefold()
        if name in MAX_BYTES and "__MACOSX" not in folder:
            files = folders.setdefault("/".join(part for part in folder if part not in ("", ".")), {})
            if name in files:
                raise DataError(f"it holds {name} twice")
            files[name] = entry
    runs = [files for files in folders.values() if len(files) == len(MAX_BYTES)]
    if len(runs) > 1:
        raise DataError(f"it holds {len(runs)} runs, and one can be opened at a time")
    if not runs:
        raise DataError(f"it should hold {', '.join(MAX_BYTES)}, all in one folder")
    return runs[0]


def _read(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo) -> bytes:
    check_packing([entry])
    check_size(name, entry.file_size)
    with archive.open(entry) as file:
        return file.read(entry.file_size)  # no more than that, whatever it really holds
