"""Rounds: what a class is asked, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from qmnist_core.classroom.database import Database, columns, find, insert
from qmnist_core.classroom.names import check_text
from qmnist_core.classroom.records import Answer, Class, Member, Round
from qmnist_core.classroom.tables import answers, classes, members, rounds
from qmnist_core.errors import ClassError, choose

KINDS = {"predict": "answers", "draw": "drawings", "teach": "drawings", "search": "entries"}
"""What members give in each kind of round."""
MOST_IN_ASK = 16_384
"""Bytes of what is asked, as JSON."""
MOST_CHOICES = 20
MOST_IN_CHOICE = 200
"""Characters of one."""
TURNS = 2
"""Of a round to predict: before and after talking."""


class Rounds(Database):
    """The part of the store for rounds and answers."""

    def open_round(self, class_: Class, kind: str, ask: Mapping[str, Any], choices: Sequence[str] = ()) -> Round:
        """A new round, the class's current one; the one before it is closed.

        kind: one of `KINDS`. ask: a JSON object of at most `MOST_IN_ASK` bytes. choices: at most `MOST_CHOICES`
        texts; to predict, at least 2.
        Errors: ConfigError, for another kind; ClassError, for anything else of these that is otherwise.
        """
        gives = choose("the kind of a round", KINDS, kind)
        if not (2 if gives == "answers" else 0) <= len(choices) <= MOST_CHOICES:
            raise ClassError(f"a round to {kind} cannot have {len(choices)} choices: give 2 to {MOST_CHOICES}")
        for choice in choices:
            check_text("a choice", choice, MOST_IN_CHOICE)
        values = {"kind": kind, "ask": _checked(ask), "choices": tuple(choices), "made": self.clock()}
        with self.writing_in(class_.id) as (db, before):
            if before.round_id is not None:
                db.execute(rounds.update().where(rounds.c.id == before.round_id).values(is_open=False))
            made = rounds.insert().values(class_id=class_.id, **values).returning(*columns(rounds, Round))
            round_ = Round(*db.execute(made).one())
            db.execute(classes.update().where(classes.c.id == class_.id).values(round_id=round_.id))
        return round_

    def close_round(self, class_: Class, round_id: int) -> Round:
        """The round, which takes nothing more. Errors: ClassError, where the class has no such round."""
        return self._changed_round(class_, round_id, is_open=False)

    def second_turn(self, class_: Class, round_id: int) -> Round:
        """The round, open for its second turn; the answers of the first are kept.

        Errors: ClassError, where it is not a round to predict, is in its second turn, or its answer has been shown.
        """
        with self.writing_in(class_.id) as (db, _):
            before = find_round(db, class_.id, round_id)
            if KINDS[before.kind] != "answers":
                raise ClassError(f"a round to {before.kind} has one turn: open a new round instead")
            if before.turn == TURNS or before.is_shown:
                why = "its answer has been shown" if before.is_shown else "this is its second one"
                raise ClassError(f"the round cannot have another turn, {why}: open a new round instead")
            return _update(db, round_id, turn=TURNS, is_open=True)

    def show_answer(self, class_: Class, round_id: int) -> Round:
        """The round with its answer shown, and closed. Errors: as for `close_round`."""
        return self._changed_round(class_, round_id, is_open=False, is_shown=True)

    def round_of(self, class_: Class, round_id: int) -> Round:
        """A round of the class. Errors: as for `close_round`."""
        with self.reading_in(class_.id) as db:
            return find_round(db, class_.id, round_id)

    def rounds(self, class_: Class) -> tuple[Round, ...]:
        """All rounds, in the order in which they were opened."""
        with self.reading_in(class_.id) as db:
            own = select(*columns(rounds, Round)).where(rounds.c.class_id == class_.id)
            return tuple(Round(*row) for row in db.execute(own.order_by(rounds.c.id)))

    def answer(self, member: Member, round_id: int, choice: int) -> Answer:
        """Keep a member's answer in the round's current turn, in place of the one before it.

        choice: index into the round's choices.
        Errors: ClassError, where there is no such round, member or choice, or nothing can be answered now.
        """
        with self.writing_in(member.class_id) as (db, class_):
            round_ = find_playable(db, class_, member, round_id, "answers")
            check_choice_of(round_, choice)
            given = Answer(member.id, round_id, round_.turn, choice)
            statement = insert(db, answers).values(member_id=member.id, round_id=round_id, turn=round_.turn)
            place = [answers.c.member_id, answers.c.round_id, answers.c.turn]
            db.execute(
                statement.values(choice=choice).on_conflict_do_update(index_elements=place, set_={"choice": choice})
            )
        return given

    def answers(self, class_: Class, round_id: int) -> tuple[Answer, ...]:
        """All answers of a round, by turn, then member. Errors: as for `close_round`."""
        with self.reading_in(class_.id) as db:
            find_round(db, class_.id, round_id)
            own = select(*columns(answers, Answer)).where(answers.c.round_id == round_id)
            return tuple(Answer(*row) for row in db.execute(own.order_by(answers.c.turn, answers.c.member_id)))

    def own_answers(self, member: Member, round_id: int) -> tuple[Answer, ...]:
        """A member's own answers in a round, by turn. Errors: ClassError, where its class has no such round."""
        with self.reading_in(member.class_id) as db:
            find_round(db, member.class_id, round_id)
            own = answers.c.round_id == round_id, answers.c.member_id == member.id
            found = db.execute(select(*columns(answers, Answer)).where(*own).order_by(answers.c.turn))
            return tuple(Answer(*row) for row in found)

    def counts(self, class_: Class, round_id: int) -> tuple[tuple[int, ...], ...]:
        """How many gave each answer, for each turn that was reached: (turns, choices). Errors: as for `close_round`."""
        with self.reading_in(class_.id) as db:
            round_ = find_round(db, class_.id, round_id)
            number = select(answers.c.turn, answers.c.choice, func.count()).where(answers.c.round_id == round_id)
            found = {
                (turn, choice): n for turn, choice, n in db.execute(number.group_by(answers.c.turn, answers.c.choice))
            }
        turns, choices = range(1, round_.turn + 1), range(len(round_.choices))
        return tuple(tuple(found.get((turn, choice), 0) for choice in choices) for turn in turns)

    def _changed_round(self, class_: Class, round_id: int, **values: Any) -> Round:
        with self.writing_in(class_.id) as (db, _):
            find_round(db, class_.id, round_id)
            return _update(db, round_id, **values)


def find_round(db: Connection, class_id: int, round_id: int) -> Round:
    """A round of a class. Errors: ClassError, where the class has none of that number."""
    row = find(db, rounds, class_id, round_id, "round")._mapping
    return Round(*(row[column] for column in columns(rounds, Round)))


def find_playable(db: Connection, class_: Class, member: Member, round_id: int, gives: str) -> Round:
    """A round to which a member can give something now.

    gives: one of the values of `KINDS`.
    Errors: ClassError, where the class does not have both, the class is paused, or the round is closed or takes
    something else.
    """
    find(db, members, class_.id, member.id, "member")
    round_ = find_round(db, class_.id, round_id)
    if KINDS[round_.kind] != gives:
        raise ClassError(f"this round takes {KINDS[round_.kind]}, not {gives}: load the page anew")
    if class_.is_paused:
        raise ClassError("the class is paused: wait until your teacher goes on")
    if not round_.is_open:
        raise ClassError("this round is closed: wait for the next one")
    return round_


def check_choice_of(round_: Round, choice: object) -> None:
    """Raise ClassError for anything but an index into the round's choices."""
    if type(choice) is not int or not 0 <= choice < len(round_.choices):
        raise ClassError(f"the round has {len(round_.choices)} choices, counted from 0, got {choice!r}: choose one")


def _update(db: Connection, round_id: int, **values: Any) -> Round:
    changed = rounds.update().where(rounds.c.id == round_id).values(values)
    return Round(*db.execute(changed.returning(*columns(rounds, Round))).one())


def _checked(ask: object) -> dict[str, Any]:
    try:
        text = json.dumps(ask, allow_nan=False)
        if isinstance(ask, dict) and json.loads(text) == ask and len(text) <= MOST_IN_ASK:
            return ask
    except (TypeError, ValueError, RecursionError):
        pass
    raise ClassError(f"what is asked must be a JSON object of at most {MOST_IN_ASK:,} bytes: make it smaller")
