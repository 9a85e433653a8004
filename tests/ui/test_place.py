"""Who a session is in a class, and where a class follows its teacher, without a browser."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import platformdirs
import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from qmnist_core.classroom import Class, Store, tables
from qmnist_core.errors import StoreError
from qmnist_core.ui.session import place
from qmnist_core.ui.session.session import Pupil

Words = Callable[[AppTest], str]


@pytest.fixture
def store() -> Store:
    return place.store()


@pytest.fixture
def made(store: Store) -> tuple[Class, str]:
    return store.make()


@pytest.fixture
def bring(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the next sessions come with cookies."""

    def brings(**cookies: str) -> None:
        found: Mapping[str, str] = {f"qmnist-{name}": text for name, text in cookies.items()}
        monkeypatch.setattr(place, "brought", lambda: found)

    return brings


def member_of(store: Store, class_: Class, name: str = "Ada") -> str:
    """A new member's cookie."""
    return f"{class_.id}.{store.enter(class_, name)[1]}"


def test_a_private_link_goes_before_an_older_cookie(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    class_, key = made
    bring(teacher=f"{class_.id}.{key}")
    other, link = store.make()
    assert open_page("class", teach=link).session_state.session.teacher.class_.id == other.id
    assert open_page("class", teach="wrong").session_state.session.teacher.class_.id == class_.id


def test_a_session_in_no_class_asks_nothing(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "store", lambda: pytest.fail("the store is opened"))
    at = open_page("data")
    at.run()
    assert not at.exception
    assert (at.session_state.session.teacher, at.session_state.session.pupil) == (None, None)


def test_cookies_bring_teacher_and_member_back(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    class_, key = made
    bring(teacher=f"{class_.id}.{key}", member=member_of(store, class_))
    now = open_page("data").session_state.session
    assert now.teacher.class_.id == now.pupil.class_.id == class_.id
    assert now.pupil.member.name == "Ada"


@pytest.mark.parametrize("text", ["", ".", "1", "1.", "0.x", "-1.x", "٣.x", f"{10**12}.x", "1.wrong", "x.y"])
def test_a_cookie_that_is_none_makes_nobody(open_page: Any, made: Any, bring: Any, text: str) -> None:
    bring(teacher=text, member=text)
    at = open_page("data")
    assert not at.exception
    assert (at.session_state.session.teacher, at.session_state.session.pupil) == (None, None)


def test_of_one_class_nothing_opens_another(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    other, key = store.make()
    bring(teacher=f"{made[0].id}.{store.enter(other, '')[1]}", member=f"{made[0].id}.{key}")
    now = open_page("data").session_state.session
    assert (now.teacher, now.pupil) == (None, None)


def test_who_was_removed_is_nobody_and_is_told(
    open_page: Any, store: Store, made: Any, bring: Any, words: Words
) -> None:
    class_, _ = made
    bring(member=member_of(store, class_))
    at = open_page("join")
    assert at.title[0].value == f"{class_.code[:3]} {class_.code[3:]}"
    store.remove_member(class_, store.members(class_)[0].id)
    at.run()
    assert "You were removed." in words(at)
    assert at.title[0].value == "Join a class"


def test_the_class_goes_where_its_teacher_goes(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    class_, key = made
    bring(teacher=f"{class_.id}.{key}")
    at = open_page("data", threshold="0.3")
    assert store.current(class_.id).following is None  # type: ignore[union-attr]
    at.toggle(key="bar-follow").set_value(True).run()
    assert store.current(class_.id).following == "/data?threshold=0.3"  # type: ignore[union-attr]
    revision = store.revision(class_.id)
    at.run()
    assert store.revision(class_.id) == revision, "nothing is written where nothing has moved"
    at.slider(key="page-threshold").set_value(0.7).run()
    assert store.current(class_.id).following == "/data?threshold=0.7"  # type: ignore[union-attr]
    at.toggle(key="bar-follow").set_value(False).run()
    assert store.current(class_.id).following is None  # type: ignore[union-attr]


def test_a_new_tab_of_the_teacher_calls_nobody(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    class_, key = made
    bring(teacher=f"{class_.id}.{key}")
    store.follow(class_, "/train")
    at = open_page("data")
    assert store.current(class_.id).following == "/train"  # type: ignore[union-attr]
    at.slider(key="page-threshold").set_value(0.7).run()
    assert store.current(class_.id).following == "/data?threshold=0.7"  # type: ignore[union-attr]
    at.toggle(key="bar-follow").set_value(False).run()
    store.follow(class_, "/train")
    at.run()
    assert store.current(class_.id).following == "/train", "which another tab has begun anew"  # type: ignore[union-attr]


def test_who_follows_is_brought_along_and_lets_go(
    open_page: Any, store: Store, made: Any, bring: Any, words: Words
) -> None:
    class_, _ = made
    bring(member=member_of(store, class_))
    at = open_page("data")
    assert "You are on your own." in words(at)
    store.follow(class_, "/data?threshold=0.3")
    at.run()
    assert at.slider(key="page-threshold").value == 0.5
    at.button(key="let-go").click().run()
    assert at.slider(key="page-threshold").value == 0.3
    assert at.query_params["threshold"] == "0.3"
    at.slider(key="page-threshold").set_value(0.9).run()
    assert at.slider(key="page-threshold").value == 0.9, "a hand of one's own"
    store.follow(class_, "/data?threshold=0.4")
    at.run()
    assert at.slider(key="page-threshold").value == 0.4
    at.button(key="let-go").click().run()
    store.follow(class_, "/data?threshold=0.6")
    at.run()
    assert at.slider(key="page-threshold").value == 0.4


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/join?class=X", "/nowhere", "x"])
def test_nobody_follows_to_anywhere_else(open_page: Any, store: Store, made: Any, bring: Any, there: str) -> None:
    class_, _ = made
    bring(member=member_of(store, class_))
    at = open_page("data")
    at.session_state.session.follows = True
    store.follow(class_, there)
    at.run()
    assert not at.exception
    assert at.title[0].value == "Data"


def test_who_follows_is_brought_to_another_page(open_page: Any, store: Store, made: Any, bring: Any) -> None:
    class_, _ = made
    bring(member=member_of(store, class_))
    at = open_page("join")
    at.toggle(key="follow-teacher").set_value(True).run()
    store.follow(class_, "/data?threshold=0.3")
    at.run()
    assert at.title[0].value == "Data"
    assert at.slider(key="page-threshold").value == 0.3
    store.follow(class_, "/class")
    at.run()
    assert at.title[0].value != "Data"


def test_what_is_asked_of_a_class_is_asked_once(store: Store, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def revision(class_id: int) -> int:
        asked.append(class_id)
        return 7

    monkeypatch.setattr(store, "revision", revision)
    assert [place.revision(store, made[0].id) for _ in range(30)] == [7] * 30
    assert asked == [made[0].id]
    place.look_anew()
    assert place.revision(store, made[0].id) == 7
    assert len(asked) == 2


def test_a_database_that_is_away_is_waited_for_once(store: Store, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def away(class_id: int) -> int:
        asked.append(class_id)
        time.sleep(0.2)
        raise StoreError("the database is away")

    monkeypatch.setattr(store, "revision", away)
    place.look_anew()

    def look(_: int) -> str:
        with pytest.raises(StoreError) as told:
            place.revision(store, made[0].id)
        return str(told.value)

    begun = time.monotonic()
    with ThreadPoolExecutor(30) as phones:
        assert set(phones.map(look, range(30))) == {"the database is away"}
    assert asked == [made[0].id]
    assert time.monotonic() - begun < 1
    monkeypatch.setattr(store, "revision", lambda class_id: 7)
    monkeypatch.setattr(place, "FAILED_SECONDS", 0.0)
    assert place.revision(store, made[0].id) == 7


def test_a_page_that_was_not_run_anew_is_asked_for_again(
    store: Store, made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Callable[[], None]] = []
    asked: list[str] = []

    def fragment(look: Callable[[], None], run_every: float) -> Callable[[], None]:
        looks.append(look)
        return look

    monkeypatch.setattr(place, "st", SimpleNamespace(rerun=lambda: asked.append("anew"), fragment=fragment))
    monkeypatch.setattr(place, "stay", lambda: None)
    member, key = store.enter(made[0], "Ada")
    class_ = store.current(made[0].id)
    assert class_ is not None
    place.look_anew()
    names = ["Ada"]
    place.watch(Pupil(store, class_, member, key), 1.0, lambda: tuple(names), ("Ada",))
    assert asked == []
    names.append("Bo")
    store.enter(class_, "Bo")
    for times in (1, 2):
        place.look_anew()
        looks[0]()
        assert asked == ["anew"] * times


def test_one_class_does_not_wait_for_another(store: Store, made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, quick = made[0].id, store.make()[0].id
    is_asked, may_answer = threading.Event(), threading.Event()

    def revision(class_id: int) -> int:
        if class_id == slow:
            is_asked.set()
            assert may_answer.wait(10)
        return 7

    monkeypatch.setattr(store, "revision", revision)
    place.look_anew()
    with ThreadPoolExecutor(2) as sessions:
        waiting = sessions.submit(place.revision, store, slow)
        assert is_asked.wait(10)
        assert sessions.submit(place.revision, store, quick).result(5) == 7
        place.look_anew()
        assert not waiting.done()
        may_answer.set()
        assert waiting.result(10) == 7


def test_a_class_that_nobody_looks_at_is_deleted_at_its_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    class_, _ = store.make(hours=1)
    place.delete_ended()
    assert store.current(class_.id) is not None
    monkeypatch.setattr(store, "clock", lambda: time.time() + 3601)
    place.delete_ended()
    with store.reading() as db:
        assert class_.id not in db.execute(select(tables.classes.c.id)).scalars().all()


def test_where_no_class_was_ever_kept_no_database_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMNIST_DATABASE")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda name, appauthor: tmp_path / "data")
    monkeypatch.setattr(place, "store", lambda: pytest.fail("the store is opened"))
    place.delete_ended()
    assert not (tmp_path / "data").exists()
