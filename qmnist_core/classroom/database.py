"""One database, SQLite's or PostgreSQL's, that several threads and processes use at once."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from sqlalchemy import URL, ColumnElement, Connection, Engine, Row, Table, create_engine, event, make_url, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, InterfaceError, InternalError, OperationalError, SQLAlchemyError, TimeoutError

from qmnist_core.classroom import tables
from qmnist_core.classroom.records import Class
from qmnist_core.errors import ClassError, StoreError

DRIVERS = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""How an address may begin, and what speaks with the database."""
WAIT = 10.0
"""Seconds that a write waits for those of others, and a connection for the server."""
CONNECTIONS = 15
"""With PostgreSQL that a process keeps, once it has needed them: to make one takes longer than what it is made for."""
FAILURES = (InterfaceError, InternalError, OperationalError, TimeoutError)
"""What a database raises in use when it is away, busy for too long or full; anything else is a fault of this code."""
TABLES_LOCK = 0x716D6E697374
"""What processes that start at once wait for, one after the other, to make PostgreSQL's tables: any number would do."""
MOST_ID = 2**31 - 1


class Database:
    """Tables that are made if they are missing, and transactions.

    SQLite lets one process write at a time. On PostgreSQL a write to a class locks the class's row first, so that
    writes to one class follow each other there, too.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        """url: "sqlite:////folder/file" or "postgresql://user:password@host/name". clock: seconds since 1970, UTC.

        Errors: StoreError, without the address and its password, where it is wrong or the database cannot be used.
        """
        self.clock = clock
        address = _read_url(url)
        self._trouble = (
            f"classes cannot be kept in {address.database}: make that file and its folder writable, or name a database "
            "in QMNIST_DATABASE"
            if address.drivername == "sqlite"
            else "the database of the classes does not answer or cannot be used: check that its server runs, and the "
            "host, user, password and name in QMNIST_DATABASE"
        )
        with self._trouble_told(SQLAlchemyError):
            self._engine = _engine(address)
            self._writer = self._engine.execution_options(writes=True)
            try:
                with self.writing() as db:
                    if db.dialect.name == "postgresql":
                        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": TABLES_LOCK})
                    tables.metadata.create_all(db)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads. Errors: StoreError, where the database fails."""
        with self._trouble_told(*FAILURES), self._engine.connect() as db:
            yield db

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is kept whole at its end, or not at all after an error. Errors: as for `reading`."""
        with self._trouble_told(*FAILURES), self._writer.connect() as db:
            yield db
            db.commit()

    @contextlib.contextmanager
    def reading_in(self, class_id: int) -> Iterator[Connection]:
        """A transaction that reads in one class. Errors: ClassError, where the class has ended."""
        with self.reading() as db:
            current = select(tables.classes.c.id).where(tables.classes.c.id == class_id, self.lasts())
            if db.execute(current).one_or_none() is None:
                raise _ended()
            yield db

    @contextlib.contextmanager
    def writing_in(self, class_id: int) -> Iterator[tuple[Connection, Class]]:
        """A transaction that writes to one class, as the class is after it: with its new revision.

        Errors: ClassError, where the class has ended.
        """
        table = tables.classes
        change = table.update().where(table.c.id == class_id, self.lasts()).values(revision=table.c.revision + 1)
        with self.writing() as db:
            row = db.execute(change.returning(*columns(table, Class))).one_or_none()
            if row is None:
                raise _ended()
            yield db, Class(*row)

    def lasts(self) -> ColumnElement[bool]:
        """What holds for a class that has not ended."""
        ends = tables.classes.c.ends
        return ends.is_(None) | (ends > self.clock())

    @contextlib.contextmanager
    def _trouble_told(self, *errors: type[SQLAlchemyError]) -> Iterator[None]:
        try:
            yield
        except errors:  # its text may hold the address, and with it a password
            raise StoreError(self._trouble) from None


def columns(table: Table, record: type) -> list[Any]:
    """The columns that hold a record's fields, in the record's order."""
    return [table.c[field.name] for field in fields(record)]


def find(db: Connection, table: Table, class_id: int, number: int, name: str) -> Row[Any]:
    """The row of a class's member, round, drawing or entry.

    Errors: ClassError, where there is none of that number in this class, whatever other classes have.
    """
    owner = table if "class_id" in table.c else tables.rounds
    source = table if owner is table else table.join(owner)
    query = select(table).select_from(source).where(table.c.id == number, owner.c.class_id == class_id)
    row = db.execute(query).one_or_none() if 0 < number <= MOST_ID else None
    if row is None:
        raise ClassError(f"there is no such {name} in this class (any more): load the page anew")
    return row


def insert(db: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insertion that can say what to do about a row that is there already."""
    return postgresql.insert(table) if db.dialect.name == "postgresql" else sqlite.insert(table)


def _ended() -> ClassError:
    return ClassError("this class has ended: join another one, or make one")


def _read_url(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        address = URL.create("unknown")
    is_memory = address.drivername == "sqlite" and address.database in (None, "", ":memory:")
    if address.drivername not in DRIVERS or is_memory:
        raise StoreError(
            "QMNIST_DATABASE is not the address of a database that can be used: write "
            "postgresql://user:password@host/name, or sqlite:////folder/file"
        )
    return address.set(drivername=DRIVERS[address.drivername])


def _engine(address: URL) -> Engine:
    if address.drivername != "sqlite":
        waits = {"connect_timeout": int(WAIT)}
        return create_engine(
            address, pool_size=CONNECTIONS, max_overflow=0, pool_pre_ping=True, connect_args=waits, pool_timeout=WAIT
        )
    engine = create_engine(address, connect_args={"timeout": WAIT})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # the driver begins no transaction by itself: `_begin_sqlite` does
    for setting in ("synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {setting}").close()
    until = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:  # where two turn a new file to WAL at once, SQLite does not wait
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(db: Connection) -> None:
    # A transaction that reads first and then writes would fail where another has written in between.
    db.exec_driver_sql("BEGIN IMMEDIATE" if db.get_execution_options().get("writes") else "BEGIN")
