"""What is refused of a run's files, whether they are in a folder or in a ZIP."""

from __future__ import annotations

import json
import re
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import RunError
from qmnist_core.runs import Run, load_run, pack_run, unpack_run
from tests.data.packing import zipped
from tests.runs.making import compressed, stored_table, trained


def refused(files: dict[str, bytes], folder: Path) -> str:
    """The one sentence that both ways of opening say of these files."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with pytest.raises(RunError, match="is damaged or from another version: ") as as_folder:
        load_run(folder)
    with pytest.raises(RunError, match=r"^the file is not a run, or it is damaged or from another version: ") as as_zip:
        unpack_run(zipped(files))
    sentence = str(as_folder.value).split("from another version: ")[1]
    assert sentence in str(as_zip.value)
    assert "\n" not in sentence
    return sentence


HUGE = "9" * 4000
CONFIG = "config.json"
WRONG_JSON: dict[str, tuple[dict[str, Any], str, str]] = {
    "another model": ({"model": "svm"}, "model must be one of qnn", CONFIG),
    "a setting too many": ({"colour": 1}, "experiment has no setting 'colour'", CONFIG),
    "an endless name": ({"model": "x" * 60_000}, "model must be one of", CONFIG),
    "no outcome": ({"outcome": None}, "metrics.json has an outcome other than finished or stopped", ""),
    "an outcome of its own": ({"outcome": "won"}, "metrics.json has an outcome other than finished or stopped", ""),
    "no test accuracy": ({"test": {"loss": 1.0}}, "metrics.json has no test loss and accuracy", ""),
    "figures in a list": ({"test": ["loss", "accuracy"]}, "metrics.json has no test loss and accuracy", ""),
    "accuracy above 1": ({"test": {"loss": 1.0, "accuracy": 1.5}}, r"accuracy should be a share from 0 to 1\b", ""),
    "accuracy below 0": ({"test": {"loss": 1.0, "accuracy": -0.1}}, r"accuracy should be a share from 0 to 1\b", ""),
    "accuracy a truth": ({"test": {"loss": 1.0, "accuracy": True}}, r"accuracy should be a share from 0 to 1\b", ""),
    "accuracy a text": ({"test": {"loss": 1.0, "accuracy": "0.9"}}, r"accuracy should be a share from 0 to 1\b", ""),
    "accuracy no number": ({"test": {"loss": 1.0, "accuracy": float("nan")}}, "accuracy should be a share from", ""),
    "a negative loss": ({"test": {"loss": -1.0, "accuracy": 0.5}}, "loss should be a loss from 0 to 2", ""),
    "a hinge loss above 2": ({"test": {"loss": 2.1, "accuracy": 0.5}}, "loss should be a loss from 0 to 2", ""),
    "an endless loss": ({"test": {"loss": float("inf"), "accuracy": 0.5}}, "loss should be a loss from 0 to 2", ""),
    "a huge whole loss": ({"test": {"loss": int(HUGE), "accuracy": 0.5}}, "loss should be a loss from 0 to 2", ""),
    "negative time": ({"seconds": -1}, "seconds should be a time from 0 to 1e", ""),
    "endless time": ({"seconds": float("inf")}, "seconds should be a time from 0 to 1e", ""),
    "steps of a half": ({"steps": 2.5}, "steps should be a whole number, at least 2", ""),
    "fewer steps than epochs": ({"steps": 1}, "steps should be a whole number, at least 2", ""),
    "other steps in each epoch": ({"steps": 5}, "steps should be as many in each of 2 epochs", ""),
    "too many steps": ({"steps": int(HUGE)}, "steps should be a whole number, at least 2", ""),
    "other parameters": ({"n_parameters": 33}, "gives another number of parameters than the 32 in weights.npz", ""),
    "parameters no number": ({"n_parameters": "32"}, "n_parameters should be a whole number, at least 1", ""),
    "a version of words": ({"version": "![x](http://a.example)"}, "metrics.json has no valid version", ""),
}


@pytest.mark.parametrize("case", WRONG_JSON)
def test_a_wrong_value_is_refused(case: str, files: dict[str, bytes], saved: Path) -> None:
    change, sentence, name = WRONG_JSON[case]
    name = name or "metrics.json"
    files[name] = json.dumps({**json.loads(files[name]), **change}).encode()
    said = refused(files, saved)
    assert re.search(sentence, said)
    assert len(said) < 500


def test_each_figure_must_be_there(files: dict[str, bytes], saved: Path) -> None:
    metrics = json.loads(files["metrics.json"])
    for name in metrics:
        rest = {key: value for key, value in metrics.items() if key != name}
        said = refused({**files, "metrics.json": json.dumps(rest).encode()}, saved)
        assert said == "metrics.json does not hold outcome, n_parameters, test, seconds, version, steps"


def test_figures_that_are_not_known_are_left_out(files: dict[str, bytes]) -> None:
    metrics = json.loads(files["metrics.json"])
    more = {**metrics, "test": {**metrics["test"], "luck": 1}, "luck": "![x](http://a.example)"}
    assert unpack_run(zipped({**files, "metrics.json": json.dumps(more).encode()})).metrics == metrics


HEADER = "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n"
WRONG_HISTORY = {
    "other columns": ("epoch,loss\n1,2\n", "its columns should be epoch, loss, accuracy"),
    "too many epochs": (HEADER + "1,1,1,1,1,1\n2,1,1,1,1,1\n3,1,1,1,1,1\n", "it should have 2 epochs at most"),
    "too few epochs": (HEADER + "1,1,1,1,1,1\n", "calls the run finished, and history.csv has 1 of 2 epochs"),
    "epochs out of order": (HEADER + "2,1,1,1,1,1\n1,1,1,1,1,1\n", "line 2 should be of epoch 1"),
    "no number": (HEADER + "1,1,1,1,x,1\n2,1,1,1,1,1\n", "could not convert string to float"),
    "a short line": (HEADER + "1,1,1\n2,1,1,1,1,1\n", "history.csv is not a history"),
    "accuracy above 1": (HEADER + "1,1,1.01,1,1,1\n2,1,1,1,1,1\n", r"accuracy should be a share from 0 to 1\b"),
    "validation accuracy below 0": (HEADER + "1,1,1,1,-1,1\n2,1,1,1,1,1\n", "val_accuracy should be a share"),
    "a loss that is none": (HEADER + "1,nan,1,1,1,1\n2,1,1,1,1,1\n", r"\(loss should be a loss from 0 to 2\)"),
    "an endless loss": (HEADER + "1,1,1,inf,1,1\n2,1,1,1,1,1\n", r"\(val_loss should be a loss from 0 to 2\)"),
    "a negative loss": (HEADER + "1,-0.5,1,1,1,1\n2,1,1,1,1,1\n", r"\(loss should be a loss from 0 to 2\)"),
    "negative time": (HEADER + "1,1,1,1,1,-1\n2,1,1,1,1,1\n", "seconds should be a time from 0"),
}


@pytest.mark.parametrize("case", WRONG_HISTORY)
def test_a_wrong_history_is_refused(case: str, files: dict[str, bytes], saved: Path) -> None:
    history, sentence = WRONG_HISTORY[case]
    assert re.search(sentence, refused({**files, "history.csv": history.encode()}, saved))


WRONG_WEIGHTS: dict[str, Any] = {
    "not a number": np.where(np.arange(32) == 31, np.nan, 0.5).reshape(2, 16),
    "endless": np.full((2, 16), -np.inf, dtype=np.float32),
    "absurdly large": np.where(np.arange(32) == 7, -1e10, 0.5).reshape(2, 16),
    "whole numbers": np.zeros((2, 16), dtype=int),
    "complex": np.zeros((2, 16), dtype=complex),
    "texts": np.full((2, 16), "x"),
    "pairs": np.zeros((2, 16), dtype=[("a", float), ("b", float)]),
}


@pytest.mark.parametrize("case", WRONG_WEIGHTS)
def test_wrong_weights_are_refused(case: str, files: dict[str, bytes], saved: Path) -> None:
    said = refused({**files, "weights.npz": compressed(exponents=WRONG_WEIGHTS[case])}, saved)
    assert said == "weights.npz should hold numbers from −1,000,000 to 1,000,000 only"


def test_large_weights_of_half_precision_are_compared_without_overflow(files: dict[str, bytes], saved: Path) -> None:
    half = np.full((2, 16), 60_000, dtype=np.float16)
    assert unpack_run(zipped({**files, "weights.npz": compressed(exponents=half)})).weights["exponents"][0, 0] == 60_000


def test_weights_that_do_not_fit_are_named(mnist: Mnist) -> None:
    run = Run.of(trained(mnist))
    for weights in ({"exponents": np.zeros((1, 32))}, {"angles": np.zeros((2, 16))}):
        packed = pack_run(Run(run.experiment, run.history, run.metrics, weights))
        with pytest.raises(RunError, match=r"weights do not fit its configuration: expected .*\(2, 16\).* got"):
            unpack_run(packed).build_model()


def test_objects_are_never_made(files: dict[str, bytes], saved: Path) -> None:
    evil = compressed(exponents=np.array([{"evil": 1}], dtype=object))
    assert re.search("not an .npz file of plain arrays .*allow_pickle", refused({**files, "weights.npz": evil}, saved))


HOSTILE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "20 million lists as settings": ("config.json", lambda: b"[" + b"[]," * 20_000_000 + b"[]]", "64,000 bytes"),
    "20 million lists as figures": ("metrics.json", lambda: b"[" + b"[]," * 20_000_000 + b"[]]", "64,000 bytes"),
    "30 million columns": ("history.csv", lambda: b"1," * 30_000_000, "2,000,000 bytes"),
    "large weights": ("weights.npz", lambda: bytes(60_000_000), "16,000,000 bytes"),
    "200,000 weights of no size": ("weights.npz", lambda: stored_table(200_000), "expected 1,000 at most"),
    "20,000 lists": ("config.json", lambda: b"[" + b"[]," * 20_000 + b"[]]", "must be an object of settings"),
    "deep lists": ("config.json", lambda: b"[" * 60_000, "its brackets nest more than 10 deep"),
    "deep objects": ("metrics.json", lambda: b'{"":' * 11 + b"1" + b"}" * 11, "its brackets nest more than 10 deep"),
    "deep behind a text": ("config.json", lambda: rb'["]\"]]]]",' + b"[" * 10, "nest more than 10 deep"),
    "a text without an end": ("config.json", lambda: b'"' + b'\\"' * 30_000 + b"\\", "config.json cannot be read"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_costs_next_to_nothing(case: str, files: dict[str, bytes], saved: Path) -> None:
    name, make, sentence = HOSTILE[case]
    files[name] = make()
    packed = zipped(files)
    for name, content in files.items():
        (saved / name).write_bytes(content)
    del files
    openers: tuple[Callable[[], Run], ...] = (lambda: unpack_run(packed), lambda: load_run(saved))
    for open_it in openers:
        tracemalloc.start()
        start = time.process_time()
        with pytest.raises(RunError, match=sentence):
            open_it()
        seconds = time.process_time() - start
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert seconds < 2  # traced; a tenth of that otherwise
        assert peak < 40 << 20


def test_a_mark_before_the_text_is_no_part_of_it(files: dict[str, bytes], saved: Path) -> None:
    marked = {name: b"\xef\xbb\xbf" + content if name != "weights.npz" else content for name, content in files.items()}
    for name, content in marked.items():
        (saved / name).write_bytes(content)
    assert load_run(saved).metrics == unpack_run(zipped(marked)).metrics == unpack_run(zipped(files)).metrics
    assert load_run(saved).history.epochs == unpack_run(zipped(files)).history.epochs
