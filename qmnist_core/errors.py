"""One tree of errors: everything a user can be told in one sentence derives from `QMnistError`.

A message says what was wrong, what was expected and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

T = TypeVar("T")


class QMnistError(Exception):
    """Base of every error this package raises on purpose; its text is one sentence for the user."""


class ConfigError(QMnistError, ValueError):
    """A setting is out of range, of the wrong type, or does not go with another one."""


class DataError(QMnistError, ValueError):
    """A data file cannot be used: missing, damaged, or not in the MNIST layout."""


class ExamplesError(DataError):
    """More training examples are asked for than there are."""


class LessonError(QMnistError, ValueError):
    """A lesson's file cannot be used, or there is no such lesson."""


class InputError(QMnistError, ValueError):
    """An array or an image handed to a function has the wrong shape, type or values."""


class BlankError(InputError):
    """A picture shows no digit: nothing was drawn, or it is all of one shade."""


class CostError(QMnistError):
    """A computation would need more time or memory than a computer has."""


class UnavailableError(QMnistError):
    """A backend or model needs a package that is not installed on this machine, or workers that are gone."""


class RunError(QMnistError):
    """A folder of a saved run cannot be written or read."""


class StoreError(QMnistError):
    """The database of the classes cannot be opened, read or written."""


class ClassError(QMnistError):
    """A class that plays together refuses something: it has ended, is closed, is full, or does not know the code."""


class TrainingError(QMnistError):
    """Training cannot go on, for example because the loss is no longer a number."""


def in_one_sentence(error: Exception) -> str:
    """What a user is told of any error, a library's too."""
    if isinstance(error, QMnistError):
        return str(error)
    if isinstance(error, MemoryError):
        return "this needs more memory than there is: use a smaller size or fewer layers"
    return f"it failed ({type(error).__name__}: {error}): change a setting and try again"


def check_choice(name: str, value: object, choices: Iterable[str]) -> None:
    """Raise ConfigError, which lists the valid choices, for any other value."""
    choices = tuple(choices)
    if value not in choices:
        raise ConfigError(f"{name} must be one of {', '.join(choices)}, got {value!r}")


def choose(name: str, table: Mapping[str, T], value: str) -> T:
    """A table's entry for a value. Errors: those of `check_choice`, for an unknown value."""
    check_choice(name, value, table)
    return table[value]
