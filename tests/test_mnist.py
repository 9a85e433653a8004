from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qmnist_core import mnist as module
from qmnist_core.errors import DataError
from qmnist_core.mnist import BUNDLED_FILE, SHA256, Mnist, default_file, load_mnist


def arrays(**changes: Any) -> dict[str, Any]:
    """A tiny data file's arrays: two images a part."""
    images, labels = np.zeros((2, 28, 28), np.uint8), np.array([3, 6], np.uint8)
    return {"x_train": images, "y_train": labels, "x_test": images, "y_test": labels, **changes}


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


def test_a_file_of_the_same_layout_is_accepted(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", **arrays(), extra=np.array([None], object))
    assert load_mnist(tmp_path / "mine.npz").y_test.tolist() == [3, 6]


def test_the_environment_names_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QMNIST_DATA", "kmnist.npz")
    assert default_file() == "kmnist.npz"
    monkeypatch.setenv("QMNIST_DATA", "")
    assert default_file() is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"x_test": np.zeros((2, 28, 27), np.uint8)}, r"x_test has shape \(2, 28, 27\), expected \(n, 28, 28\)"),
        ({"y_train": np.zeros((2, 1), np.uint8)}, r"y_train has shape \(2, 1\), expected \(n,\)"),
        ({"x_train": np.zeros((2, 28, 28))}, "x_train has type float64, expected uint8, gray levels 0–255"),
        ({"y_test": np.array([3], np.uint8)}, "x_test has 2 images and y_test 1 labels, expected as many of both"),
        ({"y_test": np.array([3, 11], np.uint8)}, "y_test holds the label 11, expected labels 0–9"),
        ({"y_test": np.array([None, "x"], object)}, "not an .npz file of plain arrays"),
    ],
)
def test_a_foreign_layout_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    np.savez(tmp_path / "bad.npz", **arrays(**changes))
    with pytest.raises(DataError, match=message):
        load_mnist(tmp_path / "bad.npz")


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    part = arrays()
    del part["y_test"]
    np.savez(tmp_path / "bad.npz", **part)
    with pytest.raises(DataError, match=r"bad.npz has no array y_test: expected an .npz with uint8 arrays x_train"):
        load_mnist(tmp_path / "bad.npz")


def test_no_file_a_folder_and_other_contents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*none\.npz"):
        load_mnist(tmp_path / "none.npz")
    with pytest.raises(DataError, match=r"cannot be opened \(it is a folder, not a regular file\)"):
        load_mnist(tmp_path)
    (tmp_path / "text.npz").write_text("not arrays")
    with pytest.raises(DataError, match="truncated, damaged"):
        load_mnist(tmp_path / "text.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    with pytest.raises(DataError, match=r"a single array, not an \.npz file"):
        load_mnist(tmp_path / "one.npy")


@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path: Path, share: float) -> None:
    whole = BUNDLED_FILE.read_bytes()
    (tmp_path / "cut.npz").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(DataError, match="truncated, damaged"):
        load_mnist(tmp_path / "cut.npz")


def test_a_damaged_byte_is_noticed(tmp_path: Path) -> None:
    np.savez_compressed(
        tmp_path / "bad.npz", **arrays(x_train=np.random.default_rng(0).integers(0, 256, (2, 28, 28), np.uint8))
    )
    content = bytearray((tmp_path / "bad.npz").read_bytes())
    with zipfile.ZipFile(tmp_path / "bad.npz") as archive:
        content[archive.getinfo("x_train.npy").header_offset + 500] ^= 0xFF
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(DataError, match="truncated, damaged"):
        load_mnist(tmp_path / "bad.npz")
