from __future__ import annotations

from pathlib import Path

import pytest

from qmnist_core import sources
from qmnist_core.sources import IDX_FILES, KMNIST_FILES


def four(folder: Path, forms: dict[str, str], ending: str = "") -> None:
    folder.mkdir(parents=True)
    for name in forms.values():
        (folder / f"{name}{ending}").touch()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data sets, and of other things."""
    four(tmp_path / "Fashion MNIST", IDX_FILES, ".gz")
    four(tmp_path / "kmnist", KMNIST_FILES)
    for name in ("mnist.npz", "pets.zip", "pets.npz", "upload-1.npz", "notes.txt", ".hidden.npz", "ク.npz"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("QMNIST_DATA", str(tmp_path))
    return tmp_path


def test_each_data_set_of_a_folder_has_a_name(shelf: Path) -> None:
    assert {name: path.name for name, path in sources.names().items()} == {
        "fashion-mnist": "Fashion MNIST",
        "kmnist": "kmnist",
        "data-mnist": "mnist.npz",
        "pets": "pets.npz",
        "pets-5": "pets.zip",
        "data-upload-1": "upload-1.npz",
        "data": "ク.npz",
    }
    assert sources.usual() is None, "MNIST"


def test_names_and_paths_are_found_from_each_other(shelf: Path) -> None:
    assert sources.path_of("kmnist") == str(shelf / "kmnist")
    assert sources.path_of("mnist") is None
    assert sources.path_of("elsewhere.npz") == str(Path("elsewhere.npz").absolute())
    assert sources.name_of(str(shelf / "kmnist")) == "kmnist"
    for other in (None, "kmnist", "/elsewhere.npz"):
        assert sources.name_of(other) == other


@pytest.mark.parametrize("place", ["own.npz", "own", "nowhere/own", "own.txt"])
def test_a_single_data_set_is_the_usual_one(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is none has a name, too: the page says what is wrong with it."""
    if place == "own":
        four(tmp_path / place, {"x_train": IDX_FILES["x_train"]})
    elif "nowhere" not in place:
        (tmp_path / place).touch()
    monkeypatch.setenv("QMNIST_DATA", str(tmp_path / place))
    assert sources.usual() == "own"
    assert sources.names() == {"own": tmp_path / place}


def test_without_the_variable_there_is_mnist_alone() -> None:
    assert (sources.usual(), sources.names()) == (None, {})


def test_a_short_name_means_nothing_anywhere() -> None:
    assert sources.short_name('/home/me/it\'s "mine"\n<b>.npz') == "it?s ?mine???b?.npz"
    assert sources.short_name("C:\\data\\own.npz") == "own.npz"
    assert len(sources.short_name("n" * 500)) == sources.MOST_IN_NAME
