"""The Circuit page: what it shows is computed, it says what an exponent can do, its files are its circuit."""

from __future__ import annotations

import base64
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
from qmnist_core.look.text import signed, signed_fine
from qmnist_core.models.qnn import initial_exponents
from qmnist_core.simulators import expectation
from qmnist_core.simulators.probe import readout_after_layers, scan_exponent
from qmnist_core.studies.reel import HALF_TURN
from qmnist_core.ui.circuit.views import Chosen, after_layers_in_words, scan_in_words
from qmnist_core.ui.session import state

ROOT = Path(__file__).parents[2]


def opened(**address: str) -> AppTest:
    """The page at an address: names without "show-" are settings; a view's name has an underscore before it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.switch_page("pages/circuit.py")
    for name, value in address.items():
        at.query_params[f"show{name.replace('_', '-')}" if name.startswith("_") else name] = value
    at.session_state["numbers-circuit-end"] = True
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
        key = element.proto.id.split("-", 2)[2].removeprefix("circuit-")
        found[key] = json.loads(element.proto.json)
    return found


def value_on_strip(at: AppTest) -> float:
    """⟨Z⟩ at the cursor, as the browser has it for the strip's end."""
    series = numbers(components(at)["dock-play"]["series"]["circuit"], "<i2")
    return float(series[0]) / HALF_TURN


def numbers(packed: str, kind: str) -> Any:
    return np.frombuffer(base64.b64decode(packed), kind)


def untrained(dataset: Dataset, change: float | None = None) -> float:
    """⟨Z⟩ of test image 0 before training, with the exponent of layer 2, pixel (2, 2) changed."""
    exponents = initial_exponents(Experiment())
    if change is not None:
        exponents[1, 10] = change
    return float(expectation(CircuitConfig(), exponents, dataset.test.bits[:1])[0])


def test_the_page_opens_on_one_exponent_to_turn() -> None:
    at = opened()
    assert [tab.label for tab in at.tabs] == ["One exponent", "Data circuit", "Model circuit", "Layer by layer"]
    shown = components(at)
    assert {"0", "3", "answer", "knob", "maps"} <= shown.keys()
    assert not {"model", "encoding"} & shown.keys(), "only the open tab is drawn"
    knob, maps = shown["knob"], shown["maps"]
    assert maps["chosen"] == [knob["layer"], knob["pixel"]]
    assert knob["value"] is None
    assert not at.warning
    assert not at.info


def test_the_knob_turns_the_exponent_that_moves_this_image_most(dataset: Dataset) -> None:
    at = opened(_example="2")
    knob = components(at)["knob"]
    run = at.session_state.session.client.viewers["live"].job.history.moments[-1].exponents
    bits = dataset.test.bits[2]
    assert bits[knob["pixel"]], "it is lit"

    def reach(layer: int, pixel: int) -> float:
        return float(np.ptp(scan_exponent(CircuitConfig(), run, bits, layer, pixel, np.linspace(-1, 1, 201))))

    most = max(reach(layer, pixel) for layer in range(2) for pixel in np.flatnonzero(bits))
    assert reach(knob["layer"], knob["pixel"]) == pytest.approx(most, abs=1e-3)


def test_what_the_browser_turns_is_what_the_engine_computes(dataset: Dataset) -> None:
    at = opened(_example="2", _layer="2", _pixel="2-2")
    series = components(at)["dock-play"]["series"]
    waves = numbers(series["circuit waves"], "<f4").reshape(-1, 3).astype(float)
    moments = at.session_state.session.client.viewers["live"].job.history.moments
    assert len(waves) == len(moments) == len(numbers(series["circuit"], "<i2"))
    grid = np.linspace(-1, 1, 21)
    for i in (0, len(moments) // 2, len(moments) - 1):
        exact = scan_exponent(CircuitConfig(), moments[i].exponents, dataset.test.bits[2], 1, 10, grid)
        mean, cosine, sine = waves[i]
        np.testing.assert_allclose(mean + cosine * np.cos(np.pi * grid) + sine * np.sin(np.pi * grid), exact, atol=1e-6)


def test_a_flat_curve_keeps_its_sign(dataset: Dataset) -> None:
    at = opened(size="28", epochs="1", examples="200", _example="0", _step="0", _layer="2", _pixel="14-14")
    waves = numbers(components(at)["dock-play"]["series"]["circuit waves"], "<f4").reshape(-1, 3)
    moment = at.session_state.session.client.viewers["live"].job.history.moments[0]
    data = DataConfig(size=28, n_examples=200)
    bits = state.dataset(data).test.bits[0]
    exact = scan_exponent(CircuitConfig(), moment.exponents, bits, 1, 14 * 28 + 14, np.array([0.0, 0.25, 0.5, 1.0]))
    assert 0 < np.abs(exact).max() < 1e-40, "too small for the browser's numbers"
    angle = np.pi * np.array([0.0, 0.25, 0.5, 1.0])
    mean, cosine, sine = waves[0].astype(float)
    turned = mean + cosine * np.cos(angle) + sine * np.sin(angle)
    np.testing.assert_array_equal(np.sign(turned), np.sign(exact))
    assert np.abs(turned).max() < 1e-25


def test_any_image_by_its_number(dataset: Dataset) -> None:
    at = opened(_exponents="initial", _example="0")
    at.number_input(key="circuit-example").set_value(7).run()
    assert at.query_params["show-example"] in ("6", ["6"])
    at.button[[button.label for button in at.button].index("Another digit")].click().run()
    assert at.number_input(key="circuit-example").value in range(1, len(dataset.test) + 1)
    assert not at.exception


def test_a_value_in_the_address_is_in_the_network_everywhere(dataset: Dataset) -> None:
    place = {"_exponents": "initial", "_example": "0", "_layer": "2", "_pixel": "2-2"}
    at = opened(**place)
    assert value_on_strip(at) == pytest.approx(untrained(dataset), abs=1e-4)
    changed = untrained(dataset, 0.25)
    assert abs(changed - untrained(dataset)) > 0.004
    at = opened(**place, _value="0.25")
    assert value_on_strip(at) == pytest.approx(changed, abs=1e-4)
    assert components(at)["knob"]["value"] == 0.25
    assert f"⟨Z⟩ = {signed_fine(changed)}: measured many times" in words(at)
    assert not at.info, "where the knob is, nothing above it moves"


def test_a_changed_exponent_is_announced_on_the_other_tabs(dataset: Dataset) -> None:
    place = {"_exponents": "initial", "_example": "0", "_layer": "2", "_pixel": "2-2"}
    at = opened(**place, _section="model", _value="0.25")
    own = signed(math.remainder(initial_exponents(Experiment())[1, 10], 2))
    assert f"layer 2, pixel (2, 2) is +0.25 instead of {own}" in at.info[0].value
    assert "+0.25" in components(at)["model"]["svg"]
    assert value_on_strip(at) == pytest.approx(untrained(dataset, 0.25), abs=1e-4)
    at.button(key="circuit-back").click().run()
    assert "show-value" not in at.query_params
    assert value_on_strip(at) == pytest.approx(untrained(dataset), abs=1e-4)


def test_another_circuit_has_no_change_by_hand() -> None:
    at = opened(size="8", _pixel="7-7", _layer="2", _value="0.5")
    at.selectbox(key="preset").set_value("Tutorial").run()
    assert not at.exception
    assert not at.info
    assert not at.warning
    assert not {"show-pixel", "show-value"} & set(at.query_params)


def test_choosing_another_exponent_drops_the_change() -> None:
    at = opened(_exponents="initial", _value="0.25")
    at.selectbox(key="circuit-pixel-exponent").set_value(3).run()
    assert "show-value" not in at.query_params
    assert at.query_params["show-pixel"] in ("0-3", ["0-3"])
    at.selectbox(key="circuit-layer-exponent").set_value(0).run()
    assert components(at)["knob"]["name"] == "Layer 1, pixel (0, 3)"
    assert components(at)["maps"]["chosen"] == [0, 3]
    assert not at.exception


def test_an_exponent_without_effect_is_said_to_have_none() -> None:
    text = words(opened(layers="ZZ-XX", _exponents="initial", _layer="2"))
    assert "This exponent has no effect" in text
    assert "commutes with what the last H and Z measure. Try an earlier layer." in text
    assert "This exponent alone can take" in words(opened(layers="ZZ-XX", _exponents="initial", _layer="1"))


def test_the_readout_after_each_layer(dataset: Dataset) -> None:
    at = opened(_exponents="initial", _example="0", _section="layers")
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
        ("_section", "quantum", "it can be exponent, data, model, layers"),
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
    at = opened(**{name: value})
    assert len(at.warning) == 1
    assert f"The address says show{name.replace('_', '-')}={value}: {sentence}" in at.warning[0].value
    assert "knob" in components(at)
    at.run()
    assert len(at.warning) == 1, "it stays until something else is chosen"
    at.selectbox(key="circuit-pixel-exponent").set_value(0).run()
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


def with_files(at: AppTest) -> AppTest:
    """The page with its menu of files open."""
    at.session_state["circuit-files"] = True
    at.run()
    assert not at.exception
    return at


def test_an_address_of_the_files_of_before_opens_the_page() -> None:
    at = opened(_section="download")
    assert "knob" in components(at)
    assert not at.warning


def test_the_files_are_the_circuit_on_the_page(files: dict[str, Any], dataset: Dataset) -> None:
    at = with_files(opened(_exponents="initial", _example="0", _layer="2", _pixel="2-2", _value="0.25"))
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
    at = with_files(opened(size="3", _exponents="initial", _example="0"))
    assert len(json.loads(files["-quirk.json"])["cols"]) == 7
    assert at.get("link_button")[0].proto.url.startswith("https://algassert.com/quirk#circuit=")


def test_opening_the_downloads_loads_no_cirq() -> None:
    program = f"""
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=30)
at.switch_page("pages/circuit.py")
at.run()
at.session_state["circuit-files"] = True
at.run()
assert not at.exception and len(at.get("download_button")) == 4
assert not {{"cirq", "sympy", "tensorflow"}} & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr


def test_what_an_exponent_can_do_in_words() -> None:
    experiment = Experiment(data=DataConfig(size=2), circuit=CircuitConfig(("ZZ", "XX", "ZZ", "XX")))
    first, last = Chosen(0, 0, 2, None), Chosen(3, 0, 2, None)
    assert scan_in_words(experiment, first, np.array([0.0, 0.6, 0.8])) == (
        "**This exponent alone can take ⟨Z⟩ from −1.00 to +1.00: enough to switch the answer between 6 and 3.**"
    )
    assert scan_in_words(experiment, first, np.array([0.5, 0.1, 0])).endswith(
        "from +0.40 to +0.60: the answer stays 3.**"
    )
    assert scan_in_words(experiment, first, np.array([-0.5, 0, 0.1])).endswith("the answer stays 6.**")
    flat = np.array([0.5, 0, 0])
    assert "no visible effect: ⟨Z⟩ stays near +0.50" in scan_in_words(experiment, first, flat)
    assert "From layer 4 to the end" in scan_in_words(experiment, last, flat)
    only = Experiment(circuit=CircuitConfig(("XX",)))
    assert scan_in_words(only, first, np.array([-1.0, 0, 0])).endswith("measure.")


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
    at = open_page("circuit", layers="ZX-ZZ", epochs="1", examples="200", _layer="1")
    assert "Layer 1 is idle in this stack: its exponents do not change the answer for any image." in words(at)
    assert "Layer 1 (ZX) leaves it where it was." in words(
        open_page("circuit", layers="ZX-ZZ", epochs="1", examples="200", _section="layers")
    )
