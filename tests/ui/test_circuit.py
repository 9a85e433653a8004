"""The Circuit page: what it shows is computed, it says what an exponent can do, its files are its circuit."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import signed
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.simulators import expectation
from qmnist_core.simulators.probe import readout_after_layers
from qmnist_core.ui.circuit.views import GRID, Chosen, after_layers_in_words, scan_in_words

ROOT = Path(__file__).parents[2]


def opened(**address: str) -> AppTest:
    """The page at an address: names without "show-" are settings; a view's name has an underscore before it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.switch_page("pages/circuit.py")
    for name, value in address.items():
        at.query_params[f"show{name.replace('_', '-')}" if name.startswith("_") else name] = value
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    elements = [*at.markdown, *at.caption, *at.info, *at.warning, *at.error]
    return "\n".join(element.value for element in elements)


def components(at: AppTest) -> dict[str, dict[str, Any]]:
    """The data of charts and pictures by their keys."""
    found = {}
    for element in at.get("bidi_component"):
        key = element.proto.id.partition("-circuit-")[2]
        found[key] = json.loads(element.proto.json)
    return found


def value_on_strip(at: AppTest) -> str:
    svg = components(at)["4"]["svg"]
    return str(svg[svg.index("readout is ") + len("readout is ") :].split(" ")[0])


def untrained(dataset: Dataset, change: float | None = None) -> float:
    """⟨Z⟩ of test image 0 before training, with the exponent of layer 2, pixel (2, 2) changed."""
    exponents = initial_exponents(Experiment())
    if change is not None:
        exponents[1, 10] = change
    return float(expectation(CircuitConfig(), exponents, dataset.test.bits[:1])[0])


def test_the_page_opens_with_the_data_circuit_of_a_trained_network() -> None:
    at = opened()
    assert [tab.label for tab in at.tabs] == [
        "Data circuit",
        "Model circuit",
        "Layer by layer",
        "One exponent",
        "Download",
    ]
    shown = components(at)
    assert {"0", "5", "bits", "image", "encoding"} <= shown.keys()
    assert "model" not in shown, "only the open tab is drawn"
    assert "1 X gate on 16 wires" in shown["encoding"]["svg"]
    assert "the ring is around (2, 2)" in shown["bits"]["svg"]
    assert at.segmented_control(key="circuit-stage").value == "trained"
    assert not at.warning


def test_examples_go_round(dataset: Dataset) -> None:
    at = opened(_exponents="initial")
    at.button[[button.label for button in at.button].index("Previous")].click().run()
    assert at.number_input(key="circuit-example").value == len(dataset.test)
    at.button[[button.label for button in at.button].index("Next")].click().run()
    assert at.number_input(key="circuit-example").value == 1
    at.number_input(key="circuit-example").set_value(7).run()
    assert at.query_params["show-example"] in ("6", ["6"])
    at.button[[button.label for button in at.button].index("Another digit")].click().run()
    assert at.number_input(key="circuit-example").value in range(1, len(dataset.test) + 1)
    assert not at.exception


def test_the_slider_moves_the_readout_everywhere_and_goes_back(dataset: Dataset) -> None:
    at = opened(_exponents="initial", _section="exponent")
    assert value_on_strip(at) == signed(untrained(dataset))
    assert at.button(key="circuit-back").disabled
    at.slider(key="circuit-value").set_value(0.25).run()
    assert at.query_params["show-value"] in ("0.25", ["0.25"])
    changed = signed(untrained(dataset, 0.25))
    assert changed != signed(untrained(dataset))
    assert value_on_strip(at) == changed
    shown = components(at)
    assert f"readout is {changed} " in shown["gauge"]["svg"]
    assert f"now 0.250 half-turns give {changed}" in shown["scan"]["alt"]
    assert "pixel (2, 2) of layer 2, 0.250 half-turns" in shown["maps-exponent"]["alt"]
    assert not at.info, "where the slider is, nothing above it moves"
    at.button(key="circuit-back").click().run()
    assert value_on_strip(at) == signed(untrained(dataset))
    assert "show-value" not in at.query_params
    assert not at.exception


def test_a_changed_exponent_is_announced_on_the_other_tabs(dataset: Dataset) -> None:
    at = opened(_exponents="initial", _section="model", _value="0.25")
    own = signed(math.remainder(initial_exponents(Experiment())[1, 10], 2))
    assert f"layer 2, pixel (2, 2) is +0.25 instead of {own}" in at.info[0].value
    assert "+0.25" in components(at)["model"]["svg"]
    assert value_on_strip(at) == signed(untrained(dataset, 0.25))


def test_another_circuit_has_no_change_by_hand() -> None:
    at = opened(size="8", _pixel="7-7", _layer="2", _value="0.5")
    at.button(key="preset-0").click().run()
    assert not at.exception
    assert not at.info
    assert not at.warning
    assert not {"show-pixel", "show-value"} & set(at.query_params)


def test_choosing_another_exponent_drops_the_change() -> None:
    at = opened(_exponents="initial", _section="exponent", _value="0.25")
    at.selectbox(key="circuit-pixel-exponent").set_value(3).run()
    assert "show-value" not in at.query_params
    assert at.query_params["show-pixel"] in ("0-3", ["0-3"])
    at.selectbox(key="circuit-layer-exponent").set_value(0).run()
    assert at.slider(key="circuit-value").label == "Exponent of layer 1, pixel (0, 3), in half-turns"
    assert not at.exception


def test_an_exponent_without_effect_is_said_to_have_none() -> None:
    text = words(opened(layers="ZZ-XX", _exponents="initial", _section="exponent", _layer="2"))
    assert "This exponent has no effect" in text
    assert "commutes with what the last H and Z measure. Try an earlier layer." in text
    assert "This exponent alone can take" in words(
        opened(layers="ZZ-XX", _exponents="initial", _section="exponent", _layer="1")
    )


def test_the_readout_after_each_layer(dataset: Dataset) -> None:
    at = opened(_exponents="initial", _section="layers")
    after = readout_after_layers(CircuitConfig(), initial_exponents(Experiment()), dataset.test.bits[0])
    assert f"Without any layer ⟨Z⟩ is −1.00; after both it is {signed(after[-1])}." in words(at)
    assert "Layer 1 (XX) leaves it where it was" in words(at)
    assert signed(after[-1]) in components(at)["after-layers"]["alt"]


def test_deep_models_are_paged_and_large_ones_explained() -> None:
    at = opened(layers="XX-ZZ-XX-ZZ", _exponents="initial", _section="model", _layer="3")
    assert "layer 3 of 4 (XX)" in components(at)["model"]["svg"]
    at.selectbox(key="circuit-layer-model").set_value(3).run()
    assert "layer 4 of 4 (ZZ)" in components(at)["model"]["svg"]
    assert at.query_params["show-layer"] in ("4", ["4"])
    at = opened(size="28", init="small", _exponents="initial", _section="model")
    assert "785 qubits and 1,568 gates are too many to draw one by one" in words(at)
    assert "more gates" in components(at)["model"]["svg"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("_section", "quantum", "it can be data, model, layers, exponent, download"),
        ("_exponents", "best", "it can be trained, initial"),
        ("_layer", "3", "there are layers 1 to 2"),
        ("_layer", "²", "there are layers 1 to 2"),
        ("_pixel", "4-0", "a pixel is row-column, each from 0 to 3"),
        ("_pixel", "5", "a pixel is row-column"),
        ("_value", "1.5", "an exponent is a number of half-turns from −1 to 1"),
        ("_value", "nan", "an exponent is a number of half-turns from −1 to 1"),
        ("_example", "1968", "it counts the test images from 0, and there are 1,968"),
    ],
)
def test_bad_addresses_are_named(name: str, value: str, sentence: str) -> None:
    at = opened(**{"_exponents": "initial", name: value})
    assert len(at.warning) == 1
    assert f"The address says show{name.replace('_', '-')}={value}: {sentence}" in at.warning[0].value
    assert "encoding" in components(at)
    at.run()
    assert len(at.warning) == 1, "it stays until something else is chosen"
    at.selectbox(key="circuit-pixel-data").set_value(0).run()
    assert not at.warning


def test_settings_without_data_are_said_so() -> None:
    at = opened(threshold="1", contradictions="after")
    assert "These settings give no data" in at.error[0].value
    assert not at.tabs


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | Callable[[], str]]:
    """What the page's buttons save, by the end of the file's name."""
    saved: dict[str, str | Callable[[], str]] = {}
    original = streamlit.download_button

    def remember(label: str, data: Any, file_name: str, *args: Any, **options: Any) -> Any:
        saved[file_name.partition("-test-1")[2]] = data
        return original(label, data, file_name, *args, **options)

    monkeypatch.setattr(streamlit, "download_button", remember)
    return saved


def test_the_files_are_the_circuit_on_the_page(files: dict[str, Any], dataset: Dataset) -> None:
    at = opened(_exponents="initial", _section="download", _value="0.25")
    assert list(files) == ["-data.svg", ".json", "-model.svg", ".qasm"]
    assert files["-model.svg"].startswith("<svg xmlns")
    assert "+0.25" in files["-model.svg"]
    assert "Quirk has room for 16 qubits; this circuit has 17: choose image size 3 or less" in words(at)
    import cirq

    circuit = cirq.read_json(json_text=files[".json"]())
    readout = cirq.Z(cirq.GridQubit(-1, -1))
    value = cirq.Simulator(dtype=np.complex128).simulate_expectation_values(circuit, [readout])[0]
    assert value.real == pytest.approx(untrained(dataset, 0.25), abs=1e-6)
    assert "qreg q[17];" in files[".qasm"]()


def test_small_circuits_open_in_quirk(files: dict[str, Any]) -> None:
    at = opened(size="3", _exponents="initial", _section="download")
    assert len(json.loads(files["-quirk.json"])["cols"]) == 7
    assert at.get("link_button")[0].proto.url.startswith("https://algassert.com/quirk#circuit=")


def test_opening_the_downloads_loads_no_cirq() -> None:
    program = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=30)
at.switch_page("pages/circuit.py")
at.query_params["show-section"] = "download"
at.run()
assert not at.exception and len(at.get("download_button")) == 4
assert not {{"cirq", "sympy", "tensorflow"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_what_an_exponent_can_do_in_words() -> None:
    experiment = Experiment(data=DataConfig(size=2), circuit=CircuitConfig(("ZZ", "XX", "ZZ", "XX")))
    first, last = Chosen(0, 0, 2, None), Chosen(3, 0, 2, None)
    assert scan_in_words(experiment, first, np.cos(np.pi * GRID)) == (
        "**This exponent alone can take ⟨Z⟩ from −1.00 to +1.00: enough to switch the answer between 6 and 3.**"
    )
    assert scan_in_words(experiment, first, 0.5 + 0.1 * GRID).endswith("from +0.40 to +0.60: the answer stays 3.**")
    assert scan_in_words(experiment, first, -0.5 + 0.1 * GRID).endswith("the answer stays 6.**")
    assert "no visible effect: ⟨Z⟩ stays near +0.50" in scan_in_words(experiment, first, np.full(3, 0.5))
    assert "From layer 4 to the end" in scan_in_words(experiment, last, np.full(3, 0.5))
    only = Experiment(circuit=CircuitConfig(("XX",)))
    assert scan_in_words(only, first, np.full(3, -1.0)).endswith("measure.")


def test_the_layers_in_words() -> None:
    assert after_layers_in_words(("ZZ",), np.array([-1, 0.5])) == (
        "Without any layer ⟨Z⟩ is −1.00; after the only one it is +0.50."
    )
    text = after_layers_in_words(("XX", "ZZ", "XX"), np.array([-1, -1, 0.5, 0.5]))
    assert text == (
        "Without any layer ⟨Z⟩ is −1.00; after all 3 it is +0.50. Layer 1 (XX) leaves it where it was; any effect it "
        "has shows through later layers. Layer 3 (XX) leaves it where it was."
    )


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        ("XX-ZZ", "The 32 exponents amount to 17 independent numbers."),
        ("XX-XZ", "The 32 exponents amount to 1 independent number."),
        ("XX-ZZ-XX-ZZ", "All 64 exponents matter independently."),
    ],
)
def test_how_many_numbers_the_exponents_come_to(open_page: Any, words: Any, layers: str, sentence: str) -> None:
    assert sentence in words(open_page("circuit", layers=layers, epochs="1", examples="200", _section="model"))


def test_an_exponent_of_an_idle_layer_is_said_to_have_no_effect(open_page: Any, words: Any) -> None:
    at = open_page("circuit", layers="ZX-ZZ", epochs="1", examples="200", _section="exponent", _layer="1")
    assert "Layer 1 is idle in this stack: its exponents do not change the answer for any image." in words(at)
    assert "Layer 1 (ZX) leaves it where it was." in words(
        open_page("circuit", layers="ZX-ZZ", epochs="1", examples="200", _section="layers")
    )
