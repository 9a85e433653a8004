"""The Train page in its states: done, at a cursor, stopped, failed, on TFQ, without TFQ, with saved runs."""

from __future__ import annotations

import io
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
from qmnist_core.studies.reel import Reel
from qmnist_core.training.events import Step
from qmnist_core.training.loop import Training
from qmnist_core.ui.frame import panel
from qmnist_core.ui.session import state
from qmnist_core.ui.shared import live, takeaway
from tests.waiting import until

Words = Callable[[AppTest], str]
PACKED_AGAIN = Path(__file__).parents[1] / "runs" / "packed"


def button(at: AppTest, label: str) -> Any:
    return next(found for found in at.button if found.label == label)


def viewer(at: AppTest) -> Any:
    return at.session_state.session.client.viewers["live"]


def live_earlier(at: AppTest) -> dict[str, Any]:
    kept: dict[str, Any] = at.session_state.session.earlier
    return kept


def test_it_shows_the_tutorials_network_trained(open_page: Any, components: Any, words: Words, mnist: Mnist) -> None:
    at = open_page("train")
    training = Training(Experiment(), mnist)
    list(training)
    run = live_run(at)
    assert training.outcome is not None
    assert run.accuracy == training.outcome.accuracy  # type: ignore[union-attr]
    ends = [run.reel.accuracy[run.reel.frame(step)] for step in (324, 648, 972)]
    assert ends == [epoch.val_accuracy for epoch in training.history.epochs]
    given = components(at)
    assert given["train-curves"]["ceiling"] == pytest.approx(0.923, abs=5e-4)
    steps, accuracies, losses = given["train-curves"]["lines"][0]["batches"]
    assert (len(steps), steps[0], steps[-1]) == (139, 7, 972)
    assert accuracies[0] == pytest.approx(np.mean(training.history.accuracies[:7]), abs=1e-4)
    assert losses[-1] == pytest.approx(np.mean(training.history.losses[966:]), abs=1e-4)
    assert given["dock-play"]["press"] == ""
    assert given["train-maps"]["layers"] == ["XX", "ZZ"]


def live_run(at: AppTest) -> live.Run:
    """The session's run, from outside of its page."""
    now = viewer(at)
    record = Record.of_viewer(now)
    dataset = state.dataset(record.experiment.data)
    reel = Reel.of(record.experiment, record.history.moments, dataset)
    cursor = at.session_state.session.view.get("show-step")
    return live.Run(record, now, reel, b"", now.job.total_steps, None if cursor is None else int(cursor))


def test_its_address_shows_the_same(open_page: Any, words: Words, components: Any) -> None:
    address = {"_step": "400", "_cell": "1", "size": "6", "seed": "3"}
    one, other = open_page("train", **address), open_page("train", **address)
    assert words(one) == words(other)
    assert components(one)["misread"] == components(other)["misread"]
    assert components(one)["dock-play"]["cursor"] == 400
    assert components(one)["dock-play"]["run"] == components(other)["dock-play"]["run"]


def test_it_trains_anew_when_a_setting_moves(open_page: Any, components: Any) -> None:
    at = open_page("train")
    first = components(at)["dock-play"]
    at.slider(key="panel-threshold").set_value(0.3).run()
    assert not at.exception
    assert viewer(at).job.experiment.data.threshold == 0.3
    assert components(at)["dock-play"]["run"] != first["run"]
    assert at.query_params["threshold"] == "0.3"
    assert not live_earlier(at)


def names(given: dict[str, dict[str, Any]]) -> list[str]:
    return [line["name"] for line in given["train-curves"]["lines"]]


def test_kept_runs_are_overlaid_named_and_removed(open_page: Any, components: Any) -> None:
    at = open_page("train")
    for _ in range(2):
        button(at, "Keep this run").click().run()
    assert list(live_earlier(at)) == ["tutorial"], "the same run once more is not another one"
    at.number_input(key="panel-seed").set_value(5).run()
    assert names(components(at)) == ["test", "tutorial"]
    kept = components(at)["train-curves"]["lines"][1]
    assert (kept["steps"], kept["dash"]) == ([324, 648, 972], 1)
    at.text_input(key="name tutorial").set_value("before").run()
    at.text_input(key="name before").set_value(" ").run()
    assert at.text_input(key="name before").value == "before"
    assert list(live_earlier(at)) == ["before"]
    assert names(components(at)) == ["test", "before"]
    at.checkbox(key="overlay before").uncheck().run()
    assert names(components(at)) == ["test"]
    at.text_input(key="name before").set_value("hidden").run()
    assert names(components(at)) == ["test"]
    button(at, "Keep this run").click().run()
    assert list(live_earlier(at)) == ["hidden", "seed 5"]
    at.button(key="remove hidden").click().run()
    assert list(live_earlier(at)) == ["seed 5"]
    at.text_input(key="name seed 5").set_value("hidden").run()
    assert names(components(at)) == ["test", "hidden"]


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ({"_step": "5000"}, "show-step=5000: this run has steps 0 to 972"),
        ({"_cell": "x"}, "show-cell=x"),
    ],
)
def test_bad_views_in_an_address_are_named(open_page: Any, words: Words, address: dict[str, str], says: str) -> None:
    at = open_page("train", **address)
    assert says in words(at)


def test_what_cannot_be_trained_is_said(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, fresh_server: None
) -> None:
    monkeypatch.setattr(cost, "MAX_SECONDS", 0.0)
    said = words(open_page("train"))
    assert "The network cannot be trained: 2 layers on 16 pixels in batches of 32 would take about" in said


def test_what_it_misreads_follows_the_cursor(open_page: Any, words: Words) -> None:
    counts = []
    for step in ("0", "400"):
        at = open_page("train", _step=step, _cell="1")
        cells = live_run(at).reel.confusion[int(step)]
        assert cells.sum() == 1968
        counts.append(int(cells[1, 0]))
        found = int(re.findall(r"([\d,]+) images by the size of ⟨Z⟩", words(at))[0].replace(",", ""))
        assert found == counts[-1]
    assert counts[0] != counts[1]


def test_all_images_behind_a_cell_can_be_looked_at(open_page: Any, components: Any, words: Words) -> None:
    at = open_page("train", _cell="1")
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


def test_a_stopped_run_stays_as_it_is_until_it_is_trained_again(
    open_page: Any, components: Any, until_trained: Any, unfinished: None
) -> None:
    at = open_page("train", epochs="100", layers="XX-ZZ-XX-ZZ-XX-ZZ")
    until(lambda: viewer(at).revealed > 0)
    viewer(at).stop()
    seen = viewer(at).revealed
    at.run()
    assert viewer(at).revealed == seen
    assert components(at)["dock-play"]["press"] == "Again"
    at.switch_page("pages/data.py").run()
    at.switch_page("pages/train.py").run()
    assert viewer(at).revealed == seen


def test_opening_what_is_on_the_screen_does_not_keep_it_twice(open_page: Any, mnist: Mnist) -> None:
    at = open_page("train", examples="96")
    training = Training(at.session_state.session.experiment, mnist)
    list(training)
    at.file_uploader(key="open-run").upload("run.zip", pack_run(Run.of(training)), "application/zip").run()
    assert not at.exception
    assert live_earlier(at) == {}


def test_a_run_goes_to_the_kept_ones_when_all_is_reset(open_page: Any) -> None:
    at = open_page("train", size="5")
    at.button(key="reset").click().run()
    assert list(live_earlier(at)) == ["size 5"]
    assert at.session_state.session.experiment == Experiment()


def test_what_others_train_too_is_trained_once(open_page: Any) -> None:
    assert viewer(open_page("train")).job is viewer(open_page("home")).job


def test_tfq_says_why_it_is_unavailable(open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (panel, state):
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
    assert at.session_state.session.experiment == training.experiment
    playing = components(at)["dock-play"]
    assert (playing["total"], playing["cursor"], playing["press"]) == (48, None, "")
    again = unpack_run(takeaway.packed(at.session_state.session.opened))
    assert again.history.epochs == run.history.epochs
    np.testing.assert_array_equal(again.weights["exponents"], run.weights["exponents"])
    assert again.metrics["test"] == pytest.approx(run.metrics["test"])


@pytest.mark.parametrize("packed", sorted(PACKED_AGAIN.glob("*.zip")), ids=lambda path: path.stem)
def test_a_run_that_was_packed_again_opens(packed: Path, open_page: Any) -> None:
    at = open_page("train")
    at.file_uploader(key="open-run").upload(packed.name, packed.read_bytes(), "application/zip").run()
    assert not at.exception
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
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, unfinished: None
) -> None:
    monkeypatch.setattr(panel, "why_missing", lambda package: None)
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


def test_tfq_trains_in_the_dock(
    open_page: Any, components: Any, until_trained: Any, unfinished: None, tfq: Any
) -> None:
    at = open_page("train", backend="tfq", examples="64", epochs="1")
    playing = components(at)["dock-play"]
    assert playing["press"] == "Stop"
    assert playing["words"] == "Loading TensorFlow" or playing["words"].startswith("Training")
    until_trained(at)
    assert components(at)["dock-play"]["press"] == ""
    assert live_run(at).step == 2
    other = open_page("train", backend="tfq", examples="64", epochs="1")
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
    at = open_page("train", examples="500", seed="3")
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

    at = open_page("train", examples="500", size="3")
    record = Record.of_viewer(viewer(at))
    content = made(record, "x")["Circuit (Cirq JSON)"][1]
    assert cirq.read_json(json_text=content) == model_circuit(
        record.experiment.circuit, 9, record.history.moments[-1].exponents
    )


def test_what_still_goes_on_cannot_be_taken_away(open_page: Any, words: Words, unfinished: None) -> None:
    at = open_page("train", epochs="100", layers="XX-ZZ-XX-ZZ-XX-ZZ")
    assert downloads(at) == []
    assert "its files are here when it is over, or stopped" in words(at)
    viewer(at).stop()


def test_it_is_taken_away_as_it_is_at_the_cursor(open_page: Any, words: Words) -> None:
    at = open_page("train", examples="500", _step="3")
    files = [label for label in ALL_FILES if label != "Epochs (CSV)"]
    assert downloads(at) == files
    assert "All of this run as it is after step 3 of 48, as files." in words(at)
    contents = made(Record.of_viewer(viewer(at)).at(3), "x")
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
    assert "All of this run as it is after step 21 of 48, as files." in words(at)
    assert "A saved run keeps its epochs, not the steps between them." in words(at)
    assert downloads(at).count("Steps (CSV)") == 1, "of the run before, which is kept"
    script = made(at.session_state.session.opened, "x")["Script (Python)"][1]
    assert "event.step == 21:" in script
    assert f"end.loss - {training.outcome.loss!r}" in script  # type: ignore[union-attr]


def test_an_earlier_run_can_be_taken_away_as_well(open_page: Any) -> None:
    at = open_page("train", examples="500")
    button(at, "Keep this run").click().run()
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
at.query_params["examples"] = "500"
at.session_state["train-files"] = True
at.run()
assert len(at.get("download_button")) == 8
assert "cirq" not in sys.modules
assert "tensorflow" not in sys.modules
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr
