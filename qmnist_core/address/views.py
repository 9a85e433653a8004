"""What is seen of each page, beside its settings, as one table: the names in an address that begin with `show-`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from qmnist_core.channels import CHANNELS

PREFIX = "show-"
ONLY = PREFIX + "only"
"""The settings that are open to change, where a teacher has locked the others."""
LESSON = (PREFIX + "lesson", PREFIX + "part")
"""The lesson that is followed, and which step of it."""


def whole_number(text: str) -> int | None:
    """A number from 0 on in an address, or None for anything else, such as the digits of another script."""
    return int(text) if text.isascii() and text.isdecimal() else None


@dataclass(frozen=True)
class View:
    """One thing that is looked at, and what can stand in an address for it.

    A page may still refuse a value that does not fit its settings, such as the number of an image that is not there.
    """

    form: str
    """A regular expression of the whole value."""
    words: str
    """The same for people."""
    former: bool = False
    """Whether addresses of before have it: it is read, named and put into today's words."""

    def allows(self, value: str) -> bool:
        return re.fullmatch(self.form, value, re.ASCII) is not None


def _one_of(*choices: str) -> View:
    return View("|".join(map(re.escape, choices)), f"one of {', '.join(choices)}")


def _some_of(*choices: str) -> View:
    one = "|".join(map(re.escape, choices))
    return View(f"({one})(-({one}))*", f"some of {', '.join(choices)}, joined by hyphens")


_FROM_0 = View(r"\d{1,9}", "a whole number from 0 on")
_FROM_1 = View(r"0*[1-9]\d{0,8}", "a whole number from 1 on")
_ON = View("[01]", "1 or 0")
_SIZES = tuple(str(size) for size in range(2, 29))

_RATES = _one_of("0", "0.0", "0.0001", "0.0002", "0.0005", "0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1")

VIEWS = MappingProxyType(
    {
        "home": {"example": _FROM_0},
        "data": {"examples": _FROM_1, "collision": _FROM_1},
        "circuit": {
            "example": _FROM_0,
            "exponents": _one_of("trained", "initial"),
            "section": _one_of("data", "model", "layers", "exponent", "download"),
            "layer": _FROM_1,
            "pixel": View(r"\d{1,2}-\d{1,2}", "row-column, both from 0 on"),
            "value": View(r"-?(0?\.\d+|0|1(\.0+)?)", "a number from -1 to 1"),
        },
        "train": {
            "trained": _ON,
            "retrain": _ON,
            "pace": _one_of("1", "2", "5", "10", "20", "50", "100"),
            "by": _one_of("step", "epoch"),
            "step": _FROM_0,
            "cell": _one_of("0", "1", "2", "3"),
            "misread": _FROM_1,
        },
        "compare": {
            "seeds": _one_of("1", "3", "5", "10"),
            "beside": _one_of("cnn", "fair", "logistic"),
            "answers": _one_of("0", "1", "2", "3"),
            "images": _FROM_1,
        },
        "draw": {"source": _one_of("draw", "upload", "test"), "example": _FROM_0},
        "computes": {
            "computes": _one_of("clock", "map", "cosine", "waves", "all", "logistic"),
            "example": _FROM_0,
            "pattern": _FROM_1,
            "after": _FROM_0,
            "fold": _ON,
            "wave": _FROM_1,
        },
        "plateau": {
            "spread-upto": _one_of("8", "28"),
            "spread-seeds": _one_of("50", "200", "1000"),
            "pair-size": _one_of(*_SIZES),
            "pair-trained": _ON,
        },
        "resolution": {
            "batch": _one_of("large", "panel"),
            "map-step": _FROM_0,
            "sizes": _some_of("2", "3", "4", "5", "6", "8", "10", "14", "20", "28"),
            "encodings": _some_of("bits", "angle"),
            "resizes": _some_of("sample", "area"),
            "sweep-seeds": _one_of("1", "3", "5"),
        },
        "noise": {
            "kind": _one_of(*CHANNELS),
            "infidelity": _RATES,
            "rate": replace(_RATES, former=True),
            "shots": _one_of("1", "3", "11", "31", "101", "301", "1001", "3001", "10001", "100001", "1000001"),
            "sure": _one_of("0.9", "0.95", "0.99", "0.999"),
            "example": _FROM_0,
        },
        "lessons": {},
    }
)
"""By page, then by name without `show-`."""
