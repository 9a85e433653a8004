"""The page of ten digits: its training, the digit that is read, its mistakes, maps and words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.views import DRAWN
from qmnist_core.data.drawing import packed_digit
from qmnist_core.data.mnist import Mnist
from qmnist_core.ui.ten import views


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "EPOCHS", 1)


def trained(at: AppTest) -> AppTest:
    assert at.session_state.session.client.watchers["ten"].wait(120)
    at.run()
    assert not at.exception
    return at


def progress(at: AppTest) -> str:
    return str(at.main.get("progress")[-1].proto.text)


def figure(components: Any, at: AppTest, key: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(components(at)[key]["figure"])
    return shown


def test_it_trains_by_itself_and_reads_a_test_image(open_page: Any, components: Any, words: Any) -> None:
    at = trained(open_page("ten", _circuits="1"))
    assert progress(at).startswith("**Test images right: ")
    assert "Softmax regression: " in progress(at)
    assert re.search(r"The first test image is read as a \*\*\d\*\*", words(at))
    bars = figure(components, at, "ten-bars")["data"][0]
    assert sum(bars["x"]) == pytest.approx(1, abs=0.01)
    curve = figure(components, at, "ten-curve")
    assert curve["data"][0]["x"][-1] == 108
    assert "softmax regression" in curve["layout"]["annotations"][0]["text"]
    assert not [button for button in at.main.button if button.label in ("Stop", "Train again")]


def test_a_drawing_is_read(open_page: Any, words: Any, mnist: Mnist) -> None:
    drawn = DRAWN.write(packed_digit((mnist.x_test[2] > 127).astype("uint8") * 255))
    at = trained(open_page("ten", _circuits="1", _drawn=drawn))
    assert "Your drawing is read as a **1**" in words(at)


def test_a_cell_opens_its_images(open_page: Any, components: Any, words: Any) -> None:
    at = trained(open_page("ten", _ten="mistakes", _circuits="1"))
    shown = figure(components, at, "ten-mistakes")
    assert "are misread, most often a " in shown["layout"]["meta"]["alt"]
    true, said = (next(box for box in at.main.selectbox if box.key == key) for key in ("ten-true", "ten-said"))
    assert isinstance(said.value, int)
    assert true.value != said.value
    true.set_value(3).run()
    assert not at.exception
    assert at.query_params["show-confused"] in (f"{30 + said.value}", [f"{30 + said.value}"])
    at = trained(open_page("ten", _ten="mistakes", _circuits="1", _confused="44", _confused_images="2"))
    assert "test images, the surest first; below each the share of the softmax for 4" in words(at)
    next(button for button in at.main.button if button.label == "Next images").click().run()
    assert at.query_params["show-confused-images"] in ("3", ["3"])


def test_maps_and_words_come_from_the_trained_circuits(open_page: Any, components: Any, words: Any) -> None:
    at = trained(open_page("ten", _ten="maps", _circuits="4"))
    assert "Maps of φ of 4 circuits for each of the ten digits" in components(at)["ten-wall"]["svg"]
    said = words(trained(open_page("ten", _ten="quantum", _circuits="1")))
    for part in (
        "10 circuits of 785 qubits each, 1 a digit",
        "softmax regression on the same 10,000 test images",
        "purity tr ρ²",
        "one multiplication a pixel",
        "with 95 % probability after about",
    ):
        assert part in said


def test_it_is_stopped_and_trained_again(
    open_page: Any, words: Any, monkeypatch: pytest.MonkeyPatch, components: Any
) -> None:
    monkeypatch.setattr(views, "EPOCHS", 200)
    at = open_page("ten", _circuits="64")
    assert figure(components, at, "ten-bars")["layout"]["meta"]["alt"] == "Nothing is read yet."
    next(button for button in at.main.button if button.label == "Stop").click().run()
    assert not at.exception
    assert progress(at).startswith("Stopped: ")
    next(button for button in at.main.button if button.label == "Train again").click().run()
    assert [button.label for button in at.main.button if button.label in ("Stop", "Train again")] == ["Stop"]
    at = open_page("ten", _ten="maps", _circuits="64")
    assert "This is there as soon as the network is trained." in words(at)


def test_what_cannot_be_trained_is_said_in_a_sentence(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "EPOCHS", 201)
    at = open_page("ten")
    at.session_state.session.client.watchers["ten"].wait(60)
    at.run()
    assert not at.exception
    assert "This network cannot be trained: the number of epochs must be from 1 to 200, got 201." in at.error[0].value
