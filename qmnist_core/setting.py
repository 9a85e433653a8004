"""What can be declared about a setting, and what follows from its kind: its check and its form in an address.

The settings themselves are declared in `config`, each in one place. The dashboard's widget, the command line's flag,
the rows of a report and the words of a summary are made from that declaration.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from numbers import Integral, Real
from typing import Any

from qmnist_core.errors import ConfigError, check_choice


class Kind:
    """A type of values: how they are checked, and how an address has them."""

    def check(self, name: str, value: Any) -> Any:
        """The value in its own type. Errors: ConfigError, in a sentence that begins with name."""
        raise NotImplementedError

    def check_shown(self, name: str, value: Any) -> None:
        """Errors: ConfigError for a value that the dashboard does not have."""

    def usual(self, default: Any) -> Any:
        """What the dashboard begins with."""
        return default

    def read(self, text: str) -> Any:
        """From an address. Errors: ValueError for what cannot be read; whether it can be used is not asked."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """For an address and a report."""
        return str(value)


@dataclass(frozen=True)
class Choice(Kind):
    """One of a few names."""

    names: Collection[str]
    """A tuple, or a table by name, which may grow."""
    titles: Mapping[str, str] | None = None
    """Names for the dashboard, where the values say too little."""
    on_dashboard: Callable[[str], bool] = lambda name: True
    package: Callable[[str], str | None] = lambda name: None
    """What a name needs, as `tensorflow_loader.why_missing` knows it."""

    def check(self, name: str, value: Any) -> Any:
        check_choice(name, value, self.names)
        return value

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(filter(self.on_dashboard, self.names))

    def check_shown(self, name: str, value: Any) -> None:
        check_choice(name, value, self.shown)

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number from low to high."""

    low: int
    high: int
    highest_shown: int | None = None
    """On the dashboard, where it is less."""
    steps: tuple[int, ...] = ()
    """Those offered on the dashboard, if not all."""
    none: str = ""
    """The word for None, where there may be no number."""
    slider: bool = False
    """Whether the dashboard has a slider for it, rather than a field."""

    def check(self, name: str, value: Any) -> Any:
        if value is None and self.none:
            return None
        if isinstance(value, Integral) and not isinstance(value, bool) and self.low <= int(value) <= self.high:
            return int(value)
        raise ConfigError(f"{name} must be a whole number from {self.low:,} to {self.high:,}, got {value!r}")

    def check_shown(self, name: str, value: Any) -> None:
        if self.highest_shown is not None and value > self.highest_shown:
            raise ConfigError(f"{name} can be {self.highest_shown} at most on the dashboard, got {value:,}")

    def read(self, text: str) -> int | None:
        return None if self.none and text == self.none else int(text)

    def write(self, value: Any) -> str:
        return self.none if value is None else str(value)


@dataclass(frozen=True)
class Number(Kind):
    """A number from low to high."""

    low: float
    high: float
    steps: tuple[float, ...] = ()
    """Those offered on the dashboard; without them it has a slider in hundredths."""
    never_low: str = ""
    """Why low itself is not allowed, where it is not."""

    def check(self, name: str, value: Any) -> float:
        if self.never_low and value == self.low:
            raise ConfigError(f"{name} must be above {self.low:g}, got {value!r}: {self.never_low}")
        if isinstance(value, Real) and not isinstance(value, bool) and self.low <= value <= self.high:  # type: ignore[operator]
            return float(value) + 0.0  # never −0
        raise ConfigError(f"{name} must be a number from {self.low:g} to {self.high:g}, got {value!r}")

    def read(self, text: str) -> float:
        return float(text)


@dataclass(frozen=True)
class Digits(Kind):
    """Two different classes."""

    def check(self, name: str, value: Any) -> tuple[int, int]:
        digits = as_tuple(name, value)
        if len(digits) != 2:
            raise ConfigError(f"{name} must be two classes such as 3 6, got {len(digits)}")
        first, second = (Whole(0, 9).check(name, digit) for digit in digits)
        if first == second:
            raise ConfigError(f"{name} must be two different classes, got {first} twice")
        return first, second

    def read(self, text: str) -> tuple[int, ...]:
        return tuple(int(digit) for digit in text.split("-"))

    def write(self, value: Any) -> str:
        return "-".join(map(str, value))


@dataclass(frozen=True)
class Layers(Kind):
    """One to most of some names, in order."""

    names: tuple[str, ...]
    most: int
    most_shown: int
    """On the dashboard."""

    def check(self, name: str, value: Any) -> tuple[str, ...]:
        layers = (value,) if isinstance(value, str) else as_tuple(name, value)
        if not layers:
            raise ConfigError(f"{name} must name at least one layer, got none: try XX,ZZ")
        if len(layers) > self.most:
            raise ConfigError(f"{name} can be {self.most} at most, got {len(layers)}")
        for layer in layers:
            check_choice(name, layer, self.names)
        return layers

    def check_shown(self, name: str, value: Any) -> None:
        if len(value) > self.most_shown:
            raise ConfigError(f"{name} can be {self.most_shown} at most on the dashboard, got {len(value)}")

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(text.split("-"))

    def write(self, value: Any) -> str:
        return "-".join(value)


@dataclass(frozen=True)
class Source(Kind):
    """A data set, by its name or its path."""

    none: str
    """The name of the one that None stands for."""
    upload: str
    """How the names of uploads begin; whether a session has one is not asked here."""
    names: Callable[[], Collection[str]]
    """The others that the dashboard has."""
    shown_first: Callable[[], str | None]
    """The one that the dashboard begins with."""

    def check(self, name: str, value: Any) -> str | None:
        if value is not None and (not isinstance(value, str) or not value):
            raise ConfigError(f"{name} must be the name or the path of a data set, got {value!r}")
        return None if value == self.none else value

    def check_shown(self, name: str, value: Any) -> None:
        if value is not None and not value.startswith(self.upload) and value not in self.names():
            there = " and ".join(filter(None, [", ".join((self.none, *self.names())), "uploads of one's own"]))
            raise ConfigError(f"there is no data set of this name here, there are {there}")

    def usual(self, default: Any) -> Any:
        return self.shown_first()

    def read(self, text: str) -> str | None:
        return None if text == self.none else text

    def write(self, value: Any) -> str:
        return self.none if value is None else str(value)


@dataclass(frozen=True)
class Setting:
    """One setting: what is declared about it, and where it lives in an experiment."""

    default: Any
    kind: Kind
    title: str
    help: str
    """One line in plain words: what changes when it is moved."""
    group: str
    """Of the dashboard's panel; empty for a setting that neither the dashboard nor an address has."""
    says: str
    """Its name in an error."""
    address: str
    """Its name in an address."""
    after: str
    """The name in an address of the setting that it follows on the dashboard, where that is not the one before it."""
    unit: str
    """What a number counts, such as "epoch"."""
    words: Callable[[Any], str] | None
    """What a summary says about it, given its config; may be empty. None: its title and value."""
    flag: str
    """On the command line."""
    flag_help: str
    """{default} stands for the default."""
    metavar: str | tuple[str, ...] | None
    only: str
    """What it acts on, where it does not act on all models: "circuit" or "small image"."""
    path: str = ""
    """Attribute of an Experiment, such as "epochs" or "data.size"."""

    @property
    def name(self) -> str:
        """Of its field."""
        return self.path.rpartition(".")[2]

    def get(self, experiment: Any) -> Any:
        return getattr(self.part(experiment), self.name)

    @property
    def usual(self) -> Any:
        """What the dashboard begins with, and an address leaves out."""
        return self.kind.usual(self.default)

    def put(self, experiment: Any, value: Any) -> Any:
        """The experiment with this setting changed. Errors: ConfigError for a value that it cannot have."""
        part = self.path.rpartition(".")[0]
        changed = dataclasses.replace(self.part(experiment), **{self.name: value})
        return dataclasses.replace(experiment, **{part: changed}) if part else changed

    def take(self, experiment: Any, text: str) -> Any:
        """The experiment with this setting as an address has it. Errors: ConfigError."""
        try:
            if not text.isascii():  # Python reads the digits of all scripts
                raise ValueError
            value = self.kind.read(text)
        except ValueError:
            raise ConfigError(f"{self.title} cannot be read from it") from None
        self.kind.check_shown(self.says, value)
        return self.put(experiment, value)

    def write(self, value: Any) -> str:
        return self.kind.write(value)

    def shown(self, value: Any) -> str:
        """As the dashboard's widget names it."""
        titles = getattr(self.kind, "titles", None)
        return str(titles[value]) if titles else self.write(value)

    def part(self, experiment: Any) -> Any:
        """The config that it stands in."""
        part = self.path.rpartition(".")[0]
        return getattr(experiment, part) if part else experiment


def setting(
    default: Any,
    kind: Kind,
    title: str = "",
    help: str = "",
    *,
    group: str = "",
    says: str = "",
    address: str = "",
    after: str = "",
    unit: str = "",
    words: Callable[[Any], str] | None = None,
    flag: str = "",
    flag_help: str = "",
    metavar: str | tuple[str, ...] | None = None,
    only: str = "",
) -> Any:
    """A field of a config, declared. Names that are left out are the field's own."""
    declared = Setting(
        default, kind, title, help, group, says, address, after, unit, words, flag, flag_help or help, metavar, only
    )
    return field(default=default, metadata={"setting": declared})


def check_settings(config: Any) -> None:
    """Bring each setting of a frozen config into its own type. Errors: ConfigError."""
    kind: Any = type(config)
    for declared in _declared(kind):
        value = declared.kind.check(declared.says, getattr(config, declared.name))
        object.__setattr__(config, declared.name, value)


def settings_of(config: type, parts: Mapping[str, type]) -> tuple[Setting, ...]:
    """All settings, in the order of their declaration. parts: the configs that are fields of this one."""
    found: list[Setting] = []
    for one in dataclasses.fields(config):
        if one.name in parts:
            found += (dataclasses.replace(s, path=f"{one.name}.{s.path}") for s in _declared(parts[one.name]))
        else:
            found += (s for s in _declared(config) if s.path == one.name)
    return tuple(found)


def shown_in_order(settings: Sequence[Setting]) -> dict[str, Setting]:
    """Those that the dashboard has, by their names in an address, in its order."""
    shown = [one for one in settings if one.group]
    order = [one.address for one in shown if not one.after]
    for one in shown:
        if one.after:
            order.insert(order.index(one.after) + 1, one.address)
    by_address = {one.address: one for one in shown}
    return {name: by_address[name] for name in order}


def as_tuple(name: str, value: object) -> tuple[Any, ...]:
    """Errors: ConfigError for anything but a list."""
    if not isinstance(value, Sequence):
        raise ConfigError(f"{name} must be a list, got {value!r}")
    return tuple(value)


@cache
def _declared(config: Hashable) -> tuple[Setting, ...]:
    """With the field's name where no other is given."""
    return tuple(
        dataclasses.replace(
            declared,
            path=one.name,
            says=declared.says or one.name.replace("_", " "),
            address=declared.address or one.name,
            flag=declared.flag or f"--{one.name.replace('_', '-')}",
        )
        for one in dataclasses.fields(config)  # type: ignore[arg-type]
        if (declared := one.metadata.get("setting")) is not None
    )
