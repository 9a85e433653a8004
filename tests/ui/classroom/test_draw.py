"""Draw: what phones send, and what the wall says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Class, Member, Round, Store
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples, prepare
from qmnist_core.metrics import accuracy_interval
from qmnist_core.simulators import make_simulator
from qmnist_core.training.loop import Training
from qmnist_core.ui.classroom import draw, sketch
from qmnist_core.ui.classroom import phone as page
from qmnist_core.ui.components import pad
from qmnist_core.ui.session import place
from qmnist_core.ui.session.session import Drawing, Teacher
from qmnist_core.ui.shared import drawings
from tests.ui.classroom.conftest import again, session_of
from tests.ui.conftest import components_of, trained

Words = Callable[[AppTest], str]


def digits(mnist: Mnist, n: int) -> list[tuple[Gray, int]]:
    """n of MNIST's digits that stand for drawings, threes and sixes in turn, and which of them each is."""
    of = [np.flatnonzero(mnist.y_train == digit) for digit in (3, 6)]
    return [(mnist.x_train[of[i % 2][-1 - i]].copy(), i % 2) for i in range(n)]


def send(store: Store, member: Member, round_: Round, drawn: list[tuple[Gray, int]]) -> None:
    for image, label in drawn:
        store.draw(member, round_.id, image, label)


def settled(at: AppTest) -> AppTest:
    """Once all its work in the background is over."""
    trained(at)
    for watcher in session_of(at).client.watchers.values():
        assert watcher.wait(120)
    return again(at)


def test_an_empty_wall_says_what_to_do(
    wall: Callable[[], AppTest], open_round: Callable[..., Round], words: Words
) -> None:
    open_round("draw", {"digit": 1}, ("3", "6"))
    at = wall()
    assert "Draw a 6 on your phone" in words(at)
    assert "class-tiles" not in components_of(at)
    assert components_of(at)["dock-play"]["total"] == 972


def test_the_wall_has_every_drawing_and_its_answer_at_each_step(
    wall: Callable[[], AppTest],
    store: Store,
    class_: Class,
    member: Member,
    open_round: Callable[..., Round],
    mnist: Mnist,
    blocks: list[dict[str, Any]],
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    drawn = digits(mnist, 6)
    send(store, member, round_, drawn)
    waits = store.draw(member, round_.id, drawn[0][0], 0)
    store.set_drawing_state(class_, waits.id, "waiting")
    at = settled(wall())
    shown = components_of(at)["class-tiles"]
    assert (shown["classes"], shown["n_test"], shown["acts"]) == (["3", "6"], 1968, True)
    assert [tile["label"] for tile in shown["tiles"]] == [0, 1] * 3
    assert {tile["who"] for tile in shown["tiles"]} == {"Ada <b>*"}

    training = Training(Experiment(), mnist=mnist)
    list(training)
    images = np.array([image for image, _ in drawn])
    bits = as_examples(images, np.ones(6, bool), Experiment().data).bits
    simulator = make_simulator(Experiment().circuit, 16, "cirq")
    values = simulator.expectation(training.model.weights()["exponents"], simulator.encode(bits))
    block = blocks[-1]
    np.testing.assert_array_equal(block["pictures"], images)
    assert block["answers"].shape == (len(block["steps"]), max(tile["pattern"] for tile in shown["tiles"]) + 1)
    found = block["answers"][-1, [tile["pattern"] for tile in shown["tiles"]]]
    np.testing.assert_allclose(found, values, atol=1e-9)

    rows = components_of(at)["class-whiskers"]["rows"]
    assert [row["name"] for row in rows] == ["QNN 4×4", "QNN 28×28", "Logistic regression"]
    share = float(np.mean((values > 0) == (np.arange(6) % 2 == 0)))
    assert rows[0]["marks"][0] == [share, *accuracy_interval(share, 6), 6]
    assert rows[0]["marks"][1][3] == 1968
    n_misread = round(6 * (1 - share))
    assert rows[0]["about"] == f"{n_misread} drawing{'' if n_misread == 1 else 's'} misread"


def test_training_with_the_drawings_says_what_changed(
    wall: Callable[[], AppTest],
    store: Store,
    class_: Class,
    member: Member,
    open_round: Callable[..., Round],
    mnist: Mnist,
    words: Words,
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    send(store, member, round_, digits(mnist, 8))
    at = settled(wall())
    send(store, store.enter(class_, "Bo")[0], round_, digits(mnist, 2))
    again(at)
    assert "10 drawings by 2 students" in words(at)
    (caption,) = [one for one in at.caption if "by 2 students" in one.value]
    assert "take the drawings as independent" in caption.help
    at.button(key="class-with").click().run()
    said = words(settled(at))
    assert "take the drawings as independent" in said
    assert "With 6 drawings among the training images" in said
    assert "- Drawings held out: " in said
    assert " of 1968, " in said
    assert "the same hands drew it" in said

    send(store, member, round_, digits(mnist, 1))
    assert "With 6 drawings among the training images" in words(again(at))
    last = store.drawings(class_, round_.id, ("shown",))[-2]
    for state, is_said in (("hidden", False), ("shown", True)):
        store.set_drawing_state(class_, last.id, state)
        assert ("among the training images" in words(again(at))) == is_said
    store.delete_drawing(class_, last.id)
    assert "among the training images" not in words(again(at))
    assert not at.button(key="class-with").disabled


def test_a_wall_looks_for_its_networks_once_and_counts_what_waits(
    wall: Callable[[], AppTest],
    store: Store,
    class_: Class,
    member: Member,
    open_round: Callable[..., Round],
    mnist: Mnist,
    monkeypatch: pytest.MonkeyPatch,
    words: Words,
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    send(store, member, round_, digits(mnist, 3))
    waits = store.drawings(class_, round_.id, ("shown",))[-1]
    store.set_drawing_state(class_, waits.id, "waiting")
    at = settled(wall())
    networks, drawings = draw._networks, Store.drawings
    looks: list[Any] = []
    reads: list[Any] = []

    def looked(*asked: Any) -> Any:
        looks.append(asked)
        return networks(*asked)

    def read(self: Store, *asked: Any) -> Any:
        reads.append(asked[-1])
        return drawings(self, *asked)

    monkeypatch.setattr(draw, "_networks", looked)
    monkeypatch.setattr(Store, "drawings", read)
    assert "1 more wait" in words(again(at))
    assert len(looks) == 1
    assert ("waiting",) not in reads


def test_too_few_drawings_are_refused(
    wall: Callable[[], AppTest],
    store: Store,
    member: Member,
    open_round: Callable[..., Round],
    mnist: Mnist,
    words: Words,
) -> None:
    send(store, member, open_round("draw", {}, ("3", "6")), digits(mnist, 3))
    at = settled(wall())
    at.button(key="class-with").click().run()
    assert "too few drawings of 6, 1 of at least 2" in words(settled(at))


def test_the_round_keeps_its_digits_whatever_the_settings_are(
    wall: Callable[[], AppTest], store: Store, member: Member, open_round: Callable[..., Round], mnist: Mnist
) -> None:
    send(store, member, open_round("draw", {}, ("1", "7")), digits(mnist, 2))
    shown = components_of(wall())["class-tiles"]
    assert shown["classes"] == ["1", "7"]
    assert shown["n_test"] == len(prepare(mnist, DataConfig(digits=(1, 7))).test)


def test_a_tile_hides_or_deletes_its_drawing(
    store: Store, class_: Class, member: Member, open_round: Callable[..., Round], mnist: Mnist
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    send(store, member, round_, digits(mnist, 2))
    first, second = store.drawings(class_, round_.id, ("shown",))
    act = sketch.acting(Teacher(store, class_))
    act(first.id, "hide")
    act(second.id, "delete")
    assert [one.id for one in store.drawings(class_, round_.id, ("hidden", "shown"))] == [first.id]
    act(second.id, "anything else")


def sent_captions(at: AppTest) -> list[str]:
    return [image.caption for element in at.get("image") for image in element.proto.imgs]


def test_a_phone_sends_what_is_drawn_and_says_how_it_stands(
    phone: Callable[..., AppTest],
    store: Store,
    class_: Class,
    open_round: Callable[..., Round],
    mnist: Mnist,
    words: Words,
) -> None:
    store.change(class_, looks_first=True)
    round_ = open_round("draw", {}, ("3", "6"))
    at = phone()
    assert [at.button(key=f"send-{round_.id}-{i}").label for i in (0, 1)] == ["Send a 3", "Send a 6"]
    assert components_of(at)[f"sketch-{round_.id}-0"] == {
        "strokes": None,
        "packed": None,
        "hint": "Draw a 3 or a 6 here",
        "size": "large",
        "place": str(round_.id),
    }
    at.button(key=f"send-{round_.id}-1").click().run()
    assert "Nothing is drawn yet: draw first." in words(at)

    image = digits(mnist, 1)[0][0]
    session_of(at).sketch = Drawing("[1]", image)
    at.button(key=f"send-{round_.id}-1").click().run()
    (drawn,) = store.drawings(class_, round_.id, ("waiting",))
    assert drawn.label == 1
    np.testing.assert_array_equal(drawn.pixels, image)
    assert components_of(at)[f"sketch-{round_.id}-1"]["strokes"] == "[]"
    assert sent_captions(at) == ["waits"]
    assert "1 drawing sent; 1 waits for your teacher" in words(at)
    store.set_drawing_state(class_, drawn.id, "shown")
    assert sent_captions(again(at)) == ["on the wall"]


def test_a_pad_that_was_given_away_fills_no_other(
    phone: Callable[..., AppTest], open_round: Callable[..., Round], mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a late browser tells once more what is on it."""
    told: dict[str, Callable[[dict[str, str]], None]] = {}
    show = pad.drawing_pad

    def shown(key: str, strokes: Any, packed: Any, hint: str, tell: Any, size: Any, place: str) -> None:
        told[key] = tell
        show(key, strokes, packed, hint, tell, size, place)

    monkeypatch.setattr(drawings, "drawing_pad", shown)
    round_ = open_round("draw", {}, ("3", "6"))
    at = phone()
    session_of(at).sketch = Drawing("[1]", digits(mnist, 1)[0][0])
    at.button(key=f"send-{round_.id}-1").click().run()
    assert session_of(at).sketch is None
    now = session_of(at)
    monkeypatch.setattr(drawings, "session", lambda: now)
    monkeypatch.setattr(drawings, "read_strokes", lambda sent: Drawing(sent["strokes"], None))
    told[f"sketch-{round_.id}-0"]({"strokes": "[1]"})
    assert now.sketch is None
    told[f"sketch-{round_.id}-1"]({"strokes": "[2]"})
    assert now.sketch == Drawing("[2]", None)


def test_what_is_refused_stays_on_the_pad(
    phone: Callable[..., AppTest],
    store: Store,
    class_: Class,
    open_round: Callable[..., Round],
    mnist: Mnist,
    words: Words,
) -> None:
    round_ = open_round("draw", {"digit": 0}, ("3", "6"))
    at = phone()
    assert at.button(key=f"send-{round_.id}-0").label == "Send your 3"
    session_of(at).sketch = Drawing("[1]", digits(mnist, 1)[0][0])
    store.change(class_, is_paused=True)
    at.button(key=f"send-{round_.id}-0").click().run()
    assert "The class is paused: wait until your teacher goes on." in words(at)
    assert session_of(at).sketch is not None
    session_of(at).sketch = Drawing("[1]", None, "the drawing arrived incomplete: draw one more stroke")
    at.button(key=f"send-{round_.id}-0").click().run()
    assert "The drawing arrived incomplete: draw one more stroke." in words(at)


def test_phones_read_a_class_once_however_many_look(
    phone: Callable[..., AppTest],
    store: Store,
    class_: Class,
    open_round: Callable[..., Round],
    mnist: Mnist,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    looks: list[tuple[Callable[[], object], object]] = []
    monkeypatch.setattr(page, "watch", lambda pupil, seconds, shown, known: looks.append((shown, known)))
    for name in ("Ada", "Bo"):
        phone(name)
    (ada, known_to_ada), (bo, known_to_bo) = looks
    asked: list[str] = []

    def count(name: str) -> None:
        ask = getattr(store, name)

        def counted(*arguments: Any) -> Any:
            asked.append(name)
            return ask(*arguments)

        monkeypatch.setattr(store, name, counted)

    for name in ("revision", "current", "round_of", "own_drawings"):
        count(name)
    place.look_anew()
    assert (ada(), bo()) == (known_to_ada, known_to_bo)
    assert len(asked) <= 3, "all of it was read for another session at this revision, or is read now"
    asked.clear()
    send(store, store.members(class_)[0], round_, digits(mnist, 1))
    place.look_anew()
    assert bo() == known_to_bo
    assert ada() != known_to_ada
    assert sorted(asked) == ["current", "revision", "round_of"]
    store.close_round(class_, round_.id)
    place.look_anew()
    assert bo() != known_to_bo
    store.remove_member(class_, store.members(class_)[0].id)
    place.look_anew()
    assert ada() is None


def test_a_press_for_another_round_gives_nothing(
    phone: Callable[..., AppTest], store: Store, class_: Class, open_round: Callable[..., Round], mnist: Mnist
) -> None:
    """As where a student presses Send just as the teacher opens the next round."""
    first = open_round("draw", {"digit": 0}, ("3", "6"))
    at = phone()
    session_of(at).sketch = Drawing("[1]", digits(mnist, 1)[0][0])
    at.button(key=f"send-{first.id}-0").click()
    second = open_round("teach", {}, ("heart", "star"))
    at.run()
    assert not at.exception
    for round_ in (first, second):
        assert store.drawings(class_, round_.id, ("shown",)) == ()
    assert session_of(at).sketch is None
    assert components_of(at)[f"sketch-{second.id}-0"]["strokes"] is None
    at.button(key=f"send-{second.id}-0").click().run()
    assert store.drawings(class_, second.id, ("shown",)) == (), "nothing is drawn for this one yet"


def test_what_is_drawn_alone_stays_alone(
    phone: Callable[..., AppTest], store: Store, class_: Class, open_round: Callable[..., Round], mnist: Mnist
) -> None:
    """As where somebody who follows teaches an own network, and the teacher goes on to the wall."""
    round_ = open_round("draw", {"digit": 0}, ("3", "6"))
    at = phone()
    now = session_of(at)
    now.sketching, now.sketch, now.giving = "own", Drawing("[1]", digits(mnist, 1)[0][0]), ("own", 1)
    again(at)
    assert store.drawings(class_, round_.id, ("shown",)) == ()
    assert now.sketch is None
    assert now.giving is None


def test_a_closed_round_takes_no_more(
    phone: Callable[..., AppTest], store: Store, class_: Class, open_round: Callable[..., Round], words: Words
) -> None:
    round_ = open_round("draw", {}, ("3", "6"))
    store.close_round(class_, round_.id)
    at = phone()
    assert "Drawing is closed" in words(at)
    assert not [key for key in components_of(at) if key.startswith("sketch")]


def test_the_teacher_asks_for_a_digit(wall: Callable[[], AppTest], store: Store, class_: Class) -> None:
    at = wall()
    session_of(at).setting_up = True
    at.run()
    at.segmented_control(key="round-kind").set_value("draw").run()
    at.segmented_control(key="draw-ask").set_value("6").run()
    at.button(key="draw-start").click().run()
    assert not at.exception
    (round_,) = store.rounds(class_)
    assert (round_.kind, round_.ask, round_.choices) == ("draw", {"digit": 1}, ("3", "6"))


def test_the_form_opens_as_new_whatever_a_late_browser_says(wall: Callable[[], AppTest]) -> None:
    """It draws the form as new, and may have told before what the last one was."""
    at = wall()
    at.main.button(key="round-new").click().run()
    at.segmented_control(key="round-kind").set_value("draw").run()
    assert [one.key for one in at.segmented_control] == ["round-kind", "draw-ask"]
    at.main.button(key="round-new").click().run()
    assert not at.exception
    assert at.segmented_control(key="round-kind").value == "predict"
