"""Where the store is, and what is said where it cannot be."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import platformdirs
import pytest

from qmnist_core.classroom import Store
from qmnist_core.errors import StoreError


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, which is not there yet, and no database in the environment."""
    folder = tmp_path / "data" / "qmnist"
    monkeypatch.delenv("QMNIST_DATABASE", raising=False)
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: folder)
    return folder


def test_without_set_up_it_is_a_file_in_the_data_folder(data: Path) -> None:
    store = Store.open()
    class_ = store.make()[0]
    store.close()
    assert (data / "classes.sqlite").is_file()
    again = Store.open()
    assert again.current(class_.id) == class_
    again.close()


@pytest.mark.skipif(os.name != "posix", reason="other systems keep others out by other means")
def test_nobody_else_may_look_into_the_folder(data: Path) -> None:
    before = os.umask(0o022)
    try:
        Store.open().close()
    finally:
        os.umask(before)
    assert data.stat().st_mode & 0o777 == 0o700


def test_sqlite_writes_ahead_and_deletes_for_good(data: Path) -> None:
    store = Store.open()
    with store.reading() as db:
        found = [
            db.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        ]
    store.close()
    assert found == ["wal", 2, 1, 1, 10_000]


def test_the_environment_names_another_database(url: str, monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
    monkeypatch.setenv("QMNIST_DATABASE", url)
    store = Store.open()
    class_ = store.make()[0]
    store.close()
    again = Store(url)
    assert again.current(class_.id) == class_
    again.close()
    assert not data.exists()


def test_a_folder_that_cannot_be_written(data: Path) -> None:
    data.parent.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match=r"classes cannot be kept in .*qmnist \(.+\): make it writable, or name a da"):
        Store.open()


@pytest.mark.parametrize("content", [None, b"this is no database, but some text of a length that SQLite looks at" * 9])
def test_a_file_that_cannot_be_used(data: Path, content: bytes | None) -> None:
    data.mkdir(parents=True)
    if content is None:
        (data / "classes.sqlite").mkdir()
    else:
        (data / "classes.sqlite").write_bytes(content)
    with pytest.raises(StoreError, match=r"classes cannot be kept in .*classes\.sqlite: make that file and its folder"):
        Store.open()


def test_a_file_that_somebody_else_holds(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qmnist_core.classroom.database.WAIT", 0.1)
    store = Store.open()
    with sqlite3.connect(data / "classes.sqlite") as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="classes cannot be kept in"):
            store.make()
        other.rollback()
    other.close()
    store.make()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hunter2",
        "mysql://me:hunter2@host/name",
        "postgresql+psycopg2://me:hunter2@host/name",
        "postgresql://me:hunter2@host:port/name",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_an_address_of_no_database(url: str) -> None:
    with pytest.raises(StoreError, match="QMNIST_DATABASE is not the address of a database that can be used") as told:
        Store(url)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@127.0.0.1:1/name",
        "postgresql://me:hunter2@127.0.0.1:1/name?nonsense=hunter2",
        "postgresql://me:x@hunter2@127.0.0.1:1/name",
        "postgres://127.0.0.1:1/name?password=hunter2",
    ],
)
def test_a_server_that_is_away(url: str) -> None:
    with pytest.raises(StoreError, match="the database of the classes does not answer or cannot be used") as told:
        Store(url)
    assert "hunter2" not in str(told.value)
    assert told.value.__suppress_context__


def test_a_database_that_the_server_does_not_have(postgresql: str) -> None:
    with pytest.raises(StoreError, match="does not answer or cannot be used") as told:
        Store(postgresql.replace("/postgres", "/elsewhere"))
    assert "a-password" not in str(told.value)
