"""A class in a temporary database, its wall, and its phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.classroom import Class, Member, Round, Store
from qmnist_core.ui.components import tiles
from qmnist_core.ui.session import place
from qmnist_core.ui.session.session import Pupil, Session, Teacher


@pytest.fixture
def store() -> Store:
    return place.store()


@pytest.fixture
def class_(store: Store) -> Class:
    return store.make()[0]


@pytest.fixture
def member(store: Store, class_: Class) -> Member:
    return store.enter(class_, "Ada <b>*")[0]


@pytest.fixture
def wall(store: Store, class_: Class, open_page: Callable[..., AppTest]) -> Callable[[], AppTest]:
    """The teacher's page as it is now."""

    def opened() -> AppTest:
        at = open_page("class")
        at.session_state.session.teacher = Teacher(store, class_)
        at.run()
        assert not at.exception
        return at

    return opened


@pytest.fixture
def phone(store: Store, class_: Class, open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """A member's page as it is now."""

    def opened(name: str = "Ada") -> AppTest:
        at = open_page("join")
        at.session_state.session.pupil = Pupil(store, class_, *store.enter(class_, name))
        at.run()
        assert not at.exception
        return at

    return opened


def session_of(at: AppTest) -> Session:
    found: Session = at.session_state.session
    return found


def again(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each block of tiles was made of, the last one last."""
    made: list[dict[str, Any]] = []
    pack = tiles.block

    def block(pictures: Any, steps: Any = None, answers: Any = None) -> bytes:
        made.append({"pictures": pictures, "steps": steps, "answers": answers})
        return pack(pictures, steps, answers)

    monkeypatch.setattr(tiles, "block", block)
    return made


@pytest.fixture
def open_round(store: Store, class_: Class) -> Callable[..., Round]:
    def opened(kind: str, ask: dict[str, Any] | None = None, choices: tuple[str, ...] = ()) -> Round:
        return store.open_round(class_, kind, ask or {}, choices)

    return opened
