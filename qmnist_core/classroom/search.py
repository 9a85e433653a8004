"""The search: networks that members find, and which is the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select

from qmnist_core.classroom.classes import MOST_IN_ADDRESS
from qmnist_core.classroom.database import Database, columns, find
from qmnist_core.classroom.names import check_text
from qmnist_core.classroom.records import Class, Entry, Member
from qmnist_core.classroom.rounds import find_playable, find_round
from qmnist_core.classroom.tables import entries, rounds
from qmnist_core.errors import ClassError

MOST_ENTRIES = 500
"""Of one member in one round."""
MOST_IMAGES = 100_000
"""On which an accuracy can be measured; MNIST has 70,000."""


class Search(Database):
    """The part of the store for entries of a search."""

    def enter_search(self, member: Member, round_id: int, settings: str, accuracy: float, n_images: int) -> Entry:
        """Keep a network that a member found.

        settings: as in a page's address. accuracy: from 0 to 1, on n_images validation images.
        Errors: ClassError, for anything else, where there is no such round or member, nothing can be entered now, or
        the member has entered `MOST_ENTRIES`.
        """
        check_text("the settings of an entry", settings, MOST_IN_ADDRESS)
        _check_accuracy(accuracy)
        if not 1 <= n_images <= MOST_IMAGES:
            raise ClassError(f"an accuracy is measured on 1 to {MOST_IMAGES:,} images, got {n_images}: measure it anew")
        with self.writing_in(member.class_id) as (db, class_):
            find_playable(db, class_, member, round_id, "entries")
            own = entries.c.member_id == member.id, entries.c.round_id == round_id
            if db.execute(select(func.count()).where(*own)).scalar_one() >= MOST_ENTRIES:
                raise ClassError(
                    f"you have entered {MOST_ENTRIES} networks in this round, the most that are kept: wait for the next"
                )
            values = {
                "round_id": round_id,
                "member_id": member.id,
                "settings": settings,
                "accuracy": float(accuracy),
                "n_images": int(n_images),
                "made": self.clock(),
            }
            return Entry(*db.execute(entries.insert().values(values).returning(*columns(entries, Entry))).one())

    def entries(self, class_: Class, round_id: int) -> tuple[Entry, ...]:
        """All entries of a round, in order. Errors: ClassError, where the class has no such round."""
        with self.reading_in(class_.id) as db:
            find_round(db, class_.id, round_id)
            own = select(*columns(entries, Entry)).where(entries.c.round_id == round_id)
            return tuple(Entry(*row) for row in db.execute(own.order_by(entries.c.id)))

    def board(self, class_: Class, round_id: int) -> tuple[Entry, ...]:
        """What `best_of` finds among a round's entries. Errors: as for `entries`."""
        return best_of(self.entries(class_, round_id))

    def open_test(self, class_: Class, round_id: int, accuracies: Mapping[int, float]) -> None:
        """Add test accuracies to entries, once in a round, and close it.

        accuracies: an entry's id → its test accuracy, from 0 to 1.
        Errors: ClassError, where the test was opened before, or an entry is not of this round; nothing is changed then.
        """
        for accuracy in accuracies.values():
            _check_accuracy(accuracy)
        with self.writing_in(class_.id) as (db, _):
            find_round(db, class_.id, round_id)
            if _is_tested(db, round_id):
                raise ClassError("the test of this round has been opened: a test is looked at once")
            for entry_id, accuracy in accuracies.items():
                if find(db, entries, class_.id, entry_id, "entry").round_id != round_id:
                    raise ClassError("an entry is of another round: give those of this one")
                changed = entries.update().where(entries.c.id == entry_id)
                db.execute(changed.values(test_accuracy=float(accuracy)))
            db.execute(rounds.update().where(rounds.c.id == round_id).values(is_open=False))


def best_of(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The best entry of each member by validation accuracy, the best first; of equal ones the earliest.

    Once the test has been opened only entries that were tested count. entries: of a round, in order.
    """
    tested = [entry for entry in entries if entry.test_accuracy is not None]
    best: dict[int, Entry] = {}
    for entry in sorted(tested or entries, key=lambda entry: -entry.accuracy):
        best.setdefault(entry.member_id, entry)
    return tuple(best.values())


def _is_tested(db: Connection, round_id: int) -> bool:
    tested = entries.c.round_id == round_id, entries.c.test_accuracy.is_not(None)
    return db.execute(select(func.count()).where(*tested)).scalar_one() > 0


def _check_accuracy(accuracy: float) -> None:
    if not 0 <= accuracy <= 1:
        raise ClassError(f"an accuracy is from 0 to 1, got {accuracy}: measure it anew")
