"""Data sets that somebody uploads: their forms, their classes' names, and what is refused."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.config import DataConfig
from qmnist_core.data import archive, labelled, mnist
from qmnist_core.data.labelled import contained
from qmnist_core.data.mnist import Mnist, load_mnist, read_upload
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import DataError
from qmnist_core.sources import IDX_FILES, KMNIST_FILES
from tests.data.packing import folders, picture, png, zipped

FASHION = (*("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),)


def made_up(n: int = 40) -> dict[str, Array]:
    """Arrays of ten classes, as Keras names them."""
    rng = np.random.default_rng(1)
    images = rng.integers(0, 256, (n, 28, 28), np.uint8)
    labels = np.arange(n, dtype=np.uint8) % 10
    half = n // 2
    return {"x_train": images[:half], "y_train": labels[:half], "x_test": images[half:], "y_test": labels[half:]}


def idx_file(array: Array) -> bytes:
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def npz(**arrays: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def fashion(arrays: dict[str, Array]) -> dict[str, bytes]:
    """As Fashion-MNIST is published."""
    return {f"{file}.gz": gzip.compress(idx_file(arrays[name])) for name, file in IDX_FILES.items()}


def kmnist(arrays: dict[str, Array]) -> dict[str, bytes]:
    """As KMNIST is published."""
    return {file: npz(arr_0=arrays[name]) for name, file in KMNIST_FILES.items()}


def same(found: Mnist, arrays: dict[str, Array]) -> bool:
    return all(np.array_equal(getattr(found, name), array) for name, array in arrays.items())


LABELS = {"labels.txt": "\n".join(FASHION).encode()}


@pytest.mark.parametrize("form", [fashion, kmnist])
@pytest.mark.parametrize("prefix", ["", "data/raw/"])
@pytest.mark.parametrize("named", [False, True])
def test_a_zip_of_four_files(form: Any, prefix: str, named: bool) -> None:
    arrays = made_up()
    files = {**form(arrays), **(LABELS if named else {})}
    around = {"__MACOSX/data/._x": b"", f"{prefix}.DS_Store": b"", f"{prefix}Thumbs.db": b""}
    found = read_upload(zipped({**{prefix + name: file for name, file in files.items()}, **around}), "own.zip")
    assert same(found, arrays)
    assert found.class_names == (FASHION if named else None)


@pytest.mark.parametrize("form", [fashion, kmnist])
def test_names_beside_files_in_a_folder(form: Any, tmp_path: Path) -> None:
    """The same layouts on the server's disk."""
    arrays = made_up()
    for name, file in {**form(arrays), **LABELS}.items():
        (tmp_path / name).write_bytes(file)
    found = load_mnist(tmp_path)
    assert same(found, arrays)
    assert found.called(9) == "Ankle boot"
    assert prepare(found, DataConfig(digits=(0, 9))).names == ("T-shirt/top", "Ankle boot")


def test_a_named_data_set_is_found_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    np.savez(tmp_path / "Own set.npz", **made_up())
    monkeypatch.setenv("QMNIST_DATA", str(tmp_path))
    assert same(load_mnist("own-set"), made_up())
    with pytest.raises(DataError, match=r"there is no file other: expected .*; or one of the names own-set$"):
        load_mnist("other")


def test_an_npz_with_names() -> None:
    arrays = made_up()
    assert read_upload(npz(**arrays, class_names=np.array(FASHION)), "own.npz").class_names == FASHION
    plain = read_upload(npz(**arrays), "own.npz")
    assert plain.class_names is None
    assert plain.called(3) == 3
    assert plain.classes == tuple(range(10))


def test_equal_data_have_equal_digests() -> None:
    arrays = made_up()
    one, packed_anew = read_upload(npz(**arrays), "a.npz"), read_upload(zipped(fashion(arrays)), "b.zip")
    assert one.digest() == packed_anew.digest()
    named = read_upload(npz(**arrays, class_names=np.array(FASHION)), "a.npz")
    other = read_upload(npz(**{**arrays, "y_test": arrays["y_test"][::-1]}), "a.npz")
    assert len({one.digest(), named.digest(), other.digest()}) == 3


# Labelled folders


def test_folders_become_classes() -> None:
    found = read_upload(folders(10, cat=0, dog=90, ant=30), "pets.zip")
    assert found.class_names == ("ant", "cat", "dog"), "in order"
    assert (len(found.x_train), len(found.x_test)) == (24, 6)
    for labels, each in ((found.y_train, 8), (found.y_test, 2)):
        assert np.bincount(labels).tolist() == [each] * 3, "one in five of each class is a test image"
    assert same(read_upload(folders(10, cat=0, dog=90, ant=30), "again.zip"), vars(found))
    assert len(set(found.y_train[:10].tolist())) > 1, "mixed: the first few examples are not of one class"


def test_few_pictures_leave_one_to_test() -> None:
    found = read_upload(folders(2, cat=0, dog=90), "pets.zip")
    assert (found.y_train.tolist(), found.y_test.tolist()) in (
        ([0, 1], [0, 1]),
        ([1, 0], [1, 0]),
        ([0, 1], [1, 0]),
        ([1, 0], [0, 1]),
    )


@pytest.mark.parametrize(("ground", "shade"), [(255, 0), (0, 255)])
def test_dark_on_light_is_inverted_and_light_on_dark_is_not(ground: int, shade: int) -> None:
    found = read_upload(folders(5, ground, cat=shade, dog=shade), "pets.zip")
    assert not found.x_train[:, [0, -1]].any()
    assert (found.x_train.max(axis=(1, 2)) == 255).all()


def test_all_are_inverted_or_none() -> None:
    mixed = {f"a/{i}.png": picture(0, 255, seed=i) for i in range(4)}
    mixed |= {f"b/{i}.png": picture(255, 0, seed=i) for i in range(2)}
    found = read_upload(zipped(mixed), "mixed.zip")
    images = np.concatenate([found.x_train, found.x_test])
    labels = np.concatenate([found.y_train, found.y_test])
    assert (images[labels == 0][:, 0, 0] == 0).all()
    assert (images[labels == 1][:, 0, 0] == 255).all(), "the others are turned with the majority"


@pytest.mark.parametrize(("width", "height"), [(28, 28), (56, 14), (7, 28), (1, 1), (900, 300)])
def test_a_picture_is_fitted_whole_and_in_the_middle(width: int, height: int) -> None:
    shown = contained(np.full((height, width), 0.2))
    assert shown.shape == (28, 28)
    assert shown.dtype == np.uint8
    assert (shown == 51).all(), "the rest is filled with what the edges have"
    if (width, height) == (56, 14):
        frame = np.zeros((height, width))
        frame[2:12, 4:52] = 1.0
        fitted = contained(frame)
        assert fitted[13:15, 4:24].min() == 255
        assert not fitted[:10].any()
        assert not fitted[18:].any()


def test_what_systems_add_and_other_files_are_passed_over() -> None:
    files = {f"top/{name}/{i}.PNG": picture(0, seed=i) for name in ("cat", "dog") for i in range(3)}
    more = {
        "__MACOSX/top/cat/._0.PNG": b"x",
        "top/.DS_Store": b"x",
        "top/cat/notes.txt": b"x",
        "top/cat/.hidden.png": b"x",
    }
    assert read_upload(zipped({**files, **more}), "pets.zip").class_names == ("cat", "dog")


# What is refused, and what is said of it

HOW = r"put the PNG or JPEG pictures of each class into a folder of its name, and pack 2 to 10 such folders"
ONE = picture(0)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.png": ONE, "b.png": ONE}, rf"own\.zip: the picture a\.png lies outside of any folder: {HOW}"),
        ({"a/x.png": ONE, "a/y.png": ONE}, rf"own\.zip holds 1 folder of pictures: {HOW}"),
        ({"a/notes.txt": b"x"}, rf"own\.zip holds no folder of pictures: {HOW}"),
        ({f"{c}/{i}.png": ONE for c in "abcdefghijk" for i in "12"}, rf"own\.zip holds 11 folders of pictures: {HOW}"),
        (
            {"a/1.png": ONE, "a/2.png": ONE, "b/1.png": ONE},
            "own.zip: the folder b has one picture: put at least 2 into each",
        ),
        (
            {"train/a/1.png": ONE, "train/b/1.png": ONE, "test/a/1.png": ONE},
            rf"own\.zip: the picture test/a/1\.png lies in a folder of a folder: {HOW}",
        ),
        (
            {"a/1.png": ONE, "a/2.png": b"no picture", "b/1.png": ONE, "b/2.png": ONE},
            r"own\.zip: a/2\.png cannot be read: the picture is not of a kind that can be read here: .*",
        ),
        (
            {"a/1.png": ONE, "a/2.png": ONE[:60], "b/1.png": ONE, "b/2.png": ONE},
            r"own\.zip: a/2\.png cannot be read: the picture is damaged or cut short: .*",
        ),
        (
            {f"{c}/{i}.png": ONE for c in ("!!", "b") for i in "12"},
            r"own\.zip: the list of its folders has no letter or number in name 1: name each class",
        ),
        ({"x/train-images-idx3-ubyte": b""}, r"own\.zip holds train-images-idx3-ubyte but not .*: expected all four"),
        (
            {**{f"a/{name}": file for name, file in fashion(made_up()).items()}, "b/t10k-labels-idx1-ubyte": b""},
            r"own\.zip holds IDX files or KMNIST's in several folders: pack one data set alone",
        ),
        (
            {**fashion(made_up()), "labels.txt": b"a\nb"},
            r"own\.zip names 2 classes, and .* holds the label 9: name all .*",
        ),
    ],
)
def test_archives_that_are_refused(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(DataError, match=f"^{said}$"):
        read_upload(zipped(files), "own.zip")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", r"own\.zip is an empty file, not an \.npz file: expected .*"),
        (b"PK\x03\x04 and no more", r"own\.zip is truncated, damaged or no ZIP archive \(.*\): pack it anew"),
        (folders(3, a=0, b=9)[:-30], r"own\.zip is truncated, damaged or no ZIP archive \(.*\): pack it anew"),
        (b"GIF89a", r"own\.zip is a file of another kind, not an \.npz file: expected .*"),
        (
            npz(**made_up(), class_names=np.array([{"a": 1}] * 10)),
            r"own\.zip: the file is .*not an \.npz file of plain arrays.*",
        ),
        (
            npz(**made_up(), class_names=np.arange(10)),
            r"own\.zip: class_names is of type int64, .*: expected texts, \(n,\)",
        ),
        (npz(**made_up(), class_names=np.array(["a"] * 9)), r"own\.zip: class_names names two classes a: .*"),
        (
            npz(**{**made_up(), "x_train": np.array([print], dtype=object)}),
            r"own\.zip: the file is .*not an \.npz file of plain arrays.*",
        ),
        (
            npz(**{**made_up(), "x_test": np.zeros((20, 3, 3), np.uint8)}),
            r"own\.zip: x_test has shape \(20, 3, 3\), .*",
        ),
    ],
)
def test_files_that_are_refused(content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=f"(?s)^{said}$"):
        read_upload(content, "own.zip")


def test_nothing_in_a_file_is_executed(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "executed",))

    array = np.empty(1, object)
    array[0] = Evil()
    for name in ("class_names", "x_train", "other"):
        with pytest.raises(DataError) if name != "other" else pytest.MonkeyPatch.context():
            read_upload(npz(**{**made_up(), name: array}), "own.npz")
    assert not (tmp_path / "executed").exists()


def test_no_path_leaves_the_archive(tmp_path: Path) -> None:
    """Nothing is written, so that names such as these are only labels."""
    files = {f"../../{name}/{i}.png": picture(0, seed=i) for name in ("cat", "dog") for i in range(3)}
    assert read_upload(zipped(files), "own.zip").class_names == ("cat", "dog")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("module", "bound", "value", "said"),
    [
        (mnist, "MAX_UPLOAD", 100, r"own\.zip has [\d,]+ bytes: expected 0 MiB at most, take fewer images"),
        (mnist, "MAX_UNPACKED", 100, r"own\.zip: the archive would unpack to [\d,]+ bytes: expected 100 at most"),
        (archive, "MOST_ENTRIES", 5, r"own\.zip has too many entries: expected 5 at most"),
        (labelled, "MOST_PICTURES", 5, r"own\.zip holds 6 pictures: expected 5 at most"),
        (labelled, "MOST_PICTURE_BYTES", 20, r"own\.zip: the picture a/0\.png has more than 0 MiB: shrink it"),
        (labelled, "MOST_SECONDS", -1.0, r"own\.zip takes more than -1 s to read: shrink its pictures, or take fewer"),
    ],
)
def test_bounds(module: Any, bound: str, value: float, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, bound, value)
    with pytest.raises(DataError, match=f"^{said}$"):
        read_upload(folders(3, a=0, b=9), "own.zip")


def test_a_bomb_is_not_unpacked() -> None:
    """A gigabyte of zeros in a megabyte, said to be that large, or said to be small."""
    bomb = zipped({"a/1.png": bytes(1 << 27), "b/1.png": b""})
    with pytest.raises(DataError, match="the archive would unpack to 134,217,728 bytes"):
        read_upload(bomb, "bomb.zip")
    liar = bytearray(zipped({"a/1.png": bytes(1 << 24), "a/2.png": ONE, "b/1.png": ONE, "b/2.png": ONE}))
    place = liar.rindex(b"PK\x01\x02", 0, liar.rindex(b"a/1.png"))
    liar[place + 24 : place + 28] = struct.pack("<I", 50)
    with pytest.raises(DataError):
        read_upload(bytes(liar), "liar.zip")


def test_a_picture_of_great_sides_is_refused() -> None:
    wide = png(np.zeros((1, 12_001), np.uint8))
    with pytest.raises(DataError, match=r"a/2\.png cannot be read: the picture has 12001×1 pixels: shrink"):
        read_upload(zipped({"a/1.png": ONE, "a/2.png": wide, "b/1.png": ONE, "b/2.png": ONE}), "own.zip")


def test_unusual_packing_is_refused() -> None:
    content = zipped({"a/1.png": ONE, "a/2.png": ONE, "b/1.png": ONE, "b/2.png": ONE}, zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match="packed in an unusual way"):
        read_upload(content, "own.zip")
