"""What the four files of a run hold, and the checks made before any of it is used.

config.json (every setting), history.csv (a line per epoch), metrics.json (test figures), weights.npz.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from itertools import accumulate, islice
from typing import Any

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.config import Experiment
from qmnist_core.data.npz import read_npz
from qmnist_core.errors import DataError
from qmnist_core.runs.run import Run
from qmnist_core.training.history import EPOCH_FIELDS, EpochFigures, History

CONFIG, HISTORY, METRICS, WEIGHTS = "config.json", "history.csv", "metrics.json", "weights.npz"
MAX_BYTES = {CONFIG: 64_000, HISTORY: 2_000_000, METRICS: 64_000, WEIGHTS: 16_000_000}
"""A run's files, and the most bytes of each, unpacked: 10,000 epochs take 1.2 million, the CNN's weights 4.8."""
MAX_ENTRIES = 1000
"""Most files in an archive: merely listing millions takes many seconds."""
MAX_DEPTH = 10
"""Of brackets in JSON; a run's own have 3."""
MAX_WEIGHT = 1e6
"""No training gets there; at such a size the seventh decimal of a half-turn is lost."""
MAX_LOSS, MAX_SECONDS, MAX_STEPS = 1e30, 1e9, 10**12


def to_files(run: Run) -> dict[str, bytes]:
    """The content of each of the four files."""
    weights = io.BytesIO()
    np.savez(weights, **run.weights)
    return {
        CONFIG: json.dumps(run.experiment.to_dict(), indent=2).encode(),
        METRICS: json.dumps(run.metrics, indent=2).encode(),
        HISTORY: history_csv(run.history).encode(),
        WEIGHTS: weights.getvalue(),
    }


def from_files(files: Mapping[str, bytes]) -> Run:
    """The reverse of `to_files`. Errors: ConfigError or DataError for contents that are not a run's."""
    for name in MAX_BYTES:
        check_size(name, len(files[name]))
    experiment = Experiment.from_dict(_read_json(CONFIG, files[CONFIG]))
    weights = _read_weights(files[WEIGHTS])
    history = _read_history(files[HISTORY], experiment)
    metrics = _read_metrics(files[METRICS], experiment, len(history.epochs))
    n_weights = sum(array.size for array in weights.values())
    if metrics["n_parameters"] != n_weights:
        raise DataError(f"{METRICS} gives another number of parameters than the {n_weights:,} in {WEIGHTS}")
    return Run(experiment, history, metrics, weights)


def check_size(name: str, n_bytes: int) -> None:
    """Raise DataError for a file that is larger than any of a run's, by its name."""
    if n_bytes > MAX_BYTES[name]:
        raise DataError(f"{name} is too large: expected {MAX_BYTES[name]:,} bytes at most")


def check_number_of_entries(packed: bytes) -> None:
    """Raise DataError for a ZIP file with far too many entries, before their list, where each begins so, is read."""
    if packed.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise DataError(f"it has too many entries: expected {MAX_ENTRIES:,} at most")


def history_csv(history: History) -> str:
    """A header and a line per epoch, as in history.csv."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, EPOCH_FIELDS)
    writer.writeheader()
    writer.writerows(map(asdict, history.epochs))
    return table.getvalue()


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig")  # some editors put a mark before the text


def _read_json(name: str, content: bytes) -> Any:
    try:
        text = _text(content)
        if _depth(text) > MAX_DEPTH:
            raise ValueError(f"its brackets nest more than {MAX_DEPTH} deep")
        return json.loads(text)
    except ValueError as error:
        raise DataError(f"{name} cannot be read ({error})") from None


def _depth(text: str) -> int:
    """How deep brackets nest in a JSON text, those within strings left out."""
    brackets = re.sub(r'"(?:[^"\\]|\\.?)*(?:"|\Z)|[^]\[{}"]+', "", text, flags=re.DOTALL)
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


def _read_weights(content: bytes) -> dict[str, Array]:
    check_number_of_entries(content)
    weights = read_npz(io.BytesIO(content), MAX_BYTES[WEIGHTS], WEIGHTS)
    for array in weights.values():
        if array.dtype.kind != "f" or not np.all(np.abs(array.astype(np.float64)) <= MAX_WEIGHT):
            raise DataError(f"{WEIGHTS} should hold numbers from −{MAX_WEIGHT:,.0f} to {MAX_WEIGHT:,.0f} only")
    return weights


def _read_history(content: bytes, experiment: Experiment) -> History:
    max_epochs = experiment.epochs
    try:
        reader = csv.DictReader(io.StringIO(_text(content), newline=""))
        if tuple(reader.fieldnames or ()) != EPOCH_FIELDS:
            raise ValueError(f"its columns should be {', '.join(EPOCH_FIELDS)}")
        rows = [{name: float(row[name]) for name in EPOCH_FIELDS} for row in islice(reader, max_epochs + 1)]
        if len(rows) > max_epochs:
            raise ValueError(f"it should have {max_epochs} epochs at most")
        epochs = []
        for number, row in enumerate(rows, start=1):
            if row.pop("epoch") != number:
                raise ValueError(f"line {number + 1} should be of epoch {number}")
            _check_figures(row, experiment)
            epochs.append(EpochFigures(number, **row))
        return History(epochs=epochs)
    except (ValueError, TypeError, csv.Error) as error:
        raise DataError(f"{HISTORY} is not a history ({error})") from None


def _read_metrics(content: bytes, experiment: Experiment, n_epochs: int) -> dict[str, Any]:
    """The figures that are known, each of the right kind and in its range."""
    metrics = _read_json(METRICS, content)
    names = ("outcome", "n_parameters", "test", "seconds", "version", "steps")
    if not isinstance(metrics, dict) or not all(name in metrics for name in names):
        raise DataError(f"{METRICS} does not hold {', '.join(names)}")
    test, outcome, version = metrics["test"], metrics["outcome"], metrics["version"]
    if outcome not in ("finished", "stopped"):
        raise DataError(f"{METRICS} has an outcome other than finished or stopped")
    if outcome == "finished" and n_epochs < experiment.epochs:
        raise DataError(f"{METRICS} calls the run finished, and {HISTORY} has {n_epochs} of {experiment.epochs} epochs")
    if not isinstance(test, dict) or not {"loss", "accuracy"} <= test.keys():
        raise DataError(f"{METRICS} has no test loss and accuracy")
    if not isinstance(version, str) or not re.fullmatch(r"[0-9A-Za-z.+-]{1,40}", version):
        raise DataError(f"{METRICS} has no valid version")
    try:
        figures = {name: value for name, value in test.items() if name in ("loss", "accuracy")}
        _check_figures({**figures, "seconds": metrics["seconds"]}, experiment)
        for name, low in (("n_parameters", 1), ("steps", n_epochs)):
            if type(metrics[name]) is not int or not low <= metrics[name] <= MAX_STEPS:
                raise ValueError(f"{name} should be a whole number, at least {low}")
        if outcome == "finished" and metrics["steps"] % experiment.epochs:
            raise ValueError(f"steps should be as many in each of {experiment.epochs} epochs")
    except ValueError as error:
        raise DataError(f"{METRICS} is not a run's ({error})") from None
    return {name: figures if name == "test" else value for name, value in metrics.items() if name in names}


def _check_figures(figures: Mapping[str, Any], experiment: Experiment) -> None:
    """Raise ValueError where a loss, an accuracy or a time is none; single precision rounds past a range's ends.

    A hinge loss on ⟨Z⟩ in [−1, 1] is 2 at most.
    """
    loss = ("a loss", 2.0 if experiment.is_quantum else MAX_LOSS, 1e-4)
    accuracy, seconds = ("a share", 1.0, 1e-9), ("a time", MAX_SECONDS, 0.0)
    kinds = {"loss": loss, "val_loss": loss, "accuracy": accuracy, "val_accuracy": accuracy, "seconds": seconds}
    for name, value in figures.items():
        if name in kinds:
            kind, high, rounding = kinds[name]
            if type(value) not in (int, float) or not -rounding <= value <= high + rounding:
                raise ValueError(f"{name} should be {kind} from 0 to {high:g}")
