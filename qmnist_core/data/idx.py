"""Read IDX files, the form in which MNIST and Fashion-MNIST are published, packed by gzip or not."""

from __future__ import annotations

import gzip
import math
from contextlib import nullcontext
from typing import BinaryIO

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.data.npz import UNREADABLE, reason
from qmnist_core.errors import DataError

GZIP, IDX = b"\x1f\x8b", b"\x00\x00"
"""How the files begin."""
UINT8 = 8
MAX_AXES = 3


def read_idx(file: BinaryIO, max_bytes: int, label: str) -> Array:
    """The one array of an IDX file: uint8, with as many axes as it says, three at most.

    Two zero bytes, the type of the numbers, the number of axes, the length of each in four bytes, the highest first;
    then the numbers.

    file: open at its start. max_bytes: refuse an array that is larger; no more than that is ever unpacked. label: what
    messages call the file.
    Errors: DataError for a truncated, damaged or foreign file, or one with another length than it states.
    Source: Y. LeCun, C. Cortes and C. Burges, "The MNIST database of handwritten digits".
    """
    try:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        with gzip.GzipFile(fileobj=file) if packed else nullcontext(file) as stream:
            return _read(stream, max_bytes, label)
    except UNREADABLE as error:
        if isinstance(error, DataError):
            raise
        raise DataError(f"{label} is truncated or damaged ({reason(error)}): get a fresh copy") from None


def _read(stream: BinaryIO | gzip.GzipFile, max_bytes: int, label: str) -> Array:
    head = stream.read(4)
    if len(head) < 4 or not head.startswith(IDX):
        raise DataError(
            f"{label} is not an IDX file: it begins with the bytes {head.hex(' ') or '(none)'}, expected 00 00 08"
        )
    if head[2] != UINT8 or not 1 <= head[3] <= MAX_AXES:
        raise DataError(
            f"{label} holds numbers of type {head[2]:#04x} on {head[3]} axes: expected bytes (0x08) on 1 to {MAX_AXES}"
        )
    lengths = stream.read(4 * head[3])
    if len(lengths) < 4 * head[3]:
        raise DataError(f"{label} ends inside its header: get a fresh copy")
    shape = tuple(int.from_bytes(lengths[i : i + 4], "big") for i in range(0, len(lengths), 4))
    size = math.prod(shape)
    if size > max_bytes:
        raise DataError(f"{label} says that it holds {size:,} bytes: expected {max_bytes:,} at most")
    content = stream.read(size + 1)
    if len(content) != size:
        held = "more" if len(content) > size else f"{len(content):,}"
        raise DataError(f"{label} says that it holds {size:,} bytes and holds {held}: get a fresh copy")
    return np.frombuffer(content, np.uint8).reshape(shape)
