"""Teach: two classes of the class's own, and of one's own on Draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest

from qmnist_core.classroom import Class, Member, Round, Store
from qmnist_core.studies.class_set import teach
from qmnist_core.ui.session.session import Drawing
from tests.hands import hearts_and_stars
from tests.ui.classroom.conftest import session_of
from tests.ui.conftest import components_of

Words = Callable[[AppTest], str]
NAMES = ("♥ heart", "★ star")


def send(store: Store, member: Member, round_: Round, n: int, seed: int = 0) -> None:
    images, labels = hearts_and_stars(n, seed)
    for image, is_heart in zip(images, labels, strict=True):
        store.draw(member, round_.id, image, int(not is_heart))


def test_a_network_is_taught_on_the_wall_and_reads_what_comes_later(
    wall: Callable[[], AppTest],
    store: Store,
    member: Member,
    open_round: Callable[..., Round],
    blocks: list[dict[str, Any]],
) -> None:
    round_ = open_round("teach", {}, NAMES)
    send(store, member, round_, 6)
    at = wall()
    key = f"taught-{round_.id}"
    assert "dock-play" not in components_of(at)
    assert [block["answers"] for block in blocks] == [None] * len(blocks)
    at.button(key=f"train-{round_.id}").click().run()
    assert not at.exception
    played = components_of(at)["dock-play"]
    assert (played["cursor"], played["asks"], played["plays"]) == (0, f"taught {round_.id} 1", True)
    shown = components_of(at)[key]
    assert [tile["is_tested"] for tile in shown["tiles"]].count(True) == 4

    images, labels = hearts_and_stars(6)
    taught, used = teach(images, labels, NAMES)
    assert [i for i, tile in enumerate(shown["tiles"]) if not tile["is_tested"]] == list(used)
    assert played["total"] == taught.moments[-1].step
    assert len(blocks[-1]["answers"]) == len(taught.moments)

    send(store, member, round_, 2, seed=1)
    at.run()
    tiles = components_of(at)[key]["tiles"]
    assert (len(tiles), [tile["is_tested"] for tile in tiles].count(True)) == (16, 8)
    at.button(key=f"train-{round_.id}").click().run()
    assert components_of(at)["dock-play"]["asks"] == f"taught {round_.id} 2"


def test_too_few_are_refused(
    wall: Callable[[], AppTest], store: Store, member: Member, open_round: Callable[..., Round], words: Words
) -> None:
    round_ = open_round("teach", {}, NAMES)
    send(store, member, round_, 2)
    at = wall()
    at.button(key=f"train-{round_.id}").click().run()
    assert "There are too few drawings of ♥ heart, 2 of at least 3: draw more first." in words(at)


def test_a_wall_whose_drawings_are_all_trained_on_has_no_verdicts(
    wall: Callable[[], AppTest],
    store: Store,
    class_: Class,
    member: Member,
    open_round: Callable[..., Round],
    blocks: list[dict[str, Any]],
) -> None:
    round_ = open_round("teach", {}, NAMES)
    send(store, member, round_, 3)
    at = wall()
    at.button(key=f"train-{round_.id}").click().run()
    used = session_of(at).lessons[round_.id].used
    for drawing in store.drawings(class_, round_.id, ("shown",)):
        if drawing.id not in used:
            store.delete_drawing(class_, drawing.id)
    at.run()
    assert not at.exception
    assert blocks[-1]["answers"] is None


def test_a_phone_is_told_what_to_draw_in_turn(
    phone: Callable[..., AppTest], store: Store, class_: Class, open_round: Callable[..., Round]
) -> None:
    round_ = open_round("teach", {}, NAMES)
    at = phone()
    assert [at.button(key=f"send-{round_.id}-{i}").label for i in (0, 1)] == [f"It is a {name}" for name in NAMES]
    images, _ = hearts_and_stars(1)
    hints = []
    for n in range(4):
        hint = components_of(at)[f"sketch-{round_.id}-{n}"]["hint"]
        hints.append(NAMES.index(hint.removeprefix("Draw a ")))
        session_of(at).sketch = Drawing("[1]", images[0])
        at.button(key=f"send-{round_.id}-{hints[-1]}").click().run()
    assert sorted(hints[:2]) == sorted(hints[2:]) == [0, 1]
    assert [one.label for one in store.drawings(class_, round_.id, ("shown",))] == hints


def test_the_teacher_names_the_classes(wall: Callable[[], AppTest], store: Store, class_: Class) -> None:
    at = wall()
    session_of(at).setting_up = True
    at.run()
    at.segmented_control(key="round-kind").set_value("teach").run()
    at.text_input(key="teach-class-0").set_value("  cat\u202e ").run()
    at.button(key="teach-start").click().run()
    (round_,) = store.rounds(class_)
    assert (round_.kind, round_.choices) == ("teach", ("cat", "★ star"))


def test_alone_it_is_drawn_taught_and_read(open_page: Callable[..., AppTest], words: Words) -> None:
    at = open_page("draw", _source="teach")
    images, labels = hearts_and_stars(4)
    for i, (image, is_heart) in enumerate(zip(images, labels, strict=True)):
        if i == 2:
            at.button(key="train-0").click().run()
            assert "too few drawings of ♥ heart, 1 of at least 3" in words(at)
        session_of(at).sketch = Drawing("[1]", image)
        at.button(key=f"teach-give-own-{int(not is_heart)}").click().run()
        assert not at.exception
    assert "dock-play" not in components_of(at)
    at.button(key="train-0").click().run()
    assert not at.exception
    shown = components_of(at)["taught-0"]
    assert (shown["classes"], len(shown["tiles"]), shown["acts"]) == (list(NAMES), 8, False)
    assert components_of(at)["dock-play"]["plays"]
    at.text_input(key="teach-name-1").set_value("square").run()
    assert components_of(at)["taught-0"]["classes"] == ["♥ heart", "square"]
    at.text_input(key="teach-name-1").set_value(" ").run()
    assert components_of(at)["taught-0"]["classes"] == ["♥ heart", "square"]
    at.button(key="teach-forget").click().run()
    assert components_of(at)["taught-0"]["tiles"] == []
