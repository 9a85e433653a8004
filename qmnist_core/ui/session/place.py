"""Who this session is in a class that plays together: its teacher, one of its members, or, as most are, nobody.

A browser keeps the key in a cookie, so that whoever comes back is the same; the session keeps it meanwhile.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import streamlit as st

from qmnist_core.address.kinds import whole_number
from qmnist_core.address.relative import write_relative
from qmnist_core.address.views import PRESENT
from qmnist_core.classroom import Class, Round, Store
from qmnist_core.errors import ClassError, QMnistError, StoreError
from qmnist_core.ui.session.session import Pupil, Teacher, session

TEACHER, PUPIL = "qmnist-teacher", "qmnist-member"
"""The cookies. Each is the class's number, a dot and the key."""
MOST_DIGITS = 9
"""Of a class's number that can be."""
REVISION_SECONDS, HERE_SECONDS = 0.3, 2.0
"""Within which all sessions of this process are told the same of a class."""
FAILED_SECONDS, FORGET_SECONDS = 1.0, 60.0
AGAIN_SECONDS = 2.0
"""Between two looks whether a database that was away is there again."""

T = TypeVar("T")


@st.cache_resource(show_spinner=False)
def store() -> Store:
    """The server's. Errors: StoreError, where it cannot be used; the next one who asks tries again."""
    return Store.open()


def delete_ended() -> None:
    """Delete the classes that are past their end, where any are kept. A database that fails is asked again later."""
    with contextlib.suppress(StoreError):
        if Store.is_there():
            store().purge()


def brought() -> Mapping[str, str]:
    """The cookies with which this session began."""
    return st.context.cookies.to_dict()


def find() -> None:
    """Find out who this session is, when it begins; later, how its class is now. Nothing is asked for one in no class.

    Where the database cannot be reached all stays as it was, and the session says why.
    """
    now = session()
    if now.has_looked and now.teacher is None and now.pupil is None:
        return
    try:
        if not now.has_looked:
            _come_back(brought())
            now.has_looked = True
        elif now.teacher is not None:
            class_ = now.teacher.store.current(now.teacher.class_.id)
            now.teacher = None if class_ is None else replace(now.teacher, class_=class_)
        if now.pupil is not None:
            now.pupil = _as_now(now.pupil)
        now.trouble = ""
    except StoreError as error:
        now.trouble = str(error)


def _come_back(cookies: Mapping[str, str]) -> None:
    now = session()
    if now.teacher is None and (kept := _read(cookies.get(TEACHER, ""))):  # a private link goes before a cookie
        try:
            now.teacher = Teacher(store(), store().as_teacher(kept[1], now.asker), kept[1])
        except ClassError:
            now.teacher = None
    if kept := _read(cookies.get(PUPIL, "")):
        class_, key = kept
        member = store().member(class_, key)
        now.pupil = None if member is None else Pupil(store(), class_, member, key)


def _read(text: str) -> tuple[Class, str] | None:
    """The class and the key of a cookie, if that class has not ended."""
    digits, _, key = text.partition(".")
    number = whole_number(digits) if len(digits) <= MOST_DIGITS else None
    class_ = store().current(number) if number and key else None
    return None if class_ is None else (class_, key)


def _as_now(pupil: Pupil) -> Pupil | None:
    class_ = pupil.store.current(pupil.class_.id)
    try:
        member = None if class_ is None else pupil.store.member(class_, pupil.key)
    except ClassError:  # it has ended in between
        class_ = member = None
    if class_ is None or member is None:
        over = "the class is over, and all of it is deleted; thank you for taking part"
        session().refusal = over if class_ is None else "you were removed"
        return None
    return replace(pupil, class_=class_, member=member)


def lead(address: Mapping[str, str]) -> None:
    """Where a class follows this session, its teacher: bring it to an address of the page on the screen.

    Only once it has changed here: another tab of the teacher may lead meanwhile, and one that has just been opened, or
    has found its server again, has changed nothing.
    """
    now = session()
    if now.teacher is None or now.teacher.class_.following is None or now.follows:
        return
    there = _written(address)
    if now.led is None:
        now.led = there
    elif there != now.led:
        _bring(now.teacher, there)


def be_followed(is_followed: bool, address: Mapping[str, str]) -> None:
    """Have the class follow this session, its teacher, or let it go."""
    teacher = session().teacher
    if teacher is not None:
        _bring(teacher, _written(address) if is_followed else None)


def _written(address: Mapping[str, str]) -> str:
    return write_relative(session().page, {name: text for name, text in address.items() if name != PRESENT.key})


def _bring(teacher: Teacher, there: str | None) -> None:
    now = session()
    now.led = there
    try:
        now.teacher = replace(teacher, class_=teacher.store.follow(teacher.class_, there))
    except QMnistError as error:
        now.trouble = str(error)


def stay() -> None:
    """Let the class know that this session, a member, is here; call it at least every 10 s."""
    now = session()
    if now.pupil is not None:
        now.pupil = replace(now.pupil, member=now.pupil.store.seen(now.pupil.member))


def revision(store: Store, class_id: int) -> int | None:
    """A class's revision, None once it has ended; read once for all sessions that ask within `REVISION_SECONDS`."""
    return _lately((id(store), class_id, "revision"), REVISION_SECONDS, lambda: store.revision(class_id))


def newest(store: Store, class_id: int) -> tuple[Class, Round | None] | None:
    """A class and the round that was opened last, None once it has ended."""

    def ask() -> tuple[Class, Round | None] | None:
        class_ = store.current(class_id)
        number = None if class_ is None else class_.round_id
        round_ = None if class_ is None or number is None else store.round_of(class_, number)
        return None if class_ is None else (class_, round_)

    return read_once(store, class_id, "class", ask)


def read_once(store: Store, class_id: int, what: Hashable, ask: Callable[[], T]) -> T | None:
    """What a class has, None once it has ended; asked once for all sessions of this process as long as `revision`
    stays."""
    number = revision(store, class_id)
    return None if number is None else _lately((id(store), class_id, what), FORGET_SECONDS, ask, number)


def look_anew() -> None:
    """Something of a class was written here: whoever asks next for a revision is told the newest."""
    with _guard:
        for name in [one for one in _kept if isinstance(one, tuple) and one[-1] == "revision"]:
            del _kept[name]


def here(teacher: Teacher) -> frozenset[int]:
    """The ids of the members who are here; read once for all sessions that ask within `HERE_SECONDS`."""

    def ask() -> frozenset[int]:
        return frozenset(member.id for member in teacher.store.here(teacher.class_))

    return _lately((id(teacher.store), teacher.class_.id, "here"), HERE_SECONDS, ask)


def watch(place: Teacher | Pupil, seconds: float, shown: Callable[[], Hashable], known: Hashable) -> None:
    """At the end of a page: look every so many seconds whether its class has changed, and run the page anew where that
    changes what is shown.

    place: as it was when the page began. shown: what the page shows, known: the same when it began. A member's page is
    asked for it when the class's revision is another; a teacher's page shows all that a revision counts, and is asked
    for the rest at each look.
    """
    begun = place.class_.revision

    def look() -> None:
        nonlocal begun
        try:
            number = revision(place.store, place.class_.id)
            if isinstance(place, Teacher):
                is_same = number is not None and number <= begun and shown() == known
            else:
                stay()
                is_same = number is not None and (number <= begun or shown() == known)
                if is_same:  # else the next look asks again, in case what it asks for now is lost
                    begun = max(begun, number or 0)
        except ClassError:
            is_same = False
        except StoreError:  # the next look may find it again
            return
        if not is_same:
            st.rerun()

    st.fragment(look, run_every=seconds)()


def look_again() -> None:
    """At the end of a page that could not reach its class: run it anew once the database answers."""
    is_first = True

    def look() -> None:
        nonlocal is_first
        if is_first:  # it belongs to the page itself
            is_first = False
            return
        try:
            _lately("whether it answers", REVISION_SECONDS, lambda: store().revision(0))
        except StoreError:
            return
        st.rerun()

    st.fragment(look, run_every=AGAIN_SECONDS)()


@dataclass(eq=False)
class _Kept:
    """What was asked of a class lately."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held while it is asked: those who want the same wait for it, and nobody else."""
    at: float = field(default_factory=time.monotonic)
    """When that was."""
    is_asked: bool = False
    """Whether it was asked at all."""
    version: Hashable = None
    answer: Any = None
    failure: str = ""
    """What the database said in place of an answer."""


_kept: dict[Hashable, _Kept] = {}
_guard = threading.Lock()
"""Of the dictionary alone, so that it is never held for long."""


def _lately(name: Hashable, seconds: float, ask: Callable[[], T], version: Hashable = None) -> T:
    """What is asked, asked once for all who ask for the same version of it within so many seconds.

    Errors: StoreError, where the database fails; for `FAILED_SECONDS` all are told so without waiting for it again.
    """
    with _guard:
        now = time.monotonic()
        for old in [one for one, kept in _kept.items() if now - kept.at > FORGET_SECONDS and not kept.lock.locked()]:
            del _kept[old]
        found = _kept.setdefault(name, _Kept())
    with found.lock:
        now = time.monotonic()
        age = now - found.at
        is_known = age < FAILED_SECONDS if found.failure else age < seconds and version == found.version
        if not (found.is_asked and is_known):
            try:
                found.answer, found.failure = ask(), ""
            except StoreError as error:
                found.failure, now = str(error), time.monotonic()
            found.at, found.version, found.is_asked = now, version, True
        if found.failure:
            raise StoreError(found.failure)
        answer: T = found.answer
    return answer
