"""Members: how they enter a class, what they are called, and who is here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, select

from qmnist_core.classroom.database import Database, columns, find
from qmnist_core.classroom.names import clean_name, digest, new_key
from qmnist_core.classroom.records import Class, Member
from qmnist_core.classroom.tables import members
from qmnist_core.errors import ClassError

MOST_MEMBERS = 500
"""Of a class."""
HERE = 30.0
"""Seconds for which whoever was seen counts as here."""
SEEN_STEP = 10.0
"""Seconds to which is rounded when a member was seen."""


class Members(Database):
    """The part of the store for a class's members."""

    def enter(self, class_: Class, name: str) -> tuple[Member, str]:
        """A new member, and its key, which is kept nowhere.

        name: cleaned by `clean_name`; others may have the same.
        Errors: ClassError, where the class is locked or full.
        """
        key = new_key()
        with self.writing_in(class_.id) as (db, now):
            if now.is_locked:
                raise ClassError("this class is locked, nobody new can enter: ask your teacher to unlock it")
            if _number(db, class_.id) >= MOST_MEMBERS:
                raise ClassError(f"this class is full with {MOST_MEMBERS} members: ask your teacher to remove some")
            values = {"class_id": class_.id, "key_digest": digest(key), "name": clean_name(name), "seen": self._seen()}
            row = db.execute(members.insert().values(values).returning(*columns(members, Member))).one()
        return Member(*row), key

    def member(self, class_: Class, key: str) -> Member | None:
        """The member of a key; None if this class has none, or has removed it."""
        with self.reading_in(class_.id) as db:
            own = members.c.class_id == class_.id, members.c.key_digest == digest(key)
            row = db.execute(select(*columns(members, Member)).where(*own)).one_or_none()
        return None if row is None else Member(*row)

    def members(self, class_: Class) -> tuple[Member, ...]:
        """All members, hidden ones too, in the order in which they entered."""
        with self.reading_in(class_.id) as db:
            own = select(*columns(members, Member)).where(members.c.class_id == class_.id)
            return tuple(Member(*row) for row in db.execute(own.order_by(members.c.id)))

    def here(self, class_: Class) -> tuple[Member, ...]:
        """The members who were seen within `HERE` seconds, hidden ones too."""
        now = self.clock()
        return tuple(member for member in self.members(class_) if now - member.seen <= HERE)

    def rename(self, member: Member, name: str) -> Member:
        """The member with another name, cleaned. Errors: ClassError, where the class has removed the member."""
        return self._changed_member(member.class_id, member.id, name=clean_name(name))

    def hide_member(self, class_: Class, member_id: int, is_hidden: bool = True) -> Member:
        """The member, its name hidden or shown again. Errors: ClassError, where the class has no such member."""
        return self._changed_member(class_.id, member_id, is_hidden=is_hidden)

    def remove_member(self, class_: Class, member_id: int) -> None:
        """Delete a member with its answers, drawings and entries. Errors: as for `hide_member`."""
        with self.writing_in(class_.id) as (db, _):
            find(db, members, class_.id, member_id, "member")
            db.execute(members.delete().where(members.c.id == member_id))

    def seen(self, member: Member) -> Member:
        """The member as seen now; call it at least every 10 s. Nothing is written twice within 10 s.

        It is not counted in the class's revision: being here ends without a write, so it is asked for anew anyway.
        """
        seen = self._seen()
        if seen > member.seen:
            own = members.c.id == member.id, members.c.class_id == member.class_id
            with self.writing() as db:
                db.execute(members.update().where(*own).values(seen=seen))
        return replace(member, seen=max(seen, member.seen))

    def _seen(self) -> float:
        return self.clock() // SEEN_STEP * SEEN_STEP

    def _changed_member(self, class_id: int, member_id: int, **values: Any) -> Member:
        with self.writing_in(class_id) as (db, _):
            find(db, members, class_id, member_id, "member")
            changed = members.update().where(members.c.id == member_id).values(values)
            return Member(*db.execute(changed.returning(*columns(members, Member))).one())


def _number(db: Connection, class_id: int) -> int:
    return db.execute(select(func.count()).where(members.c.class_id == class_id)).scalar_one()
