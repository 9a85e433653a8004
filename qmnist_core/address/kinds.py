"""The kinds of what is looked at: how each reads what an address says of it, refuses what it cannot be, and writes it.

The views themselves are declared in `views`, each in one place; `ui.session.widgets` has a widget for most kinds.
"""

from __future__ import annotations

import base64
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

PREFIX = "show-"
"""Of its name in an address."""

T = TypeVar("T")


def whole_number(text: str) -> int | None:
    """A number from 0 on in an address, or None for anything else, such as the digits of another script."""
    return int(text) if text.isascii() and text.isdecimal() else None


def number(text: str) -> float:
    """A number in an address, or nan for anything else."""
    try:
        return float(text) if text.isascii() else math.nan
    except ValueError:
        return math.nan


@dataclass(frozen=True)
class View(ABC, Generic[T]):
    """One thing that is looked at.

    A page may still refuse a value that does not fit its data, such as the number of an image that is not there.
    """

    name: str
    default: T
    """Left out of the address."""
    bound: tuple[str, ...] = field(default=(), kw_only=True)
    """The settings that make another thing of it: where one of them moves, it is looked at no longer."""
    former: bool = field(default=False, kw_only=True)
    """Whether only addresses of before have it: it is read, named and put into today's words."""

    @property
    def key(self) -> str:
        """Its name in an address."""
        return PREFIX + self.name

    @property
    def is_of_data(self) -> bool:
        """Whether only the page knows, by its data, what it can be."""
        return False

    @property
    @abstractmethod
    def words(self) -> str:
        """What it can be, as "must be" goes on."""

    @abstractmethod
    def read(self, text: str) -> T:
        """What an address says. Errors: ValueError that says what it can be."""

    def write(self, value: T) -> str:
        return str(value)

    def allows(self, text: str) -> bool:
        try:
            self.read(text)
        except ValueError:
            return False
        return True


@dataclass(frozen=True)
class Text(View[str | None]):
    """Any text."""

    @property
    def words(self) -> str:
        return "a text"

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Switch(View[bool]):
    """On or off."""

    default: bool = False

    @property
    def words(self) -> str:
        return "1 or 0"

    def read(self, text: str) -> bool:
        if text not in ("0", "1"):
            raise ValueError("it is 1 or left out")
        return text == "1"

    def write(self, value: bool) -> str:
        return str(int(value))


@dataclass(frozen=True)
class Whole(View[T]):
    """A whole number; without a greatest one the page's data decide. Its type is int, or int | None where it need not
    be there."""

    least: int
    most: int | None = None
    says: str = ""
    """The refusal, where it is not made of the words."""
    is_strict: bool = False
    """Whether zeros in front are refused."""

    @property
    def is_of_data(self) -> bool:
        return self.most is None

    @property
    def words(self) -> str:
        return f"a whole number from {self.least} {'on' if self.most is None else f'to {self.most}'}"

    def read(self, text: str) -> T:
        found = whole_number(text)
        is_there = found is not None and self.least <= found <= (found if self.most is None else self.most)
        if not is_there or (self.is_strict and text != str(found)):
            plain = f"{self.words} is needed" if self.most is None else f"it is {self.least} to {self.most}"
            raise ValueError(self.says or plain)
        return found  # type: ignore[return-value]


@dataclass(frozen=True)
class Real(View[float | None]):
    """A number in a range, if any."""

    least: float
    most: float
    says: str

    @property
    def words(self) -> str:
        return f"a number from {self.least} to {self.most}"

    def read(self, text: str) -> float:
        found = number(text)
        if not self.least <= found <= self.most:
            raise ValueError(self.says)
        return found


@dataclass(frozen=True)
class Place(View[tuple[int, int] | None]):
    """A row and a column of the page's image, from 0."""

    @property
    def is_of_data(self) -> bool:
        return True

    @property
    def words(self) -> str:
        return "row-column, both from 0 on"

    def read(self, text: str) -> tuple[int, int]:
        places = [whole_number(part) for part in text.split("-")]
        if len(places) != 2 or places[0] is None or places[1] is None:
            raise ValueError(f"{self.words} is needed")
        return places[0], places[1]

    def write(self, value: tuple[int, int] | None) -> str:
        return "" if value is None else "{}-{}".format(*value)


@dataclass(frozen=True)
class Several(View[tuple[str, ...] | None]):
    """One to most of some names in order, repeated or not, joined by hyphens, if any."""

    names: tuple[str, ...]
    most: int

    @property
    def words(self) -> str:
        return f"one to {self.most} of {', '.join(self.names)}, joined by hyphens"

    def read(self, text: str) -> tuple[str, ...]:
        found = tuple(text.split("-"))
        if len(found) > self.most or not set(found) <= set(self.names):
            raise ValueError(f"it is {self.words}")
        return found

    def write(self, value: tuple[str, ...] | None) -> str:
        return "-".join(value or ())


@dataclass(frozen=True)
class Choice(View[T]):
    """One of some options: texts, numbers, or None for what is left out of the address. A mapping has their titles.

    Errors: TypeError for an option of another type.
    """

    options: Mapping[T, str] | tuple[T, ...]
    says: str = "it is one of {}"
    """The refusal, around the options."""
    between: str = ", "

    def __post_init__(self) -> None:
        for option in self.options:
            if type(option) not in _MATCHES:
                raise TypeError(f"{self.key}: an option must be a text, a number or None, got {option!r}")

    @property
    def values(self) -> tuple[T, ...]:
        """The options without their titles."""
        return tuple(self.options)

    @property
    def words(self) -> str:
        return f"one of {', '.join(self._written)}"

    def title(self, option: T) -> str:
        return self.options[option] if isinstance(self.options, Mapping) else str(option)

    def read(self, text: str) -> T:
        for option in self.options:
            if _MATCHES[type(option)](text, option):
                return option
        raise ValueError(self.says.format(self.between.join(self._written), got=text))

    @property
    def _written(self) -> list[str]:
        return [str(option) for option in self.options if option is not None]


_MATCHES: dict[type, Callable[[str, Any], bool]] = {
    str: lambda text, option: text == option,
    int: lambda text, option: whole_number(text) == option,
    float: lambda text, option: number(text) == option,
    type(None): lambda text, option: False,
}
"""Whether a text in an address means an option, by the option's type."""


@dataclass(frozen=True)
class Choices(View[tuple[T, ...]]):
    """Some of the options, at least one, joined by hyphens; in their own order. A mapping has their titles."""

    options: Mapping[T, str] | tuple[T, ...]
    says: str
    between: str = ", "

    @property
    def words(self) -> str:
        return f"some of {', '.join(map(str, self.options))}, joined by hyphens"

    def title(self, option: T) -> str:
        return self.options[option] if isinstance(self.options, Mapping) else str(option)

    def read(self, text: str) -> tuple[T, ...]:
        taken = text.split("-")
        if not all(part in map(str, self.options) for part in taken):
            raise ValueError(self.says.format(self.between.join(map(str, self.options))))
        return tuple(option for option in self.options if str(option) in taken)

    def write(self, value: tuple[T, ...]) -> str:
        return "-".join(map(str, value))


@dataclass(frozen=True)
class Packed(View[bytes | None]):
    """A certain number of bytes, not all of them 0, in the 64 letters that an address leaves as they are."""

    n_bytes: int
    says: str

    @property
    def words(self) -> str:
        return f"{math.ceil(self.n_bytes * 8 / 6)} letters, digits, hyphens and underscores"

    def read(self, text: str) -> bytes:
        try:
            found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            found = b""
        if len(found) != self.n_bytes or not any(found) or self.write(found) != text:
            raise ValueError(self.says)
        return found

    def write(self, value: bytes | None) -> str:
        return base64.urlsafe_b64encode(value or b"").decode().rstrip("=")
