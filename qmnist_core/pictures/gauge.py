"""The readout's expectation as a mark on a scale, and the digit it says."""

from __future__ import annotations

import textwrap

from qmnist_core.errors import InputError
from qmnist_core.look.palette import GROUND, NEGATIVE, POSITIVE, side_colour
from qmnist_core.look.text import signed
from qmnist_core.metrics import said
from qmnist_core.pictures.svg import SMALL_TEXT, STRIP_SIDE, element, line, picture, text

LEFT, RIGHT = 20, 180
SCALE_Y = 114
MAX_CAPTION_LINES, CAPTION_LETTERS = 3, 17


def gauge(value: float, digits: tuple[int, int]) -> str:
    """⟨Z⟩ on a scale from −1, which says the second digit, to +1, which says the first; shown 138 px wide or more.

    value: in [−1, 1]. Errors: InputError for a value outside.
    """
    value = _check_value(value)
    x, middle = _place(value), _place(0)
    parts = [
        text(100, 18, "⟨Z⟩", SMALL_TEXT, text_anchor="middle"),
        text(100, 54, signed(value), 40, text_anchor="middle", font_weight=700),
        _bar(LEFT, middle, NEGATIVE, 0.3),
        _bar(middle, RIGHT, POSITIVE, 0.3),
        _bar(min(x, middle), max(x, middle), side_colour(value)),
        line(middle, SCALE_Y - 15, middle, SCALE_Y + 15, stroke_width=1.5),
        line(x, SCALE_Y - 16, x, SCALE_Y + 16, stroke=GROUND, stroke_width=7),
        line(x, SCALE_Y - 16, x, SCALE_Y + 16, stroke_width=4),
    ]
    for at, mark in ((LEFT, "−1"), (middle, "0"), (RIGHT, "+1")):
        parts.append(text(at, SCALE_Y + 30, mark, SMALL_TEXT, text_anchor="middle"))
    for dot, words, anchor, digit, colour in (
        (8, 18, "start", digits[1], NEGATIVE),
        (192, 182, "end", digits[0], POSITIVE),
    ):
        parts.append(element("circle", cx=dot, cy=174, r=6, fill=colour))
        parts.append(text(words, 174, f"says {digit}", SMALL_TEXT, text_anchor=anchor))
    title = f"⟨Z⟩ of the readout is {signed(value)} on a scale from −1 to +1: it says {said(value, digits)}."
    return picture(STRIP_SIDE, STRIP_SIDE, title, *parts)


def verdict_picture(value: float, digits: tuple[int, int], caption: str = "") -> str:
    """The digit that the readout says, in its colour; shown 138 px wide or more.

    value: ⟨Z⟩ in [−1, 1]. caption: a few words below the digit, such as "right: it is a 3"; up to about 45 letters.
    Errors: InputError for a value outside [−1, 1].
    """
    value = _check_value(value)
    digit = said(value, digits)
    lines = textwrap.wrap(caption, CAPTION_LETTERS)
    if len(lines) > MAX_CAPTION_LINES:
        raise InputError(
            f"the caption must fit on {MAX_CAPTION_LINES} lines of {CAPTION_LETTERS} letters, got {caption!r}"
        )
    middle = 100 - 13 * len(lines)
    parts = [
        text(
            100,
            middle,
            str(digit),
            150 - 15 * len(lines),
            text_anchor="middle",
            font_weight=700,
            fill=side_colour(value),
        )
    ]
    for i, words in enumerate(lines):
        y = 186 - 25 * (len(lines) - 1 - i)
        parts.append(text(100, y, words, SMALL_TEXT, text_anchor="middle"))
    title = f"The readout says {digit}: ⟨Z⟩ is {signed(value)}."
    return picture(STRIP_SIDE, STRIP_SIDE, f"{title} {caption}".strip(), *parts)


def _bar(start: float, stop: float, colour: str, opacity: float | None = None) -> str:
    return element("rect", x=start, y=SCALE_Y - 9, width=stop - start, height=18, fill=colour, fill_opacity=opacity)


def _place(value: float) -> float:
    return LEFT + (RIGHT - LEFT) * (value + 1) / 2


def _check_value(value: float) -> float:
    # A computed expectation may be off by rounding.
    if not abs(value) <= 1 + 1e-6:
        raise InputError(f"⟨Z⟩ must be in [−1, 1], got {value}")
    return min(max(float(value), -1.0), 1.0)
