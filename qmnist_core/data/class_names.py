"""What a data set calls its classes: texts of others, made so that they can stand in any sentence as they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TypeAlias

from qmnist_core.errors import DataError

Names: TypeAlias = "tuple[str | int, str | int]"
"""What two classes are called, the first one first: their labels, where the data has no names."""

MOST_CLASSES = 10
MOST_IN_NAME = 24
"""Characters of a name; of a longer one the rest is left out."""
SIGNS = "-'’,()/+"
"""That stay in a name beside letters, numbers and symbols such as ♥: neither Markdown, HTML nor Plotly takes them for
anything else."""
FILE = "labels.txt"
"""Of the names in a folder or an archive, one a line, that of label 0 first."""
MAX_BYTES = 10_000
"""Of that file."""


def clean_names(texts: Sequence[str], label: str) -> tuple[str, ...]:
    """Names of classes, that of label 0 first, each as it is shown. label: what messages call where they come from.

    Errors: DataError for more than MOST_CLASSES names, for one of which nothing is left, or for two that are the same.
    """
    if not 2 <= len(texts) <= MOST_CLASSES:
        raise DataError(f"{label} names {len(texts):,} classes: expected 2 to {MOST_CLASSES}")
    names = tuple(map(clean_name, texts))
    if "" in names:
        raise DataError(f"{label} has no letter or number in name {names.index('') + 1}: name each class")
    for name in names:
        if names.count(name) > 1:
            raise DataError(
                f"{label} names two classes {name}: give each another name within {MOST_IN_NAME} characters"
            )
    return names


def clean_name(text: str) -> str:
    """Letters, numbers, symbols and SIGNS; all else is a space. "" if nothing is left."""
    composed = unicodedata.normalize("NFC", text[:1000])
    shown = "".join(c if c in SIGNS or unicodedata.category(c)[0] in "LMN" or _is_symbol(c) else " " for c in composed)
    return " ".join(shown.split()).lstrip(SIGNS + " ")[:MOST_IN_NAME].rstrip()


def read_names(content: bytes, label: str) -> tuple[str, ...]:
    """The names in a file, one a line. Errors: DataError, also for one that is no text."""
    if len(content) > MAX_BYTES:
        raise DataError(f"{label} is too large: expected one name a line, {MAX_BYTES:,} bytes at most")
    try:
        return clean_names(content.decode("utf-8-sig").strip().splitlines(), label)
    except UnicodeDecodeError:
        raise DataError(f"{label} is not a text in UTF-8: expected one name a line") from None


def _is_symbol(character: str) -> bool:
    return unicodedata.category(character) == "So"
