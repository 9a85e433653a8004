"""The data page in its states, without a browser."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Slider

from qmnist_core.config import DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.ui.data.views import ceiling_words, sampling_words

ROOT = Path(__file__).parents[2]


def open_page(**address: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in address.items():
        at.query_params[name.replace("_", "-")] = value
    at.switch_page("pages/data.py").run()
    assert not at.exception
    return at


def shown(at: AppTest) -> dict[str, dict[str, Any]]:
    """What charts and pictures were given, by their keys."""
    protos = [part.proto for part in at.get("bidi_component")]
    return {proto.id.split("-", 2)[-1]: json.loads(proto.json) for proto in protos}


def svg(at: AppTest, key: str) -> str:
    return str(shown(at)[key]["svg"])


def which(at: AppTest) -> Slider[int]:
    """The slider among collisions."""
    return next(slider for slider in at.main.slider if slider.label.startswith("Which of the"))


def figures(at: AppTest) -> list[str]:
    return [metric.value for metric in at.metric]


def ceiling(at: AppTest) -> float:
    return float(shown(at)["data-ceiling"]["now"])


def grays(at: AppTest) -> list[tuple[str, Any]]:
    """Each class, with the gray values that the browser compares with the threshold."""
    classes = shown(at)["data-examples"]["classes"]
    return [(one["name"], np.frombuffer(base64.b64decode(one["gray"]), "<f4")) for one in classes]


def originals(at: AppTest) -> list[str]:
    return [pair[0] for one in shown(at)["data-examples"]["classes"] for pair in one["pictures"]]


def words(at: AppTest) -> str:
    parts = (*at.main.markdown, *at.main.caption, *at.main.header)
    return "\n".join(part.value for part in parts).replace("\u00a0", " ")


def test_the_tutorials_counts() -> None:
    at = open_page()
    assert figures(at) == ["10,338", "1.9 of 16", "115", "44"]
    assert ceiling(at) == pytest.approx(1 - 152 / 1968)
    assert at.segmented_control(key="data-detail").value is None, "what is deeper is shut at first"
    assert not {"data-funnel", "data-collision-bits"} & shown(at).keys()
    at.segmented_control(key="data-detail").set_value("counts").run()
    assert at.query_params["show-detail"] == "counts"
    table = at.main.markdown[-1].value
    for row in (
        "| All images in MNIST | 60,000 | 10,000 |",
        "| Images of 3 or 6 | 12,049 | 1,968 |",
        "| **Distinct small images** | **10,387** |  |\n"
        "| – only ever a 3 | 4,912 |  |\n| – only ever a 6 | 5,426 |  |\n| – seen as both | 49 |  |",
        "| **Images kept** | **10,338** | **1,968** |",
        "| **Distinct bit patterns** | **193** | **115** |\n"
        "| – only ever a 3 | 80 |  |\n| – only ever a 6 | 69 |  |\n| – seen as both | 44 |  |",
    ):
        assert row in table
    at.segmented_control(key="data-detail").set_value("funnel").run()
    assert "10,387" in shown(at)["data-funnel"]["alt"]
    assert "From 70,000 images to 193 bit patterns" in words(at)


def test_examples_of_both_digits_at_each_stage(dataset: Dataset) -> None:
    at = open_page()
    given = shown(at)["data-examples"]
    assert [(one["name"], one["first"], len(one["pictures"])) for one in given["classes"]] == [
        ("Digit 3", True, 3),
        ("Digit 6", False, 3),
    ]
    assert given["labels"] == ["28×28", "4×4"]
    assert given["about"] == "Yellow: the 16 of 784 pixels that are read. The other 768 are never looked at."
    assert [f", a {digit}</title>" in svg for svg, digit in zip(originals(at), (3, 3, 3, 6, 6, 6), strict=True)] == [
        True
    ] * 6
    for name, gray in grays(at):
        of = np.flatnonzero(dataset.train.labels == (name == "Digit 3"))[:3]
        np.testing.assert_array_equal(gray.reshape(3, 16) > np.float32(0.5), dataset.train.bits[of])


def test_other_examples_live_in_the_address() -> None:
    at = open_page()
    before = originals(at)
    next(button for button in at.main.button if button.label == "Other examples").click().run()
    assert at.query_params["show-examples"] == "2"
    after = originals(at)
    assert not set(after) & set(before)
    assert originals(open_page(show_examples="2")) == after
    assert figures(at) == figures(open_page())


def test_the_curve_in_the_browser_is_the_ceiling_at_each_threshold(mnist: Mnist) -> None:
    given = shown(open_page())["data-ceiling"]
    assert len(given["ceilings"]) == 101
    for hundredths in (0, 31, 50, 85, 100):
        counts = prepare(mnist, DataConfig(threshold=hundredths / 100)).counts
        assert given["ceilings"][hundredths] == counts.accuracy_ceiling


def test_the_threshold_moves_everything_at_once(mnist: Mnist) -> None:
    at = open_page(show_detail="collisions")
    before = shown(at)
    at.slider(key="page-threshold").set_value(0.8).run()
    assert not at.exception
    counts = prepare(mnist, DataConfig(threshold=0.8)).counts
    assert figures(at)[2:] == [f"{counts.n_test_patterns:,}", f"{counts.n_contradictory_binary:,}"]
    assert ceiling(at) == counts.accuracy_ceiling
    assert shown(at)["data-examples"]["threshold"] == shown(at)["data-ceiling"]["threshold"] == 0.8
    same = [key for key, data in shown(at).items() if data == before[key]]
    assert same == ["data-collision-bits"], "only the first collision stays: no pixel lit"
    assert f"the {counts.n_contradictory_binary} patterns" in which(at).label
    assert f"can score more than {100 * counts.accuracy_ceiling:.1f} % on these 1,968 test images.**" in words(at)
    assert at.query_params["threshold"] == "0.8"


def test_collisions_one_by_one(dataset: Dataset) -> None:
    found = dataset.collisions()
    at = open_page(show_detail="collisions")
    n_alike = len(found[0].positive_rows) + len(found[0].negative_rows)
    assert f"All {n_alike:,} training images with these bits (0 of 16 pixels lit) look alike" in words(at)
    assert at.button(key="collision-Previous").disabled
    at.button(key="collision-Next").click().run()
    assert at.query_params["show-collision"] == "2"
    assert which(at).value == 2
    for key, digit, rows in (
        ("data-collision-True", 3, found[1].positive_rows),
        ("data-collision-False", 6, found[1].negative_rows),
    ):
        picture = svg(at, key)
        assert f"Digit {digit}: {len(rows):,} images, 8 shown" in picture
        assert f"MNIST training image {rows[0]:,}, a {digit}" in picture
    assert f"{found[1].bits.sum()} of 16 pixels" in svg(at, "data-collision-bits")
    which(at).set_value(44).run()
    assert at.button(key="collision-Next").disabled
    assert at.query_params["show-collision"] == "44"
    at.button(key="collision-Previous").click().run()
    assert which(at).value == 43
    at.slider(key="page-threshold").set_value(0.6).run()
    assert which(at).value == int(figures(at)[3])
    assert at.query_params["show-collision"] == figures(at)[3]
    at.slider(key="page-threshold").set_value(0.5).run()
    which(at).set_value(44).run()
    assert "Digit 3: 1 image<" in svg(at, "data-collision-True")


def test_a_collision_that_is_gone_gives_way_to_the_last_one() -> None:
    at = open_page(show_collision="40")
    at.sidebar.slider(key="panel-size").set_value(2).run()
    n = int(figures(at)[3])
    assert n < 40
    assert which(at).value == n
    assert at.query_params["show-collision"] == str(n)
    at.button(key="collision-Previous").click().run()
    assert at.query_params["show-collision"] == str(n - 1)


def test_a_single_collision_needs_no_slider() -> None:
    at = open_page(threshold="1", show_detail="collisions")
    assert figures(at)[1:] == ["0.0 of 16", "1", "1"]
    assert "This is the only one." in words(at)
    assert [slider.key for slider in at.main.slider] == ["page-threshold"]


def test_full_images_do_not_collide() -> None:
    at = open_page(size="28", show_detail="collisions")
    assert (figures(at)[3:], ceiling(at)) == (["0"], 1.0)
    assert "None: at 28×28 and threshold 0.5 every bit pattern" in at.success[0].value
    assert "At 28×28 all 784 pixels are kept" in shown(at)["data-examples"]["about"]
    assert "In hindsight 100 %" in words(at)
    assert "1,968 of 1,968 (100 %) occur only once" in words(at)
    assert "data-collision-bits" not in shown(at)


def test_a_bad_address_is_named_and_the_rest_is_shown() -> None:
    at = open_page(show_examples="many", show_collision="0", show_detail="collisions")
    assert [warning.value for warning in at.warning] == [
        "The address says show-examples=many: a whole number from 1 on is needed. The default is used.",
        "The address says show-collision=0: a whole number from 1 on is needed. The default is used.",
    ]
    assert shown(at) == shown(open_page(show_detail="collisions"))


def test_no_data_is_an_error_with_the_slider_at_hand() -> None:
    at = open_page(contradictions="after", threshold="1", show_detail="collisions")
    assert "no training image is left once contradictory ones are removed" in at.error[0].value
    assert not at.metric
    at.slider(key="page-threshold").set_value(0.5).run()
    assert not at.exception
    assert not at.error
    assert "With these settings they are removed from training." in words(at)


def test_what_is_sampled_in_words() -> None:
    assert "of the 49 small pixels is the mean of one cell" in sampling_words(DataConfig(size=7, resize="area"))
    assert sampling_words(DataConfig(size=14)) == "Yellow: all 784 pixels are read, blended into 196."
    assert "the 16 of 784 pixels that are read, blended into 4." in sampling_words(DataConfig(size=2))


def test_what_the_ceiling_means(dataset: Dataset) -> None:
    thresholds = [0.9] * 101
    said = ceiling_words(dataset.counts, 0.5, thresholds)
    assert "wrong for at least 152 of them" in said[0]
    assert "it takes their labels" in said[0]
    assert "is 91.3\u00a0%. Of the bit patterns of the test images, 40 of 115 (35\u00a0%) occur only once" in said[1]
    assert said[2] == "No other threshold has a higher ceiling than this one, 0.5."
    assert said[3].endswith("correctly. It has already learnt about all that these bits can teach.")
    thresholds[31] = 0.95
    assert ceiling_words(dataset.counts, 0.5, thresholds)[2] == "The curve is highest at 0.31: 95.0\u00a0%."
    assert np.isclose(dataset.counts.accuracy_ceiling, 1 - 152 / 1968)


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "²", "٣", "x", "99999999999"])
@pytest.mark.parametrize("name", ["collision", "examples"])
def test_numbers_that_are_none_are_named(name: str, text: str) -> None:
    at = open_page(**{f"show_{name}": text})
    assert [f"The address says show-{name}={text}: " in warning.value for warning in at.warning] == [True]
    assert f"show-{name}" not in at.query_params


def test_a_late_address_does_not_undo_a_move() -> None:
    at = open_page()
    for threshold in (0.51, 0.52, 0.53):
        at.slider(key="page-threshold").set_value(threshold)
        at.query_params.clear()  # what a browser in a drag sends: the address before the last moves
        at.run()
        assert at.slider(key="page-threshold").value == threshold
        assert at.query_params["threshold"] == f"{threshold:g}"
    at.query_params["threshold"] = "0.51"  # what a page that looks after its work sent before the last moves arrived
    at.run()
    assert at.slider(key="page-threshold").value == 0.53
    assert at.query_params["threshold"] == "0.53"
    at.query_params["threshold"] = "0.2"  # and this is an address from elsewhere
    at.run()
    assert at.slider(key="page-threshold").value == 0.2


def test_the_threshold_stands_in_one_place_only() -> None:
    assert [slider.key for slider in open_page().slider if slider.label == "Threshold"] == ["page-threshold"]
