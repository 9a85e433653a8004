"""Stores on either database, with a clock that the tests turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Class, Member, Store, tables
from tests.classroom.postgresql import running_server


@dataclass
class Clock:
    """Stands still unless it is turned."""

    now: float = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with running_server() as address:
        yield address


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "SQLite":
        return f"sqlite:///{tmp_path / 'classes.sqlite'}"
    address: str = request.getfixturevalue("postgresql")
    store = Store(address)
    with store.writing() as db:
        for table in (tables.classes, tables.tries, tables.links):
            db.execute(table.delete())
    store.close()
    return address


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_store(url: str, clock: Clock) -> Iterator[Callable[[], Store]]:
    """Opens the same database anew, as another process does."""
    opened: list[Store] = []

    def open_one() -> Store:
        opened.append(Store(url, clock))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_store: Callable[[], Store]) -> Store:
    return open_store()


@pytest.fixture
def class_(store: Store) -> Class:
    return store.make()[0]


@pytest.fixture
def member(store: Store, class_: Class) -> Member:
    return store.enter(class_, "Ada")[0]


def digit(seed: int = 0) -> Gray:
    """Some drawing, uint8 (28, 28)."""
    return np.random.default_rng(seed).integers(0, 256, (28, 28), dtype=np.uint8)
