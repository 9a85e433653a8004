"""A run as a short Python script that trains it again and checks that the figures are the same."""

from __future__ import annotations

import dataclasses
import platform
import textwrap
from importlib import metadata
from typing import Any

from qmnist_core import __version__
from qmnist_core.catalogue import BACKENDS
from qmnist_core.config import Experiment
from qmnist_core.look.text import summary
from qmnist_core.sources import is_upload

WIDTH = 94
"""Of its lines, at most, so that a page takes them."""


def script(experiment: Experiment, test: tuple[float, float], steps: int | None = None) -> str:
    """The script, at most 40 lines, that needs this package only.

    test: the run's loss and accuracy on the test images. steps: how many were done, for a run that was stopped.
    """
    loss, accuracy = map(float, test)
    loss_tolerance, accuracy_tolerance = BACKENDS[experiment.backend].tolerances
    lines = [
        *textwrap.wrap(f'"""Trains this run again: {summary(experiment)}.', WIDTH),
        *_of_data(experiment.data.file),
        "",
        f"Written with {software(experiment.backend)}.",
        "Put it into the project's folder, beside app.py, and run it with the project's Python.",
        '"""',
        "",
        "from qmnist_core.config import CircuitConfig, DataConfig, Experiment",
        "from qmnist_core.training.events import Epoch" + (", Step" if steps is not None else ""),
        "from qmnist_core.training.loop import Training",
        "",
        *_assignment("data", experiment.data),
        *_assignment("circuit", experiment.circuit),
        *_assignment("experiment", experiment, data="data", circuit="circuit"),
        "training = Training(experiment)",
        "for event in training:",
        "    if isinstance(event, Epoch):",
        '        print(f"epoch {event.epoch}: {event.val_accuracy:.1%} of the test images right")',
    ]
    if steps is not None:
        lines += [
            f"    if isinstance(event, Step) and event.step == {int(steps)}:  # where this run was stopped",
            "        training.stop()",
        ]
    lines += [
        "",
        "end = training.outcome",
        'print(f"test loss {end.loss}")',
        'print(f"test accuracy {end.accuracy}")',
        "",
        f"# {BACKENDS[experiment.backend].remark}",
        f"assert abs(end.loss - {loss!r}) <= {loss_tolerance:g}, end.loss",
        f"assert abs(end.accuracy - {accuracy!r}) <= {accuracy_tolerance:g}, end.accuracy",
        'print("the same as the run")',
    ]
    return "\n".join(lines) + "\n"


def _of_data(file: str | None) -> list[str]:
    """Where the data are to be found, if they are not MNIST."""
    if file is None:
        return []
    if is_upload(file):
        return ["", "The data were uploaded: put the path of that file in place of their name below."]
    return ["", "Its data are found in the folder that QMNIST_DATA names, or at this path."]


def software(backend: str) -> str:
    """The packages that compute for a backend here, with versions; loads none of them."""
    packages = [f"{name} {_version(package)}" for name, package in (("NumPy", "numpy"), *BACKENDS[backend].packages)]
    return ", ".join([f"qmnist_core {__version__}", f"Python {platform.python_version()}", *packages])


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # a run that was trained elsewhere
        return "(not installed)"


def _assignment(name: str, config: Any, **parts: str) -> list[str]:
    """`name = Kind(field=value, …)`, wrapped. parts: fields that stand for a name given before."""
    fields = [(field.name, getattr(config, field.name)) for field in dataclasses.fields(config)]
    words = [f"{key}={parts.get(key) or _literal(value)}" for key, value in fields]
    call = f"{name} = {type(config).__name__}("
    if len(whole := f"{call}{', '.join(words)})") <= WIDTH:
        return [whole]
    lines, line = [call], "   "
    for word in words:
        if len(line) + len(word) + 2 > WIDTH and line.strip():
            lines.append(line)
            line = "   "
        line += f" {word},"
    return [*lines, line, ")"]


def _literal(value: Any) -> str:
    """A setting, all of which are plain: text, numbers, None, tuples of these."""
    if isinstance(value, str):
        return f'"{value}"' if value.isidentifier() else ascii(value)
    if isinstance(value, tuple):
        return f"({_literal(value[0])},)" if len(value) == 1 else f"({', '.join(map(_literal, value))})"
    if value is None or type(value) in (int, float):
        return repr(value)
    raise TypeError(f"a setting must be plain, got {type(value).__name__}")
