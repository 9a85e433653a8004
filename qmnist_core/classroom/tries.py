"""How many wrong codes and keys may be tried."""

from __future__ import annotations

from sqlalchemy import Connection, case

from qmnist_core.classroom.database import insert
from qmnist_core.classroom.names import digest
from qmnist_core.classroom.tables import tries
from qmnist_core.errors import ClassError

MINUTE = 60.0
MOST_OF_ONE = 10
MOST_OF_ALL = 200
"""Wrong tries in a minute, which begins with the first of them."""
EVERYBODY = "everybody"
"""Stands for no asker's SHA-256."""


def count_wrong_try(db: Connection, asker: str, now: float) -> None:
    """Count a try before its outcome is known; the caller rolls it back if it turns out right.

    The row of all is locked until then, so that tries follow each other, and none slips through. Rows whose minute is
    over are deleted with the next try.
    asker: a random string that stands for a session; only its SHA-256 is kept.
    Errors: ClassError, at a limit.
    """
    for name, most in ((EVERYBODY, MOST_OF_ALL), (digest(asker), MOST_OF_ONE)):
        is_over = tries.c.since <= now - MINUTE
        statement = insert(db, tries).values(asker=name, since=now, wrong=1)
        counted = db.execute(
            statement.on_conflict_do_update(
                index_elements=[tries.c.asker],
                set_={
                    "wrong": case((is_over, 1), else_=tries.c.wrong + 1),
                    "since": case((is_over, now), else_=tries.c.since),
                },
            ).returning(tries.c.wrong)
        ).scalar_one()
        if counted > most:
            raise ClassError("too many wrong codes were tried: wait a minute, then try again")
    db.execute(tries.delete().where(tries.c.since <= now - MINUTE))
