"""Playground and the frame that all pages share."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.settings import PRESETS, to_address
from qmnist_core.arrays import Array
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import signed_fine
from qmnist_core.simulators import expectation
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.training.loop import Training

Words = Callable[[AppTest], str]


def test_a_first_visit_begins_before_the_first_step_with_a_digit_that_will_be_read(
    open_page: Any, components: Any, dataset: Dataset
) -> None:
    at = open_page("home")
    playing = components(at)["dock-play"]
    assert (playing["cursor"], playing["total"]) == (0, 972)
    assert dict(at.query_params) == {"show-step": "0"}, "an address that changed by itself would trap the Back key"
    values = answers(playing["series"]["home"])
    assert len(values) == 973
    is_first = bool(dataset.test.labels[2])
    assert (values[0] > 0) != is_first, "wrong at first"
    assert (values[-1] > 0) == is_first, "and right in the end"
    truth = Experiment().data.digits[0 if is_first else 1]
    assert components(at)["home-answer"]["truth"] == truth


def test_a_test_digit_goes_through_the_network_at_the_cursor(
    open_page: Any, words: Words, components: Any, dataset: Dataset, mnist: Mnist
) -> None:
    at = open_page("home", _example="6", _step="324")
    at.session_state["numbers-home-end"] = True
    at.run()
    training = Training(replace(Experiment(), epochs=1), mnist)
    list(training)
    expected = expectation(CircuitConfig(), training.model.weights()["exponents"], dataset.test.bits[6][None])[0]
    assert answers(components(at)["dock-play"]["series"]["home"])[324] == pytest.approx(expected, abs=2e-5)
    assert f"⟨Z⟩ = {signed_fine(expected)}" in words(at)
    lit = f"{dataset.test.bits[6].sum()} of 16 lit"
    assert lit in [found.proto.popover.label for found in at.get("popover")]


def answers(series: str) -> Array:
    """⟨Z⟩ at the kept steps, as the browser unpacks it."""
    values: Array = np.frombuffer(base64.b64decode(series), "<i2") / HALF_TURN
    return values


def test_another_digit_is_in_the_address(open_page: Any) -> None:
    at = open_page("home")
    next(button for button in at.button if button.label == "Another digit").click().run()
    assert not at.exception
    example = at.query_params["show-example"]
    assert 0 <= int(example) < 1968
    help = next(button for button in at.button if button.label == "Another digit").help
    assert f"test image {int(example) + 1:,} of 1,968" in help


def test_another_setting_shows_the_end_of_its_run(open_page: Any, components: Any) -> None:
    at = open_page("home", _step="12")
    before = components(at)["dock-play"]
    assert before["cursor"] == 12
    at.number_input(key="panel-seed").set_value(4).run()
    now = components(at)["dock-play"]
    assert now["cursor"] is None
    assert now["run"] != before["run"]
    assert now["reel"] != before["reel"]
    assert "show-step" not in at.query_params


@pytest.mark.parametrize("example", ["1968", "-1", "three", "²", ""])
def test_a_bad_example_is_named(open_page: Any, words: Words, example: str) -> None:
    at = open_page("home", _example=example)
    assert "it counts the test images from 0, and there are 1,968" in words(at)


def test_bad_settings_in_an_address_are_named(open_page: Any, words: Words) -> None:
    at = open_page("home", size="99", epochs="many", seed="7")
    assert "The address says size=99" in words(at)
    assert "The address says epochs=many" in words(at)
    assert to_address(at.session_state.session.experiment) == {"seed": "7"}
    assert at.query_params["seed"] == "7"
    assert "size" not in at.query_params


@pytest.mark.parametrize("index", range(len(PRESETS)))
def test_presets_set_everything(open_page: Any, index: int) -> None:
    at = open_page("data", seed="7", threshold="0.2")
    box = at.selectbox(key="preset")
    assert box.value == "Own settings"
    box.select(PRESETS[index].title).run()
    assert not at.exception
    assert at.session_state.session.experiment == PRESETS[index].experiment
    assert dict(at.query_params) == to_address(PRESETS[index].experiment)
    assert at.selectbox(key="preset").value == PRESETS[index].title
    assert "Own settings" not in at.selectbox(key="preset").options


def test_reset_undoes_settings_and_views(open_page: Any) -> None:
    at = open_page("data", seed="7", _examples="5")
    at.button(key="reset").click().run()
    assert dict(at.query_params) == {}


def test_settings_move_the_experiment_and_the_address(open_page: Any) -> None:
    at = open_page("data")
    at.slider(key="panel-size").set_value(6).run()
    at.selectbox(key="panel-digits-0").select(6).run()  # was the second digit: they change places
    at.button(key="layer-more").click().run()
    at.selectbox(key="panel-layers-2").select("ZX").run()
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
    assert at.selectbox(key="panel-layers-0").value == "ZX"


def test_more_examples_than_there_are_become_all(open_page: Any, words: Words) -> None:
    at = open_page("home", examples="20000")
    assert "there are 10,338 training images, 20,000 were asked for" in words(at)
    assert "All are used." in words(at)
    assert "examples" not in at.query_params


def test_a_layer_that_is_gone_moves_nothing(open_page: Any) -> None:
    """A browser may still send the widget of a layer that a preset has taken away."""
    at = open_page("home", layers="XX-ZZ-XX-ZZ")
    at.session_state.session.experiment = Experiment()
    at.selectbox(key="panel-layers-3").set_value("YY").run()
    assert not at.exception
    assert at.session_state.session.experiment == Experiment()


@pytest.mark.parametrize(("example", "is_kept"), [("1968", False), ("1967", True)])
def test_what_is_refused_leaves_the_address(open_page: Any, example: str, is_kept: bool) -> None:
    at = open_page("home", _example=example)
    assert (at.query_params.get("show-example") == example) == is_kept


def test_a_long_training_does_not_block_the_page(open_page: Any, components: Any, unfinished: None) -> None:
    at = open_page("home", epochs="100", layers="XX-ZZ-XX-ZZ-XX-ZZ", size="10", batch="1")
    playing = components(at)["dock-play"]
    assert playing["press"] == "Stop"
    assert re.match("Training|Getting ready", playing["words"])
    viewer = at.session_state.session.client.viewers["live"]
    viewer.stop()
    at.run()
    playing = components(at)["dock-play"]
    assert (playing["press"], playing["words"]) == ("Again", "")
    assert not viewer.is_active


def test_what_differs_from_the_tutorial_is_marked(open_page: Any) -> None:
    def marks(at: AppTest) -> str:
        return "".join(element.proto.body for element in at.get("html") if "•" in element.proto.body)

    assert marks(open_page("data")) == ""
    found = marks(open_page("data", size="6", seed="3"))
    assert '"st-key-panel-size"' in found
    assert '"st-key-panel-seed"' in found
    assert "threshold" not in found


def test_opening_pages_loads_no_tensorflow() -> None:
    root = Path(__file__).parents[2]
    program = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(root / "app.py")!r}, default_timeout=60).run()
assert not at.exception
for page in ("data", "circuit", "train"):
    at.switch_page(f"pages/{{page}}.py").run()
    assert not at.exception, (page, at.exception)
    loaded = [name for name in ("tensorflow", "tf_keras", "tensorflow_quantum", "cirq") if name in sys.modules]
    assert not loaded, (page, loaded)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=root)
    assert done.returncode == 0, done.stderr[-2000:]
