"""Runs on disk: one folder each, in plain formats, written whole or not at all; or all four files in one ZIP.

config.json (every setting), history.csv (a line per epoch), metrics.json (test figures), weights.npz.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from qmnist_core import __version__
from qmnist_core.config import Experiment
from qmnist_core.errors import ConfigError, DataError, RunError
from qmnist_core.events import HISTORY_FIELDS, Finished, Stopped
from qmnist_core.models import Model, build_model
from qmnist_core.npz import UNREADABLE, check_unpacked_size, read_npz, reason
from qmnist_core.training import Training

CONFIG, HISTORY, METRICS, WEIGHTS = "config.json", "history.csv", "metrics.json", "weights.npz"
FILES = {CONFIG, HISTORY, METRICS, WEIGHTS}
"""A folder that holds exactly these is a run."""
MAX_UNPACKED = 64 << 20
"""Most bytes that a packed run, or its weights, may unpack to; the CNN's weights take 5 MB."""


@dataclass(frozen=True)
class Run:
    """A trained model and how it came about."""

    experiment: Experiment
    history: tuple[dict[str, float], ...]
    """One record per finished epoch: epoch, loss, accuracy, val_loss, val_accuracy, seconds."""
    metrics: dict[str, Any]
    """outcome ("finished" or "stopped"), steps done, n_parameters, test {loss, accuracy}, seconds, version."""
    weights: dict[str, np.ndarray]

    @classmethod
    def of(cls, training: Training) -> Run:
        """The run of a training that has finished or was stopped.

        Errors: RunError for one that still goes on or has failed.
        """
        outcome = training.outcome
        if not isinstance(outcome, Finished | Stopped):
            raise RunError("only a finished or stopped training is a run: let it finish, or stop it")
        metrics = {
            "outcome": type(outcome).__name__.lower(),
            "steps": outcome.step if isinstance(outcome, Stopped) else training.total_steps,
            "n_parameters": training.model.n_parameters,
            "test": {"loss": outcome.loss, "accuracy": outcome.accuracy},
            "seconds": outcome.seconds,
            "version": __version__,
        }
        history = tuple(epoch.record() for epoch in training.history)
        return cls(training.experiment, history, metrics, training.model.weights())

    def to_dict(self) -> dict[str, Any]:
        """JSON-safe, without the weights: config, history and the metrics."""
        return {"config": self.experiment.to_dict(), "history": list(self.history), **self.metrics}

    def build_model(self) -> Model:
        """The trained model; its predictions are those of the training to the last bit.

        Errors: RunError where the weights are not those of the configured model, and those of `build_model`.
        """
        model = build_model(self.experiment)
        expected = {name: array.shape for name, array in model.weights().items()}
        found = {name: array.shape for name, array in self.weights.items()}
        if not all(array.dtype.kind == "f" and np.isfinite(array).all() for array in self.weights.values()):
            raise RunError("the run's weights are not all finite numbers: it is damaged")
        if expected != found:
            raise RunError(f"the run's weights do not fit its configuration: expected {expected}, got {found}")
        model.set_weights(self.weights)
        return model


def check_destination(folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Raise RunError, before any training, where a run cannot be saved to this folder.

    A folder that is not a run is never replaced, and a run only with `overwrite`.
    """
    try:
        path = Path(folder).resolve()
    except RuntimeError:
        raise RunError(f"{folder} is a link to itself: choose another folder") from None
    if path.parent.is_dir() and {entry.name for entry in path.parent.iterdir()} == FILES:
        raise RunError(f"{path.parent} is a run: choose a folder outside of it")
    if path == Path.cwd():
        raise RunError(f"{path} is the current folder: choose a new one below it")
    if path.exists():
        names = {entry.name for entry in path.iterdir()} if path.is_dir() else None
        if names not in (set(), FILES):
            raise RunError(f"{path} exists and is not a run: choose a new folder")
        if names and not overwrite:
            raise RunError(f"{path} already holds a run: choose a new folder, or overwrite it (--overwrite)")
    above = next(parent for parent in path.parents if parent.exists())
    try:
        probe = _hidden_beside(above / path.name)
        probe.mkdir()
        probe.rmdir()
    except OSError as error:
        raise RunError(f"no run can be saved as {path} ({error.strerror}): choose another folder") from None


def save_run(run: Run, folder: str | os.PathLike[str], overwrite: bool = False) -> None:
    """Write a run; the folder appears complete or not at all.

    Errors: RunError as for `check_destination`, or where the disk refuses.
    """
    check_destination(folder, overwrite)
    target = Path(folder).resolve()
    fresh = _hidden_beside(target)
    try:
        fresh.mkdir(parents=True)
        for name, content in _to_files(run).items():
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
    path = Path(folder)
    if not path.is_dir():
        raise RunError(f"there is no run folder {path}: give a folder written by train --out")
    missing = [name for name in (CONFIG, HISTORY, METRICS, WEIGHTS) if not (path / name).is_file()]
    if missing:
        raise RunError(
            f"{path} is not a whole run, {', '.join(missing)} is missing: give a folder written by train --out"
        )
    try:
        return _from_files({name: (path / name).read_bytes() for name in FILES})
    except (ConfigError, DataError, OSError) as error:
        raise RunError(f"the run in {path} is damaged or from another version: {reason(error)}") from None


def pack_run(run: Run) -> bytes:
    """A run as one ZIP file of the same four files that `save_run` writes; equal runs give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in _to_files(run).items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpack_run(packed: bytes) -> Run:
    """Read what `pack_run` wrote; nothing in it is executed, and at most 64 MiB are unpacked.

    Errors: RunError, in one sentence, for anything else.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            if sorted(archive.namelist()) != sorted(FILES):
                raise DataError(f"it should hold exactly {', '.join(sorted(FILES))}")
            check_unpacked_size(archive, MAX_UNPACKED)
            files = {name: _read_entry(archive, name) for name in FILES}
        return _from_files(files)
    except (ConfigError, DataError) as error:
        raise RunError(f"the file is no run, or one damaged or from another version: {reason(error)}") from None
    except UNREADABLE as error:
        raise RunError(f"the file is no run ({reason(error)}): give one that was saved here") from None


def history_csv(history: Sequence[Mapping[str, float]]) -> str:
    """A header and a line per epoch, as in history.csv."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, HISTORY_FIELDS)
    writer.writeheader()
    writer.writerows(history)
    return table.getvalue()


def _read_entry(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        return file.read(archive.getinfo(name).file_size)


def _to_files(run: Run) -> dict[str, bytes]:
    """The content of each of the four files."""
    weights = io.BytesIO()
    np.savez(weights, **run.weights)
    return {
        CONFIG: json.dumps(run.experiment.to_dict(), indent=2).encode(),
        METRICS: json.dumps(run.metrics, indent=2).encode(),
        HISTORY: history_csv(run.history).encode(),
        WEIGHTS: weights.getvalue(),
    }


def _from_files(files: dict[str, bytes]) -> Run:
    """The reverse of `_to_files`. Errors: ConfigError or DataError for contents that are not a run's."""
    experiment = Experiment.from_dict(_read_json(CONFIG, files[CONFIG]))
    metrics = _read_json(METRICS, files[METRICS])
    _check_metrics(metrics)
    history = _read_history(files[HISTORY], experiment.epochs)
    weights = read_npz(io.BytesIO(files[WEIGHTS]), max_bytes=MAX_UNPACKED, label=WEIGHTS)
    return Run(experiment, history, metrics, weights)


def _hidden_beside(target: Path) -> Path:
    """A new name in the same folder, as long as the longest that saving needs."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.replaced")


def _put_in_place(fresh: Path, target: Path) -> None:
    """Move a complete folder to where it belongs; what stands there goes only once that has worked."""
    if not target.exists():
        fresh.rename(target)
        return
    replaced = _hidden_beside(target)
    target.rename(replaced)
    try:
        fresh.rename(target)
    except OSError:
        replaced.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _read_json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name} cannot be read ({error})") from None


def _read_history(content: bytes, max_epochs: int) -> tuple[dict[str, float], ...]:
    try:
        reader = csv.DictReader(io.StringIO(content.decode(), newline=""))
        if tuple(reader.fieldnames or ()) != HISTORY_FIELDS:
            raise ValueError(f"its columns should be {', '.join(HISTORY_FIELDS)}")
        rows = [{name: float(row[name]) for name in HISTORY_FIELDS} for row in islice(reader, max_epochs + 1)]
        if len(rows) > max_epochs:
            raise ValueError(f"it should have {max_epochs} epochs at most")
        return tuple({**row, "epoch": int(row["epoch"])} for row in rows)
    except (ValueError, OverflowError, TypeError, csv.Error) as error:
        raise DataError(f"{HISTORY} is not a history ({error})") from None


def _check_metrics(metrics: Any) -> None:
    kinds = {"outcome": str, "n_parameters": int, "test": dict, "seconds": float, "version": str, "steps": int}
    if not isinstance(metrics, dict) or not all(isinstance(metrics.get(key), kind) for key, kind in kinds.items()):
        raise DataError(f"{METRICS} does not hold {', '.join(kinds)}")
    if not all(isinstance(metrics["test"].get(key), float | int) for key in ("loss", "accuracy")):
        raise DataError(f"{METRICS} has no test loss and accuracy")
    if metrics["outcome"] not in ("finished", "stopped"):
        raise DataError(f"{METRICS} has an outcome other than finished or stopped")
    if not (math.isfinite(metrics["seconds"]) and metrics["seconds"] >= 0):
        raise DataError(f"{METRICS} has seconds that are no time")
