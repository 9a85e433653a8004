from __future__ import annotations

import re

import pytest

from qmnist_core.look.text import (
    JOINER,
    decimal,
    emphasised,
    magnitude,
    plain,
    power_of_ten,
    signed_fine,
    superscript,
    time_left,
    unbroken,
)


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
    assert unbroken("a step = 1 (p < 10⁻¹⁵)") == "a step = 1 (p\u00a0<\u00a010⁻¹⁵)"


def test_the_time_left_is_said_where_it_is_known() -> None:
    assert time_left(2.336) == ", 2.34 s left"
    assert time_left(float("nan")) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.43119, "+0.4312"), (-0.0012, "−0.0012"), (-4.254e-47, "−4.3×10⁻⁴⁷"), (9e-4, "+9.0×10⁻⁴"), (0.0, "0.0000")],
)
def test_a_small_signed_value_is_not_lost(value: float, text: str) -> None:
    assert signed_fine(value) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("size=77: image size must be a whole number from 2 to 28", None),
        ("QMNIST_DATA names C:/x_train-2.npz (12:00), 3 * 5", r"QMNIST_DATA names C:/x_train-2.npz (12:~00), 3 \* 5"),
        ("![x](http://a.b/c.png)", r"!\[x\](http:~//a.b/c.png)"),
        ("http://a.b ftp://a.b WWW.a.b you@a.b", "http:~//a.b ftp:~//a.b WWW~.a.b you@~a.b"),
        ("<b>&lt;</b> `code` $x$ ~~no~~", r"\<b>\&lt;\</b> \`code\` \$x\$ \~\~no\~\~"),
        (":red[x] :material/home: :smile: :+1:", r":~red\[x\] :~material/home: :~smile: :~+1:"),
        ("**a** _b_ __init__ a_b a\\", r"\*\*a\*\* \_b\_ \_\_init\_\_ a_b a\\"),
        ("# a", r"\# a"),
        ("- a", r"\- a"),
        ("* a", r"\* a"),
        ("1. a", r"1\. a"),
        ("1.5 a", None),
        ("    a\n\n# b\tc\r\n", "a # b c"),
        ("a\u202eb\x00c\ud800", "a\ufffdb\ufffdc\ufffd"),
    ],
)  # fmt: skip
def test_words_of_others_are_shown_as_they_are_written(text: str, written: str | None) -> None:
    """A ~ that stands for itself has a backslash before it; the others are the character without width."""
    assert plain(text) == (text if written is None else re.sub(r"(?<=[:W@])~", JOINER, written))


def test_a_lesson_may_emphasise_and_nothing_else() -> None:
    assert emphasised("Press **Start**, see *Lit pixels*.") == "Press **Start**, see *Lit pixels*."
    assert emphasised("* a\n* b\n\n***\n\n[x](y) <b> $z$") == "\\* a * b\n\n\\***\n\n\\[x\\](y) \\<b> \\$z\\$"


def test_decimals_in_print() -> None:
    assert decimal(-0.0004) == "0.000"
    assert decimal(-0.25, 2) == "−0.25"
