"""Open files that somebody names: only regular ones, so that no pipe, device or folder keeps the program waiting."""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)


def open_file(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a regular file, or a link to one, to read its bytes.

    Errors: FileNotFoundError where there is none; OSError, without waiting, for anything else of that name; its
    `strerror` says what it is.
    """
    _check_kind(os.stat(path).st_mode, path)  # before it is opened: to open some devices does something already
    handle = os.open(path, FLAGS)
    try:
        _check_kind(os.fstat(handle).st_mode, path)  # whatever has taken its place since
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def _check_kind(mode: int, path: str | os.PathLike[str]) -> None:
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "something else")
        raise OSError(errno.EINVAL, f"it is {kind}, not a regular file", os.fspath(path))
