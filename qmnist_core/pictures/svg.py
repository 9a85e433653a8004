"""SVG elements as strings.

A picture uses the paper colours INK, GRID and GROUND of `plots.style` and no other "#ffffff": a page in
another theme replaces these three texts by its own colours. Elements have no ids, so pictures can share a page.
"""

from __future__ import annotations

import re
from functools import lru_cache
from xml.sax.saxutils import escape, quoteattr

from qmnist_core.look.palette import GROUND, INK

MARK = "#ffd23f"
"""Yellow, for what is pointed at; on pixels it needs a dark halo."""
MARK_HALO = "#1a1a1a"
STRIP_SIDE = 200
"""Side of the square view box of every picture in the strip; it is shown 138 px wide or more."""
_SPECIAL = re.compile(r"[&<>\"\n\r\t]")
SMALL_TEXT = 21
"""Font size that is 14 px in a strip picture shown 138 px wide."""


def picture(width: float, height: float, title: str, *parts: str) -> str:
    """A whole SVG document on a GROUND background that fills the width it is given.

    title: the text alternative, one sentence with the key numbers.
    """
    return element(
        "svg",
        element("title", escape(title)),
        element("rect", width=width, height=height, fill=GROUND),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width="100%",
        role="img",
        font_family="system-ui, sans-serif",
    )


def element(name: str, *children: str, **attributes: str | float | None) -> str:
    """One element; `font_size=12` becomes font-size="12", and an attribute that is None is left out.

    children: finished SVG, or text that is escaped already.
    """
    written = "".join(
        [
            f" {key.replace('_', '-')}={_quoted(value if isinstance(value, str) else number(value))}"
            for key, value in attributes.items()
            if value is not None
        ]
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _quoted(value: str) -> str:
    """As `quoteattr`, which takes many times as long and is needed for few values: not for path data."""
    return quoteattr(value) if _SPECIAL.search(value) else f'"{value}"'


def text(x: float, y: float, content: str, size: float, **attributes: str | float | None) -> str:
    """Text with digits and capitals centred on height y, from x on unless `text_anchor` says otherwise."""
    attributes.setdefault("fill", INK)
    return element("text", escape(content), x=x, y=y + 0.36 * size, font_size=size, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: str | float | None) -> str:
    attributes.setdefault("stroke", INK)
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)


def box(x: float, y: float, width: float, height: float, **attributes: str | float | None) -> str:
    """A rectangle centred on (x, y)."""
    return element("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, **attributes)


# Pictures of pixels are made of few different ones.
@lru_cache(maxsize=8192)
def rectangle_path(x: float, y: float, width: float, height: float) -> str:
    """A rectangle as a piece of path data: thousands of them fit in one element."""
    return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"


def meter(x: float, y: float, width: float, height: float) -> str:
    """The sign of a measurement, a dial with its needle, in a box centred on (x, y)."""
    foot, radius = y + 0.28 * height, 0.34 * width
    arc = f"A{number(radius)} {number(radius)} 0 0 1 {number(x + radius)} {number(foot)}"
    dial = f"M{number(x - radius)} {number(foot)}{arc}"
    needle = f"M{number(x)} {number(foot)}L{number(x + 0.3 * width)} {number(y - 0.34 * height)}"
    return box(x, y, width, height, fill=GROUND, stroke=INK, stroke_width=1.5) + element(
        "path", d=dial + needle, fill="none", stroke=INK, stroke_width=1.5
    )


@lru_cache(maxsize=8192)
def number(value: float, decimals: int = 3) -> str:
    """A coordinate without needless zeros: 12.500 is "12.5"."""
    short = f"{float(value):.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
