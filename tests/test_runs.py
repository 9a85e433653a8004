from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qmnist_core import runs
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.errors import RunError
from qmnist_core.events import Step
from qmnist_core.mnist import Mnist
from qmnist_core.runs import Run, check_destination, load_run, save_run
from qmnist_core.training import Training

FILES = ["config.json", "history.csv", "metrics.json", "weights.npz"]


def trained(mnist: Mnist, model: str = "qnn", stop_after: int | None = None, **changes: Any) -> Training:
    settings = {"data": DataConfig(n_examples=100), "epochs": 2, **changes}
    training = Training(Experiment.tutorial(model, **settings), mnist)
    for event in training:
        if isinstance(event, Step) and event.step == stop_after:
            training.stop()
    return training


@pytest.fixture
def saved(tmp_path: Path, mnist: Mnist) -> Path:
    save_run(Run.of(trained(mnist)), tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("model", ["qnn", "logistic", "cnn", "fair"])
@pytest.mark.parametrize("stop_after", [None, 1])
def test_a_loaded_run_predicts_the_same_to_the_last_bit(
    model: str, stop_after: int | None, tmp_path: Path, mnist: Mnist
) -> None:
    training = trained(mnist, model, stop_after)
    run = Run.of(training)
    save_run(run, tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert loaded.experiment == training.experiment
    assert loaded.history == run.history
    assert loaded.metrics == run.metrics
    some = training.test_examples.first(200)
    np.testing.assert_array_equal(loaded.build_model().scores(some), training.model.scores(some))


def test_a_tfq_run_predicts_the_same_to_the_last_bit(tmp_path: Path, mnist: Mnist, tfq: ModuleType) -> None:
    training = trained(mnist, backend="tfq", stop_after=2)
    save_run(Run.of(training), tmp_path / "run")
    some = training.test_examples.first(50)
    np.testing.assert_array_equal(load_run(tmp_path / "run").build_model().scores(some), training.model.scores(some))


def test_another_process_predicts_the_same_to_the_last_bit(tmp_path: Path, mnist: Mnist) -> None:
    training = trained(mnist, circuit=CircuitConfig(("XX", "ZY", "ZZ")))
    save_run(Run.of(training), tmp_path / "run")
    program = (
        "from qmnist_core.runs import load_run; from qmnist_core.mnist import load_mnist\n"
        "from qmnist_core.dataset import prepare\n"
        f"run = load_run({str(tmp_path / 'run')!r}); data = prepare(load_mnist(), run.experiment.data)\n"
        "print(run.build_model().scores(data.test).tobytes().hex())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == training.model.scores(training.test_examples).tobytes().hex()


def test_a_run_whose_nominal_batch_is_too_costly_is_loaded(tmp_path: Path, mnist: Mnist) -> None:
    data, circuit = DataConfig(size=28, n_examples=10), CircuitConfig(encoding="angle")
    training = trained(mnist, data=data, circuit=circuit, batch_size=1_000_000)
    save_run(Run.of(training), tmp_path / "run")
    some = training.test_examples.first(5)
    np.testing.assert_array_equal(load_run(tmp_path / "run").build_model().scores(some), training.model.scores(some))


def test_the_files_are_plain(saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == FILES
    assert json.loads((saved / "config.json").read_text())["model"] == "qnn"
    assert (saved / "history.csv").read_text().splitlines()[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds"
    assert np.load(saved / "weights.npz", allow_pickle=False)["exponents"].shape == (2, 16)


def test_an_existing_run_is_replaced_only_when_asked(saved: Path, mnist: Mnist) -> None:
    before = (saved / "weights.npz").read_bytes()
    other = Run.of(trained(mnist, seed=5))
    with pytest.raises(RunError, match="already holds a run: choose a new folder, or overwrite it"):
        save_run(other, saved)
    assert (saved / "weights.npz").read_bytes() == before
    save_run(other, saved, overwrite=True)
    assert load_run(saved).experiment.seed == 5
    assert [path.name for path in saved.parent.iterdir()] == ["run"]


def test_a_folder_that_is_no_run_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    for overwrite in (False, True):
        with pytest.raises(RunError, match="exists and is not a run: choose a new folder"):
            check_destination(tmp_path, overwrite)
    for name in FILES:
        (tmp_path / name).write_text("{}")
    with pytest.raises(RunError, match="exists and is not a run"):
        check_destination(tmp_path, overwrite=True)
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="exists and is not a run"):
        check_destination(tmp_path / "file")
    with pytest.raises(RunError, match=r"no run can be saved as .*below \(Not a directory\): choose another folder"):
        check_destination(tmp_path / "file" / "below")
    (tmp_path / "empty").mkdir()
    check_destination(tmp_path / "empty")
    with pytest.raises(RunError, match="File name too long"):
        check_destination(tmp_path / ("a" * 250))


def test_the_current_folder_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match="is the current folder: choose a new one below it"):
        check_destination(".")


def test_a_link_to_itself_and_a_folder_in_a_run_are_refused(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(RunError, match="is a link to itself: choose another folder"):
        check_destination(tmp_path / "loop")
    with pytest.raises(RunError, match="is a run: choose a folder outside of it"):
        check_destination(saved / "inner")


def test_a_symlink_stays_and_its_run_is_replaced(saved: Path, mnist: Mnist) -> None:
    link = saved.with_name("link")
    link.symlink_to(saved)
    save_run(Run.of(trained(mnist, seed=5)), link, overwrite=True)
    assert link.is_symlink()
    assert load_run(saved).experiment.seed == 5


def test_a_crash_while_saving_leaves_no_half_run(saved: Path, mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {name: (saved / name).read_bytes() for name in FILES}

    def full_disk(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runs.np, "savez", full_disk)
    for folder, overwrite in ((saved, True), (saved.parent / "new", False)):
        with pytest.raises(RunError, match=r"cannot be saved to .* No space left on device"):
            save_run(Run.of(trained(mnist, seed=9)), folder, overwrite)
    assert {name: (saved / name).read_bytes() for name in FILES} == before
    assert [path.name for path in saved.parent.iterdir()] == ["run"]


def test_a_replacement_that_fails_half_way_puts_the_old_run_back(
    saved: Path, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: (saved / name).read_bytes() for name in FILES}
    rename, calls = Path.rename, iter(range(3))

    def refuse_the_new_one(self: Path, target: Path) -> Path:
        if next(calls) == 1:  # after the old run has been moved aside
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new_one)
    with pytest.raises(RunError, match=r"cannot be saved to .* Permission denied"):
        save_run(Run.of(trained(mnist, seed=9)), saved, overwrite=True)
    assert {name: (saved / name).read_bytes() for name in FILES} == before


def test_a_training_that_goes_on_is_no_run(mnist: Mnist) -> None:
    training = Training(Experiment(), mnist)
    next(iter(training))
    with pytest.raises(RunError, match="only a finished or stopped training is a run"):
        Run.of(training)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(saved: Path, name: str) -> None:
    (saved / name).unlink()
    with pytest.raises(RunError, match=f"is not a whole run, {name} is missing: give a folder written by train --out"):
        load_run(saved)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00garbage", b"[1, 2]"])
def test_a_damaged_file_is_one_clear_sentence(saved: Path, name: str, content: bytes) -> None:
    (saved / name).write_bytes(content)
    with pytest.raises(RunError, match="is damaged or from another version") as caught:
        load_run(saved)
    assert "\n" not in str(caught.value)


def test_values_that_do_not_fit_are_named(saved: Path) -> None:
    config = json.loads((saved / "config.json").read_text())
    for change, message in (
        ({"model": "svm"}, "model must be one of qnn"),
        ({"colour": 1}, "experiment has no setting 'colour'"),
    ):
        (saved / "config.json").write_text(json.dumps({**config, **change}))
        with pytest.raises(RunError, match=message):
            load_run(saved)
    (saved / "config.json").write_text(json.dumps({**config, "circuit": {"layers": ["XX"]}}))
    with pytest.raises(RunError, match=r"weights do not fit its configuration: expected .*\(1, 16\).* got .*\(2, 16\)"):
        load_run(saved).build_model()
    (saved / "config.json").write_text(json.dumps(config))
    np.savez(saved / "weights.npz", exponents=np.array([{"evil": 1}], dtype=object))
    with pytest.raises(RunError, match="damaged"):
        load_run(saved)
    for weights in (np.full((2, 16), np.nan), np.zeros((2, 16), int), np.full((2, 16), "x")):
        np.savez(saved / "weights.npz", exponents=weights)
        with pytest.raises(RunError, match="weights are not all finite numbers: the folder is damaged"):
            load_run(saved).build_model()
    metrics = json.loads((saved / "metrics.json").read_text())
    for broken, message in (
        ({"outcome": None}, r"metrics.json does not hold outcome, n_parameters"),
        ({"test": {"loss": 1.0}}, r"metrics.json has no test loss and accuracy"),
    ):
        (saved / "metrics.json").write_text(json.dumps({**metrics, **broken}))
        with pytest.raises(RunError, match=message):
            load_run(saved)
    (saved / "metrics.json").write_text(json.dumps(metrics))
    (saved / "history.csv").write_text("epoch,loss\n1,2\n")
    with pytest.raises(RunError, match=r"history.csv is not a history \(its columns should be epoch, loss, accuracy"):
        load_run(saved)
    with pytest.raises(RunError, match="there is no run folder"):
        load_run(saved / "nowhere")
