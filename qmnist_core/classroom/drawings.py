"""Drawings: digits that members draw, and what their teacher makes of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from sqlalchemy import Connection, func, select

from qmnist_core.arrays import Gray
from qmnist_core.classroom.database import Database, columns, find
from qmnist_core.classroom.records import Class, Drawing, Member
from qmnist_core.classroom.rounds import check_choice_of, find_playable, find_round
from qmnist_core.classroom.tables import SIDE, drawings, members
from qmnist_core.errors import BlankError, ClassError, InputError, check_choice

STATES = ("waiting", "shown", "hidden")
"""Of a drawing: for the teacher to look at it, for all, or for the teacher alone."""
MOST_OF_MEMBER = 20
"""Drawings of one member in one round."""
MOST_OF_CLASS = 2_000
"""Drawings of a class, in all its rounds."""


class Drawings(Database):
    """The part of the store for drawings."""

    def draw(self, member: Member, round_id: int, pixels: Gray, label: int | None = None) -> Drawing:
        """Keep a drawing. It waits where the teacher looks first, and is shown otherwise.

        pixels: uint8 (28, 28). label: index into the round's choices.
        Errors: InputError, for another array, BlankError, for one shade; ClassError, where there is no such round,
        member or choice, nothing can be drawn now, or the member or the class has drawn enough.
        """
        _check(pixels)
        with self.writing_in(member.class_id) as (db, class_):
            round_ = find_playable(db, class_, member, round_id, "drawings")
            if label is not None:
                check_choice_of(round_, label)
            _check_number(db, member, round_id)
            values = {
                "round_id": round_id,
                "member_id": member.id,
                "pixels": pixels,
                "label": label,
                "state": "waiting" if class_.looks_first else "shown",
                "made": self.clock(),
            }
            return Drawing(*db.execute(drawings.insert().values(values).returning(*columns(drawings, Drawing))).one())

    def drawings(self, class_: Class, round_id: int, states: Collection[str]) -> tuple[Drawing, ...]:
        """A round's drawings in some of the `STATES`, in the order in which they were drawn.

        Errors: ConfigError, for another state; ClassError, where the class has no such round.
        """
        for state in states:
            check_choice("the state of a drawing", state, STATES)
        with self.reading_in(class_.id) as db:
            find_round(db, class_.id, round_id)
            wanted = drawings.c.round_id == round_id, drawings.c.state.in_(states)
            found = db.execute(select(*columns(drawings, Drawing)).where(*wanted).order_by(drawings.c.id))
            return tuple(Drawing(*row) for row in found)

    def count_drawings(self, class_: Class, round_id: int, state: str) -> tuple[int, int]:
        """How many of a round's drawings are in one of the `STATES`, and how many members drew these.

        Errors: as for `drawings`.
        """
        check_choice("the state of a drawing", state, STATES)
        with self.reading_in(class_.id) as db:
            find_round(db, class_.id, round_id)
            number = select(func.count(), func.count(drawings.c.member_id.distinct()))
            found = db.execute(number.where(drawings.c.round_id == round_id, drawings.c.state == state)).one()
            return found[0], found[1]

    def own_drawings(self, member: Member, round_id: int) -> tuple[Drawing, ...]:
        """A member's own drawings in a round, in any state, in the order in which they were drawn.

        Errors: ClassError, where its class has no such round.
        """
        with self.reading_in(member.class_id) as db:
            find_round(db, member.class_id, round_id)
            own = drawings.c.round_id == round_id, drawings.c.member_id == member.id
            found = db.execute(select(*columns(drawings, Drawing)).where(*own).order_by(drawings.c.id))
            return tuple(Drawing(*row) for row in found)

    def drawing_states(self, class_: Class, round_id: int) -> dict[int, tuple[tuple[int, str], ...]]:
        """The numbers and states of a round's drawings, by their member's id, by a cheaper query than the drawings.

        Errors: as for `drawings`.
        """
        states: dict[int, tuple[tuple[int, str], ...]] = {}
        with self.reading_in(class_.id) as db:
            find_round(db, class_.id, round_id)
            kept = drawings.c
            asked = select(kept.member_id, kept.id, kept.state).where(kept.round_id == round_id).order_by(kept.id)
            for member_id, number, state in db.execute(asked):
                states[member_id] = (*states.get(member_id, ()), (number, state))
        return states

    def set_drawing_state(self, class_: Class, drawing_id: int, state: str) -> Drawing:
        """The drawing in another of the `STATES`.

        Errors: ConfigError, for another state; ClassError, where the class has no such drawing.
        """
        check_choice("the state of a drawing", state, STATES)
        with self.writing_in(class_.id) as (db, _):
            find(db, drawings, class_.id, drawing_id, "drawing")
            changed = drawings.update().where(drawings.c.id == drawing_id).values(state=state)
            return Drawing(*db.execute(changed.returning(*columns(drawings, Drawing))).one())

    def delete_drawing(self, class_: Class, drawing_id: int) -> None:
        """Delete a drawing for good. Errors: ClassError, where the class has no such drawing."""
        with self.writing_in(class_.id) as (db, _):
            find(db, drawings, class_.id, drawing_id, "drawing")
            db.execute(drawings.delete().where(drawings.c.id == drawing_id))


def _check(pixels: object) -> None:
    if not isinstance(pixels, np.ndarray) or pixels.dtype != np.uint8 or pixels.shape != (SIDE, SIDE):
        got = f"{pixels.dtype} {pixels.shape}" if isinstance(pixels, np.ndarray) else type(pixels).__name__
        raise InputError(f"a drawing must be an array of uint8 ({SIDE}, {SIDE}), got {got}: bring it to that form")
    if pixels.min() == pixels.max():
        raise BlankError("the drawing is blank: draw a digit first")


def _check_number(db: Connection, member: Member, round_id: int) -> None:
    own = drawings.c.member_id == member.id, drawings.c.round_id == round_id
    if db.execute(select(func.count()).where(*own)).scalar_one() >= MOST_OF_MEMBER:
        raise ClassError(
            f"you have drawn {MOST_OF_MEMBER} digits in this round, the most that are kept: wait for the next"
        )
    all_ = select(func.count()).select_from(drawings.join(members)).where(members.c.class_id == member.class_id)
    if db.execute(all_).scalar_one() >= MOST_OF_CLASS:
        raise ClassError(
            f"the class has {MOST_OF_CLASS:,} drawings, the most that are kept: ask your teacher to delete some"
        )
