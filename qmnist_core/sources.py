"""Where data sets are found, and what each is called: MNIST, which comes with the package, those that QMNIST_DATA
names, and uploads."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from pathlib import Path

VARIABLE = "QMNIST_DATA"
"""The environment variable that names a data set, or a folder of several."""
MNIST = "mnist"
"""What MNIST is called; in a configuration it is None."""
UPLOAD = "upload-"
"""How the name of a session's upload begins."""
MOST_IN_NAME = 40
"""Characters of a name."""

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


def spellings(published: str) -> tuple[str, ...]:
    """How copies of a published file are called; the unpacked one first, should there be both."""
    if published.endswith(".npz"):
        return (published,)
    dotted = published.replace("-idx", ".idx")
    return published, dotted, f"{published}.gz", f"{dotted}.gz"


def found(forms: Mapping[str, str], entries: Collection[str]) -> dict[str, str]:
    """Which file of a folder holds each array, for those that are there."""
    chosen = {name: [file for file in spellings(published) if file in entries] for name, published in forms.items()}
    return {name: files[0] for name, files in chosen.items() if files}


def names() -> dict[str, Path]:
    """The data sets that QMNIST_DATA names, by their names; no file is opened.

    It is one data set itself, or else a folder in which each .npz, each .zip and each folder of four files is one.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return {}
    named: dict[str, Path] = {}
    for path in _sets_in(Path(text)) or [Path(text)]:
        name = first = _name(path)
        while name in named:
            name = f"{first}-{len(named) + 1}"
        named[name] = path
    return named


def usual() -> str | None:
    """The data set that is shown where none is asked for: the one that QMNIST_DATA itself is, or None for MNIST."""
    text = os.environ.get(VARIABLE)
    return _name(Path(text)) if text and not _sets_in(Path(text)) else None


def is_upload(name: str | None) -> bool:
    """Whether a data set is a session's upload, by its name."""
    return name is not None and name.startswith(UPLOAD)


def path_of(name: str) -> str | None:
    """The absolute path of a named data set, None for MNIST; of any other text, as of a path. An upload has none."""
    if name == MNIST:
        return None
    if is_upload(name):
        return name
    return str(names().get(name, Path(name)).absolute())


def name_of(file: str | None) -> str | None:
    """A data set's name, where it is given by a path that has one here; else the same text."""
    if file is None or file in names():
        return file
    return next((name for name, path in names().items() if str(path.absolute()) == file), file)


def short_name(file: str) -> str:
    """A data set's name, or the last part of its path, in letters that mean nothing anywhere."""
    return re.sub(r"[^\w .-]", "?", re.split(r"[/\\]", file)[-1])[:MOST_IN_NAME]


def _sets_in(path: Path) -> list[Path]:
    """The data sets in a folder; none, where it is a file or a data set itself."""
    entries = _listing(path)
    if any(found(forms, entries) for forms in (IDX_FILES, KMNIST_FILES)):
        return []
    return [path / entry for entry in sorted(entries) if not entry.startswith(".") and _is_set(path / entry)]


def _is_set(path: Path) -> bool:
    if path.suffix.casefold() in (".npz", ".zip"):
        return path.is_file()
    entries = _listing(path)
    return any(len(found(forms, entries)) == len(forms) for forms in (IDX_FILES, KMNIST_FILES))


def _listing(path: Path) -> list[str]:
    try:
        return os.listdir(path)
    except (OSError, ValueError):  # no folder, or none that can be read
        return []


def _name(path: Path) -> str:
    """In small letters, digits, dots and hyphens, so that it can be part of an address."""
    plain = re.sub(r"[^a-z0-9.]+", "-", (path.name if path.is_dir() else path.stem).casefold())[:MOST_IN_NAME].strip(
        "-."
    )
    return f"data-{plain}".strip("-") if plain in ("", MNIST) or is_upload(plain) else plain
