"""The page of ten digits: its training, the digit that is read, its mistakes, maps and words."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from qmnist_core.address.views import DRAWN
from qmnist_core.arrays import Array
from qmnist_core.data.drawing import packed_digit
from qmnist_core.data.mnist import Mnist
from qmnist_core.progress import Progress
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.studies.ten import Trained
from qmnist_core.ui.shared import ten
from qmnist_core.ui.ten import views
from qmnist_core.workers import Here


def trained(at: AppTest) -> AppTest:
    assert at.session_state.session.client.watchers["ten"].wait(120)
    at.run()
    assert not at.exception
    return at


def progress(at: AppTest) -> str:
    return str(at.main.get("progress")[-1].proto.text)


def answers(components: Any, at: AppTest) -> Array:
    """The mean ⟨Z⟩ of each digit's circuits in all frames, (T, 10)."""
    sent = base64.b64decode(components(at)["ten-bars"]["answers"])
    return np.frombuffer(sent, "<i2").reshape(-1, 10) / HALF_TURN


def figure(components: Any, at: AppTest, key: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(components(at)[key]["figure"])
    return shown


def test_it_trains_by_itself_and_reads_a_test_image(open_page: Any, components: Any) -> None:
    at = trained(open_page("ten", _circuits="1"))
    assert progress(at).startswith("**Test images right: ")
    assert "Softmax regression: " in progress(at)
    bars = components(at)["ten-bars"]
    assert (bars["what"], bars["factor"]) == ("The first test image", 30)
    found = answers(components, at)
    assert len(found) > 20
    outcome = ten.outcome(at.session_state.session.client.watchers["ten"])
    assert outcome is not None
    np.testing.assert_allclose(found[-1], outcome.stars.scores[0] / 30, rtol=0, atol=2e-3)
    curve = components(at)["ten-curve"]
    assert (curve["total"], curve["level"]) == (108, "softmax regression")
    assert 0.8 < curve["ceiling"] < 0.95
    dock = components(at)["dock-play"]
    assert (dock["total"], dock["cursor"], dock["words"], dock["press"]) == (108, None, "", "")
    assert dock["reel"].startswith("data:")
    assert not [button for button in at.main.button if button.label in ("Stop", "Train again")]


def test_the_cursor_is_in_the_address(open_page: Any, components: Any) -> None:
    at = trained(open_page("ten", _circuits="1", _ten_step="17"))
    assert components(at)["dock-play"]["cursor"] == 17
    shown = at.session_state.session
    assert shown.view["show-ten-step"] == "17"
    frames = ten.frames(shown.client.watchers["ten"])
    rests = ten._rest(frames, False)
    assert callable(rests)


def test_a_drawing_is_read(open_page: Any, components: Any, mnist: Mnist) -> None:
    drawn = DRAWN.write(packed_digit((mnist.x_test[2] > 127).astype("uint8") * 255))
    at = trained(open_page("ten", _circuits="1", _drawn=drawn))
    assert components(at)["ten-bars"]["what"] == "Your drawing"
    assert answers(components, at)[-1].argmax() == 1


def test_a_photograph_is_read(open_page: Any, components: Any, mnist: Mnist) -> None:
    at = trained(open_page("ten", _circuits="1", _given="photo"))
    assert "ten-pad" not in components(at)
    file = io.BytesIO()
    Image.fromarray(255 - mnist.x_test[2]).resize((280, 280)).save(file, format="PNG")
    at.file_uploader[0].upload("one.png", file.getvalue(), "image/png").run()
    assert not at.exception
    assert components(at)["ten-bars"]["what"] == "Your picture"
    assert answers(components, at)[-1].argmax() == 1
    at.file_uploader[0].upload("text.png", b"no picture", "image/png").run()
    assert not at.exception
    assert at.warning
    assert components(at)["ten-bars"]["what"] == "The first test image"


def test_draw_reads_any_digit_too(open_page: Any, components: Any, words: Any) -> None:
    at = trained(open_page("draw", _source="any", _circuits="1"))
    shown = components(at)
    assert shown["ten-bars"]["what"] == "The first test image"
    assert len(answers(components, at)) > 20
    assert (shown["ten-pad"]["hint"], shown["dock-play"]["of"]) == ("Draw any digit here", "held-out images")
    assert "draw-verdicts" not in shown
    assert not at.session_state.session.client.viewers
    assert not at.sidebar.slider, "no settings of another network"
    assert "Fixed: whole images of 28×28" in words(at)
    at.segmented_control(key="draw-source").set_value("draw").run()
    assert at.sidebar.slider


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
    wall = components(at)["ten-wall"]
    assert len(wall["frames"]) > 20
    assert len(set(wall["frames"])) == len(wall["frames"])
    said = words(trained(open_page("ten", _ten="quantum", _circuits="1")))
    for part in (
        "10 circuits of 785 qubits each, 1 a digit",
        "softmax regression on the same 10,000 test images",
        "They have 15,680 parameters, softmax regression 7,850.",
        "purity tr ρ²",
        "one multiplication a pixel",
        "with 95 % probability after about",
        "arXiv:2312.13650",
    ):
        assert part in said


def test_the_cnn_is_trained_on_request_and_paired(open_page: Any, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "why_missing", lambda package: None)
    seen_scores = np.zeros((10_000, 10), np.float32)
    seen_scores[:, 7] = 1

    def made_up(mnist: Mnist, seed: int) -> Iterator[Trained | Progress]:
        yield Trained(1_199_882, 0.1, seen_scores, 1.0)
        yield Progress(1, 1)

    monkeypatch.setattr(views, "ten_cnn", made_up)
    monkeypatch.setattr(views, "tensorflow", Here)  # no other process knows what is made up
    at = trained(open_page("ten", _ten="quantum", _circuits="1"))
    assert "the CNN on the same" not in words(at)
    next(button for button in at.main.button if button.label.startswith("Train the CNN: about ")).click().run()
    assert at.session_state.session.client.watchers["ten-cnn"].wait(60)
    at.run()
    assert not at.exception
    assert "The circuits are clearly ahead of the CNN on the same 10,000 test images" in words(at)
    assert "the CNN 1,199,882." in words(at)
    assert "CNN: 10.3 %." in progress(at).replace("\u00a0", " ")


def test_without_tensorflow_the_cnn_says_so(open_page: Any, words: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "why_missing", lambda package: "TensorFlow is not installed")
    at = trained(open_page("ten", _ten="quantum", _circuits="1"))
    assert "It is unavailable: TensorFlow is not installed." in words(at)


def test_it_is_stopped_and_trained_again(
    open_page: Any, words: Any, monkeypatch: pytest.MonkeyPatch, components: Any
) -> None:
    monkeypatch.setattr(ten, "EPOCHS", 200)
    at = open_page("ten", _circuits="64")
    dock = components(at)["dock-play"]
    assert dock["press"] == "Stop"
    assert dock["words"]
    watcher = at.session_state.session.client.watchers["ten"]
    ten._press(watcher)()
    at.run()
    assert not at.exception
    assert progress(at).startswith("Stopped: ")
    assert components(at)["dock-play"]["press"] == "Again"
    at = open_page("ten", _ten="mistakes", _circuits="64")
    assert "This is there as soon as the network is trained." in words(at)


def test_what_cannot_be_trained_is_said_in_a_sentence(open_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ten, "EPOCHS", 201)
    at = open_page("ten")
    at.session_state.session.client.watchers["ten"].wait(60)
    at.run()
    assert not at.exception
    assert "This network cannot be trained: the number of epochs must be from 1 to 200, got 201." in at.error[0].value
