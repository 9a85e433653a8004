"""The Draw page: its three sources, what it refuses, and what each network says."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw
from streamlit.testing.v1 import AppTest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.drawing import as_mnist, centred
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import as_examples, prepare
from qmnist_core.jobs import Job, Lane, Viewer, Work
from qmnist_core.templates import render
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training
from qmnist_core.ui.components.pad import PAD_PIXELS, unpack_pixels
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.draw.views import Digit

BLANK = f"0:{np.base_repr(PAD_PIXELS**2, 36)}"
THREE = [(70, 60), (120, 35), (185, 55), (190, 100), (130, 135), (195, 165), (195, 215), (130, 245), (65, 220)]
"""A three's corners on the pad."""


def drawing(points: list[tuple[int, int]], width: int = 30) -> dict[str, str]:
    """What the pad sends of one stroke."""
    image = Image.new("L", (PAD_PIXELS, PAD_PIXELS))
    ImageDraw.Draw(image).line(points, fill=255, width=width, joint="curve")
    return {"pixels": " ".join(f"{level:x}:1" for level in np.asarray(image).ravel()), "strokes": "[]"}


def cards(at: AppTest) -> dict[str, str]:
    """What each network's card says."""
    shown = next(element.proto.body for element in at.get("html") if 'class="verdict"' in element.proto.body)
    found = {}
    for card in shown.split('<div class="verdict"')[1:]:
        text = html.unescape(re.sub(r"<[^>]*>", "\n", card.partition(">")[2])).replace("\u00a0", " ")
        name, _, rest = re.sub(r"\s*\n\s*", "\n", text).strip().partition("\n")
        found[name] = rest
    return found


@pytest.fixture
def no_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_views, "why_missing", lambda package: f"{package} is not here")


@pytest.fixture
def draw(open_page: Callable[..., AppTest], no_tensorflow: None) -> Callable[..., AppTest]:
    """Open the page without classical networks, with something on its pad."""

    def opened(drawn: dict[str, str] | None, **address: str) -> AppTest:
        at = open_page("draw", **address)
        at.session_state.session.drawing = drawn
        at.run()
        assert not at.exception
        return at

    return opened


def test_opening_it_trains_nothing_that_needs_tensorflow(
    open_page: Callable[..., AppTest], words: Callable[[AppTest], str], components: Callable[[AppTest], dict[str, Any]]
) -> None:
    at = open_page("draw")
    assert set(at.session_state.session.client.viewers) == {"qnn", "draw-logistic"}
    assert set(cards(at).values()) == {"waits for a digit"}
    assert "The canvas is blank: draw a 3 or a 6." in words(at)
    assert "**The networks know only 3 and 6**: whatever you draw, they answer with one of these two." in words(at)
    assert components(at)["draw-pad"] == {"strokes": None, "hint": "Draw a 3 or a 6 here"}
    assert not any(key.startswith("draw-0") for key in components(at))


def test_a_drawing_is_answered_as_the_package_answers_it(
    draw: Callable[..., AppTest],
    words: Callable[[AppTest], str],
    components: Callable[[AppTest], dict[str, Any]],
    mnist: Mnist,
) -> None:
    drawn = drawing(THREE)
    at = draw(drawn)
    image = centred(unpack_pixels(drawn["pixels"]))
    *_, finished = training = Training(Experiment(), dataset=prepare(mnist, DataConfig()))
    assert isinstance(finished, Finished)
    value = float(training.model.scores(as_examples(image[None], np.array([True]), DataConfig()))[0])
    answer, share = (3, (1 + value) / 2) if value > 0 else (6, (1 - value) / 2)
    said = cards(at)["QNN"]
    assert said.startswith(f"{answer}\n{100 * share:.1f} %\nThe chance that one measurement says {answer}.")
    assert f"test images: {100 * finished.accuracy:.1f} %\n(" in said
    given = components(at)
    assert {f"draw-{i}" for i in range(6)} <= set(given), "the strip"
    assert f"{value:+.2f}".replace("-", "−") in given["draw-4"]["svg"]
    assert "Gray image of 28×28 pixels" in given["draw-after"]["svg"]
    assert "blank" not in words(at)


def test_logistic_regression_says_the_sigmoid_of_its_logit(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE))
    viewer = at.session_state.session.client.viewers["draw-logistic"]
    assert viewer.wait(20)
    at.run()
    said = cards(at)["Logistic regression"].split("\n")
    found = re.fullmatch(r"The sigmoid of its logit, ([+−]\d+\.\d\d)\.", said[2])
    assert found
    logit = float(found[1].replace("−", "-"))
    assert said[0] == ("3" if logit > 0 else "6")
    assert float(said[1].removesuffix(" %")) == pytest.approx(100 / (1 + math.exp(-abs(logit))), abs=0.3)


def test_networks_that_need_tensorflow_say_that_it_is_missing(draw: Callable[..., AppTest]) -> None:
    said = cards(draw(drawing(THREE)))
    assert said["Full CNN"] == said["Fair network"] == "unavailable: keras is not here"


@pytest.mark.parametrize("drawn", [None, {"pixels": BLANK, "strokes": "[]"}])
def test_a_blank_canvas_is_not_classified(
    draw: Callable[..., AppTest], words: Callable[[AppTest], str], drawn: dict[str, str] | None
) -> None:
    at = draw(drawn, digits="1-7")
    assert "The canvas is blank: draw a 1 or a 7." in words(at)
    assert set(cards(at).values()) == {"waits for a digit"}


def test_a_network_is_silent_only_if_its_own_input_is_blank(
    open_page: Callable[..., AppTest],
    words: Callable[[AppTest], str],
    components: Callable[[AppTest], dict[str, Any]],
    keras: Any,
) -> None:
    at = open_page("draw", examples="500")
    at.session_state.session.drawing = drawing([(60, 10), (60, 270)], width=8)
    at.run()
    assert not at.exception
    assert "No pixel of the 4×4 image is lit, and a network that reads only this has nothing to read" in words(at)
    said = cards(at)
    cnn = said.pop("Full CNN")
    assert set(said.values()) == {"not classified: no pixel that it reads is lit"}
    assert "waiting" not in cnn
    assert "draw-fair" not in at.session_state.session.client.viewers, "the CNN need not wait for what says nothing"
    assert "the 16 pixels that are read are outlined" in components(at)["draw-after"]["svg"]
    assert "draw-0" not in components(at)
    assert at.session_state.session.client.viewers["draw-cnn"].wait(120)
    at.run()
    assert cards(at)["Full CNN"][0] in "36"


def test_a_drawing_that_is_blank_at_4_by_4_is_read_at_28_by_28(
    draw: Callable[..., AppTest], words: Callable[[AppTest], str]
) -> None:
    at = draw(drawing([(60, 10), (60, 270)], width=8), size="28", init="small", examples="500")
    assert "is lit, and a network" not in words(at)
    assert cards(at)["QNN"][0] in "36"


def test_a_drawing_that_did_not_arrive_whole(draw: Callable[..., AppTest], words: Callable[[AppTest], str]) -> None:
    at = draw({"pixels": "0:5", "strokes": "[]"})
    assert "The drawing arrived incomplete: draw one more stroke." in words(at)
    assert set(cards(at).values()) == {"not classified"}


def test_the_drawing_outlives_a_change_of_page(draw: Callable[..., AppTest]) -> None:
    drawn = drawing(THREE)
    at = draw(drawn)
    before = cards(at)["QNN"]
    at.switch_page("pages/data.py").run()
    at.switch_page("pages/draw.py").run()
    assert not at.exception
    assert at.session_state.session.drawing == drawn
    assert cards(at)["QNN"] == before


def test_a_test_digit_is_known_and_lives_in_the_address(
    open_page: Callable[..., AppTest], words: Callable[[AppTest], str], no_tensorflow: None, mnist: Mnist
) -> None:
    at = open_page("draw", _source="test", _example="7")
    test = prepare(mnist, DataConfig())
    truth = 3 if test.test.labels[7] else 6
    assert f"Test image 8 of 1,968, a {truth}." in words(at)
    said = cards(at)["QNN"].split("\n")
    assert said[2] == ("right" if said[0] == str(truth) else "wrong")
    next(button for button in at.button if button.label == "Another digit").click().run()
    assert not at.exception
    assert at.query_params["show-source"] == "test"
    assert at.query_params["show-example"] != "7"


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"_source": "camera"}, "the digit's source must be one of draw, upload, test, got 'camera'"),
        ({"_source": "test", "_example": "1968"}, "it counts the test images from 0, and there are 1,968"),
        ({"_source": "test", "_example": "three"}, "it counts the test images from 0, and there are 1,968"),
        ({"digits": "3-3"}, "digits must be two different classes"),
    ],
)
def test_addresses_that_cannot_be_read(
    open_page: Callable[..., AppTest],
    words: Callable[[AppTest], str],
    no_tensorflow: None,
    address: dict[str, str],
    sentence: str,
) -> None:
    at = open_page("draw", **address)
    assert sentence in words(at)
    assert len(cards(at)) == 4


def test_the_source_is_chosen_and_written_to_the_address(draw: Callable[..., AppTest]) -> None:
    at = draw(drawing(THREE))
    at.segmented_control(key="draw-source").set_value("upload").run()
    assert at.query_params["show-source"] == "upload"
    assert set(cards(at).values()) == {"waits for a digit"}
    at.segmented_control(key="draw-source").set_value("draw").run()
    assert "show-source" not in at.query_params
    assert cards(at)["QNN"][0] in "36"


@pytest.fixture
def upload(open_page: Callable[..., AppTest], no_tensorflow: None) -> Callable[[str, bytes], AppTest]:
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
    before = cards(at)["QNN"]
    assert before[0] in "36"
    at.switch_page("pages/data.py").run()
    at.switch_page("pages/draw.py").run()
    assert cards(at)["QNN"] == before


def test_an_upload_can_be_taken_back(upload: Callable[[str, bytes], AppTest], words: Callable[[AppTest], str]) -> None:
    at = upload("digit.png", b"hello")
    at.file_uploader(key="draw-file").set_value(None).run()
    assert not at.exception
    assert "No picture yet: choose one, dark on light or light on dark." in words(at)
    assert set(cards(at).values()) == {"waits for a digit"}


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
    assert set(cards(at).values()) == {"not classified"}


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
        (watched(), "being trained: starting"),
        (watched(ahead=1), "waiting, 1 training ahead"),
        (watched(ahead=2), "waiting, 2 trainings ahead"),
        (watched(done=38, remaining=12.3), "being trained: 40 %, 12 s left"),
        (watched(done=38, remaining=0.2), "being trained: 40 %, under 1 s left"),
        (watched(done=38, remaining=125.0), "being trained: 40 %, 2 min 5 s left"),
        (watched(failed="the loss is <not> a number"), "cannot be trained: the loss is &lt;not&gt; a number"),
    ],
)
def test_the_place_of_a_network_says_how_far_it_is(viewer: Viewer, expected: str) -> None:
    card = draw_views._card("cnn", viewer, Experiment(), np.zeros((2, 16)), Digit(np.full((28, 28), 255, np.uint8)))
    html = render(draw_views.FOLDER / "verdicts.html", cards=[card])
    assert f">{expected}<" in html.replace("\u00a0", " ")


def test_the_cnn_is_trained_when_first_wanted_and_then_answers(open_page: Callable[..., AppTest], keras: Any) -> None:
    at = open_page("draw", examples="2000")
    at.session_state.session.drawing = drawing(THREE)
    at.run()
    assert not at.exception
    assert "waiting, 1 training ahead" in cards(at)["Full CNN"] or "being trained" in cards(at)["Full CNN"]
    for model in ("fair", "cnn"):
        assert at.session_state.session.client.viewers[f"draw-{model}"].wait(120)
    at.run()
    assert not at.exception
    assert cards(at)["Full CNN"].startswith("3\n")
    assert cards(at)["Fair network"][0] in "36"
    assert re.search(r"\d\d\.\d % by the tutorial's metric", cards(at)["Fair network"])
