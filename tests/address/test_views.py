"""What can stand in an address for what is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from qmnist_core.address.kinds import Choice, Choices, Packed, Place, Real, Several, Switch, Text, View, Whole
from qmnist_core.address.settings import SETTINGS
from qmnist_core.address.views import LESSON, ONLY, VIEWS

SEEN = [view for views in VIEWS.values() for view in views.values()]
SIZES = Choices("sizes", (2, 3), (2, 3, 4), "sizes can be {}", between=" and ")
KINDS: list[tuple[View[Any], dict[str, Any], list[str], str]] = [
    (Text("t", None), {"": "", "abc": "abc"}, [], ""),
    (Switch("s"), {"0": False, "1": True}, ["", "2", "yes"], "it is 1 or left out"),
    (Whole("n", 1, least=1), {"1": 1, "007": 7}, ["", "0", "8.5", "-1", "٣"], "a whole number from 1 on is needed"),
    (Whole("n", 1, least=1, is_strict=True), {"7": 7}, ["07", "0"], "a whole number from 1 on is needed"),
    (Whole("n", 4, least=2, most=28), {"2": 2, "28": 28}, ["1", "29", "nine"], "it is 2 to 28"),
    (Whole("n", None, least=0, says="the number of a step"), {"0": 0}, ["x"], "the number of a step"),
    (Real("v", None, -1, 1, "between −1 and 1"), {"-.5": -0.5, "1": 1.0}, ["", "nan", "1.5", "٣"], "between −1 and 1"),
    (Place("p", None), {"3-12": (3, 12)}, ["", "3", "3-", "-1-2", "1-2-3"], "row-column, both from 0 on is needed"),
    (Choice("c", "a", ("a", "b"), "it is {}", between=" or "), {"b": "b"}, ["", "A", "a-b"], "it is a or b"),
    (Choice("c", 8, {8: "to 8×8", 28: "all"}), {"8": 8, "28": 28}, ["", "8.5", "nine"], "it is one of 8, 28"),
    (Choice("c", 0.1, (0.0, 0.1)), {"0": 0.0, "1e-1": 0.1}, ["x", "0.2"], "it is one of 0.0, 0.1"),
    (Choice("c", None, (1, 2, None), "{} steps"), {"2": 2}, ["None", "3"], "1, 2 steps"),
    (
        Packed("p", None, 2, "damaged"),
        {"_-g": b"\xff\xe8"},
        ["", "_-", "_-h", "_-g=", "/+g", "_-ga", "AAA", "é"],
        "damaged",
    ),
    (
        Several("s", None, ("XX", "ZZ"), most=2),
        {"ZZ": ("ZZ",), "XX-XX": ("XX", "XX")},
        ["", "xx", "XX-", "XX-ZZ-XX", "XX,ZZ"],
        "it is one to 2 of XX, ZZ, joined by hyphens",
    ),
    (SIZES, {"4-2": (2, 4), "3": (3,)}, ["", "2-", "5"], "sizes can be 2 and 3 and 4"),
]
"""A view of each kind, what its address means, what it cannot say, and the refusal."""


@pytest.mark.parametrize(("view", "meaning", "bad", "refusal"), KINDS)
def test_a_kind_reads_writes_and_refuses(
    view: View[Any], meaning: dict[str, Any], bad: list[str], refusal: str
) -> None:
    for text, value in meaning.items():
        assert view.read(text) == value
        assert type(view.read(text)) is type(value)
        assert view.read(view.write(value)) == value
        assert view.allows(text)
    for text in bad:
        with pytest.raises(ValueError, match=f"^{re.escape(refusal)}$"):
            view.read(text)
        assert not view.allows(text)


def test_every_kind_is_tried() -> None:
    assert {type(view) for view in SEEN} < {type(view) for view, *_ in KINDS}


def test_every_default_and_option_can_be_written_and_read() -> None:
    for view in SEEN:
        values = view.options if isinstance(view, Choice) else [view.default]
        for value in values:
            assert value is None or view.read(view.write(value)) == value


def test_a_name_means_one_thing_on_all_pages() -> None:
    assert {view.key for view in SEEN}.isdisjoint({ONLY, *LESSON})
    for view in SEEN:
        if view.name != "figure":  # which of its figures, a page says itself
            assert all(views.get(view.name, view) is view for views in VIEWS.values())
        assert set(view.bound) <= set(SETTINGS)


def test_an_option_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match="show-mood: an option must be a text, a number or None, got True"):
        Choice("mood", True, (True, False))


def test_a_kind_that_reads_nothing_is_none() -> None:
    @dataclass(frozen=True)
    class Mood(View[str]):
        """It says neither what it can be nor how it is read."""

    with pytest.raises(TypeError, match="abstract"):
        Mood("mood", "calm")  # type: ignore[abstract]
