from __future__ import annotations

import gzip
import hashlib
import io
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmnist_core.arrays import Array
from qmnist_core.data import mnist as module
from qmnist_core.data.idx import read_idx
from qmnist_core.data.mnist import (
    BUNDLED_FILE,
    MAX_BYTES,
    SHA256,
    Mnist,
    load_mnist,
)
from qmnist_core.errors import DataError
from qmnist_core.sources import IDX_FILES, KMNIST_FILES, usual

RNG = np.random.default_rng(0)
FORMS = r"expected an \.npz with uint8 arrays x_train.*four IDX files of MNIST or Fashion-MNIST.*KMNIST's four files"


def arrays(**changes: Any) -> dict[str, Any]:
    """A tiny data set's arrays: two images to train, three to test."""
    images = RNG.integers(0, 256, (5, 28, 28), np.uint8)
    images[:, 0, 0] = 255
    labels = np.array([3, 6, 6, 3, 9], np.uint8)
    return {"x_train": images[:2], "y_train": labels[:2], "x_test": images[2:], "y_test": labels[2:], **changes}


def idx(array: Array) -> bytes:
    """An array as an IDX file."""
    lengths = b"".join(length.to_bytes(4, "big") for length in array.shape)
    return bytes([0, 0, 8, array.ndim]) + lengths + array.tobytes()


def same(one: Mnist, other: dict[str, Any]) -> bool:
    return all(np.array_equal(getattr(one, name), other[name]) for name in SHA256)


def idx_folder(folder: Path, part: dict[str, Any], pack: bool = False, dotted: bool = False) -> Path:
    folder.mkdir()
    for name, file in IDX_FILES.items():
        content = gzip.compress(idx(part[name])) if pack else idx(part[name])
        (folder / (file.replace("-idx", ".idx" if dotted else "-idx") + ".gz" * pack)).write_bytes(content)
    return folder


def kmnist_folder(folder: Path, part: dict[str, Any]) -> Path:
    folder.mkdir()
    for name, file in KMNIST_FILES.items():
        np.savez_compressed(folder / file, part[name])
    return folder


def test_bundled_arrays_have_the_published_hashes(mnist: Mnist) -> None:
    for name, published in SHA256.items():
        assert hashlib.sha256(getattr(mnist, name).tobytes()).hexdigest() == published
    assert mnist.x_train.shape == (60_000, 28, 28)
    assert mnist.x_test.shape == (10_000, 28, 28)


def test_a_changed_bundle_is_noticed(tmp_path: Path, mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = mnist.y_test.copy()
    labels[0] ^= 1
    np.savez(tmp_path / "m.npz", x_train=mnist.x_train, y_train=mnist.y_train, x_test=mnist.x_test, y_test=labels)
    monkeypatch.setattr(module, "BUNDLED_FILE", tmp_path / "m.npz")
    with pytest.raises(DataError, match=r"damaged \(y_test differs\): get a fresh copy of the project"):
        load_mnist()


# The forms that open


def test_keras_own_file_opens(tmp_path: Path) -> None:
    part = arrays()
    np.savez(tmp_path / "mine.npz", **part, extra=np.array([None], object))
    assert same(load_mnist(tmp_path / "mine.npz"), part)


@pytest.mark.parametrize("pack", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("dotted", [False, True], ids=["hyphen", "dot"])
def test_the_four_idx_files_open(tmp_path: Path, pack: bool, dotted: bool) -> None:
    part = arrays()
    assert same(load_mnist(idx_folder(tmp_path / "fashion", part, pack, dotted)), part)


def test_packed_and_unpacked_side_by_side_and_unpacked_under_its_old_name(tmp_path: Path) -> None:
    part = arrays()
    folder = idx_folder(tmp_path / "raw", part, pack=True)
    for name in ("x_train", "y_test"):  # as torchvision leaves them
        (folder / IDX_FILES[name]).write_bytes(idx(part[name]))
    (folder / f"{IDX_FILES['x_test']}.gz").write_bytes(idx(part["x_test"]))  # as some browsers leave it
    (folder / "LICENSE").write_text("free")
    assert same(load_mnist(str(folder)), part)


def test_the_published_mnist_as_idx_files(tmp_path: Path, mnist: Mnist) -> None:
    part = {name: getattr(mnist, name) for name in SHA256}
    assert same(load_mnist(idx_folder(tmp_path / "idx", part)), part)


def test_kmnists_four_files_open(tmp_path: Path) -> None:
    part = arrays()
    assert same(load_mnist(kmnist_folder(tmp_path / "kmnist", part)), part)


def test_one_whole_set_beside_parts_of_another(tmp_path: Path) -> None:
    part = arrays()
    folder = kmnist_folder(tmp_path / "mixed", part)
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"")
    np.savez(folder / "more.npz", **part)
    assert same(load_mnist(folder), part)


def test_the_environment_names_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QMNIST_DATA", "kmnist")
    assert usual() == "kmnist"
    monkeypatch.setenv("QMNIST_DATA", "")
    assert usual() is None


# What does not, and what is said of it


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_test": np.zeros((2, 28, 27), np.uint8)}, r"x_test has shape \(2, 28, 27\), expected \(n, 28, 28\)"),
        ({"y_train": np.zeros((2, 1), np.uint8)}, r"y_train has shape \(2, 1\), expected \(n,\)"),
        ({"x_train": np.zeros((2, 28, 28))}, "x_train has type float64, expected uint8, gray levels 0–255"),
        ({"y_test": np.array([3], np.uint8)}, "x_test has 3 images and y_test 1 labels, expected as many of both"),
        ({"y_test": np.array([3, 11, 0], np.uint8)}, "y_test holds the label 11, expected labels 0–9"),
        ({"x_test": np.zeros((3, 28, 28), np.uint8)}, "x_test is black everywhere, expected gray levels 0–255"),
        ({"x_train": np.eye(28, dtype=np.uint8)[None].repeat(2, 0)}, "gray levels 0 and 1 only.*multiply them by 255"),
        ({"x_test": np.full((3, 28, 28), 16, np.uint8)}, "no gray level above 16, expected 0–255: scale it up"),
    ],
)
@pytest.mark.parametrize("form", ["npz", "idx", "kmnist"])
def test_a_foreign_layout_is_refused(tmp_path: Path, changes: dict[str, Any], message: str, form: str) -> None:
    part, array, found = arrays(**changes), next(iter(changes)), tmp_path / "bad"
    names = {name: name for name in SHA256}
    if form == "npz":
        found = tmp_path / "bad.npz"
        np.savez(found, **part)
    elif form == "kmnist":
        names = KMNIST_FILES
        kmnist_folder(found, part)
    else:
        names = {name: f"{file}.gz" for name, file in IDX_FILES.items()}
        idx_folder(found, part, pack=True)
    for name, file in names.items():
        message = message.replace(name, file)
    if part[array].dtype != np.uint8 and form == "idx":
        message = "holds .* bytes"  # the bytes of another type are too many
    with pytest.raises(DataError, match=message) as refused:
        load_mnist(found)
    assert str(found) in str(refused.value)


def test_an_object_array_and_missing_arrays_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "bad.npz", **arrays(y_test=np.array([None, "x", 3], object)))
    with pytest.raises(DataError, match=rf"bad\.npz: the file is .*not an \.npz file of plain arrays.*{FORMS}"):
        load_mnist(tmp_path / "bad.npz")
    part = arrays()
    del part["y_test"]
    np.savez(tmp_path / "bad.npz", **part)
    with pytest.raises(DataError, match=rf"holds x_train, y_train, x_test and no array y_test: {FORMS}"):
        load_mnist(tmp_path / "bad.npz")
    np.savez(tmp_path / "bad.npz", *range(7))
    with pytest.raises(DataError, match="holds arr_0, arr_1, arr_2, arr_3 and 3 more and no array x_train, y_train"):
        load_mnist(tmp_path / "bad.npz")


def single_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


MAKE: dict[str, Callable[[Path], Any]] = {
    "cannot be opened (it is a pipe": os.mkfifo,
    "cannot be opened (it is a device": lambda path: path.symlink_to("/dev/zero"),
    "there is no file": lambda path: path.symlink_to("nowhere"),
    "is a folder that holds nothing": os.mkdir,
    "is an empty file": lambda path: path.write_bytes(b""),
    "is a file of another kind": lambda path: path.write_text("5,0,0,0"),
    "is an IDX file": lambda path: path.write_bytes(idx(np.zeros(3, np.uint8))),
    "is a file packed by gzip": lambda path: path.write_bytes(gzip.compress(b"")),
    "is a single NumPy array": single_array,
}


@pytest.mark.parametrize("said", MAKE)
def test_what_is_found_is_named_at_once_with_the_forms_that_work(tmp_path: Path, said: str) -> None:
    MAKE[said](tmp_path / "found")
    began = time.monotonic()
    with pytest.raises(DataError) as refused:
        load_mnist(tmp_path / "found")
    assert time.monotonic() - began < 2
    assert said in str(refused.value)
    assert ": expected an .npz with uint8 arrays x_train" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_names_that_no_system_knows(tmp_path: Path) -> None:
    for name in ("a" * 300, "a\0b"):
        with pytest.raises(DataError, match=f"cannot be opened .*{FORMS}"):
            load_mnist(tmp_path / name)


def test_a_folder_of_other_things_is_listed(tmp_path: Path) -> None:
    for name in ("3.png", "6.png", "a\nb.png", "c.png", "d.png"):
        (tmp_path / name).touch()
    with pytest.raises(
        DataError, match=rf"is a folder that holds 3\.png, 6\.png, a\?b\.png, c\.png and 1 more: {FORMS}"
    ):
        load_mnist(tmp_path)


def test_an_idx_file_alone_says_which_three_are_missing(tmp_path: Path) -> None:
    folder = idx_folder(tmp_path / "idx", arrays(), pack=True)
    one = folder / "train-images-idx3-ubyte.gz"
    with pytest.raises(DataError, match=f"is one file of four: name the folder of all four, {folder}"):
        load_mnist(one)
    for name in ("y_train", "x_test", "y_test"):
        (folder / f"{IDX_FILES[name]}.gz").unlink()
    missing = "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"
    with pytest.raises(DataError, match=f"one file of four, and {missing} are missing beside it: name a folder of all"):
        load_mnist(one)
    with pytest.raises(DataError, match=f"holds train-images-idx3-ubyte.gz but not {missing}: expected all four"):
        load_mnist(folder)


def test_one_of_kmnists_files_and_two_whole_sets(tmp_path: Path) -> None:
    part = arrays()
    folder = kmnist_folder(tmp_path / "k", part)
    with pytest.raises(DataError, match="is one file of four: name the folder of all four"):
        load_mnist(folder / "kmnist-test-imgs.npz")
    for name, file in IDX_FILES.items():
        (folder / file).write_bytes(idx(part[name]))
    with pytest.raises(
        DataError, match="holds two data sets, IDX files and KMNIST's: put each into a folder of its own"
    ):
        load_mnist(folder)


@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    whole = BUNDLED_FILE.read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match="truncated, damaged"):
        load_mnist(tmp_path / "cut.npz")


def test_a_damaged_byte_is_noticed(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "bad.npz", **arrays())
    content = bytearray((tmp_path / "bad.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "bad.npz") as archive:
        content[archive.getinfo("x_train.npy").header_offset + 500] ^= 0xFF
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(DataError, match="truncated, damaged"):
        load_mnist(tmp_path / "bad.npz")


# IDX files


WHOLE = idx(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"is not an IDX file: it begins with the bytes \(none\), expected 00 00 08"),
        (b"\1" + WHOLE[1:], "it begins with the bytes 01 00 08 03, expected 00 00 08"),
        (b"\0\0\x0d" + WHOLE[3:], "numbers of type 0x0d on 3 axes: expected bytes"),
        (b"\0\0\x08\x40" + WHOLE[4:], "numbers of type 0x08 on 64 axes: expected bytes"),
        (WHOLE[:9], "ends inside its header"),
        (WHOLE[:-1], "says that it holds 24 bytes and holds 23: get a fresh copy"),
        (WHOLE + b"\0", "says that it holds 24 bytes and holds more: get a fresh copy"),
        (b"\0\0\x08\3" + b"\xff" * 12, r"says that it holds 79,[\d,]+ bytes: expected 1,000 at most"),
    ],
)
def test_an_idx_file_that_is_none(content: bytes, message: str) -> None:
    for file in (content, gzip.compress(content)):
        with pytest.raises(DataError, match=f"^it .*{message}" if not message.startswith("is not") else message):
            read_idx(io.BytesIO(file), 1000, "it")


@pytest.mark.parametrize(
    "content",
    [gzip.compress(WHOLE)[:-9], gzip.compress(WHOLE)[:5], b"\x1f\x8bxxxxxxxxxxxxxxxxxx"],
    ids=["without its end", "its first bytes", "not compressed"],
)
def test_a_damaged_gzip_file(content: bytes) -> None:
    with pytest.raises(DataError, match=r"it is truncated or damaged \(.+\): get a fresh copy"):
        read_idx(io.BytesIO(content), 1000, "it")


def test_a_small_file_that_unpacks_to_a_large_one_takes_no_memory() -> None:
    bomb = gzip.compress(WHOLE + bytes(100_000_000))
    assert len(bomb) < 100_000
    tracemalloc.start()
    with pytest.raises(DataError, match="holds 24 bytes and holds more"):
        read_idx(io.BytesIO(bomb), MAX_BYTES, "it")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@given(st.binary(max_size=60) | st.binary(max_size=60).map(lambda tail: b"\0\0\x08" + tail))
def test_no_file_is_too_strange(content: bytes) -> None:
    for file in (content, gzip.compress(content), b"\x1f\x8b" + content):
        with suppress(DataError):
            assert read_idx(io.BytesIO(file), 1000, "it").dtype == np.uint8


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez_compressed(tmp_path / "bomb.npz", **arrays(), extra=np.zeros(1_000_000, np.uint8))
    monkeypatch.setattr(module, "MAX_BYTES", 500_000)
    with pytest.raises(DataError, match=r"bomb\.npz: the archive would unpack to 1,.* bytes: expected 500,000 at most"):
        load_mnist(tmp_path / "bomb.npz")
