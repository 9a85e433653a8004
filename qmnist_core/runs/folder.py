"""A run as a folder of its own: complete or not there at all, even if the program or the computer dies."""

from __future__ import annotations

import glob
import os
import shutil
import uuid
from pathlib import Path

from qmnist_core.data.npz import reason
from qmnist_core.errors import ConfigError, DataError, RunError
from qmnist_core.files import open_file
from qmnist_core.runs.contents import MAX_BYTES, from_files, to_files
from qmnist_core.runs.run import Run

NEW, OLD = ".new", ".old"
"""Endings of the two hidden folders beside a run that is being replaced. Between the two renames both are whole."""
ADDED_BY_SYSTEMS = {".ds_store", ".localized", "icon\r", "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx"}
"""What macOS and Windows put into folders by themselves, in small letters; a run's folder may have it."""


def check_destination(folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Raise RunError, before any training, where a run cannot be saved to this folder.

    A folder that is not a run is never replaced, and a run only with `overwrite`.
    """
    try:
        path = Path(folder).resolve()
    except RuntimeError:
        raise RunError(f"{folder} is a link to itself: choose another folder") from None
    if path.parent.is_dir() and _names(path.parent) == MAX_BYTES.keys():
        raise RunError(f"{path.parent} is a run: choose a folder outside of it")
    if path == Path.cwd():
        raise RunError(f"{path} is the current folder: choose a new one below it")
    names = _names(path) if path.is_dir() else set()
    if names not in (set(), MAX_BYTES.keys()) or (path.exists() and not path.is_dir()):
        raise RunError(f"{path} exists and is not a run: choose a new folder")
    if not overwrite and (names or _interrupted(path)):
        raise RunError(f"{path} already holds a run: choose a new folder, or overwrite it (--overwrite)")
    above = next(parent for parent in path.parents if parent.exists())
    try:
        probe = _hidden_beside(above / path.name, NEW)
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise RunError(f"no run can be saved as {path} ({error.strerror}): choose another folder") from None


def save_run(run: Run, folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write a run; the folder appears complete or not at all, and `load_run` finds the old or the new one at any time.

    Errors: RunError as for `check_destination`, or where the disk refuses.
    """
    check_destination(folder, overwrite)
    target = Path(folder).resolve()
    fresh = _hidden_beside(target, NEW)
    try:
        fresh.mkdir(parents=True)
        for name, content in to_files(run).items():
            with open(fresh / name, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        _put_in_place(fresh, target)
    except OSError as error:
        raise RunError(f"the run cannot be saved to {folder} ({error}): choose another folder") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def load_run(folder: str | os.PathLike[str]) -> Run:
    """Read a run.

    Errors: RunError, in one sentence, for a folder that is missing, damaged or not a run.
    """
    path = _interrupted(Path(os.path.realpath(folder))) or Path(folder)
    if os.path.isfile(path):
        raise RunError(f"{path} is a file, not a run's folder: if it is a packed run, unpack it and give the folder")
    if not os.path.isdir(path):
        raise RunError(f"there is no run folder {path}: give a folder written by train --out")
    files, missing = {}, []
    try:
        for name, most in MAX_BYTES.items():
            try:
                with open_file(path / name) as file:
                    files[name] = file.read(most + 1)
            except FileNotFoundError:
                missing.append(name)
        if not missing:
            return from_files(files)
    except OSError as error:
        raise RunError(f"{path} is not a run that can be read: {name}, {error.strerror}") from None
    except (ConfigError, DataError) as error:
        raise RunError(f"the run in {path} is damaged or from another version: {reason(error)}") from None
    raise RunError(f"{path} is not a whole run, {', '.join(missing)} is missing: give a folder written by train --out")


def _names(folder: Path) -> set[str]:
    """What is in a folder, without what macOS and Windows put there."""
    names = {entry.name for entry in folder.iterdir()}
    return {name for name in names if name.casefold() not in ADDED_BY_SYSTEMS and not name.startswith("._")}


def _hidden_beside(target: Path, ending: str) -> Path:
    """A new name in the same folder."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}{ending}")


def _interrupted(target: Path) -> Path | None:
    """The complete new run beside its place, where the program died after it had moved the old one away."""
    if os.path.exists(target):
        return None
    waiting = target.parent.glob(f".{glob.escape(target.name)}.*{NEW}")
    return next((fresh for fresh in waiting if fresh.with_suffix(OLD).exists()), None)


def _put_in_place(fresh: Path, target: Path) -> None:
    """Move a complete folder to where it belongs; what stands there goes only once that has worked."""
    if interrupted := _interrupted(target):
        interrupted.rename(target)
    if target.exists():
        replaced = fresh.with_suffix(OLD)
        target.rename(replaced)
        try:
            fresh.rename(target)
        except OSError:
            replaced.rename(target)
            raise
    else:
        fresh.rename(target)
    for replaced in target.parent.glob(f".{glob.escape(target.name)}.*{OLD}"):
        shutil.rmtree(replaced, ignore_errors=True)
