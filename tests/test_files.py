from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qmnist_core.files import open_file


def test_a_regular_file_is_opened_and_a_link_to_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"text")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    for path in (tmp_path / "file", str(tmp_path / "link")):
        with open_file(path) as file:
            assert (file.read(), file.seek(1), file.read()) == (b"text", 1, b"ext")


MAKE: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a folder": os.mkdir,
    "a device": lambda path: path.symlink_to("/dev/tty"),
}


@pytest.mark.parametrize("kind", MAKE)
def test_anything_else_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "made"
    MAKE[kind](path)
    for name in (path, os.fspath(path)):
        with pytest.raises(OSError, match=f"it is {kind}, not a regular file"):
            open_file(name)


def test_what_takes_the_place_of_a_file_is_refused_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "made"
    path.write_bytes(b"text")
    opened = os.open

    def after_a_change(*arguments: object) -> int:
        path.unlink()
        os.mkfifo(path)
        return opened(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", after_a_change)
    with pytest.raises(OSError, match="it is a pipe, not a regular file"):
        open_file(path)


def test_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for name in ("nowhere", "link"):
        with pytest.raises(FileNotFoundError):
            open_file(tmp_path / name)


def test_no_verb_waits_for_a_pipe(tmp_path: Path) -> None:
    """In another process, for one that waited could not be stopped here."""
    pipe, run = tmp_path / "pipe.html", tmp_path / "run"
    os.mkfifo(pipe)
    run.mkdir()
    for name in ("config.json", "history.csv", "metrics.json", "weights.npz"):
        (run / name).symlink_to(pipe)
    program = f"""
from qmnist_core.cli import main
for arguments in (["data", "--data"], ["train", "--data"], ["compare", "--data"], ["predict", "0", "--run"]):
    assert main([*arguments, {str(pipe)!r}]) == 2
assert main(["predict", "0", "--run", {str(run)!r}]) == 2
for verb in ("train", "compare"):
    assert main([verb, "--out", {str(pipe)!r}]) == 2
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    said = done.stderr.splitlines()
    assert len(said) == 7
    assert [line.startswith("qmnist_core: ") for line in said] == [True] * 7
    assert sum("it is a pipe, not a regular file" in line for line in said) == 4
