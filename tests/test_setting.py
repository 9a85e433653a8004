"""What follows from a setting's declaration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from qmnist_core.errors import ConfigError
from qmnist_core.setting import Choice, Kind, Number, Whole, check_settings, setting, settings_of, shown_in_order


@dataclass(frozen=True)
class Inner:
    fine_grain: int = setting(3, Whole(1, 9), "Grain", "How fine.", group="Inside")

    def __post_init__(self) -> None:
        check_settings(self)


@dataclass(frozen=True)
class Outer:
    last: str = setting("a", Choice(("a", "b")), "Last", "It comes last.", group="Outside", after="speed")
    inner: Inner = field(default_factory=Inner)
    hidden: int = setting(1, Whole(1, 9))
    speed: float = setting(
        0.5, Number(0.0, 1.0, never_low="it would stand still"), "Speed", "How fast.", group="Outside"
    )

    def __post_init__(self) -> None:
        check_settings(self)


SETTINGS = settings_of(Outer, {"inner": Inner})
SHOWN = shown_in_order(SETTINGS)


def test_settings_come_in_the_order_of_their_declaration() -> None:
    assert [one.path for one in SETTINGS] == ["last", "inner.fine_grain", "hidden", "speed"]
    assert list(SHOWN) == ["fine_grain", "speed", "last"]


def test_names_that_are_left_out_are_the_fields_own() -> None:
    grain = SHOWN["fine_grain"]
    assert (grain.name, grain.says, grain.flag, grain.flag_help) == (
        "fine_grain",
        "fine grain",
        "--fine-grain",
        "How fine.",
    )


def test_a_setting_is_read_and_changed_where_it_lives() -> None:
    changed = SHOWN["fine_grain"].put(Outer(), 7)
    assert changed == Outer(inner=Inner(7))
    assert SHOWN["fine_grain"].get(changed) == 7
    assert SHOWN["last"].take(changed, "b") == Outer("b", Inner(7))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Inner(0), "fine grain must be a whole number from 1 to 9, got 0"),
        (lambda: Outer("c"), "last must be one of a, b, got 'c'"),
        (lambda: Outer(speed=0), "speed must be above 0, got 0: it would stand still"),
        (lambda: SHOWN["speed"].take(Outer(), "٣"), "Speed cannot be read from it"),
    ],
)
def test_what_cannot_be_is_named(make: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()


def test_a_choice_grows_with_its_table() -> None:
    table = {"a": 1}
    kind = Choice(table, on_dashboard=lambda name: name != "c")
    table.update(b=2, c=3)
    assert kind.check("it", "b") == "b"
    assert kind.shown == ("a", "b")
    with pytest.raises(ConfigError, match="it must be one of a, b, got 'c'"):
        kind.check_shown("it", "c")


def test_a_kind_says_what_it_does_not_know() -> None:
    with pytest.raises(NotImplementedError):
        Kind().check("it", 1)
