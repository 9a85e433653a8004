"""The Train page in its states: empty, paused, finished, stopped, failed, on TFQ, without TFQ, with saved runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.mnist import Mnist
from qmnist_core.runs import Run, pack_run, unpack_run
from qmnist_core.simulators import cost
from qmnist_core.training import Training
from qmnist_core.ui import frame, live, state

Words = Callable[[AppTest], str]


def button(at: AppTest, label: str) -> Any:
    return next(found for found in at.button if found.label == label)


def progress(at: AppTest) -> str:
    return at.get("progress")[-1].proto.text if len(at.get("progress")) == 1 else at.get("progress")[0].proto.text


def viewer(at: AppTest) -> Any:
    return at.session_state.client.viewers["live"]


def figure(components: dict[str, dict[str, Any]], key: str) -> dict[str, Any]:
    return json.loads(components[key]["figure"])


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
    assert f"After step 972 it reads {100 * accuracy:.1f} %" in words(at)
    traces = figure(components(at), "curves")["data"]
    test = [trace for trace in traces if trace.get("x") == [324, 648, 972]]
    np.testing.assert_allclose(test[0]["y"], [100 * epoch.val_accuracy for epoch in training.history], atol=0.01)
    assert at.query_params["show-trained"] == "1"


def test_its_address_shows_the_same(open_page: Any, words: Words, components: Any) -> None:
    address = {"_trained": "1", "_step": "400", "_cell": "1", "size": "6", "seed": "3"}
    one, other = open_page("train", **address), open_page("train", **address)
    assert words(one) == words(other)
    assert "After step 400 it reads" in words(one)
    assert figure(components(one), "maps") == figure(components(other), "maps")
    assert components(one)["misread"] == components(other)["misread"]


def test_one_step_at_a_time(open_page: Any, words: Words) -> None:
    at = open_page("train")
    button(at, "One step").click().run()
    for step in (1, 2, 3):
        if step > 1:
            button(at, "One step").click().run()
        live_viewer = viewer(at)
        while live_viewer.revealed < step:
            live_viewer.wait(0.02)
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
    assert "After step 972 it reads" in first
    at.slider(key="panel-threshold").set_value(0.3).run()
    assert not at.exception
    assert viewer(at).job.experiment.data.threshold == 0.3
    assert words(at) != first
    assert at.query_params["threshold"] == "0.3"
    assert not live_earlier(at)


def live_earlier(at: AppTest) -> dict[str, Any]:
    return at.session_state.get("earlier", {})


def test_without_that_switch_it_says_that_settings_have_changed(open_page: Any, words: Words) -> None:
    at = open_page("train", _trained="1")
    at.number_input(key="panel-seed").set_value(5).run()
    assert "The settings have changed since" in words(at)
    assert viewer(at).job.experiment.seed == 0
    assert "show-trained" not in at.query_params  # the address would train something else


def test_earlier_runs_are_overlaid_named_and_removed(open_page: Any, components: Any, until_trained: Any) -> None:
    at = open_page("train", _trained="1")
    at.number_input(key="panel-seed").set_value(5).run()
    until_trained(button(at, "Start").click().run())
    assert list(live_earlier(at)) == ["tutorial"]
    assert "tutorial" in components(at)["curves"]["figure"]
    at.text_input(key="name tutorial").set_value("before").run()
    assert list(live_earlier(at)) == ["before"]
    assert "before" in components(at)["curves"]["figure"]
    at.checkbox(key="overlay before").uncheck().run()
    assert "before" not in components(at)["curves"]["figure"]
    button(at, "Keep this run for comparison").click().run()
    assert list(live_earlier(at)) == ["before", "seed 5"]
    at.button(key="remove before").click().run()
    assert list(live_earlier(at)) == ["seed 5"]


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
    at = open_page("train", examples="20000")
    assert "These settings give no data: there are 10338 training images, 20000 were asked for" in words(at)
    monkeypatch.setattr(cost, "MAX_SECONDS", 0.0)
    at = until_trained(open_page("train", _trained="1"))
    assert "The training failed: 2 layers on 16 pixels in batches of 32 would take about" in words(at)


def test_tfq_says_why_it_is_unavailable(open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (frame, state):
        monkeypatch.setattr(module, "why_missing", lambda package: "TensorFlow Quantum is not installed")
    at = open_page("train", backend="tfq")
    assert "tfq is unavailable here: TensorFlow Quantum is not installed" in words(at)
    assert "The address says backend=tfq" in words(at)
    assert at.session_state.experiment.backend == "exact"


def test_a_saved_run_opens_again(open_page: Any, words: Words, components: Any, mnist: Mnist) -> None:
    training = Training(Experiment(seed=2, data=DataConfig(size=6, n_examples=500)), mnist)
    list(training)
    run = Run.of(training)
    at = open_page("train")
    at.file_uploader(key="open-run").upload("run.zip", pack_run(run), "application/zip").run()
    assert not at.exception
    assert f"it reads {100 * run.metrics['test']['accuracy']:.1f} %" in words(at)
    assert at.session_state.experiment == training.experiment
    assert progress(at).startswith("Finished: step 48 of 48")
    again = unpack_run(live.packed(at.session_state.opened))
    assert again.history == run.history
    np.testing.assert_array_equal(again.weights["exponents"], run.weights["exponents"])
    assert again.metrics["test"] == pytest.approx(run.metrics["test"])


@pytest.mark.parametrize(
    ("content", "says"), [(b"no zip", "x.zip cannot be opened: the file is no run"), (b"", "cannot be opened")]
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


def test_tfq_trains_and_says_whose_figures_are_shown(
    open_page: Any, words: Words, until_trained: Any, tfq: Any
) -> None:
    at = open_page("train", backend="tfq", examples="64", epochs="1")
    until_trained(button(at, "Start").click().run())
    assert progress(at).startswith("Finished: step 2 of 2")
    assert "TensorFlow Quantum trains; these outputs are the exact engine's" in words(at)
    other = open_page("train", backend="tfq", examples="64", epochs="1", _trained="1")
    assert viewer(other).job is viewer(at).job  # done once, shared
