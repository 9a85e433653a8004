"""The tables. Deleting a class deletes all that belongs to it, and no number is ever given twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from qmnist_core.arrays import Gray

SIDE = 28
"""Of a drawing, in pixels."""


class Json(TypeDecorator[Mapping[str, Any]]):
    """A JSON object, as text."""

    impl, cache_ok = Text, True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> str:
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """Several texts, as the text of a JSON array."""

    impl, cache_ok = Text, True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return json.dumps(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value))


class Pixels(TypeDecorator[Gray]):
    """A drawing, uint8 (28, 28), as 784 bytes, row by row."""

    impl, cache_ok = LargeBinary, True

    def process_bind_param(self, value: Gray | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.tobytes()

    def process_result_value(self, value: Any, dialect: Dialect) -> Gray:
        return np.frombuffer(value, np.uint8).reshape(SIDE, SIDE)


metadata = MetaData()


def _number() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _of(table: str) -> Column[int]:
    """The row of another table to which a row belongs, and with which it goes."""
    column = {"classes": "class_id", "members": "member_id", "rounds": "round_id"}[table]
    return Column(column, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=False, index=True)


def _table(name: str, *columns: Column[Any] | UniqueConstraint | PrimaryKeyConstraint) -> Table:
    return Table(name, metadata, *columns, sqlite_autoincrement=True)  # or SQLite gives a deleted row's number again


classes = _table(
    "classes",
    _number(),
    Column("code", String, nullable=False, unique=True),
    Column("key_digest", String, nullable=False, unique=True),
    Column("made", Double, nullable=False),
    Column("ends", Double),
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("is_locked", Boolean, nullable=False, default=False),
    Column("looks_first", Boolean, nullable=False, default=False),
    Column("following", Text),
    Column("round_id", Integer),
    Column("revision", Integer, nullable=False, default=0),
)
members = _table(
    "members",
    _number(),
    _of("classes"),
    Column("key_digest", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("is_hidden", Boolean, nullable=False, default=False),
    Column("seen", Double, nullable=False),
)
rounds = _table(
    "rounds",
    _number(),
    _of("classes"),
    Column("kind", String, nullable=False),
    Column("ask", Json, nullable=False),
    Column("choices", Texts, nullable=False),
    Column("turn", Integer, nullable=False, default=1),
    Column("is_open", Boolean, nullable=False, default=True),
    Column("is_shown", Boolean, nullable=False, default=False),
    Column("made", Double, nullable=False),
)
answers = Table(
    "answers",
    metadata,
    _of("members"),
    _of("rounds"),
    Column("turn", Integer),
    Column("choice", Integer, nullable=False),
    PrimaryKeyConstraint("member_id", "round_id", "turn"),
)
drawings = _table(
    "drawings",
    _number(),
    _of("rounds"),
    _of("members"),
    Column("pixels", Pixels, nullable=False),
    Column("label", Integer),
    Column("state", String, nullable=False),
    Column("made", Double, nullable=False),
)
entries = _table(
    "entries",
    _number(),
    _of("rounds"),
    _of("members"),
    Column("settings", Text, nullable=False),
    Column("accuracy", Double, nullable=False),
    Column("n_images", Integer, nullable=False),
    Column("made", Double, nullable=False),
    Column("test_accuracy", Double),
)
tries = Table(
    "tries",
    metadata,
    Column("asker", String, primary_key=True),
    Column("since", Double, nullable=False),
    Column("wrong", Integer, nullable=False),
)
links = _table(
    "links",
    _number(),
    Column("code", String, nullable=False, unique=True),
    Column("address_digest", String, nullable=False, unique=True),
    Column("address", Text, nullable=False),
)
