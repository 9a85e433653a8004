"""The Train page in its states: empty, paused, finished, stopped, failed, on TFQ, without TFQ, with saved runs."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.runs import Run, pack_run, unpack_run
from qmnist_core.runs.record import Record
from qmnist_core.simulators import cost
from qmnist_core.training.events import Step
from qmnist_core.training.loop import Training
from qmnist_core.ui.frame import page as frame
from qmnist_core.ui.session import state
from qmnist_core.ui.shared import takeaway
from tests.waiting import until

Words = Callable[[AppTest], str]
PACKED_AGAIN = Path(__file__).parents[1] / "runs" / "packed"


def button(at: AppTest, label: str) -> Any:
    return next(found for found in at.button if found.label == label)


def progress(at: AppTest) -> str:
    return str(at.get("progress")[0].proto.text)


def viewer(at: AppTest) -> Any:
    return at.session_state.session.client.viewers["live"]


def figure(components: dict[str, dict[str, Any]], key: str) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads(components[key]["figure"])
    return shown


def test_it_is_empty_at_first(open_page: Any, components: Any) -> None:
    at = open_page("train")
    assert progress(at) == "Nothing trained yet: press Start."
    assert [button(at, label).disabled for label in ("Start", "One step", "Stop", "Reset")] == [
        False,
        False,
        True,
        True,
    ]
    assert "92.3" in components(at)["curves"]["figure"]  # the ceiling is known before


def test_start_trains_the_tutorials_network(
    open_page: Any, words: Words, components: Any, until_trained: Any, mnist: Mnist
) -> None:
    at = open_page("train")
    until_trained(button(at, "Start").click().run())
    training = Training(Experiment(), mnist)
    list(training)
    assert training.outcome is not None
    accuracy = training.outcome.accuracy  # type: ignore[union-attr]
    assert progress(at).startswith("Finished: step 972 of 972, ")
    assert f"After step 972 it classifies {100 * accuracy:.1f} %" in words(at)
    traces = figure(components(at), "curves")["data"]
    test = [trace for trace in traces if trace.get("x") == [324, 648, 972]]
    np.testing.assert_allclose(test[0]["y"], [100 * epoch.val_accuracy for epoch in training.history.epochs], atol=0.01)
    assert at.query_params["show-trained"] == "1"


def test_its_address_shows_the_same(open_page: Any, words: Words, components: Any) -> None:
    address = {"_trained": "1", "_step": "400", "_cell": "1", "size": "6", "seed": "3"}
    one, other = open_page("train", **address), open_page("train", **address)
    assert words(one) == words(other)
    assert "After step 400 it classifies" in words(one)
    assert figure(components(one), "maps") == figure(components(other), "maps")
    assert components(one)["misread"] == components(other)["misread"]


def test_one_step_at_a_time(open_page: Any, words: Words) -> None:
    at = open_page("train")
    button(at, "One step").click().run()
    for step in (1, 2, 3):
        if step > 1:
            button(at, "One step").click().run()
        until(lambda step=step: viewer(at).revealed >= step)  # type: ignore[misc]
        at.run()
        assert progress(at).startswith(f"Paused: step {step} of 972, ")
    assert [button(at, label).disabled for label in ("Resume", "One step", "Stop", "Reset")] == [False] * 4
    button(at, "Stop").click().run()
    assert progress(at).startswith("Stopped: step 3 of 972, ")
    button(at, "Reset").click().run()
    assert progress(at) == "Nothing trained yet: press Start."


def test_it_runs_at_a_pace(open_page: Any) -> None:
    at = open_page("train", _pace="5")
    button(at, "Start").click().run()
    assert [button(at, label).disabled for label in ("Pause", "One step", "Stop", "Reset")] == [
        False,
        True,
        False,
        False,
    ]
    assert progress(at).startswith(("Training: step ", "Getting ready"))
    button(at, "Pause").click().run()
    assert progress(at).startswith("Paused")
    assert viewer(at).revealed < 100


def test_it_retrains_when_a_setting_moves(open_page: Any, words: Words) -> None:
    at = open_page("train", _retrain="1")
    first = words(at)
    assert "After step 972 it classifies" in first
    at.slider(key="panel-threshold").set_value(0.3).run()
    assert not at.exception
    assert viewer(at).job.experiment.data.threshold == 0.3
    assert words(at) != first
    assert at.query_params["threshold"] == "0.3"
    assert not live_earlier(at)


def live_earlier(at: AppTest) -> dict[str, Any]:
    kept: dict[str, Any] = at.session_state.session.earlier
    return kept


def test_without_that_switch_it_says_that_settings_have_changed(open_page: Any, words: Words) -> None:
    at = open_page("train", _trained="1")
    at.number_input(key="panel-seed").set_value(5).run()
    assert "What is shown has other settings" in words(at)
    assert viewer(at).job.experiment.seed == 0
    assert "show-trained" not in at.query_params  # the address would train something else


def test_earlier_runs_are_overlaid_named_and_removed(open_page: Any, components: Any, until_trained: Any) -> None:
    at = open_page("train", _trained="1")
    at.number_input(key="panel-seed").set_value(5).run()
    until_trained(button(at, "Start").click().run())
    until_trained(button(at, "Start").click().run())
    assert list(live_earlier(at)) == ["tutorial"], "the same run once more is not another one"
    assert "tutorial" in components(at)["curves"]["figure"]
    at.text_input(key="name tutorial").set_value("before").run()
    at.text_input(key="name before").set_value(" ").run()
    assert at.text_input(key="name before").value == "before"
    assert list(live_earlier(at)) == ["before"]
    assert "before" in components(at)["curves"]["figure"]
    at.checkbox(key="overlay before").uncheck().run()
    assert "before" not in components(at)["curves"]["figure"]
    at.text_input(key="name before").set_value("hidden").run()
    assert "hidden" not in components(at)["curves"]["figure"]
    button(at, "Keep this run for comparison").click().run()
    assert list(live_earlier(at)) == ["hidden", "seed 5"]
    at.button(key="remove hidden").click().run()
    assert list(live_earlier(at)) == ["seed 5"]
    at.text_input(key="name seed 5").set_value("hidden").run()
    assert "hidden" in components(at)["curves"]["figure"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"_pace": "7"}, "show-pace=7: it is one of 1, 2, 5, 10, 20, 50, 100 steps a second"),
        ({"_trained": "yes"}, "show-trained=yes: it is 1 or left out"),
        ({"_by": "year"}, "show-by=year: it is step or epoch"),
        ({"_trained": "1", "_step": "5000"}, "show-step=5000: this run has steps 0 to 972"),
        ({"_trained": "1", "_cell": "x"}, "show-cell=x"),
    ],
)
def test_bad_views_in_an_address_are_named(open_page: Any, words: Words, address: dict[str, str], says: str) -> None:
    at = open_page("train", **address)
    assert says in words(at)


def test_what_cannot_be_trained_is_said(
    open_page: Any, words: Words, until_trained: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MAX_SECONDS", 0.0)
    at = until_trained(open_page("train", _trained="1"))
    assert "The training failed: 2 layers on 16 pixels in batches of 32 would take about" in words(at)


def test_what_it_misreads_follows_the_slider(open_page: Any, components: Any, words: Words) -> None:
    at = open_page("train", _trained="1", _step="0")
    assert "What it gets right and wrong, after step 0" in [place.value for place in at.subheader]
    share = float(re.findall(r"After step 0 it classifies ([\d.]+) %", words(at))[0])
    said = json.loads(components(at)["confusion"]["figure"])["layout"]["meta"]["alt"]
    counts = re.findall(r"([\d,]+) of [\d,]+ images of (\d) are called (\d)", said)
    right = sum(int(n.replace(",", "")) for n, true, called in counts if true == called)
    assert share == pytest.approx(100 * right / 1968, abs=0.06)


def test_all_images_behind_a_cell_can_be_looked_at(open_page: Any, components: Any, words: Words) -> None:
    at = open_page("train", _trained="1", _cell="1")
    n = int(re.findall(r"([\d,]+) images by the size of ⟨Z⟩", words(at))[0].replace(",", ""))
    assert n > 48
    seen = set()
    for number in range(1, -(-n // 24) + 1):
        assert at.query_params.get("show-misread") == (str(number) if number > 1 else None)
        first, last = 24 * number - 23, min(n, 24 * number)
        assert f"; {first:,} to {last:,} are shown" in words(at)
        seen.add(components(at)["misread"]["svg"])
        at.button(key="misread-next").click().run()
    assert len(seen) == -(-n // 24)
    assert "show-misread" not in at.query_params, "after the last come the first again"


def test_a_stopped_or_paused_run_does_not_begin_anew_from_its_address(open_page: Any) -> None:
    at = open_page("train", _pace="10")
    button(at, "Start").click().run()
    assert at.query_params["show-trained"] == "1"
    button(at, "Pause").click().run()
    assert "show-trained" not in at.query_params
    button(at, "Resume").click().run()
    assert at.query_params["show-trained"] == "1"
    button(at, "Stop").click().run()
    assert "show-trained" not in at.query_params
    other = open_page("train", **{f"_{name[5:]}": value for name, value in at.query_params.items()})
    assert progress(other) == "Nothing trained yet: press Start."


def test_a_link_that_asks_for_training_trains_what_was_stopped(open_page: Any) -> None:
    at = open_page("train", _pace="10")
    button(at, "Start").click().run()
    button(at, "Stop").click().run()
    del at.query_params["show-pace"]
    at.query_params["show-trained"] = "1"
    at.run()
    assert progress(at).startswith("Finished: step 972 of 972")


def test_opening_what_is_on_the_screen_does_not_keep_it_twice(open_page: Any, mnist: Mnist) -> None:
    at = open_page("train", examples="96", _trained="1")
    training = Training(at.session_state.session.experiment, mnist)
    list(training)
    at.file_uploader(key="open-run").upload("run.zip", pack_run(Run.of(training)), "application/zip").run()
    assert live_earlier(at) == {}
    assert at.query_params["show-trained"] == "1"


def test_a_finished_run_goes_to_the_earlier_ones_when_all_is_reset(open_page: Any) -> None:
    at = open_page("train", size="5", _trained="1")
    at.button(key="reset").click().run()
    assert list(live_earlier(at)) == ["size 5"]


def test_the_end_of_a_training_is_told_on_another_page(open_page: Any) -> None:
    at = open_page("train", _pace="10")
    button(at, "Start").click().run()
    until(lambda: viewer(at).revealed > 0)
    at.switch_page("pages/data.py").run()
    assert at.sidebar.get("progress")[0].proto.text.startswith("Training: running")
    viewer(at).stop()
    at.run()
    assert at.sidebar.get("progress") == []


def test_reset_everything_begins_with_an_empty_screen(open_page: Any) -> None:
    at = open_page("train", _pace="50", size="5")
    button(at, "Start").click().run()
    until(lambda: viewer(at).revealed > 0)
    running = viewer(at)
    at.button(key="reset").click().run()
    assert progress(at) == "Nothing trained yet: press Start."
    assert dict(at.query_params) == {}
    assert running.job.is_over


def test_what_others_train_too_is_trained_once(open_page: Any) -> None:
    at = open_page("train", _trained="1")
    home = open_page("home")
    assert viewer(at).job is home.session_state.session.client.viewers["qnn"].job


def test_tfq_says_why_it_is_unavailable(open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (frame, state):
        monkeypatch.setattr(module, "why_missing", lambda package: "TensorFlow Quantum is not installed")
    at = open_page("train", backend="tfq")
    assert "tfq is unavailable here: TensorFlow Quantum is not installed" in words(at)
    assert "The address says backend=tfq" in words(at)
    assert at.session_state.session.experiment.backend == "exact"


def test_a_run_beyond_the_dashboards_settings_is_refused(open_page: Any, words: Words, mnist: Mnist) -> None:
    circuit = CircuitConfig(("XX", "ZZ") * 4)
    training = Training(Experiment(data=DataConfig(size=2, n_examples=32), circuit=circuit, epochs=1), mnist)
    list(training)
    at = open_page("train")
    at.file_uploader(key="open-run").upload("deep.zip", pack_run(Run.of(training)), "application/zip").run()
    assert "deep.zip cannot be opened: layers can be 6 at most on the dashboard, got 8" in words(at)
    assert at.session_state.session.experiment == Experiment()


def test_a_saved_run_opens_again(open_page: Any, words: Words, components: Any, mnist: Mnist) -> None:
    training = Training(Experiment(seed=2, data=DataConfig(size=6, n_examples=500)), mnist)
    list(training)
    run = Run.of(training)
    at = open_page("train")
    at.file_uploader(key="open-run").upload("run.zip", pack_run(run), "application/zip").run()
    assert not at.exception
    assert f"it classifies {100 * run.metrics['test']['accuracy']:.1f} %" in words(at)
    assert at.session_state.session.experiment == training.experiment
    assert progress(at).startswith("Finished: step 48 of 48")
    again = unpack_run(takeaway.packed(at.session_state.session.opened))
    assert again.history.epochs == run.history.epochs
    np.testing.assert_array_equal(again.weights["exponents"], run.weights["exponents"])
    assert again.metrics["test"] == pytest.approx(run.metrics["test"])


@pytest.mark.parametrize("packed", sorted(PACKED_AGAIN.glob("*.zip")), ids=lambda path: path.stem)
def test_a_run_that_was_packed_again_opens(packed: Path, open_page: Any) -> None:
    at = open_page("train")
    at.file_uploader(key="open-run").upload(packed.name, packed.read_bytes(), "application/zip").run()
    assert not at.exception
    assert progress(at).startswith("Finished")
    assert at.session_state.session.opened.saved_by == "0.1.0"


@pytest.mark.parametrize(
    ("content", "says"), [(b"no zip", "x.zip cannot be opened: the file is not a run"), (b"", "cannot be opened")]
)
def test_other_files_are_refused_in_one_sentence(open_page: Any, words: Words, content: bytes, says: str) -> None:
    at = open_page("train")
    at.file_uploader(key="open-run").upload("x.zip", content, "application/zip").run()
    assert not at.exception
    assert says in words(at)


def test_a_run_of_another_model_or_file_is_refused(open_page: Any, words: Words, mnist: Mnist) -> None:
    training = Training(Experiment.tutorial("logistic", epochs=1), mnist)
    list(training)
    at = open_page("train")
    at.file_uploader(key="open-run").upload("x.zip", pack_run(Run.of(training)), "application/zip").run()
    assert "this run is not of a QNN that reads bits" in words(at)


def test_tfq_says_how_long_it_will_take_and_whether_it_is_stopped_before(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "why_missing", lambda package: None)
    monkeypatch.setattr(state, "why_missing", lambda package: None)
    said = words(open_page("train", backend="tfq", examples="64", epochs="1"))
    assert re.search(r"TensorFlow Quantum will compute for about [\d.]+ s on a computer with two cores\.", said)
    assert "This server stops a training" not in said
    said = words(open_page("train", backend="tfq", layers="XX-ZZ-XX-ZZ-XX-ZZ", epochs="100"))
    share = re.search(r"stops a training after 10 min 0 s and keeps what it has learnt by then, about ([\d.]+) %", said)
    assert share is not None
    assert 0.3 < float(share[1]) < 10
    assert "TensorFlow Quantum" not in words(open_page("train", layers="XX-ZZ-XX-ZZ-XX-ZZ", epochs="100"))


@pytest.mark.parametrize("minutes", ["soon", "0", "nan", "inf"])
def test_a_bound_that_cannot_be_read_is_said(open_page: Any, monkeypatch: pytest.MonkeyPatch, minutes: str) -> None:
    state.workshop.clear()
    monkeypatch.setenv("QMNIST_MAX_MINUTES", minutes)
    (error,) = open_page("home").error
    assert error.value == (
        f"The server's settings cannot be read: QMNIST_MAX_MINUTES is '{minutes}': a number of minutes above 0 is "
        "needed, such as 10."
    )
    monkeypatch.undo()


def test_the_bound_is_the_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert state.most_seconds() == 600
    monkeypatch.setenv("QMNIST_MAX_MINUTES", "2.5")
    assert state.most_seconds() == 150


def test_tfq_trains_and_says_whose_figures_are_shown(
    open_page: Any, words: Words, until_trained: Any, tfq: Any
) -> None:
    at = open_page("train", backend="tfq", examples="64", epochs="1")
    until_trained(button(at, "Start").click().run())
    assert progress(at).startswith("Finished: step 2 of 2")
    assert "TensorFlow Quantum trains; these outputs are the exact engine's" in words(at)
    other = open_page("train", backend="tfq", examples="64", epochs="1", _trained="1")
    assert viewer(other).job is viewer(at).job  # done once, shared


def downloads(at: AppTest) -> list[str]:
    return [element.proto.label for element in at.get("download_button")]


ALL_FILES = [
    *("Run (ZIP)", "Report (HTML)", "Script (Python)", "Epochs (CSV)", "Steps (CSV)"),
    *("Circuit (SVG)", "Circuit (Cirq JSON)", "Circuit (OpenQASM)"),
]


def made(record: Record, name: str) -> dict[str, tuple[str, Any]]:
    """Each file's name and content, by its button."""
    return {file.words: (file.name, file.content()) for group in takeaway.files_of(record, name) for file in group}


def test_a_finished_run_can_be_taken_away(open_page: Any, words: Words) -> None:
    at = open_page("train", _trained="1", examples="500", seed="3")
    assert downloads(at) == ALL_FILES
    assert "All of this run, as files." in words(at)
    record = Record.of_viewer(viewer(at))
    files = made(record, "seed 3, 1/2")
    assert [name for name, _ in files.values()] == [
        "qnn seed 3, 1-2.zip",
        "qnn seed 3, 1-2.html",
        "qnn_seed_3_1_2.py",
        "qnn seed 3, 1-2 epochs.csv",
        "qnn seed 3, 1-2 steps.csv",
        "qnn seed 3, 1-2 circuit.svg",
        "qnn seed 3, 1-2 circuit.json",
        "qnn seed 3, 1-2 circuit.qasm",
    ]
    contents = {button: content for button, (_, content) in files.items()}
    run = unpack_run(contents["Run (ZIP)"])
    assert (run.experiment, run.metrics["steps"]) == (record.experiment, 48)
    with zipfile.ZipFile(io.BytesIO(contents["Run (ZIP)"])) as archive:
        assert archive.read("history.csv").decode() == contents["Epochs (CSV)"]
    assert len(contents["Steps (CSV)"].splitlines()) == 49
    test = run.metrics["test"]
    assert f"end.loss - {test['loss']!r}" in contents["Script (Python)"]
    assert "training.stop" not in contents["Script (Python)"]
    assert f"It classifies {100 * test['accuracy']:.1f} %" in contents["Report (HTML)"]
    assert "Trains this run again" in contents["Report (HTML)"]
    assert contents["Circuit (SVG)"].startswith("<svg")
    assert "qreg q[17];" in contents["Circuit (OpenQASM)"]


def test_the_circuit_taken_away_is_the_runs(open_page: Any) -> None:
    import cirq

    from qmnist_core.circuits.build import model_circuit

    at = open_page("train", _trained="1", examples="500", size="3")
    record = Record.of_viewer(viewer(at))
    content = made(record, "x")["Circuit (Cirq JSON)"][1]
    assert cirq.read_json(json_text=content) == model_circuit(
        record.experiment.circuit, 9, record.history.moments[-1].exponents
    )


def test_what_has_not_begun_or_still_goes_on_cannot_be_taken_away(open_page: Any) -> None:
    at = open_page("train", _pace="1")
    assert downloads(at) == []
    button(at, "Start").click().run()
    assert downloads(at) == []
    button(at, "Stop").click().run()


def test_a_stopped_run_is_taken_away_as_it_was_then(open_page: Any, words: Words) -> None:
    at = open_page("train", examples="500")
    for step in (1, 2, 3):
        button(at, "One step").click().run()
        until(lambda step=step: viewer(at).revealed >= step)  # type: ignore[misc]
    at.run()
    files = [label for label in ALL_FILES if label != "Epochs (CSV)"]
    assert downloads(at) == files
    assert "All of this run as it is after step 3 of 48, as files." in words(at)
    button(at, "Stop").click().run()
    contents = made(Record.of_viewer(viewer(at)), "x")
    assert list(contents) == files
    assert "event.step == 3:" in contents["Script (Python)"][1]
    assert "It was stopped after 3 of 48 steps" in contents["Report (HTML)"][1]


def test_a_saved_run_that_was_stopped_comes_back_at_its_step(open_page: Any, words: Words, mnist: Mnist) -> None:
    training = Training(Experiment(data=DataConfig(n_examples=500)), mnist)
    for event in training:
        if isinstance(event, Step) and event.step == 21:
            training.stop()
    at = open_page("train")
    at.file_uploader(key="open-run").upload("run.zip", pack_run(Run.of(training)), "application/zip").run()
    assert not at.exception
    assert progress(at).startswith("Stopped: step 21 of 48, ")
    assert "All of this run as it is after step 21 of 48, as files." in words(at)
    assert "The steps between the epochs are not kept in a saved run." in words(at)
    assert "Steps (CSV)" not in downloads(at)
    script = made(at.session_state.session.opened, "x")["Script (Python)"][1]
    assert "event.step == 21:" in script
    assert f"end.loss - {training.outcome.loss!r}" in script  # type: ignore[union-attr]


def test_an_earlier_run_can_be_taken_away_as_well(open_page: Any) -> None:
    at = open_page("train", _trained="1", examples="500")
    button(at, "Keep this run for comparison").click().run()
    assert not at.exception
    assert downloads(at) == ALL_FILES * 2
    (name, kept), *_ = live_earlier(at).items()
    assert name == "examples 500"
    assert len(made(kept, name)["Steps (CSV)"][1].splitlines()) == 49


def test_nothing_is_made_and_cirq_not_loaded_before_a_click() -> None:
    program = """
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file("app.py", default_timeout=60).switch_page("pages/train.py")
at.query_params["show-trained"], at.query_params["examples"] = "1", "500"
at.run()
assert len(at.get("download_button")) == 8
assert "cirq" not in sys.modules
assert "tensorflow" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
