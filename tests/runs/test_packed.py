"""Runs as one file: packed here, packed anew elsewhere, or made to do harm."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import QMnistError, RunError
from qmnist_core.runs import Run, load_run, pack_run, unpack_run
from tests.data.packing import zipped
from tests.runs.making import FILES, compressed, deflate64, encrypted, stored_table, streamed, trained

PACKED = Path(__file__).parent / "packed"


@pytest.mark.parametrize("model", ["qnn", "logistic", "cnn"])
@pytest.mark.parametrize("stop_after", [None, 1])
def test_a_packed_run_is_the_run_to_the_last_bit(model: str, stop_after: int | None, mnist: Mnist) -> None:
    training = trained(mnist, model, stop_after)
    run = Run.of(training)
    packed = pack_run(run)
    assert pack_run(run) == packed
    found = unpack_run(packed)
    assert (found.experiment, found.history.epochs, found.metrics) == (run.experiment, run.history.epochs, run.metrics)
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


@pytest.mark.parametrize("name", ["folder_inside", "ds_store", "macos_rezipped_folder"])
def test_a_run_that_macos_or_windows_packed_again_is_opened(name: str) -> None:
    run = unpack_run((PACKED / f"{name}.zip").read_bytes())
    assert run.build_model().n_parameters == 32


PACKED_AGAIN: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "a folder inside": lambda files: zipped({f"my run/{k}": v for k, v in files.items()}),
    "folders inside": lambda files: zipped({f"a/b/c/{k}": v for k, v in files.items()}),
    "folders as entries": lambda files: zipped({"a/": b"", "a/b/": b"", **{f"a/b/{k}": v for k, v in files.items()}}),
    "a dot before": lambda files: zipped({f"./{k}": v for k, v in files.items()}),
    "a dot and a slash": lambda files: zipped({"/": b"", **{f"/./{k}": v for k, v in files.items()}}),
    "written as in Windows": lambda files: zipped({"run\\": b"", **{f"run\\{k}": v for k, v in files.items()}}),
    "in capitals": lambda files: zipped({f"RUN/{k.upper()}": v for k, v in files.items()}),
    "by macOS": lambda files: zipped({**files, **{f"__MACOSX/._{k}": b"x" for k in files}, ".DS_Store": b"x"}),
    "by macOS, with the same names": lambda files: zipped({**files, **{f"__MACOSX/{k}": b"x" for k in files}}),
    "by Windows": lambda files: zipped({**files, "desktop.ini": b"x", "Thumbs.db": b"x"}),
    "with more beside it": lambda files: zipped({**{f"run/{k}": v for k, v in files.items()}, "notes.txt": b"x"}),
    "with half a run beside it": lambda files: zipped({**files, "old/config.json": b"{}"}),
    "not deflated": lambda files: zipped(files, zipfile.ZIP_STORED),
    "as a stream, for large files": streamed,
    "behind a program": lambda files: b"MZ" + bytes(5000) + zipped(files),
}


@pytest.mark.parametrize("case", PACKED_AGAIN)
def test_a_run_that_was_packed_again_is_opened(case: str, files: dict[str, bytes], saved: Path) -> None:
    found, run = unpack_run(PACKED_AGAIN[case](files)), load_run(saved)
    assert (found.experiment, found.history.epochs, found.metrics) == (run.experiment, run.history.epochs, run.metrics)
    np.testing.assert_array_equal(found.weights["exponents"], run.weights["exponents"])


HOW = "give a run that was saved here, or its folder packed as an ordinary ZIP without a password$"
BAD_FILES: dict[str, tuple[Callable[[dict[str, bytes]], bytes], str]] = {
    "empty": (lambda files: b"", "not a zip file"),
    "text": (lambda files: b"hello", "not a zip file"),
    "cut": (lambda files: zipped(files)[:-100], "not a zip file"),
    "another archive": (lambda files: b"7z\xbc\xaf\x27\x1c" + bytes(1000), "not a zip file"),
    "encrypted": (lambda files: encrypted(zipped(files)), "the archive is encrypted"),
    "empty archive": (
        lambda files: zipped({}),
        "it should hold config.json, history.csv, metrics.json, weights.npz, all in one folder",
    ),
    "an entry missing": (lambda files: zipped({k: files[k] for k in FILES[:3]}), "it should hold config.json"),
    "in two folders": (
        lambda files: zipped({f"{k[0]}/{k}": v for k, v in files.items()}),
        "it should hold config.json, .*, all in one folder",
    ),
    "two runs": (
        lambda files: zipped({f"{folder}/{k}": v for folder in "ab" for k, v in files.items()}),
        "it holds 2 runs, and one can be opened at a time",
    ),
    "a name twice, in two ways of writing": (
        lambda files: zipped({**files, "./CONFIG.json": b"{}"}),
        "it holds config.json twice",
    ),
    "millions of entries": (lambda files: stored_table(100_000), "it has too many entries: expected 1,000 at most"),
    "an unusual packing": (lambda files: zipped(files, zipfile.ZIP_LZMA), "the archive is packed in an unusual way"),
    "an unknown packing": (lambda files: deflate64(zipped(files)), "the archive is packed in an unusual way"),
    "a bomb in the weights": (
        lambda files: zipped({**files, "weights.npz": compressed(exponents=np.zeros(1 << 22))}),
        "the archive would unpack to 33,554,.* bytes: expected 16,000,000 at most",
    ),
    "an unusual packing of the weights": (
        lambda files: zipped({**files, "weights.npz": zipped({"exponents.npy": b"x"}, zipfile.ZIP_BZIP2)}),
        "the archive is packed in an unusual way",
    ),
    "no JSON": (lambda files: zipped({**files, "config.json": b"{"}), "config.json cannot be read"),
    "no history": (lambda files: zipped({**files, "history.csv": b"\xff"}), "history.csv is not a history"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_packed_run_is_one_clear_sentence(case: str, files: dict[str, bytes]) -> None:
    make, message = BAD_FILES[case]
    with pytest.raises(RunError, match=f"^the file is not a run.*{message}.*{HOW}") as caught:
        unpack_run(make(files))
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_are_refused(saved: Path) -> None:
    out = io.BytesIO(pack_run(load_run(saved)))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("config.json", b"{}")
    with pytest.raises(RunError, match=r"it holds config\.json twice"):
        unpack_run(out.getvalue())


LARGE = 50 << 20


def array_file(n_bytes: int) -> bytes:
    """An .npy file of so many bytes, nearly all of them zeros."""
    out = io.BytesIO()
    np.lib.format.write_array(out, np.zeros((n_bytes - 128) // 8))  # type: ignore[no-untyped-call]
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
    with pytest.raises(RunError, match="the file is not a run"):
        unpack_run(packed)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # NumPy sets an array's memory aside as its header says, and never fills it.
    assert peak < (5 << 20) + (LARGE if make is array_file else 0)


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
