"""Numbers as text: shares, times, signed values, and an experiment in one line."""

from __future__ import annotations

import math
import re

from qmnist_core.config import SETTINGS, SHOWN, Experiment
from qmnist_core.metrics import accuracy_interval
from qmnist_core.setting import Setting


def percent(share: float) -> str:
    """A share in [0, 1] to a tenth of a percent."""
    return f"{100 * share:.1f} %"


def percent_range(low: float, high: float) -> str:
    """Two shares in [0, 1] as one range."""
    return f"{100 * low:.1f} to {percent(high)}"


def with_interval(share: float, n: int) -> str:
    """An accuracy on n examples and its 95 % interval."""
    return f"{percent(share)} (95 % interval {percent_range(*accuracy_interval(share, n))}, {counted(n, 'image')})"


def duration(seconds: float) -> str:
    """A time with a sensible number of digits: 41.2 ms, 2.34 s, 5 min 10 s, 3 h 20 min."""
    if seconds < 0.9995:
        return f"{1000 * seconds:.3g} ms"
    if seconds < 59.95:
        return f"{seconds:.3g} s"
    if seconds < 3600:
        return f"{round(seconds) // 60} min {round(seconds) % 60} s"
    return f"{round(seconds / 60) // 60:,} h {round(seconds / 60) % 60} min"


def time_left(seconds: float) -> str:
    """What follows a count of steps: ", 2.34 s left", and nothing for nan, where it is not known yet."""
    return "" if math.isnan(seconds) else f", {duration(seconds)} left"


def counted(n: int, noun: str) -> str:
    """1 epoch, 2,000 epochs."""
    return f"{n:,} {noun if n == 1 else f'{noun}s'}"


def with_article(name: str | int) -> str:
    """A class with its article: a 3, an 8, an ankle boot."""
    return f"{'an' if str(name)[0].lower() in '8aeiou' else 'a'} {name}"


def spelt(n: int) -> str:
    """A small number as a word: three; from ten on in figures."""
    words = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[n] if n < len(words) else f"{n:,}"


def unbroken(text: str) -> str:
    """Words in which no line breaks between a number and what it counts, within p = 0.01, or before a dot that parts
    two things."""
    units = r"(?<=\d) (?=%|(m?s|min|h|images|qubits|epochs?|steps)\b)"
    return re.sub(rf"{units}|(?<=seed) (?=\d)|(?<=\bp) (?=[=<])|(?<=\bp [=<]) | (?=·)", "\u00a0", text)


def signed(value: float) -> str:
    """Two decimals with a plus or a true minus sign: +0.43, −0.07; what rounds to zero has none."""
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def summary(experiment: Experiment) -> str:
    """An experiment in one line: which images, then how many of them, and the rest in the panel's order."""
    data = [one for one in SETTINGS if one.path.startswith("data.")]
    order = [*data, *(one for one in SHOWN.values() if one not in data)]
    return " · ".join(words for setting in order if (words := _said(setting, experiment)))


def _said(setting: Setting, experiment: Experiment) -> str:
    if setting.words is not None:
        return setting.words(setting.part(experiment))
    value = setting.get(experiment)
    if setting.unit:
        return f"{setting.write(value)} {setting.unit}s" if value is None else counted(value, setting.unit)
    return f"{setting.title.lower()} {setting.write(value)}"


def superscript(number: int) -> str:
    """A whole number as an exponent is written: ²³⁷."""
    return str(number).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def power_of_ten(exponent: int) -> str:
    """10⁻⁷, with superscript digits."""
    return f"10{superscript(exponent)}"


def magnitude(value: float) -> str:
    """A positive number of any size in two digits: 99, 1.0, 0.0053, 4.3×10⁻⁴⁷; and 0."""
    if value == 0:
        return "0"
    if 0.00095 <= value < 99.5:
        return f"{value:#.2g}".rstrip(".")
    digits, exponent = f"{value:.1e}".split("e")
    return f"{digits}×{power_of_ten(int(exponent))}"


def signed_fine(value: float) -> str:
    """Four decimals with a sign, or two digits of what would be lost in them: +0.4312, −4.3×10⁻⁴⁷; and 0.0000."""
    if value == 0 or abs(value) >= 0.00095:
        return f"{value:+.4f}".replace("-", "−") if value else "0.0000"
    return ("−" if value < 0 else "+") + magnitude(abs(value))


_BLANKS = re.compile(r"[\s\u0085\u2028\u2029]+")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the direction of writing, and half characters."""
_BUT_EMPHASIS = re.compile(r"[\\`\[\]<&$~]|(?<![^\W_])_|_(?![^\W_])")
_MARKDOWN = re.compile(rf"\*|{_BUT_EMPHASIS.pattern}")
_BEGINNING = re.compile(r"^(?=[-+#>=|])|^(\d+)(?=[.)]( |$))|^(?=\*( |[ *]*$))")
"""What makes a list, a heading, a quotation or a rule at the beginning of a line."""
_JOINED = re.compile(r"(?<=:)(?=//|[\w+-])|(?<=www)(?=\.)|(?<=@)(?=\w)", re.IGNORECASE)
"""Where Streamlit sees icons, emoji, colours and addresses, even behind a backslash."""
JOINER = "\u2060"
"""A character without width, which makes two words of one."""


def plain(text: str) -> str:
    """Words of others, such as an address's, a file's or an exception's, in one line that Streamlit's Markdown shows as
    it is written: no link, picture, formula, icon or emphasis, and nothing unseen.
    """
    return _quoted(text, _MARKDOWN)


def emphasised(text: str) -> str:
    """The same of a lesson's text, but with *emphasis*, **strong words** and paragraphs."""
    return "\n\n".join(_quoted(part, _BUT_EMPHASIS) for part in re.split(r"\n\s*\n", text.strip()))


def _quoted(text: str, special: re.Pattern[str]) -> str:
    text = _UNSEEN.sub("\ufffd", _BLANKS.sub(" ", text)).strip()
    text = special.sub(lambda found: "\\" + found[0], text)
    text = _BEGINNING.sub(r"\1\\", text)
    return _JOINED.sub(JOINER, text)


def decimal(value: float, digits: int = 3) -> str:
    """A number with a true minus sign, never "−0.000"."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")
