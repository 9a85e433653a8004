"""The whole store, and where it is."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from qmnist_core.classroom.classes import Classes
from qmnist_core.classroom.drawings import Drawings
from qmnist_core.classroom.links import Links
from qmnist_core.classroom.members import Members
from qmnist_core.classroom.rounds import Rounds
from qmnist_core.classroom.search import Search
from qmnist_core.errors import StoreError

VARIABLE = "QMNIST_DATABASE"
"""Of the environment: the database's address."""


class Store(Classes, Members, Rounds, Drawings, Search, Links):
    """All that is kept of classes that play together; any number of threads and processes may use it at once.

    Who asks is a record, which the store gave for a key: a `Class` to its teacher, a `Member` to its owner. What it is
    asked about is a number, which is looked for in that class alone. All of it raises StoreError where the database
    fails, and ClassError once the class has ended.
    """

    @classmethod
    def open(cls) -> Store:
        """The database that QMNIST_DATABASE names, or else a file in the user's data folder, made for the user alone.

        Classes that are past their end are deleted.

        Errors: StoreError, where it cannot be used.
        """
        store = cls(os.environ.get(VARIABLE) or cls._file())
        try:
            store.purge()
        except BaseException:
            store.close()
            raise
        return store

    @staticmethod
    def is_there() -> bool:
        """Whether there is something that `open` would find: whoever keeps no class needs no database."""
        return VARIABLE in os.environ or _path().exists()

    @staticmethod
    def _file() -> str:
        """The address of the file in the user's data folder. Errors: as for `open`."""
        path = _path()
        folder = path.parent
        try:
            folder.mkdir(0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"classes cannot be kept in {folder} ({error.strerror}): make it writable, or name a database in "
                f"{VARIABLE}"
            ) from None
        return f"sqlite:///{path}"


def _path() -> Path:
    return platformdirs.user_data_path("qmnist", appauthor=False) / "classes.sqlite"
