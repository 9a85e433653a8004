"""Classes: how they are made, joined, changed and ended."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import ColumnElement, select

from qmnist_core.classroom.database import Database, columns, insert
from qmnist_core.classroom.names import check_text, digest, new_code, new_key, read_code
from qmnist_core.classroom.records import Class
from qmnist_core.classroom.tables import classes
from qmnist_core.classroom.tries import count_wrong_try
from qmnist_core.errors import ClassError

HOURS = 24.0
"""After which a class ends unless told otherwise."""
PURGE_SECONDS = 60.0
"""Within which a process looks at most once for classes that are past their end."""
MOST_IN_ADDRESS = 4_000
"""Characters of an address that a class follows, and of an entry's settings."""


class Classes(Database):
    """The part of the store for classes themselves.

    Whoever looks for a class, by its code, a key or its number, has this process delete those that are past their end,
    unless it has just done so.
    """

    _purged = -math.inf
    """When that was done last."""

    def make(self, hours: float | None = HOURS) -> tuple[Class, str]:
        """A new class, and its teacher's key, which is kept nowhere.

        hours: after which it ends, above 0; None: it ends when it is ended.
        Errors: ClassError, for other hours.
        """
        if hours is not None and not 0 < hours < math.inf:
            raise ClassError(f"a class lasts for a number of hours above 0, got {hours}: give one, or none")
        self.purge()
        key, now = new_key(), self.clock()
        values = {"key_digest": digest(key), "made": now, "ends": None if hours is None else now + 3600 * hours}
        with self.writing() as db:
            row = None
            while row is None:  # the code may be taken
                statement = insert(db, classes).values(code=new_code(), **values)
                statement = statement.on_conflict_do_nothing(index_elements=[classes.c.code])
                row = db.execute(statement.returning(*columns(classes, Class))).one_or_none()
        return Class(*row), key

    def join(self, code: str, asker: str) -> Class:
        """The class of a code. `enter` makes a member.

        asker: a random string that stands for the session, to limit its wrong tries.
        Errors: ClassError, for a wrong code; or, after 10 wrong tries in a minute of one asker or 200 of all, for any
        code: an asker is a new one with each session, so that only the limit of all keeps a program from finding codes.
        Whoever has a key, member or teacher, is not held up.
        """
        self._purge_at_times()
        with self.writing() as db:
            count_wrong_try(db, asker, self.clock())
            found = db.execute(self._query(classes.c.code == read_code(code))).one_or_none()
            if found is not None:
                db.rollback()
        if found is None:
            raise ClassError("no class has this code: compare it with the one on the screen")
        return Class(*found)

    def as_teacher(self, key: str, asker: str) -> Class:
        """The class of a teacher's key. The right key is taken at any time: nobody guesses 128 bits.

        Errors: ClassError, for a wrong key; beyond the limits of `join` it says to wait.
        """
        self._purge_at_times()
        with self.reading() as db:
            found = db.execute(self._query(classes.c.key_digest == digest(key))).one_or_none()
        if found is not None:
            return Class(*found)
        with self.writing() as db:
            count_wrong_try(db, asker, self.clock())
        raise ClassError("no class has this teacher's key, or it has ended: make a new one")

    def current(self, class_id: int) -> Class | None:
        """A class as it is now; None once it has ended."""
        self._purge_at_times()
        with self.reading() as db:
            row = db.execute(self._query(classes.c.id == class_id)).one_or_none()
        return None if row is None else Class(*row)

    def revision(self, class_id: int) -> int | None:
        """A class's revision, by the cheapest query there is; None once it has ended."""
        self._purge_at_times()
        with self.reading() as db:
            revision: int | None = db.execute(
                select(classes.c.revision).where(classes.c.id == class_id, self.lasts())
            ).scalar()
        return revision

    def change(
        self,
        class_: Class,
        *,
        is_paused: bool | None = None,
        is_locked: bool | None = None,
        looks_first: bool | None = None,
    ) -> Class:
        """The class as changed; None leaves a thing as it is. Drawings that wait go on waiting."""
        wanted = {"is_paused": is_paused, "is_locked": is_locked, "looks_first": looks_first}
        return self._changed_class(class_, {name: value for name, value in wanted.items() if value is not None})

    def follow(self, class_: Class, address: str | None) -> Class:
        """The class as it follows an address, or none.

        Errors: ClassError, for an address of more than `MOST_IN_ADDRESS` characters.
        """
        if address is not None:
            check_text("the address to follow", address, MOST_IN_ADDRESS)
        return self._changed_class(class_, {"following": address})

    def end(self, class_: Class) -> None:
        """Delete everything of a class; nothing happens if it has ended already."""
        self._delete(class_.id)

    def purge(self) -> None:
        """Delete everything of the classes that are past their end."""
        self._purged = self.clock()
        with self.reading() as db:
            over = db.execute(select(classes.c.id).where(classes.c.ends <= self.clock())).scalars().all()
        for class_id in over:
            self._delete(class_id)

    def _purge_at_times(self) -> None:
        if self.clock() - self._purged >= PURGE_SECONDS:
            self.purge()

    def _delete(self, class_id: int) -> None:
        with self.writing() as db:
            db.execute(classes.delete().where(classes.c.id == class_id))

    def _changed_class(self, class_: Class, values: dict[str, Any]) -> Class:
        with self.writing_in(class_.id) as (db, before):
            changed = classes.update().where(classes.c.id == before.id).values(id=before.id, **values)
            return Class(*db.execute(changed.returning(*columns(classes, Class))).one())

    def _query(self, condition: ColumnElement[bool]) -> Any:
        """The class for which a condition holds and that has not ended."""
        return select(*columns(classes, Class)).where(condition, self.lasts())
