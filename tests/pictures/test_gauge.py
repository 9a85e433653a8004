from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from qmnist_core.errors import InputError
from qmnist_core.look.palette import GROUND, NEGATIVE, POSITIVE
from qmnist_core.pictures.diagrams import circuit_icon
from qmnist_core.pictures.gauge import gauge, verdict_picture

SVG = "{http://www.w3.org/2000/svg}"


def parse(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == "0 0 200 200"
    return root


def title_of(root: ElementTree.Element) -> str:
    return root.findtext(f"{SVG}title") or ""


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


def marker(root: ElementTree.Element) -> float:
    lines = list(root.iter(f"{SVG}line"))
    assert lines[-2].get("stroke") == GROUND
    return float(lines[-1].get("x1", "nan"))


@pytest.mark.parametrize(("value", "x"), [(-1, 20), (0, 100), (0.5, 140), (1, 180)])
def test_the_marker_stands_at_the_value(value: float, x: float) -> None:
    assert marker(parse(gauge(value, (3, 6)))) == x


def test_the_scale_says_both_digits_and_the_number() -> None:
    root = parse(gauge(0.43, (3, 6)))
    assert texts(root) == ["⟨Z⟩", "+0.43", "−1", "0", "+1", "says 6", "says 3"]
    assert [circle.get("fill") for circle in root.iter(f"{SVG}circle")] == [NEGATIVE, POSITIVE]
    assert title_of(root) == "⟨Z⟩ of the readout is +0.43 on a scale from −1 to +1: it says 3."


def test_the_bar_from_zero_has_the_signs_colour() -> None:
    for value, colour in ((0.43, POSITIVE), (-0.43, NEGATIVE)):
        bar = list(parse(gauge(value, (3, 6))).iter(f"{SVG}rect"))[-1]
        assert bar.get("fill") == colour
        assert float(bar.get("width", 0)) == pytest.approx(0.43 * 80)


def test_the_verdict_is_a_large_digit_in_its_colour_with_a_caption() -> None:
    root = parse(verdict_picture(-0.2, (3, 6), "wrong: it is a 3, <sure>"))
    digit = root.find(f"{SVG}text")
    assert digit is not None
    assert (digit.text, digit.get("fill")) == ("6", NEGATIVE)
    assert " ".join(texts(root)[1:]) == "wrong: it is a 3, <sure>"
    assert title_of(root) == "The readout says 6: ⟨Z⟩ is −0.20. wrong: it is a 3, <sure>"
    assert texts(parse(verdict_picture(1.0000001, (3, 6)))) == ["3"]


def test_words_of_the_strip_are_14_px_in_a_picture_of_138_px() -> None:
    for svg in (gauge(0.43, (3, 6)), verdict_picture(0.43, (3, 6), "wrong: it is a 6"), circuit_icon(np.ones(16), 2)):
        for words in parse(svg).iter(f"{SVG}text"):
            assert float(words.get("font-size", 0)) * 138 / 200 >= 14


def test_a_verdict_stands_on_one_line() -> None:
    assert texts(parse(verdict_picture(0.43, (3, 6), "wrong: it is a 6"))) == ["3", "wrong: it is a 6"]


def test_bad_input() -> None:
    for picture in (gauge, verdict_picture):
        for value in (1.1, float("nan")):
            with pytest.raises(InputError, match=r"⟨Z⟩ must be in \[−1, 1\], got"):
                picture(value, (3, 6))
    with pytest.raises(InputError, match=r"3 lines of 17 letters"):
        verdict_picture(0.5, (3, 6), "far too long " * 9)
