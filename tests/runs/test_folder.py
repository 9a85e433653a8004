"""Runs as folders: what is replaced, what is left alone, and what a dying program leaves."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig, DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import RunError
from qmnist_core.runs import Run, check_destination, load_run, save_run
from tests.runs.making import FILES, trained


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
    assert loaded.history.epochs == run.history.epochs
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
        "from qmnist_core.runs import load_run; from qmnist_core.data.mnist import load_mnist\n"
        "from qmnist_core.data.pipeline import prepare\n"
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

    monkeypatch.setattr(np, "savez", full_disk)
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


def test_there_must_be_a_folder(saved: Path) -> None:
    with pytest.raises(RunError, match=r"there is no run folder .*nowhere: give a folder written by train --out"):
        load_run(saved / "nowhere")
    with pytest.raises(RunError, match=r"config.json is a file, not a run's folder: if it is a packed run, unpack it"):
        load_run(saved / "config.json")
    with pytest.raises(RunError, match="there is no run folder"):
        load_run(saved / ("x" * 5000))


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a socket", "a device"])
@pytest.mark.parametrize("linked", [False, True])
def test_what_is_no_regular_file_is_refused_and_not_waited_for(
    kind: str, linked: bool, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved / "history.csv"
    file.unlink()
    made = saved.parent / "made" if linked else file
    if kind == "a pipe":
        os.mkfifo(made)
    elif kind == "a folder":
        made.mkdir()
    elif kind == "a socket":
        monkeypatch.chdir(made.parent)  # a socket's address may have a hundred characters
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(made.name)
    else:
        made.symlink_to("/dev/zero")
    if linked:
        file.symlink_to(made)
    with pytest.raises(RunError, match=f"not a run that can be read: history.csv, it is {kind}, not a regular file$"):
        load_run(saved)


def test_a_link_to_nothing_is_a_missing_file(saved: Path) -> None:
    (saved / "history.csv").unlink()
    (saved / "history.csv").symlink_to(saved / "nowhere")
    with pytest.raises(RunError, match=r"is not a whole run, history\.csv is missing"):
        load_run(saved)


@pytest.mark.parametrize("added", [".DS_Store", "Thumbs.db", "desktop.ini", "._config.json", "__MACOSX"])
def test_a_run_with_what_systems_add_is_still_a_run(added: str, saved: Path, mnist: Mnist) -> None:
    if added == "__MACOSX":
        (saved / added).mkdir()
    else:
        (saved / added).write_text("x")
    load_run(saved)
    with pytest.raises(RunError, match="already holds a run"):
        check_destination(saved)
    with pytest.raises(RunError, match="is a run: choose a folder outside of it"):
        check_destination(saved / "inner")
    save_run(Run.of(trained(mnist, seed=5)), saved, overwrite=True)
    assert load_run(saved).experiment.seed == 5
    assert sorted(path.name for path in saved.iterdir()) == FILES


def test_a_run_with_anything_else_is_left_alone(saved: Path, mnist: Mnist) -> None:
    (saved / ".notes").write_text("mine")
    load_run(saved)
    with pytest.raises(RunError, match="exists and is not a run"):
        save_run(Run.of(trained(mnist, seed=5)), saved, overwrite=True)


KILLED = """
import os, shutil, sys
from pathlib import Path
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.errors import RunError
from qmnist_core.runs import Run, check_destination, load_run, save_run
from qmnist_core.training.loop import Training

def trained(seed):
    training = Training(Experiment(data=DataConfig(n_examples=50), epochs=1, seed=seed))
    for _ in training:
        pass
    return Run.of(training)

def watch(event, arguments):
    global steps
    if event in ("open", "os.mkdir", "os.rmdir", "os.rename", "os.remove", "shutil.rmtree"):
        if not steps:
            os.kill(os.getpid(), 9)
        steps -= 1

place = Path(sys.argv[1])
old, new, third = trained(0), trained(1), trained(2)
found, dies_at = [], 0
while True:
    home = place / str(dies_at)
    target, link = home / "run", home / "link"
    save_run(old, target)
    link.symlink_to(target)
    child = os.fork()
    if not child:
        steps = dies_at
        sys.addaudithook(watch)
        save_run(new, target, overwrite=True)
        os._exit(0)
    killed = os.waitpid(child, 0)[1] == 9
    seeds = {load_run(folder).experiment.seed for folder in (target, link)}
    assert len(seeds) == 1
    found += seeds
    try:
        check_destination(target)
    except RunError as error:
        assert "already holds a run" in str(error)
    else:
        raise AssertionError("a killed run is in nobody's way")
    between = not target.exists()
    save_run(third, target, overwrite=True)
    assert load_run(target).experiment.seed == load_run(link).experiment.seed == 2
    assert not list(home.glob("*.old")), list(home.iterdir())
    assert not between or {path.name for path in home.iterdir()} == {"run", "link"}
    shutil.rmtree(target)
    try:
        load_run(target)
    except RunError:
        pass
    else:
        raise AssertionError("a deleted run has come back")
    if between:
        print("between")
    if not killed:
        break
    dies_at += 1
print(*found)
"""


def test_a_kill_at_any_step_of_an_overwrite_leaves_the_old_run_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *between, found = done.stdout.splitlines()
    assert between == ["between"]  # the one moment at which only `load_run` finds it
    seeds = found.split()
    assert len(seeds) > 10
    assert seeds == sorted(seeds)  # first the old one, from some step on the new one
    assert set(seeds) == {"0", "1"}
