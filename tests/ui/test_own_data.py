"""The data set as a setting: those of the server by name, and uploads, which stay with their session."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qmnist_core.data.mnist import Mnist, read_upload
from qmnist_core.errors import ConfigError, DataError
from qmnist_core.runs import pack_run
from qmnist_core.runs.record import Record
from qmnist_core.ui.session import own_data, state
from qmnist_core.ui.shared import ten as shared_ten
from tests.data.packing import folders

PAGES = ("home", "data", "circuit", "train", "compare", "draw", "computes", "plateau", "resolution", "noise")
PETS = folders(12, cat=0, dog=110)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """What a server keeps."""
    st.cache_resource.clear()
    st.cache_data.clear()
    own_data._all.clear()  # of sessions of other tests
    yield
    st.cache_resource.clear()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A server with two data sets beside MNIST, of which one cannot be read."""
    (tmp_path / "pets.zip").write_bytes(PETS)
    (tmp_path / "broken.npz").write_bytes(b"no data")
    monkeypatch.setenv("QMNIST_DATA", str(tmp_path))
    return tmp_path


def address(at: AppTest) -> dict[str, str]:
    return {name: value[0] if isinstance(value, list) else value for name, value in at.query_params.items()}


def data_box(at: AppTest) -> Any:
    return at.selectbox(key="panel-data")


def upload(at: AppTest, content: bytes = PETS, name: str = "pets.zip") -> AppTest:
    """Through the dialog, as a visitor does it."""
    data_box(at).select("…").run()
    at.file_uploader(key="own-data-file").set_value((name, content, "application/zip")).run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    return " ".join(str(one.value) for one in [*at.warning, *at.error, *at.markdown, *at.caption, *at.success])


# The data sets of the server


def test_mnist_is_shown_and_left_out_of_the_address(shelf: Path, open_page: Any) -> None:
    at = open_page("data")
    assert data_box(at).value == "mnist"
    assert data_box(at).options == ["MNIST", "broken", "pets", "Your own…"]
    assert address(at) == {}


def test_a_data_set_is_chosen_by_its_name(shelf: Path, open_page: Any) -> None:
    at = open_page("data")
    data_box(at).select("pets").run()
    assert address(at) == {"data": "pets", "digits": "0-1"}
    assert at.selectbox(key="panel-digits-0").options == ["cat", "dog"]
    assert not at.error
    data_box(at).select("mnist").run()
    assert address(at) == {"digits": "0-1"}, "MNIST has these, too"


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_names_and_no_digits(shelf: Path, open_page: Any, page: str) -> None:
    at = open_page(page, data="pets")
    assert not at.error
    words = said(at)
    assert "MNIST" not in words.replace("MNIST’s", "")
    assert "digit" not in words.lower().replace("digits 0-1", "").replace("*any digit* all ten", "")


@pytest.mark.parametrize("page", PAGES)
def test_pages_say_what_is_wrong_with_a_data_set(shelf: Path, open_page: Any, page: str) -> None:
    (error,) = open_page(page, data="broken").error
    assert "a file of another kind, not an .npz file" in error.value


@pytest.mark.parametrize("name", ["nothing", "upload-0123456789abcdef", "../broken", "", "MNIST"])
def test_a_name_that_is_not_here_gets_a_sentence(shelf: Path, open_page: Any, name: str) -> None:
    at = open_page("data", data=name)
    (warning,) = at.warning
    assert warning.value.startswith(f"The address says data={name}: ".replace("_", "\\_"))
    assert warning.value.endswith("The default mnist is used.")
    assert data_box(at).value == "mnist"
    assert address(at) == {}


def test_classes_that_a_data_set_does_not_have_get_a_sentence(shelf: Path, open_page: Any) -> None:
    at = open_page("data", data="pets", digits="0-7")
    (warning,) = at.warning
    assert warning.value == "The address says digits=0-7: pets has no such classes. Its first two are shown."
    assert address(at)["digits"] == "0-1"


def test_the_servers_one_data_set_is_the_usual_one(
    shelf: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QMNIST_DATA", str(shelf / "pets.zip"))
    at = open_page("data")
    assert data_box(at).options == ["MNIST", "pets", "Your own…"]
    assert data_box(at).value == "pets"
    assert "data" not in address(at)
    data_box(at).select("mnist").run()
    assert address(at)["data"] == "mnist"


def test_a_teacher_locks_it_as_any_setting(shelf: Path, open_page: Any) -> None:
    at = open_page("data", data="pets", _only="threshold")
    assert "panel-data" not in [box.key for box in at.selectbox]
    assert "own-data" not in [button.key for button in at.button]
    assert "data set pets, examples used all, digits cat and dog" in said(at)


def test_reset_goes_back_to_the_usual_data(shelf: Path, open_page: Any) -> None:
    at = open_page("data", data="pets")
    at.button(key="reset").click().run()
    assert address(at) == {}


# Uploads


def test_an_upload_is_shown_with_its_names(open_page: Any) -> None:
    at = upload(open_page("data"))
    assert "**pets** is shown: 20 images to train on, 4 to test, of 2 classes: cat, dog." in [
        one.value for one in at.success
    ]
    name = address(at)["data"]
    assert name.startswith("upload-")
    assert data_box(at).value == name
    assert data_box(at).options == ["MNIST", "pets", "Your own…"]
    assert at.selectbox(key="panel-digits-1").value == 1


@pytest.mark.parametrize("page", PAGES)
def test_pages_show_an_upload(open_page: Any, page: str) -> None:
    at = upload(open_page(page))
    assert not at.error
    assert address(at)["digits"] == "0-1"


def test_a_file_that_is_refused_changes_nothing(open_page: Any) -> None:
    at = upload(open_page("data"), b"no data", "own.zip")
    (error,) = at.error
    assert error.value.startswith("This file is not used: own.zip is a file of another kind")
    assert address(at) == {}
    assert at.session_state.session.own_data is None


def test_no_other_session_can_show_it(open_page: Any) -> None:
    at = upload(open_page("data"))
    name = address(at)["data"]
    other = open_page("data", data=name)
    assert "an upload stays in its own session" in other.warning[0].value
    assert address(other) == {}
    assert data_box(other).options == ["MNIST", "Your own…"]


def test_its_settings_cannot_be_taken_by_another_session(open_page: Any) -> None:
    """Neither by a widget's value nor by a saved run."""
    at = upload(open_page("train"))
    experiment = at.session_state.session.experiment
    viewer = at.session_state.session.client.viewers["live"]
    assert viewer.wait(60)

    def script(*given: object) -> None:
        from functools import partial

        import streamlit

        from qmnist_core.errors import ConfigError
        from qmnist_core.ui.session import state
        from qmnist_core.ui.shared import live

        things: Any = given
        for take in (partial(state.change, things[0]), partial(live.open_run, things[1])):
            try:
                take()
            except ConfigError as error:
                streamlit.error(str(error))

    packed = pack_run(Record.of_viewer(viewer).run((0.5, 0.5)))
    other = AppTest.from_function(script, args=(experiment, packed)).run()
    assert not other.exception
    assert [error.value for error in other.error] == [
        "it is of an upload that this session does not have: upload the same data first"
    ] * 2
    assert other.session_state.session.experiment.data.file is None


def test_nothing_of_it_is_in_the_servers_caches(open_page: Any) -> None:
    at = upload(open_page("computes"))
    held = at.session_state.session.own_data
    assert {what.split(" ")[1] for what in held._kept} >= {"_gray", "dataset", "patterns"}
    data = at.session_state.session.experiment.data
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_data, "find", lambda name: None)  # the server's caches alone
        with pytest.raises(DataError, match="was an upload, which only its own session has"):
            state.dataset(data)


def test_it_is_gone_with_its_session(open_page: Any) -> None:
    at = upload(open_page("train"))
    now = at.session_state.session
    experiment, kept = now.experiment, weakref.ref(now.own_data)
    for watcher in [*now.client.viewers.values(), *now.client.watchers.values()]:
        assert watcher.wait(60)
    assert state.workshop().find(experiment) is not None
    now.client.away(0)
    now.client._timer.join(10)
    assert now.own_data is None
    assert state.workshop().find(experiment) is None, "what was trained on it goes, too"
    del at, now
    gc.collect()
    assert kept() is None
    with pytest.raises(DataError, match="this upload is gone"):
        state.dataset(experiment.data)


def test_whoever_comes_back_too_late_is_told(open_page: Any) -> None:
    at = upload(open_page("data"))
    at.session_state.session.client.away(0)
    at.session_state.session.client._timer.join(10)
    at.run()
    assert "Your upload is gone, as this page was away for long: MNIST is shown in its place." in [
        one.value for one in at.warning
    ]
    assert not at.error
    assert address(at).get("data") is None


def test_two_sessions_with_the_same_data_hold_one_copy(open_page: Any) -> None:
    one, two = upload(open_page("data")), upload(open_page("data"))
    assert one.session_state.session.own_data is two.session_state.session.own_data
    state.forget_upload(one.session_state.session)
    two.selectbox(key="panel-data").select("mnist").run()
    two.selectbox(key="panel-data").select(two.session_state.session.own_data.name).run()
    assert not two.error, "the other session still has it"


def test_another_upload_takes_its_place(open_page: Any) -> None:
    at = upload(open_page("data"))
    first = address(at)["data"]
    upload(at, folders(6, ant=0, bee=80, cow=120), "three.zip")
    assert address(at)["data"] != first
    assert data_box(at).options == ["MNIST", "three", "Your own…"]
    assert not own_data.is_held(first)


def test_it_can_be_removed(open_page: Any) -> None:
    at = upload(open_page("data"))
    at.button(key="own-data-remove").click().run()
    assert at.session_state.session.own_data is None
    assert "data" not in address(at.run())


def test_a_server_holds_only_so_many_bytes_of_uploads(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = read_upload(PETS, "pets.zip")
    monkeypatch.setattr(own_data, "MOST_BYTES", first.n_bytes + 100)
    upload(open_page("data"))
    at = upload(open_page("data"), folders(12, ant=0, bee=80), "insects.zip")
    assert "this server holds as many uploads as it has room for" in at.error[0].value


def test_equal_settings_on_other_data_are_other_figures(shelf: Path, open_page: Any) -> None:
    one = open_page("data", data="pets").session_state.session.experiment.data
    two = upload(open_page("data"), folders(12, ant=60, bee=0), "insects.zip").session_state.session.experiment.data
    assert replace(one, file=None) == replace(two, file=None)
    sets = [state.dataset(data) for data in (one, two, replace(one, file=None))]
    assert [data.names for data in sets] == [("cat", "dog"), ("ant", "bee"), (0, 1)]
    assert not np.array_equal(sets[0].gray.all_images, sets[1].gray.all_images)


def test_sharing_says_that_it_stays_here(open_page: Any) -> None:
    at = upload(open_page("data"))
    at.session_state.session.choosing_data = False
    at.run()
    at.button(key="share").click().run()
    assert "Your own data stay in your session: whoever opens the link sees MNIST." in [w.value for w in at.warning]


def test_only_an_upload_of_ones_own_can_be_taken() -> None:
    with pytest.raises(ConfigError):
        state.check_here("upload-0123456789abcdef")


# What is always about MNIST


def test_ten_digits_stays_on_mnist(shelf: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trained_on: list[int] = []

    def recorded(mnist: Mnist, *more: int) -> Iterator[object]:
        trained_on.append(len(mnist.x_train))
        return iter(())

    monkeypatch.setattr(shared_ten, "ten", recorded)
    at = open_page("ten", data="pets")
    assert at.session_state.session.client.watchers["ten"].wait(60)
    assert trained_on == [60_000]
    assert address(at)["data"] == "pets", "the other pages go on with it"


def test_a_class_plays_on_mnist(shelf: Path, open_page: Any) -> None:
    at = open_page("class", data="pets")
    assert "pets gives way to MNIST here: a class plays with its digits." in [one.value for one in at.warning]
    assert "data" not in address(at)


def test_a_lessons_steps_are_on_mnist(shelf: Path, open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QMNIST_DATA", str(shelf / "pets.zip"))
    at = open_page("home", _lesson="1-from-image-to-circuit")
    assert data_box(at).value == "pets", "as the server begins"
    at.button(key="lesson-Next").click().run()
    assert not at.exception
    assert at.session_state.session.experiment.data.file is None
    assert at.session_state.session.experiment.data.digits == (3, 6)
