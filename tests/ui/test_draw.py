"""The Draw page: its three sources, what it refuses, and what each network says."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.drawing import as_mnist, centred, packed_digit
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples, prepare
from qmnist_core.jobs import Job, Lane, Viewer, Work
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training
from qmnist_core.ui.components.pad import PAD_PIXELS, unpack_pixels
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.drawing import Digit, read_strokes
from qmnist_core.ui.shared.networks import other_qnn
from tests.ui.conftest import components_of, trained

BLANK = f"0:{np.base_repr(PAD_PIXELS**2, 36)}"
THREE = [(70, 60), (120, 35), (185, 55), (190, 100), (130, 135), (195, 165), (195, 215), (130, 245), (65, 220)]
"""A three's corners on the pad."""


def drawing(points: list[tuple[int, int]], width: int = 30) -> dict[str, str]:
    """What the pad sends of one stroke."""
    image = Image.new("L", (PAD_PIXELS, PAD_PIXELS))
    ImageDraw.Draw(image).line(points, fill=255, width=width, joint="curve")
    return {"pixels": " ".join(f"{level:x}:1" for level in np.asarray(image).ravel()), "strokes": "[]"}


def cards(at: AppTest) -> dict[str, dict[str, Any]]:
    """What each network's row was given."""
    return {card["name"]: card for card in components_of(at)["draw-verdicts"]["shown"]}


def waiting(at: AppTest) -> dict[str, str]:
    """Why each network says nothing."""
    return {name: card["waiting"] for name, card in cards(at).items()}


def value_of(at: AppTest) -> float:
    """⟨Z⟩ of the digit at the last kept step, as the browser gets it."""
    packed = components_of(at)["draw-verdicts"]["fresh"]
    return float(np.frombuffer(base64.b64decode(packed), "<i2")[-1]) / 32767


@pytest.fixture
def draw(open_page: Callable[..., AppTest]) -> Callable[..., AppTest]:
    """Open the page without networks that need TensorFlow, with something on its pad."""

    def opened(drawn: dict[str, str] | None, **address: str) -> AppTest:
        at = open_page("draw", **address)
        at.session_state.session.drawing = None if drawn is None else read_strokes(drawn)
        return trained(at)

    return opened


def test_opening_it_trains_all_networks_the_quickest_first(
    open_page: Callable[..., AppTest], components: Callable[[AppTest], dict[str, Any]], monkeypatch: Any
) -> None:
    wanted: dict[str, Experiment] = {}

    def follow(one: Experiment, place: str, patience: float) -> Viewer:
        wanted[place] = one
        return watched()

    monkeypatch.setattr(draw_views, "why_missing", lambda package: None)
    monkeypatch.setattr(state, "trained", follow)
    at = open_page("draw")
    other = wanted["draw-other"]
    assert list(wanted) == ["draw-logistic", "draw-other", "draw-fair", "draw-cnn"]
    assert (other.data.size, other.init, other.circuit, other.epochs) == (
        28,
        "small",
        CircuitConfig(),
        Experiment.epochs,
    )
    assert set(waiting(at).values()) == {"waits for an image", "training: starting"}
    given = components(at)["draw-pad"]
    hint = "Draw a 3 or a 6 here"
    assert given == {"strokes": None, "packed": None, "hint": hint, "size": "usual", "place": ""}


def test_beside_a_qnn_at_28_by_28_there_is_one_at_4_by_4() -> None:
    whole = Experiment(data=DataConfig(size=28), init="small", backend="tfq")
    assert other_qnn(whole) == Experiment()


def test_a_drawing_is_answered_as_the_package_answers_it(draw: Callable[..., AppTest], mnist: Mnist) -> None:
    drawn = drawing(THREE)
    at = draw(drawn)
    image = centred(unpack_pixels(drawn["pixels"]))
    for name, experiment in {"QNN 4×4": Experiment(), "QNN 28×28": other_qnn(Experiment())}.items():
        *_, finished = training = Training(experiment, dataset=prepare(mnist, experiment.data))
        assert isinstance(finished, Finished)
        value = float(training.model.scores(as_examples(image[None], np.array([True]), experiment.data))[0])
        card = cards(at)[name]
        if card["series"]:
            assert value_of(at) == pytest.approx(value, abs=1e-4)
            assert card["series"] == "draw"
            continue
        assert card["says"] == (3 if value > 0 else 6)
        assert card["first"] == pytest.approx((1 + value) / 2)
        assert card["words"] == f"The bar and the percentage: the chance that one measurement says {card['says']}."
        assert card["foot"][0].startswith(
            f"{100 * finished.accuracy:.1f}\u00a0% of the 1,968 test images right (95\u00a0%"
        )
    assert {f"draw-{i}" for i in range(4)} <= set(components_of(at)), "the strip"
    assert components_of(at)["draw-answer"]["series"] == "draw"
    assert "Gray image of 28×28 pixels" in components_of(at)["draw-0"]["svg"]


def test_the_cursor_decides_what_the_qnn_says(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE), _step="0")
    first, *_, last = np.frombuffer(base64.b64decode(components_of(at)["draw-verdicts"]["fresh"]), "<i2")
    assert first <= 0 < last, "before its training it says 6"


def test_logistic_regression_says_the_sigmoid_of_its_logit(draw: Callable[..., AppTest]) -> None:
    card = cards(draw(drawing(THREE)))["Logistic regression"]
    found = re.search(r"the sigmoid of its logit, ([+−]\d+\.\d\d); not the chance that it is right", card["words"])
    assert found
    logit = float(found[1].replace("−", "-"))
    assert card["says"] == (3 if logit > 0 else 6)
    assert card["first"] == pytest.approx(1 / (1 + math.exp(-logit)), abs=0.003)


def test_networks_that_need_tensorflow_say_that_it_is_missing(draw: Callable[..., AppTest]) -> None:
    said = waiting(draw(drawing(THREE)))
    assert said["Full CNN"] == said["Fair network"] == "unavailable: keras is not here"


@pytest.mark.parametrize("drawn", [None, {"pixels": BLANK, "strokes": "[]"}])
def test_a_blank_canvas_is_not_classified(draw: Callable[..., AppTest], drawn: dict[str, str] | None) -> None:
    at = draw(drawn, digits="1-7")
    said = waiting(at)
    assert said.pop("Full CNN") == said.pop("Fair network") == "unavailable: keras is not here"
    assert set(said.values()) == {"waits for an image"}
    assert components_of(at)["draw-pad"]["hint"] == "Draw a 1 or a 7 here"
    assert components_of(at)["draw-answer"]["series"] is None
    assert "show-drawn" not in at.query_params


def test_a_network_is_silent_only_if_its_own_input_is_blank(
    draw: Callable[..., AppTest], words: Callable[[AppTest], str]
) -> None:
    at = draw(drawing([(60, 10), (60, 270)], width=8), examples="500")
    assert "**No pixel of the 4×4 image is lit**, and a network that reads only this has nothing to read" in words(at)
    said = waiting(at)
    assert said["QNN 4×4"] == said["Logistic regression"] == "not classified: no pixel that it reads is lit"
    assert cards(at)["QNN 28×28"]["says"] in (3, 6)
    assert components_of(at)["draw-answer"]["series"] is None
    assert "the 16 pixels that are read are outlined" in components_of(at)["draw-0"]["svg"]


def test_a_drawing_that_did_not_arrive_whole(draw: Callable[..., AppTest], words: Callable[[AppTest], str]) -> None:
    at = draw({"pixels": "0:5", "strokes": "[]"})
    assert "The drawing arrived incomplete: draw one more stroke." in words(at)
    assert waiting(at)["QNN 4×4"] == "not classified"


def test_a_drawing_travels_in_the_link(draw: Callable[..., AppTest], open_page: Callable[..., AppTest]) -> None:
    drawn = drawing(THREE)
    link = draw(drawn).query_params["show-drawn"]
    assert len(link) == 131
    at = open_page("draw", _drawn=link)
    shown = at.session_state.session.drawing
    np.testing.assert_array_equal(shown.image, 255 * (centred(unpack_pixels(drawn["pixels"])) > 127))
    assert components_of(at)["draw-pad-1"]["packed"] == link
    assert at.query_params["show-drawn"] == link
    assert value_of(at) > 0, "a 3"
    at.session_state.session.drawing = None  # wiped
    at.session_state.session.drawings.add(packed_digit(shown.image))
    at.run()
    assert "show-drawn" not in at.query_params


def test_a_drawing_is_in_the_address_only_where_it_is_shown(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE))
    link = at.query_params["show-drawn"]
    at.segmented_control(key="draw-source").set_value("test").run()
    assert "show-drawn" not in at.query_params
    at.switch_page("app.py").run()
    assert "show-drawn" not in at.query_params
    at.segmented_control(key="home-digit").set_value("own").run()
    assert not at.exception
    assert at.query_params["show-drawn"] == link
    assert components_of(at)["home-pad"]["size"] == "small"
    assert components_of(at)["home-answer"]["series"] == "home"


def test_the_drawing_outlives_a_change_of_page(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE))
    before, link = cards(at), at.query_params["show-drawn"]
    at.switch_page("pages/data.py").run()
    assert "show-drawn" not in at.query_params
    at.switch_page("pages/draw.py").run()
    assert not at.exception
    assert at.query_params["show-drawn"] == link
    assert cards(at) == before


def test_a_test_digit_is_known_and_lives_in_the_address(
    open_page: Callable[..., AppTest], words: Callable[[AppTest], str], mnist: Mnist
) -> None:
    at = open_page("draw", _source="test", _example="7")
    test = prepare(mnist, DataConfig())
    truth = 3 if test.test.labels[7] else 6
    assert f"Test image 8 of 1,968, a {truth}" in words(at)
    assert components_of(at)["draw-verdicts"]["truth"] == truth
    next(button for button in at.button if button.label == "Another digit").click().run()
    assert not at.exception
    assert at.query_params["show-source"] == "test"
    assert at.query_params["show-example"] != "7"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"_source": "camera"}, "the digit's source must be one of draw, upload, test, any, teach, got 'camera'"),
        ({"_source": "test", "_example": "1968"}, "it counts the test images from 0, and there are 1,968"),
        ({"_source": "test", "_example": "three"}, "it counts the test images from 0, and there are 1,968"),
        ({"_drawn": "AAAA"}, "The address says show-drawn=AAAA: the drawing in it is damaged. The default is used."),
        ({"digits": "3-3"}, "digits must be two different classes"),
    ],
)
def test_addresses_that_cannot_be_read(
    open_page: Callable[..., AppTest],
    words: Callable[[AppTest], str],
    address: dict[str, str],
    sentence: str,
) -> None:
    at = open_page("draw", **address)
    assert sentence in words(at)
    assert len(cards(at)) == 5


def test_the_source_is_chosen_and_written_to_the_address(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE))
    at.segmented_control(key="draw-source").set_value("upload").run()
    assert at.query_params["show-source"] == "upload"
    assert waiting(at)["QNN 4×4"] == "waits for an image"
    at.segmented_control(key="draw-source").set_value("draw").run()
    assert "show-source" not in at.query_params
    assert value_of(at) > 0


@pytest.fixture
def upload(open_page: Callable[..., AppTest]) -> Callable[[str, bytes], AppTest]:
    def uploaded(name: str, content: bytes) -> AppTest:
        at = open_page("draw", _source="upload")
        at.file_uploader(key="draw-file").set_value((name, content, "image/png")).run()
        assert not at.exception
        return at

    return uploaded


def photo(mnist: Mnist) -> Image.Image:
    """A 3 of the test images, dark on light."""
    return Image.fromarray(255 - mnist.x_test[np.flatnonzero(mnist.y_test == 3)[4]]).resize((400, 300))


def as_file(image: Image.Image, kind: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, kind)
    return file.getvalue()


def test_an_upload_is_shown_small_read_and_kept(
    upload: Callable[[str, bytes], AppTest], words: Callable[[AppTest], str], mnist: Mnist
) -> None:
    at = upload("three.png", as_file(photo(mnist)))
    kept = at.session_state.session.upload
    assert kept.gray.shape == (210, 280)
    expected = as_mnist(np.asarray(photo(mnist)) / 255.0)
    np.testing.assert_array_equal(kept.digit, expected)
    before = value_of(at)
    at.switch_page("pages/data.py").run()
    at.switch_page("pages/draw.py").run()
    assert value_of(at) == before


def test_an_upload_can_be_taken_back(upload: Callable[[str, bytes], AppTest], words: Callable[[AppTest], str]) -> None:
    at = upload("digit.png", b"hello")
    at.file_uploader(key="draw-file").set_value(None).run()
    assert not at.exception
    assert "The picture" not in words(at)
    assert waiting(at)["QNN 4×4"] == "waits for an image"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "The picture is not of a kind that can be read here: give a PNG or JPEG file."),
        (b"", "The picture is an empty file: give a PNG or JPEG file."),
        (as_file(Image.new("L", (40, 40), 120), "GIF"), "The picture is a GIF picture: save or export it as PNG or"),
        (as_file(Image.new("L", (50, 1), 120)), "A picture of 50×1 pixels is too small for a digit"),
        (as_file(Image.new("L", (40, 40), 120)), "The picture shows no digit, it is all of one shade"),
        (
            as_file(Image.new("1", (9000, 9000))),
            "The picture has 9000×9000 pixels: shrink the picture, 1,000 pixels per",
        ),
        (as_file(Image.new("1", (20000, 20000))), "The picture has 20000×20000 pixels: shrink the picture"),
    ],
)
def test_uploads_that_are_refused(
    upload: Callable[[str, bytes], AppTest], words: Callable[[AppTest], str], content: bytes, sentence: str
) -> None:
    at = upload("digit.png", content)
    assert sentence in words(at)
    assert waiting(at)["QNN 4×4"] == "not classified"


def test_what_the_cnn_does_not_read_does_not_train_it_again() -> None:
    plain = Experiment()
    other = Experiment(data=DataConfig(size=8, threshold=0.3, resize="area", contradictions="keep"), epochs=9)
    assert other.rival("cnn") == plain.rival("cnn") == Experiment.tutorial("cnn")
    assert Experiment(data=DataConfig(n_examples=500)).rival("cnn") != plain.rival("cnn")
    assert other.rival("fair") == Experiment.tutorial("fair", data=other.data)
    assert Experiment(seed=4).rival("cnn").seed == 4


class Idle(Lane):
    """A lane that never works, with so many trainings ahead."""

    def __init__(self, ahead: int = 0) -> None:
        self.ahead = ahead

    def join(self, job: Work, watcher: object) -> None:
        pass

    def ahead_of(self, job: Work) -> list[Work]:
        return [job] * self.ahead


def watched(ahead: int = 0, done: int = 0, remaining: float = math.nan, failed: str = "") -> Viewer:
    job = Job(Experiment.tutorial("cnn"), lambda experiment: pytest.fail("nothing is to be loaded"))
    job.history.losses, job.remaining = [0.5] * done, remaining
    job.total_steps = 95 if done else None
    if failed:
        job.state, job.message = "failed", failed
    return Viewer(job, Idle(ahead))


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (watched(), "training: starting"),
        (watched(ahead=1), "waiting, 1 training ahead"),
        (watched(ahead=2), "waiting, 2 trainings ahead"),
        (watched(done=38, remaining=12.3), "training: 40 %, 12 s left"),
        (watched(done=38, remaining=0.2), "training: 40 %, under 1 s left"),
        (watched(done=38, remaining=125.0), "training: 40 %, 2 min 5 s left"),
        (watched(failed="the loss is <not> a number"), "cannot be trained: the loss is <not> a number"),
    ],
)
def test_the_place_of_a_network_says_how_far_it_is(viewer: Viewer, expected: str) -> None:
    verdict = draw_views._verdict("cnn", viewer, Experiment(), Digit(np.full((28, 28), 255, np.uint8)))
    assert verdict.waiting.replace("\u00a0", " ") == expected
    assert verdict.says is None


def test_the_networks_of_tensorflow_answer_once_they_are_trained(open_page: Callable[..., AppTest], keras: Any) -> None:
    at = open_page("draw", examples="2000")
    at.session_state.session.drawing = read_strokes(drawing(THREE))
    trained(at)
    assert cards(at)["Full CNN"]["says"] == 3
    assert cards(at)["Fair network"]["says"] in (3, 6)
    assert re.search(r"\d\d\.\d.% by the tutorial's metric", cards(at)["Fair network"]["foot"][0])
