"""The script that trains a run again is short and safe, and gives the run's own figures."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.jobs import Workshop
from qmnist_core.runs.record import Record
from qmnist_core.runs.reproduce import script, software

ROOT = Path(__file__).parents[2]
SOME = DataConfig(n_examples=500)

EXPERIMENTS = {
    "tutorial, shortened": (Experiment(data=SOME), None),
    "layers": (Experiment(data=SOME, circuit=CircuitConfig(("XX", "ZY", "ZZ", "YX")), epochs=1), None),
    "other digits and pipeline": (
        Experiment(
            data=DataConfig(
                digits=(9, 4), size=6, resize="area", threshold=0.31, contradictions="after", n_examples=700
            ),
            batch_size=17,
            learning_rate=0.0123,
            seed=2**32 - 1,
            epochs=2,
        ),
        None,
    ),
    "all pixels, small start": (Experiment(data=DataConfig(size=28, n_examples=400), init="small"), None),
    "stopped half-way": (Experiment(data=SOME, seed=3), 21),
    "stopped at an epoch's end": (Experiment(data=SOME), 32),
}


def seen(experiment: Experiment, mnist: Mnist, stop_after: int | None = None) -> Record:
    """A training as a page has it: watched to its end, or as it was after some step."""
    viewer = Workshop(lambda experiment: prepare(mnist, experiment.data)).follow(experiment)
    assert viewer.wait(60)
    record = Record.of_viewer(viewer)
    return record if stop_after is None else record.at(stop_after)


def figures(record: Record, mnist: Mnist) -> tuple[float, float]:
    network = record.network()
    return network.evaluate(network.prepare(prepare(mnist, record.experiment.data).test))


def run(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own."""
    file = folder / "again.py"
    file.write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=False, env=environment, cwd=folder
    )


def said(done: subprocess.CompletedProcess[str]) -> tuple[float, float]:
    (loss,) = re.findall(r"^test loss (.+)$", done.stdout, re.MULTILINE)
    (accuracy,) = re.findall(r"^test accuracy (.+)$", done.stdout, re.MULTILINE)
    return float(loss), float(accuracy)


@pytest.mark.parametrize("case", EXPERIMENTS)
def test_it_comes_to_the_same_to_the_last_bit(case: str, mnist: Mnist, tmp_path: Path) -> None:
    experiment, stop_after = EXPERIMENTS[case]
    record = seen(experiment, mnist, stop_after)
    assert record.state == ("stopped" if stop_after else "finished")
    test = figures(record, mnist)
    done = run(script(experiment, test, stop_after), tmp_path)
    assert done.returncode == 0, done.stderr
    assert said(done) == test
    assert done.stdout.endswith("the same as the run\n")
    epochs = [f"epoch {epoch.epoch}: {epoch.val_accuracy:.1%} of" for epoch in record.history.epochs]
    assert [line[: len(epochs[0])] for line in done.stdout.splitlines() if line.startswith("epoch")] == epochs


def test_it_fails_where_the_figures_differ(tmp_path: Path) -> None:
    done = run(script(Experiment(data=SOME), (0.5, 0.5)), tmp_path)
    assert done.returncode == 1
    assert re.search(r"end\.loss - 0\.5.*\n.*\nAssertionError: 1\.00616", done.stderr)


def test_it_trains_on_another_data_file(mnist: Mnist, tmp_path: Path) -> None:
    file = tmp_path / 'it\'s "mine".npz'
    few = {"x_train": mnist.x_train[:3000], "y_train": mnist.y_train[:3000], "x_test": mnist.x_test[:500]}
    np.savez(file, **few, y_test=mnist.y_test[:500])
    experiment = Experiment(data=DataConfig(file=str(file)))
    small = Mnist(few["x_train"], few["y_train"], few["x_test"], mnist.y_test[:500])
    test = figures(seen(experiment, small), small)
    done = run(script(experiment, test), tmp_path)
    assert done.returncode == 0, done.stderr
    assert said(done) == test


def test_it_comes_to_the_same_on_tfq(mnist: Mnist, tmp_path: Path, tfq: ModuleType) -> None:
    experiment = Experiment(backend="tfq", data=DataConfig(size=3, n_examples=64), epochs=1)
    viewer = Workshop(lambda experiment: prepare(mnist, experiment.data)).follow(experiment)
    assert viewer.wait(120)
    test = figures(Record.of_viewer(viewer), mnist)
    done = run(script(experiment, test), tmp_path)
    assert done.returncode == 0, done.stderr
    loss, accuracy = said(done)
    assert loss == pytest.approx(test[0], abs=1e-4)
    assert accuracy == pytest.approx(test[1], abs=0.01)


def settings_of(text: str) -> Experiment:
    """What the script sets, read as literals: nothing in it is executed."""
    found: dict[str, dict[str, ast.expr]] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.keywords:
            (target,) = node.targets
            assert isinstance(target, ast.Name)
            found[target.id] = {str(keyword.arg): keyword.value for keyword in node.value.keywords}
    parts = {name: {key: ast.literal_eval(value) for key, value in found[name].items()} for name in ("data", "circuit")}
    assert [field.name for field in fields(Experiment)] == list(found["experiment"])  # each by name, none left out
    plain = {key: ast.literal_eval(value) for key, value in found["experiment"].items() if key not in parts}
    return Experiment.from_dict({**plain, **parts})


@pytest.mark.parametrize("case", EXPERIMENTS)
def test_it_is_short_and_spells_out_every_setting(case: str) -> None:
    experiment, stop_after = EXPERIMENTS[case]
    text = script(experiment, (0.1, 0.2), stop_after)
    assert len(text.splitlines()) <= 40
    assert max(map(len, text.splitlines())) <= 100
    assert settings_of(text) == experiment
    assert ("training.stop()" in text) == (stop_after is not None)
    imported = [node for node in ast.parse(text).body if isinstance(node, ast.ImportFrom)]
    assert {node.module.split(".")[0] for node in imported if node.module} == {"qmnist_core"}


@pytest.mark.parametrize(
    "file", ['"""\nimport os\nos.abort()\n"""', "a'); print('x", "\\", "é\n\u2028", "\udc80", '{"']
)
def test_no_file_name_gets_out_of_its_quotes(file: str) -> None:
    experiment = Experiment(data=DataConfig(file=file))
    text = script(experiment, (0.1, 0.2))
    assert settings_of(text) == experiment
    assert text.encode("utf-8")
    assert len(ast.parse(text).body) == len(ast.parse(script(Experiment(), (0.1, 0.2))).body)


def test_software_is_named_without_loading_it() -> None:
    program = (
        "import sys; from qmnist_core.runs.reproduce import software; print(software('tfq'), software('cirq'));"
        "assert not {'tensorflow', 'cirq'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "TensorFlow Quantum " in done.stdout
    assert f"Cirq {__import__('importlib.metadata').metadata.version('cirq-core')}" in done.stdout
    assert f"NumPy {np.__version__}" in software("exact")
    assert "TensorFlow" not in software("exact")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("upload-0123456789abcdef", "The data were uploaded: put the path of that file in place of their name below."),
        ("fashion", "Its data are found in the folder that QMNIST_DATA names, or at this path."),
    ],
)
def test_it_says_where_its_data_are(file: str, said: str) -> None:
    text = script(Experiment(data=DataConfig(file=file, digits=(0, 1))), (0.5, 0.9))
    assert said in text
    assert f"data {file} · classes 0 or 1" in " ".join(text.split())
    assert text.count("\n") <= 40
    compile(text, "script", "exec")
    assert said not in script(Experiment(), (0.5, 0.9))
