from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core import runs
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.errors import QMnistError, RunError
from qmnist_core.events import Step
from qmnist_core.mnist import Mnist
from qmnist_core.runs import Run, check_destination, load_run, pack_run, save_run, unpack_run
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
        with pytest.raises(RunError, match="weights are not all finite numbers: it is damaged"):
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
    (saved / "history.csv").write_text("epoch,loss,accuracy,val_loss,val_accuracy,seconds\n" + "1,1,1,1,1,1\n" * 3)
    with pytest.raises(RunError, match=r"history.csv is not a history \(it should have 2 epochs at most\)"):
        load_run(saved)
    (saved / "config.json").write_text(json.dumps({**config, "model": "x" * 10_000_000}))
    with pytest.raises(RunError, match="model must be one of") as caught:
        load_run(saved)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("model", ["qnn", "logistic", "cnn"])
@pytest.mark.parametrize("stop_after", [None, 1])
def test_a_packed_run_is_the_run_to_the_last_bit(model: str, stop_after: int | None, mnist: Mnist) -> None:
    training = trained(mnist, model, stop_after)
    run = Run.of(training)
    packed = pack_run(run)
    assert pack_run(run) == packed
    found = unpack_run(packed)
    assert (found.experiment, found.history, found.metrics) == (run.experiment, run.history, run.metrics)
    assert found.weights.keys() == run.weights.keys()
    for name, array in run.weights.items():
        assert (found.weights[name].dtype, found.weights[name].tobytes()) == (array.dtype, array.tobytes())
    some = training.test_examples.first(50)
    np.testing.assert_array_equal(found.build_model().scores(some), training.model.scores(some))
    assert pack_run(found) == packed


def test_a_packed_run_holds_the_files_of_a_saved_one(saved: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(pack_run(load_run(saved)))) as archive:
        assert sorted(archive.namelist()) == FILES
        for name in FILES:
            assert archive.read(name) == (saved / name).read_bytes()
        archive.extractall(tmp_path / "unzipped")
    assert load_run(tmp_path / "unzipped").metrics == load_run(saved).metrics


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def compressed(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def encrypted(packed: bytes) -> bytes:
    """With every entry marked as encrypted, in the archive's table and before the entry."""
    marked = bytearray(packed)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := packed.find(signature, at + 1)) >= 0:
            marked[at + offset] |= 1
    return bytes(marked)


BAD_FILES: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "empty": (lambda files: b"", ": give one that was saved here"),
    "text": (lambda files: b"hello", ": give one that was saved here"),
    "cut": (lambda files: zipped(files)[:-100], ": give one that was saved here"),
    "encrypted": (lambda files: encrypted(zipped(files)), "is encrypted"),
    "empty archive": (
        lambda files: zipped({}),
        "it should hold exactly config.json, history.csv, metrics.json, weights",
    ),
    "an entry missing": (lambda files: zipped({k: files[k] for k in FILES[:3]}), "it should hold exactly config.json"),
    "an entry too many": (lambda files: zipped({**files, "x": b""}), "it should hold exactly config.json"),
    "a folder": (lambda files: zipped({f"run/{k}": v for k, v in files.items()}), "it should hold exactly config.json"),
    "a bomb": (lambda files: zipped({**files, "history.csv": bytes(2 << 20)}), "would unpack to 2,0.* bytes: expected"),
    "an unusual packing": (lambda files: zipped(files, zipfile.ZIP_LZMA), "the archive is packed in an unusual way"),
    "a bomb in the weights": (
        lambda files: zipped({**files, "weights.npz": compressed(exponents=np.zeros(1 << 18))}),
        "the archive would unpack to 2,097,.* bytes: expected 1,048,576 at most",
    ),
    "an unusual packing of the weights": (
        lambda files: zipped({**files, "weights.npz": zipped({"exponents.npy": b"x"}, zipfile.ZIP_BZIP2)}),
        "the archive is packed in an unusual way",
    ),
    "objects": (
        lambda files: zipped({**files, "weights.npz": compressed(exponents=np.array([{}], dtype=object))}),
        "weights.npz is truncated, damaged or not an .npz file of plain arrays .*allow_pickle",
    ),
    "no JSON": (lambda files: zipped({**files, "config.json": b"{"}), "config.json cannot be read"),
    "too deep JSON": (lambda files: zipped({**files, "metrics.json": b"[" * 100_000}), "metrics.json cannot be read"),
    "another model": (lambda files: zipped({**files, "config.json": b'{"model": "svm"}'}), "model must be one of qnn"),
    "no metrics": (lambda files: zipped({**files, "metrics.json": b"{}"}), "metrics.json does not hold outcome"),
    "no history": (lambda files: zipped({**files, "history.csv": b"\xff"}), "history.csv is not a history"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_packed_run_is_one_clear_sentence(
    case: str, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, message = BAD_FILES[case]
    monkeypatch.setattr(runs, "MAX_UNPACKED", 1 << 20)
    packed = make({name: (saved / name).read_bytes() for name in FILES})
    with pytest.raises(RunError, match=f"^the file is no run.*{message}") as caught:
        unpack_run(packed)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(saved: Path) -> None:
    out = io.BytesIO(pack_run(load_run(saved)))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("config.json", b"{}")
    with pytest.raises(RunError, match="it should hold exactly config"):
        unpack_run(out.getvalue())


LARGE = 50 << 20


def array_file(n_bytes: int) -> bytes:
    """An .npy file of so many bytes, nearly all of them zeros."""
    out = io.BytesIO()
    np.lib.format.write_array(out, np.zeros((n_bytes - 128) // 8))
    return out.getvalue()


@pytest.mark.parametrize(
    ("entry", "make"),
    [("config.json", bytes), ("weights.npz", bytes), ("exponents.npy", bytes), ("exponents.npy", array_file)],
)
def test_an_entry_larger_than_it_claims_is_not_unpacked(saved: Path, entry: str, make: Callable[[int], bytes]) -> None:
    files = {name: (saved / name).read_bytes() for name in FILES}

    def lying(packed: bytes) -> bytes:
        assert packed.count(LARGE.to_bytes(4, "little")) == 2
        return packed.replace(LARGE.to_bytes(4, "little"), (1000).to_bytes(4, "little"))

    if entry in FILES:
        packed = lying(zipped({**files, entry: make(LARGE)}))
    else:
        packed = zipped({**files, "weights.npz": lying(zipped({entry: make(LARGE)}))})
    tracemalloc.start()
    with pytest.raises(RunError, match="the file is no run"):
        unpack_run(packed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # NumPy sets an array's memory aside as its header says, and never fills it.
    assert peak < (5 << 20) + (LARGE if make is array_file else 0)


def test_packed_weights_that_do_not_fit_are_named(mnist: Mnist) -> None:
    run = Run.of(trained(mnist))
    for weights, message in (
        ({"exponents": np.zeros((1, 16))}, r"weights do not fit its configuration: expected .*\(2, 16\).* got"),
        ({}, "weights do not fit its configuration"),
        ({"exponents": np.full((2, 16), np.inf)}, "weights are not all finite numbers: it is damaged"),
    ):
        packed = pack_run(Run(run.experiment, run.history, run.metrics, weights))
        with pytest.raises(RunError, match=message):
            unpack_run(packed).build_model()


@pytest.fixture(scope="module")
def some_run(mnist: Mnist) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack_run(Run.of(trained(mnist))))) as archive:
        return {name: archive.read(name) for name in FILES}


@pytest.mark.filterwarnings("ignore:Reading `.npy`")
@settings(deadline=None, max_examples=200)
@given(
    name=st.sampled_from([None, *FILES]),
    start=st.floats(0, 1),
    patch=st.binary(max_size=12),
    kept=st.one_of(st.just(1.0), st.floats(0, 1)),
)
def test_no_bytes_at_all_break_the_reader(
    some_run: dict[str, bytes], name: str | None, start: float, patch: bytes, kept: float
) -> None:
    """Damage to the archive, or to one of the files in it."""

    def damaged(content: bytes) -> bytes:
        at = int(start * len(content))
        return (content[:at] + patch + content[at + len(patch) :])[: int(kept * len(content))]

    packed = zipped({**some_run, name: damaged(some_run[name])}) if name else damaged(zipped(some_run))
    try:
        unpack_run(packed).build_model()
    except QMnistError:
        return
