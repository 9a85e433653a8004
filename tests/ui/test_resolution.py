from __future__ import annotations

import json
import re
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from qmnist_core.studies import memory
from qmnist_core.ui.resolution import views

FEW = {"_resolution": "sizes", "examples": "200", "epochs": "1"}
"""A sweep that is over in a blink."""
LONG = {"_resolution": "sizes", "_encodings": "angle", "_sizes": "20-28", "_sweep_seeds": "5", "layers": "XX-ZZ-XX-ZZ"}
"""One that is not."""


@pytest.fixture(autouse=True)
def _nothing_measured() -> None:
    st.cache_resource.clear()


def settled(at: AppTest) -> AppTest:
    """The page once its work is over."""
    client = at.session_state.session.client
    for watcher in [*client.watchers.values(), *client.viewers.values()]:
        assert watcher.wait(60)
    at.run()
    assert not at.exception
    return at


def buttons(at: AppTest) -> dict[str, bool]:
    return {button.label: not button.disabled for button in at.main.button}


def progress(at: AppTest) -> str:
    return str(at.main.get("progress")[-1].proto.text)


def marks(figure: dict[str, Any], name: str) -> list[tuple[float, float]]:
    """A figure's marks, (size, value), of one line."""
    (trace,) = (t for t in figure["data"] if t.get("name") == name and t["mode"] == "markers")
    return list(zip(trace["x"], trace["y"], strict=True))


def figure(components: Any, at: AppTest, key: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(components(at)[key]["figure"])
    return shown


def test_it_opens_with_a_trained_network_of_785_qubits(open_page: Any, components: Any, words: Any) -> None:
    at = settled(open_page("resolution"))
    said = words(at)
    assert "Trained, it classifies 99.1 % (95 % interval 98.6 to 99.4 %, 1,968 images) correctly" in said
    assert "785 qubits and 1,568 exponents" in said
    assert "each lit **blue** pixel turns it towards 3, each lit **orange** one towards 6" in said
    given = components(at)
    shown = given["resolution-map"]
    assert (shown["size"], len(shown["difference"]), shown["run"]) == (28, 784, "main")
    assert "mean 3: blue" in given["resolution-means"]["svg"]
    assert given["resolution-score"]["words"] == "of 1,968 test images right"
    assert (given["dock-play"]["total"], given["dock-play"]["cursor"]) == (36, None)
    assert re.search(r"Here R = 0\.99\d\d", said)


def test_a_moment_of_its_training_is_in_the_address(open_page: Any, components: Any, words: Any) -> None:
    at = settled(open_page("resolution", _map_step="4"))
    assert components(at)["dock-play"]["cursor"] == 4
    assert "After step 4 it classifies 97.8 %" in words(at)
    beyond = settled(open_page("resolution", _map_step="500"))
    assert components(beyond)["dock-play"]["cursor"] is None, "the newest"
    assert "The address says" not in words(beyond)


def test_its_training_can_be_stopped(open_page: Any, components: Any, unfinished: None) -> None:
    at = open_page("resolution", _batch="panel", epochs="100", batch="8")
    assert components(at)["dock-play"]["press"] == "Stop"
    viewer = at.session_state.session.client.viewers["resolution"]
    viewer.stop()
    at.run()
    assert not at.exception
    assert components(at)["dock-play"]["press"] == "Again"
    assert at.session_state.session.client.viewers["resolution"] is viewer, "it begins again only when asked"


def test_the_panels_batch_shows_another_map(open_page: Any, components: Any) -> None:
    few = {"examples": "200", "epochs": "1"}
    at = settled(open_page("resolution", _batch="panel", **few))
    assert components(at)["dock-play"]["total"] == 7
    control = at.main.segmented_control(key="resolution-batch")
    assert control.options == ["1 large step", "7 small steps"]
    control.set_value("large").run()
    settled(at)
    assert "show-batch" not in at.query_params
    assert components(at)["dock-play"]["total"] == 1
    alike = settled(open_page("resolution", batch="1024", **few))
    assert not alike.main.segmented_control


def test_a_quick_sweep_begins_by_itself(open_page: Any, components: Any, words: Any) -> None:
    at = settled(open_page("resolution", _sizes="2-4-28", **FEW))
    assert progress(at) == "9 of 9 trainings measured."
    assert buttons(at)["All measured"] is False
    accuracy = figure(components, at, "resolution-accuracy")
    points = marks(accuracy, "Bits, sampled")
    assert [size for size, _ in points] == [2] * 3 + [4] * 3 + [28] * 3
    assert all(40 < share <= 100 for _, share in points)
    assert len(marks(figure(components, at, "resolution-seconds"), "Bits, sampled")) == 9
    said = words(at)
    mean = sum(share for size, share in points if size == 28) / 3
    assert f"Bits, sampled: 48.7 % of the test images right at 2×2, {mean:.1f} % at 28×28." in said
    assert "From 2×2 to 28×28 there are 196 times as many pixels" in said
    assert "2⁷⁸⁰ times as many numbers" in said
    frame = at.main.dataframe[0].value
    assert list(frame["Size"]) == ["2×2", "4×4", "28×28"]
    assert list(frame["Qubits"]) == [5, 17, 785]
    assert list(frame["Ceiling in hindsight"]) == ["69.8 %", "92.3 %", "100.0 %"]
    assert frame["Test patterns seen once"][1] == "35 %"
    assert "the best score on these test images with their labels known." in said
    assert "of the test images' patterns" in said
    assert "no classifier" not in str(accuracy)


def test_the_choice_lives_in_the_address(open_page: Any, components: Any) -> None:
    at = settled(open_page("resolution", _sizes="2-4", _sweep_seeds="1", **FEW))
    at.main.pills[1].set_value(["bits", "angle"]).run()
    assert not at.exception
    at.main.pills[2].set_value(["area", "sample"]).run()
    at.main.pills[0].set_value([4, 28]).run()
    settled(at)
    address = dict(at.query_params)
    assert address["show-sizes"] == "4-28"
    assert address["show-encodings"] == "bits-angle"
    assert address["show-resizes"] == "sample-area"
    assert progress(at) == "6 of 6 trainings measured.", "at 28×28 both ways to resize are one"
    same = settled(
        open_page("resolution", _sizes="4-28", _sweep_seeds="1", _encodings="bits-angle", _resizes="sample-area", **FEW)
    )
    assert [figure(components, page, "resolution-accuracy")["data"] for page in (at, same)] == [
        figure(components, at, "resolution-accuracy")["data"]
    ] * 2, "measured once for all"
    at.main.pills[2].set_value([]).run()
    assert not at.exception
    assert at.query_params["show-resizes"] == "sample-area", "one of them must be"
    at.main.segmented_control(key="resolution-seeds").set_value(3).run()
    assert "show-sweep-seeds" not in at.query_params
    settled(at)


def test_a_bad_address(open_page: Any, words: Any) -> None:
    at = settled(
        open_page(
            "resolution",
            _sizes="2-7",
            _sweep_seeds="2",
            _encodings="gray",
            _resizes="",
            _map_step="x",
            _batch="9",
            **FEW,
        )
    )
    said = words(at)
    assert "show-sizes=2-7: sizes can be 2, 3, 4, 5, 6, 8, 10, 14, 20, 28. The default is used." in said
    assert "show-sweep-seeds=2: seeds can be 1, 3, 5. The default is used." in said
    assert "show-encodings=gray: it can have bits and angle. The default is used." in said
    assert "show-map-step=x: it must be the number of a training step" in said
    assert "show-batch=9: it can be large or panel" in said
    assert progress(at) == "30 of 30 trainings measured."


def test_a_long_sweep_waits_to_be_asked_and_can_be_stopped(open_page: Any) -> None:
    at = open_page("resolution", **LONG)
    (label,) = (label for label in buttons(at) if label.startswith("Measure"))
    assert re.fullmatch(r"Measure: 10 trainings, about \d+ s", label)
    assert progress(at) == "0 of 10 trainings measured."
    at.main.button(key="resolution-measure").click().run()
    assert not at.exception
    assert re.match(r"\d of 10 trainings measured; now \d+×\d+, gray values, sampled", progress(at))
    task = at.session_state.session.client.watchers[views.SWEEP].job
    at.main.button(key="resolution-stop").click().run()
    assert not at.exception
    assert task.state == "abandoned"
    assert re.fullmatch(r"Stopped: \d of 10 trainings measured. They are kept.", progress(at))
    assert any(label.startswith("Measure") for label in buttons(at))


def test_other_settings_leave_what_is_under_way(open_page: Any, unfinished: None) -> None:
    at = open_page("resolution", **LONG)
    at.main.button(key="resolution-measure").click().run()
    task = at.session_state.session.client.watchers[views.SWEEP].job
    at.switch_page("pages/data.py").run()
    assert not task.is_over, "another page does not stop it"
    at.switch_page("pages/resolution.py").run()
    assert at.session_state.session.client.watchers[views.SWEEP].job is task
    at.sidebar.number_input(key="panel-seed").set_value(9).run()
    assert not at.exception
    assert task.state == "abandoned"
    assert views.SWEEP not in at.session_state.session.client.watchers


def test_what_cannot_be_measured_is_named(open_page: Any, words: Any) -> None:
    at = settled(open_page("resolution", **{**FEW, "examples": "7000"}, size="28", _sizes="2-4", _sweep_seeds="1"))
    assert "Left out: 2×2, bits, sampled. There are 6,570 training images, 7,000 were asked for" in words(at)
    assert progress(at) == "1 of 1 trainings measured."
    deep = open_page(
        "resolution",
        _resolution="sizes",
        layers="XX-ZZ-XX-ZZ-XX-ZZ",
        epochs="100",
        _sizes="28",
        _encodings="angle",
        _sweep_seeds="1",
    )
    assert "Left out: 28×28, gray values, sampled. One training would take about " in words(deep)


def test_settings_that_give_no_data(open_page: Any, words: Any) -> None:
    at = open_page("resolution", threshold="1", contradictions="after")
    assert "These settings give no data: " in words(at)
    assert not at.main.tabs


def test_a_state_vectors_memory(open_page: Any, components: Any, words: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(memory, "this_computer", lambda: 10.2)
    at = settled(open_page("resolution", _resolution="memory"))
    said = words(at)
    assert (
        "This computer has 16 GB of memory: a state vector fits up to 5×5. At 6×6, 37 qubits, it takes 2.2 TB" in said
    )
    assert "From 17×17 on, 290 qubits, it has more bytes than the observable universe has atoms, about 10⁸⁰" in said
    assert "At 28×28, 785 qubits, it would take 3.3×10²³⁷ bytes" in said
    assert "The exact engine needs about 650 kB for a training step with 2 layers, images apart." in said
    vector = next(t for t in figure(components, at, "resolution-memory")["data"] if "state vector" in t["name"])
    assert (vector["x"][-1], vector["y"][-1]) == (28, pytest.approx(237.51, abs=0.01))
