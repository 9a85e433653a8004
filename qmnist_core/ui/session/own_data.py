"""A data set that a session has uploaded: it and all that is made of it are held by that session alone.

Nothing of it is in a cache of the server. Other threads find it by its name for as long as its session holds it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import DataError
from qmnist_core.sources import UPLOAD, is_upload

MOST_KEPT = 3
"""Results of one function that are kept of one upload, such as its small images at three sizes."""
MOST_BYTES = 512 << 20
"""Of all sessions' uploads together."""

T = TypeVar("T")


class OwnData:
    """An upload. Its name is made of its content."""

    def __init__(self, data: Mnist) -> None:
        self.name, self.data = f"{UPLOAD}{data.digest()}", data
        self._kept: dict[str, OrderedDict[Hashable, Any]] = {}
        self._lock = threading.RLock()  # what is made may need something else that is made

    def get(self, what: str, key: Hashable, make: Callable[[], T]) -> T:
        """What is made of the data, once. what: names the function, key: its arguments."""
        with self._lock:
            kept = self._kept.setdefault(what, OrderedDict())
            if key not in kept:
                kept[key] = make()
                while len(kept) > MOST_KEPT:
                    kept.popitem(last=False)
            kept.move_to_end(key)
            found: T = kept[key]
        return found


_all: WeakValueDictionary[str, OwnData] = WeakValueDictionary()
_guard = threading.Lock()


def hold(data: Mnist) -> OwnData:
    """The upload of these data, to be held by its session; sessions with equal data hold the same.

    Errors: DataError where this server has no room for it.
    """
    with _guard:
        made = OwnData(data)
        there = _all.get(made.name)
        if there is not None:
            return there
        if sum(one.data.n_bytes for one in _all.values()) + data.n_bytes > MOST_BYTES:
            raise DataError(
                "this server holds as many uploads as it has room for: try again later, or take fewer images"
            )
        _all[made.name] = made
        return made


def find(name: str | None) -> OwnData | None:
    """An upload by its name; None for all other data sets.

    Errors: DataError for an upload that no session holds any more.
    """
    if name is None or not is_upload(name):
        return None
    found = _all.get(name)
    if found is None:
        raise DataError("this upload is gone, as its session has ended: upload it again")
    return found


def is_held(name: str) -> bool:
    """Whether any session holds an upload."""
    return name in _all
