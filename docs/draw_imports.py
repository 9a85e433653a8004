"""Draw docs/imports.svg, which part of the package imports which: python -m docs.draw_imports."""

from __future__ import annotations

from html import escape
from pathlib import Path

import grimp
from importlinter import api

ROOT = Path(__file__).parents[1]
FILE = ROOT / "docs" / "imports.svg"
ROW, WIDTH, BOX, MARGIN = 62, 980, 26, 24
"""Of the drawing, in pixels: between rows, all of it, a box's height, at the edges."""


def layers() -> list[list[str]]:
    """The parts from the highest to the lowest, as the contract in pyproject.toml names them."""
    contracts = api.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    (contract,) = [one for one in contracts if one["name"] == "imports run downward"]
    return [[part.strip() for part in str(layer).split("|")] for layer in contract["layers"]]


def imports(parts: set[str]) -> list[tuple[str, str]]:
    """(importer, imported) of any two parts, sorted."""
    graph = grimp.build_graph("qmnist_core", exclude_type_checking_imports=True)
    found = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            ends = tuple(name.split(".")[1] if "." in name else "" for name in (module, other))
            if ends[0] != ends[1] and set(ends) <= parts:
                found.add((ends[0], ends[1]))
    return sorted(found)


def without_short_cuts(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those imports that no chain of others implies."""

    def below(part: str) -> set[str]:
        return {end for start, end in found if start == part}

    def reached(part: str) -> set[str]:
        return below(part).union(*map(reached, below(part)))

    return [(start, end) for start, end in found if all(end not in reached(other) for other in below(start))]


def drawn() -> str:
    """The picture: one row per layer, and a line from each part down to what it imports, shortcuts left out."""
    rows = layers()
    places: dict[str, tuple[float, float, float]] = {}  # centre, top, width
    for number, row in enumerate(rows):
        for i, part in enumerate(row):
            # Every other row is moved to the side, so that lines do not run behind boxes.
            centre = WIDTH * (i + 0.5) / len(row) + (number % 4 - 1.5) * 110 * (len(row) == 1)
            places[part] = (centre, MARGIN + number * ROW, 9.0 * len(part) + 22)
    lines, boxes = [], []
    for start, end in without_short_cuts(imports(set(places))):
        (x, y, _), (to_x, to_y, _) = places[start], places[end]
        y += BOX
        middle = (y + to_y) / 2
        curve = f"M{x:.0f} {y} C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y}"
        lines.append(f'<path d="{curve}"><title>{escape(start)} imports {escape(end)}</title></path>')
    for part, (x, y, width) in places.items():
        boxes.append(f'<rect x="{x - width / 2:.0f}" y="{y}" width="{width:.0f}" height="{BOX}" rx="6"/>')
        boxes.append(f'<text x="{x:.0f}" y="{y + 18}">{escape(part)}</text>')
    height = 2 * MARGIN + (len(rows) - 1) * ROW + BOX
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'{head} font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">',
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
            '<g fill="none" stroke="#8b5cf6" stroke-opacity="0.6" stroke-width="1.4">',
            *lines,
            "</g>",
            '<g fill="#f3f4f7" stroke="#7b838d" text-anchor="middle">',
            *(box.replace("<text", '<text fill="#22262b" stroke="none"') for box in boxes),
            "</g>",
            "</svg>\n",
        ]
    )


if __name__ == "__main__":
    FILE.write_text(drawn(), encoding="utf-8")
