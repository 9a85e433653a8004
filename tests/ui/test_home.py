"""The Home page and the frame that all pages share."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import PRESETS, to_address
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Dataset

Words = Callable[[AppTest], str]


def test_a_test_digit_goes_through_a_trained_network(
    open_page: Any, words: Words, components: Any, dataset: Dataset
) -> None:
    at = open_page("home", _example="6")
    said = words(at)
    assert "**3. Bits**" in said
    assert f"{dataset.test.bits[6].sum()} of 16 lit" in said
    assert "17 qubits" in said
    assert "90.5 % (95 % interval 89.1 to 91.7 %, 1,968 images)" in said
    assert (
        "The ceiling, 92.3 %, is hindsight: the best score on these 1,968 test images with their labels known." in said
    )
    pictures = components(at)
    assert all(f"home-{i}" in pictures for i in range(6))
    assert "it is a 3" in pictures["home-5"]["svg"] or "it is a 6" in pictures["home-5"]["svg"]


def test_another_digit_is_in_the_address(open_page: Any, words: Words) -> None:
    at = open_page("home")
    next(button for button in at.button if button.label == "Another digit").click().run()
    assert not at.exception
    example = at.query_params["show-example"]
    assert 0 <= int(example) < 1968
    assert f"Test image {int(example) + 1:,} of 1,968" in words(at)


@pytest.mark.parametrize("example", ["1968", "-1", "three", "²", ""])
def test_a_bad_example_is_named(open_page: Any, words: Words, example: str) -> None:
    at = open_page("home", _example=example)
    assert "it counts the test images from 0, and there are 1,968" in words(at)


def test_bad_settings_in_an_address_are_named(open_page: Any, words: Words) -> None:
    at = open_page("home", size="99", epochs="many", seed="7")
    assert "The address says size=99" in words(at)
    assert "The address says epochs=many" in words(at)
    assert to_address(at.session_state.session.experiment) == {"seed": "7"}
    assert dict(at.query_params) == {"seed": "7"}


@pytest.mark.parametrize("index", range(len(PRESETS)))
def test_presets_set_everything(open_page: Any, index: int) -> None:
    at = open_page("home", seed="7", threshold="0.2")
    at.button(key=f"preset-{index}").click().run()
    assert not at.exception
    assert at.session_state.session.experiment == PRESETS[index].experiment
    assert dict(at.query_params) == to_address(PRESETS[index].experiment)


def test_reset_undoes_settings_and_views(open_page: Any) -> None:
    at = open_page("home", seed="7", _example="5")
    at.button(key="reset").click().run()
    assert dict(at.query_params) == {}


def test_settings_move_the_experiment_and_the_address(open_page: Any) -> None:
    at = open_page("home")
    at.slider(key="panel-size").set_value(6).run()
    at.selectbox(key="panel-digit-0").select(6).run()  # was the second digit: they change places
    at.button(key="layer-more").click().run()
    at.selectbox(key="panel-layer-2").select("ZX").run()
    at.number_input(key="panel-epochs").set_value(2).run()
    assert not at.exception
    assert dict(at.query_params) == {
        "digits": "6-3",
        "size": "6",
        "layers": "XX-ZZ-ZX",
        "epochs": "2",
    }
    at.button(key="layer-fewer").click().run()
    assert at.session_state.session.experiment.circuit.layers == ("XX", "ZZ")


def test_settings_stay_when_the_page_changes(open_page: Any) -> None:
    at = open_page("home", threshold="0.3", layers="ZX-XX")
    at.switch_page("pages/train.py").run()
    assert not at.exception
    assert at.slider(key="panel-threshold").value == 0.3
    assert at.selectbox(key="panel-layer-0").value == "ZX"


def test_more_examples_than_there_are_become_all(open_page: Any, words: Words) -> None:
    at = open_page("home", examples="20000")
    assert "there are 10,338 training images, 20,000 were asked for" in words(at)
    assert "All are used." in words(at)
    assert "examples" not in at.query_params
    assert "90.5 %" in words(at)


def test_a_layer_that_is_gone_moves_nothing(open_page: Any) -> None:
    """A browser may still send the widget of a layer that a preset has taken away."""
    at = open_page("home", layers="XX-ZZ-XX-ZZ")
    at.session_state.session.experiment = Experiment()
    at.selectbox(key="panel-layer-3").set_value("YY").run()
    assert not at.exception
    assert at.session_state.session.experiment == Experiment()


@pytest.mark.parametrize(("example", "is_kept"), [("1968", False), ("1967", True)])
def test_what_is_refused_leaves_the_address(open_page: Any, example: str, is_kept: bool) -> None:
    at = open_page("home", _example=example)
    assert ("show-example" in at.query_params) == is_kept


def test_a_long_training_does_not_block_the_page(open_page: Any, unfinished: None) -> None:
    at = open_page("home", epochs="100", layers="XX-ZZ-XX-ZZ-XX-ZZ", size="10", batch="1")
    assert any("Still training" in bar.proto.text or "being trained" in bar.proto.text for bar in at.get("progress"))
    at.session_state.session.client.viewers["qnn"].stop()


def test_opening_pages_loads_no_tensorflow() -> None:
    root = Path(__file__).parents[2]
    program = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(root / "app.py")!r}, default_timeout=60).run()
assert not at.exception
for page in ("data", "circuit", "train", "compare", "draw"):
    at.switch_page(f"pages/{{page}}.py").run()
    assert not at.exception, (page, at.exception)
    loaded = [name for name in ("tensorflow", "tf_keras", "tensorflow_quantum", "cirq") if name in sys.modules]
    assert not loaded, (page, loaded)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
