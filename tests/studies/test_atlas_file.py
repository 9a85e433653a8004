"""The atlas' file: written whole or not at all, and refused in one sentence where anything in it cannot be."""

from __future__ import annotations

import io
import json
import os
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.errors import DataError
from qmnist_core.studies.atlas import MISSING
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas, to_bytes, write_atlas

Arrays = dict[str, Array]


@pytest.fixture
def arrays() -> Arrays:
    """Of the shipped file."""
    with np.load(SHIPPED) as file:
        return {name: file[name] for name in file.files}


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    found = read_atlas(SHIPPED)
    with np.load(SHIPPED) as shipped, np.load(io.BytesIO(to_bytes(found))) as again:
        assert {name: shipped[name].tobytes() for name in shipped} == {name: again[name].tobytes() for name in again}
    right, tested = found.right.copy(), np.full_like(found.tested, MISSING)
    right[1, 500:] = MISSING
    begun = replace(found, right=right, tested=tested)
    write_atlas(begun, tmp_path / "begun.npz")
    again = read_atlas(tmp_path / "begun.npz")
    np.testing.assert_array_equal(again.right, right)
    assert (again.n_left, again.versions, again.seconds) == (begun.n_left, begun.versions, begun.seconds)
    assert [entry.name for entry in tmp_path.iterdir()] == ["begun.npz"]


def test_a_crash_while_it_is_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found, path = read_atlas(SHIPPED), tmp_path / "atlas.npz"
    write_atlas(found, path)
    before = path.read_bytes()

    def no_room(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(DataError, match=r"the atlas cannot be written to .*No space left on device\): choose another"):
        write_atlas(replace(found, seconds=1.0), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["atlas.npz"]


def about(**changes: Any) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        said = {**json.loads(arrays["about"].tobytes()), **changes}
        arrays["about"] = np.frombuffer(json.dumps(said).encode(), np.uint8)

    return change


def put(name: str, make: Callable[[Array], Any]) -> Callable[[Arrays], None]:
    def change(arrays: Arrays) -> None:
        arrays[name] = make(arrays[name].copy())

    return change


def at(place: Any, value: int) -> Callable[[Array], Array]:
    def change(array: Array) -> Array:
        array[place] = value
        return array

    return change


BAD: dict[str, tuple[Callable[[Arrays], Any], str]] = {
    "missing": (lambda arrays: arrays.pop("depends"), "depends is missing"),
    "type": (put("right", lambda right: right.astype(float)), r"right must be int16 \(2, 819, 20\), got float64"),
    "shape": (
        put("right", lambda right: right[:, 1:]),
        r"right must be int16 \(2, 819, 20\), got int16 \(2, 818, 20\)",
    ),
    "too many": (put("right", at((0, 800), 30_000)), "right must be from -1 to 2,439"),
    "too few": (put("numbers", at(3, -5)), "numbers must be from 0 to 48"),
    "blind": (put("right", at((0, 0), 1000)), "right has numbers where none belong"),
    "half": (put("right", at((0, 7, 3), MISSING)), "right has numbers where none belong"),
    "early": (put("right", at((0, 7), MISSING)), "tested has numbers where none belong"),
    "half test": (put("tested", at((0, 2, 1, 3), MISSING)), "tested has numbers where none belong"),
    "test": (put("tested", at((0, 2, 1, 3), 2000)), "tested has numbers that cannot be"),
    "objects": (put("numbers", lambda numbers: np.array([{}, None], dtype=object)), "not an .npz file of plain arrays"),
    "words": (put("about", lambda _: np.frombuffer(b"words", np.uint8)), "about cannot be read"),
    "deep": (put("about", lambda _: np.frombuffer(b"[" * 9000, np.uint8)), "about cannot be read"),
    "no text": (put("about", lambda _: np.full(10, 255, np.uint8)), "about cannot be read"),
    "long": (put("about", lambda _: np.full(20_000, 32, np.uint8)), "about must be a short text"),
    "list": (put("about", lambda _: np.frombuffer(b"[]", np.uint8)), "about must be an object"),
    "seeds": (about(seeds=10**9), "seeds must be a whole number from 1 to 1,000"),
    "no seeds": (about(seeds=True), "seeds must be a whole number"),
    "layers": (about(layers=9), "layers must be a whole number from 1 to 3"),
    "counts": (about(n_validation=[1]), "n_validation must be two numbers"),
    "count": (about(n_validation=[1, "x"]), "n_validation must be a whole number"),
    "starts": (about(starts=["small"]), "its settings are others"),
    "settings": (about(settings={"epochs": 4}), "its settings are others"),
    "seconds": (about(seconds="nan"), "seconds must be a time"),
    "endless": (about(seconds=float("inf")), "seconds must be a time"),
    "not a number": (about(seconds=float("nan")), "seconds must be a time"),
    "versions": (about(versions=[1]), "versions must be names with versions"),
    "version": (about(versions={"numpy": "2" * 1000}), "versions must be names with versions"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused_in_one_sentence(tmp_path: Path, arrays: Arrays, name: str) -> None:
    change, message = BAD[name]
    change(arrays)
    path = tmp_path / "bad.npz"
    np.savez_compressed(path, **arrays)
    with pytest.raises(DataError, match=message) as caught:
        read_atlas(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("right.npy", bytes(1 << 26))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "truncated, damaged or not an .npz"),
        (b"no atlas", "truncated, damaged or not an .npz"),
        (SHIPPED.read_bytes()[:3000], "truncated, damaged or not an .npz"),
        (pickle.dumps({"right": print}), "truncated, damaged or not an .npz"),
        (bomb(), "would unpack to 67,108,864 bytes: expected 16,777,216 at most"),
    ],
)
def test_foreign_files_are_refused_in_one_sentence(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "foreign.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_atlas(path)


def test_no_byte_of_it_can_break_the_reader(tmp_path: Path) -> None:
    """Either it is refused, or what was changed does not matter."""
    whole, chance, path = SHIPPED.read_bytes(), np.random.default_rng(0), tmp_path / "changed.npz"
    refusals = []
    for _ in range(150):
        changed = bytearray(whole)
        for place in chance.integers(0, len(whole), chance.integers(1, 6)):
            changed[place] = chance.integers(0, 256)
        path.write_bytes(changed)
        try:
            read_atlas(path)
        except DataError as error:
            refusals.append(str(error))
    assert len(refusals) > 100
    assert not any("\n" in one for one in refusals)


def test_a_folder_or_a_pipe_is_no_atlas(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot be read \(it is a folder, not a regular file\)"):
        read_atlas(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_atlas(tmp_path / "none.npz")
