from __future__ import annotations

import pytest

from qmnist_core.words import magnitude, power_of_ten, signed_fine, superscript, time_left, unbroken


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((0.0, "0"), (1.0, "1.0"), (0.985, "0.98"), (0.0806, "0.081"), (0.0053, "0.0053"), (12.4, "12")),
        *(
            (4.254e-47, "4.3×10⁻⁴⁷"),
            (9.4e-4, "9.4×10⁻⁴"),
            (9.96e-4, "0.0010"),
            (154.0, "1.5×10²"),
            (1.1e45, "1.1×10⁴⁵"),
        ),
    ],
)
def test_a_number_of_any_size_has_two_digits(value: float, text: str) -> None:
    assert magnitude(value) == text


def test_powers_of_ten() -> None:
    assert [power_of_ten(n) for n in (-40, 0, 7)] == ["10⁻⁴⁰", "10⁰", "10⁷"]


def test_every_exponent_can_be_written() -> None:
    assert superscript(-1234567890) == "⁻¹²³⁴⁵⁶⁷⁸⁹⁰"


def test_a_number_stays_with_what_it_counts() -> None:
    text = "it reads 90.5 % of 1,968 images in 41 ms; of 2 more · seed 0"
    assert unbroken(text) == "it reads 90.5\u00a0% of 1,968\u00a0images in 41\u00a0ms; of 2 more\u00a0· seed\u00a00"


def test_the_time_left_is_said_where_it_is_known() -> None:
    assert time_left(2.336) == ", 2.34 s left"
    assert time_left(float("nan")) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.43119, "+0.4312"), (-0.0012, "−0.0012"), (-4.254e-47, "−4.3×10⁻⁴⁷"), (9e-4, "+9.0×10⁻⁴"), (0.0, "0.0000")],
)
def test_a_small_signed_value_is_not_lost(value: float, text: str) -> None:
    assert signed_fine(value) == text
