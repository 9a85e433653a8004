"""What is seen of each page beside its settings: the names in an address that begin with `show-`, each declared once.

A view's kind reads what an address says of it, refuses what it cannot be, and writes it; `ui.session.widgets` has a
widget for each kind.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from qmnist_core.catalogue import MODELS
from qmnist_core.channels import CHANNELS
from qmnist_core.config import IMAGE_SIDE
from qmnist_core.studies import sweep

PREFIX = "show-"
ONLY = PREFIX + "only"
"""The settings that are open to change, where a teacher has locked the others."""

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


# A lesson, on any page
LESSON_NAME = Text("lesson", None)
PART = Whole("part", 1, least=1, is_strict=True)
LESSON = (LESSON_NAME.key, PART.key)
"""The lesson that is followed, and which step of it."""

# Several pages
EXAMPLE = Whole("example", 0, least=0, bound=("digits",))
"""Which test image, from 0."""

# Data
EXAMPLES = Whole("examples", 1, least=1)
COLLISION = Whole("collision", 1, least=1)

# Circuit
EXPONENTS = Choice("exponents", "trained", {"trained": "after training", "initial": "before training"}, "it can be {}")
CIRCUIT_SECTION = Choice(
    "section",
    "data",
    {
        "data": "Data circuit",
        "model": "Model circuit",
        "layers": "Layer by layer",
        "exponent": "One exponent",
        "download": "Download",
    },
    "it can be {}",
)
LAYER = Whole[int | None]("layer", None, least=1, is_strict=True, bound=("layers",))
PIXEL = Place("pixel", None, bound=("size",))
VALUE = Real("value", None, -1, 1, "an exponent is a number of half-turns from −1 to 1", bound=("layers", "size"))

# Train
TRAINED = Switch("trained")
RETRAIN = Switch("retrain")
PACE = Choice[int | None]("pace", None, (1, 2, 5, 10, 20, 50, 100, None), "it is one of {} steps a second")
"""Steps a second; None is as fast as it goes."""
BY = Choice("by", "step", ("step", "epoch"), "it is {}", between=" or ")
"""What curves are drawn by."""
STEP = Whole[int | None]("step", None, least=0)
CELL = Choice("cell", 0, (0, 1, 2, 3), "it is 0 to 3")
"""Of the figure of right and wrong answers."""
MISREAD = Whole("misread", 1, least=1)

# Compare
SEEDS = Choice("seeds", 1, (1, 3, 5, 10), "seeds can be {}")
BESIDE = Choice("beside", "logistic", tuple(model for model in MODELS if model != "qnn"), "it can be {}")
ANSWERS = Choice("answers", 0, (0, 1, 2, 3), "it is 0 to 3")
"""The same where two networks are compared."""
IMAGES = Whole("images", 1, least=1)

# Draw
SOURCE = Choice(
    "source",
    "draw",
    {"draw": "Draw", "upload": "Upload", "test": "Test digit"},
    "the digit's source must be one of {}, got {got!r}",
)

# What it computes
COMPUTES_SECTION = Choice[str | None](
    "computes",
    None,
    {
        "clock": "The clock",
        "map": "The map",
        "cosine": "The cosine",
        "waves": "The waves",
        "all": "Every input",
        "logistic": "Logistic regression",
    },
    "it can be {}",
)
"""None is the first that the circuit has: the first three are for one wave, the fourth for several."""
PATTERN = Whole[int | None]("pattern", None, least=1)
AFTER = Whole[int | None]("after", None, least=0)
"""How many pixels have been multiplied; None is all."""
FOLD = Switch("fold")
WAVE = Whole("wave", 1, least=1)

# Why it can fail
SPREAD_UPTO = Choice("spread-upto", IMAGE_SIDE, {8: "to 8×8", IMAGE_SIDE: "all"})
SPREAD_SEEDS = Choice("spread-seeds", 200, {count: f"{count:,}" for count in (50, 200, 1000)})
PAIR_SIZE = Whole("pair-size", IMAGE_SIDE, least=2, most=IMAGE_SIDE)
PAIR_TRAINED = Choice("pair-trained", 0, (0, 1))

# Full resolution
BATCH = Choice("batch", "large", ("large", "panel"), "it can be {}", between=" or ")
MAP_STEP = Whole[int | None]("map-step", None, least=0, says="it must be the number of a training step")
SIZES = Choices("sizes", sweep.Choice.sizes, sweep.SIZES, "sizes can be {}")
ENCODINGS = Choices("encodings", sweep.Choice.encodings, sweep.READ, "it can have {}", between=" and ")
RESIZES = Choices("resizes", sweep.Choice.resizes, sweep.RESIZED, "it can have {}", between=" and ")
SWEEP_SEEDS = Choice("sweep-seeds", sweep.Choice.n_seeds, sweep.SEED_COUNTS, "seeds can be {}")

# Noise
KIND = Choice("kind", next(iter(CHANNELS)), tuple(CHANNELS))
INFIDELITY = Choice("infidelity", 0.001, (0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1))
"""Average gate infidelity."""
RATE = Choice("rate", 0.0, (0, *INFIDELITY.values), former=True)
"""The channel's own parameter."""
SHOTS = Choice("shots", 1001, (1, 3, 11, 31, 101, 301, 1001, 3001, 10_001, 100_001, 1_000_001))
"""Odd, so that there are no ties."""
SURE = Choice("sure", 0.95, (0.9, 0.95, 0.99, 0.999))


def _by_name(*views: View[Any]) -> dict[str, View[Any]]:
    return {view.name: view for view in views}


VIEWS = MappingProxyType(
    {
        "home": _by_name(EXAMPLE),
        "data": _by_name(EXAMPLES, COLLISION),
        "circuit": _by_name(EXAMPLE, EXPONENTS, CIRCUIT_SECTION, LAYER, PIXEL, VALUE),
        "train": _by_name(TRAINED, RETRAIN, PACE, BY, STEP, CELL, MISREAD),
        "compare": _by_name(SEEDS, BESIDE, ANSWERS, IMAGES),
        "draw": _by_name(SOURCE, EXAMPLE),
        "computes": _by_name(COMPUTES_SECTION, EXAMPLE, PATTERN, AFTER, FOLD, WAVE),
        "plateau": _by_name(SPREAD_UPTO, SPREAD_SEEDS, PAIR_SIZE, PAIR_TRAINED),
        "resolution": _by_name(BATCH, MAP_STEP, SIZES, ENCODINGS, RESIZES, SWEEP_SEEDS),
        "noise": _by_name(KIND, INFIDELITY, RATE, SHOTS, SURE, EXAMPLE),
        "lessons": {},
    }
)
"""By page, then by name without `show-`."""


def is_known(name: str) -> bool:
    """Whether an address can say something of this name beside the settings."""
    return name in (ONLY, *LESSON) or any(name == view.key for views in VIEWS.values() for view in views.values())
