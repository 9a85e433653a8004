"""Search: settings tried on phones, the board, and the test that is opened once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import from_address, to_address
from qmnist_core.classroom import Class, Member, Round, Store
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import ClassError
from qmnist_core.studies import search
from qmnist_core.training.loop import Training
from qmnist_core.ui.classroom.search import shown
from qmnist_core.ui.session.place import look_anew
from tests.ui.classroom.conftest import again, session_of
from tests.ui.conftest import components_of

Words = Callable[[AppTest], str]
BASE = Experiment(data=DataConfig(n_examples=100), epochs=1)
ASK = {
    "open": ["rate", "epochs"],
    "settings": to_address(BASE),
    "limits": {"most_size": 4, "most_layers": 3, "most_epochs": 5},
}


@pytest.fixture
def round_(open_round: Callable[..., Round]) -> Round:
    return open_round("search", ASK)


def done(at: AppTest) -> AppTest:
    for watcher in session_of(at).client.watchers.values():
        assert watcher.wait(120)
    return again(at)


def test_a_phone_tries_settings_and_enters_what_it_found(
    phone: Callable[..., AppTest], store: Store, class_: Class, round_: Round, mnist: Mnist, words: Words
) -> None:
    at = phone()
    assert session_of(at).experiment == BASE
    assert "Training takes about" in words(at)
    at.select_slider(key="search-rate").set_value(0.01)  # in one go with the button, as a late server sees it
    at.button(key="search-try").click().run()
    done(at)
    (entry,) = store.entries(class_, round_.id)
    tried = Experiment(data=BASE.data, epochs=1, learning_rate=0.01)
    assert from_address(dict(parse_qsl(entry.settings)))[0] == tried
    training = Training(tried, mnist=search.without_test(mnist))
    *_, finished = training
    assert entry.accuracy == finished.accuracy  # type: ignore[attr-defined]
    assert entry.n_images == len(training.test_examples)
    done(at)
    assert len(store.entries(class_, round_.id)) == 1  # once
    assert "Your last network" in words(at)
    (row,) = components_of(at)["search-board"]["rows"]
    assert (row["name"], row["about"], row["is_own"]) == ("1. Ada", "learning rate 0.01", True)


def test_settings_beyond_the_limits_are_refused_before_they_are_tried(
    phone: Callable[..., AppTest], round_: Round, words: Words
) -> None:
    at = phone()
    at.number_input(key="search-epochs").set_value(6).run()
    assert "The number of epochs can be 5 at most in this search, got 6: choose less." in words(at)
    assert not [button for button in at.button if button.key == "search-try"]


def test_only_what_may_be_changed_is_tried(
    phone: Callable[..., AppTest], store: Store, class_: Class, round_: Round
) -> None:
    at = phone()
    elsewhere = DataConfig(digits=(0, 1), n_examples=500)  # chosen on another page
    session_of(at).experiment = Experiment(data=elsewhere, epochs=2, batch_size=8)
    again(at).button(key="search-try").click().run()
    done(at)
    (entry,) = store.entries(class_, round_.id)
    assert from_address(dict(parse_qsl(entry.settings)))[0] == Experiment(data=BASE.data, epochs=2)


def enter(store: Store, class_: Class, round_: Round, accuracies: list[tuple[str, str, float]]) -> None:
    members: dict[str, Member] = {}
    for name, settings, accuracy in accuracies:
        if name not in members:
            members[name] = store.enter(class_, name)[0]
        store.enter_search(members[name], round_.id, settings, accuracy, 2400)


def test_the_wall_opens_the_test_once_and_says_how_much_was_luck(
    wall: Callable[[], AppTest], store: Store, class_: Class, round_: Round, mnist: Mnist, words: Words
) -> None:
    short = "examples=100&epochs=1"
    entered = [("Ada", f"{short}&rate=0.01", 0.95), ("Bo", short, 0.7), ("Ada", short, 0.7), ("Cy", short, 0.6)]
    enter(store, class_, round_, entered)
    at = wall()
    board = components_of(at)["search-wall"]
    assert [row["name"] for row in board["rows"]] == ["1. Ada", "2. Bo", "3. Cy"]
    assert [row["about"] for row in board["rows"]] == ["learning rate 0.01", "as given", "as given"]
    assert board["kinds"] == ["validation images"]
    assert "4 networks by 3 members" in words(at)

    at.button(key="search-test").click().run()
    done(at)
    found = {entry.member_id: entry.test_accuracy for entry in store.board(class_, round_.id)}
    network = Training(Experiment(data=BASE.data, epochs=1), mnist=search.without_test(mnist))
    list(network)
    images = search.test_images(mnist, BASE.data)
    bo = network.model.evaluate(network.model.prepare(images))[1]
    assert list(found.values())[1:] == [bo, bo]
    rows: list[dict[str, Any]] = components_of(again(at))["search-wall"]["rows"]
    assert rows[1]["marks"][1][0] == bo
    said = words(at)
    assert "Ada scored" in said
    (caption,) = [one for one in at.caption if "by luck alone" in one.value]
    assert "Train and Compare show the accuracy on the test images" in caption.help
    points = 100 * search.likely_excess(np.array([0.95, 0.6]), 2400)  # different settings, each once
    assert f"would look {points:.1f} points better than it is" in said
    assert not [button for button in at.button if button.key == "search-test"]
    assert not store.round_of(class_, round_.id).is_open


def test_nothing_is_entered_once_the_test_is_being_opened(
    wall: Callable[[], AppTest], store: Store, class_: Class, round_: Round
) -> None:
    ada = store.enter(class_, "Ada")[0]
    store.enter_search(ada, round_.id, "examples=100&epochs=1", 0.7, 2400)
    at = wall()
    better = store.enter_search(ada, round_.id, "examples=100&epochs=1&rate=0.01", 0.8, 2400)  # not yet on the wall
    at.button(key="search-test").click().run()
    assert not store.round_of(class_, round_.id).is_open
    with pytest.raises(ClassError, match="closed"):
        store.enter_search(ada, round_.id, "examples=100", 0.99, 2400)
    done(at)
    assert [entry.id for entry in store.entries(class_, round_.id) if entry.test_accuracy is not None] == [better.id]
    assert [row["about"] for row in components_of(again(at))["search-wall"]["rows"]] == ["learning rate 0.01"]


def test_the_teacher_sets_the_limits(wall: Callable[[], AppTest], store: Store, class_: Class) -> None:
    at = wall()
    session_of(at).setting_up = True
    at.run()
    at.segmented_control(key="round-kind").set_value("search").run()
    at.slider(key="search-layers").set_value(2).run()
    at.button(key="search-start").click().run()
    (round_,) = store.rounds(class_)
    assert round_.ask["limits"] == {"most_size": 4, "most_layers": 2, "most_epochs": 5}
    assert set(round_.ask["open"]) == {"threshold", "layers", "init", "rate", "epochs", "batch", "seed"}


def test_a_search_begins_within_its_limits(
    wall: Callable[[], AppTest], phone: Callable[..., AppTest], store: Store, class_: Class
) -> None:
    at = wall()
    layers = CircuitConfig(("XX", "ZZ", "XX"))
    session_of(at).experiment = Experiment(data=BASE.data, circuit=layers, epochs=20)
    session_of(at).setting_up = True
    at.run()
    at.segmented_control(key="round-kind").set_value("search").run()
    at.slider(key="search-layers").set_value(2).run()
    assert "Train and Compare show the accuracy on the test images" in at.button(key="search-start").help
    at.button(key="search-start").click().run()
    pupil = phone()
    assert session_of(pupil).experiment == Experiment(data=BASE.data, epochs=10)
    assert not pupil.button(key="search-try").disabled


def test_the_board_is_read_once_for_all_who_look(
    phone: Callable[..., AppTest],
    wall: Callable[[], AppTest],
    store: Store,
    class_: Class,
    round_: Round,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads: list[int] = []
    entries = Store.entries

    def counted(self: Store, *asked: Any) -> Any:
        reads.append(1)
        return entries(self, *asked)

    enter(store, class_, round_, [("Ada", "examples=100", 0.7)])
    places = [phone("Bo"), phone("Cy"), wall()]
    pupil = session_of(places[0]).pupil
    assert pupil is not None
    known = shown(pupil, round_)
    monkeypatch.setattr(Store, "entries", counted)
    enter(store, class_, round_, [("Di", "examples=100", 0.8)])
    look_anew()
    assert shown(pupil, round_) != known
    for at, key in zip(places, ("search-board", "search-board", "search-wall"), strict=True):
        assert [row["name"] for row in components_of(again(at))[key]["rows"]] == ["1. Di", "2. Ada"]
    assert len(reads) == 1


def test_a_test_that_another_page_of_the_teachers_has_opened_is_shown(
    wall: Callable[[], AppTest], store: Store, class_: Class, round_: Round, words: Words
) -> None:
    enter(store, class_, round_, [("Ada", "examples=100&epochs=1", 0.7)])
    first, second = wall(), wall()
    for at in (first, second):
        at.button(key="search-test").click().run()
        assert not at.error
    for at in (first, second):
        assert "Ada scored" in words(done(at))
        assert not at.error
