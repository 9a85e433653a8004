from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from qmnist_core.errors import InputError
from qmnist_core.look.palette import INK, POSITIVE
from qmnist_core.pictures.pixels import bits_picture, gray_picture
from qmnist_core.pictures.sheet import sheet

SVG = "{http://www.w3.org/2000/svg}"


def test_pictures_stand_row_by_row_under_their_labels() -> None:
    pictures = [gray_picture(np.full((2, 2), level, np.uint8), title=f"level {level}") for level in (10, 20, 30)]
    root = ElementTree.fromstring(sheet(pictures, 2, "Three levels.", "Levels", POSITIVE, ("left", "right")))
    assert root.findtext(f"{SVG}title") == "Three levels."
    assert [(text.text, text.get("fill")) for text in root.iter(f"{SVG}text")] == [
        *(("Levels", INK), ("left", INK), ("right", INK))
    ]
    assert [dot.get("fill") for dot in root.iter(f"{SVG}circle")] == [POSITIVE]
    cells = root.findall(f"{SVG}g")
    assert [cell.findtext(f"{SVG}title") for cell in cells] == ["level 10", "level 20", "level 30"]
    places = [cell.get("transform", "").split(") ")[0].removeprefix("translate(").split() for cell in cells]
    assert [float(x) for x, _ in places] == [0, 205, 0]
    assert float(places[2][1]) - float(places[0][1]) == 205
    height = float(root.get("viewBox", "").split()[3])
    assert height == float(places[2][1]) + 205


def test_a_sheet_keeps_what_its_pictures_show() -> None:
    bits = bits_picture(np.array([1, 0, 0, 1]))
    inside = ElementTree.fromstring(bits)
    cell = ElementTree.fromstring(sheet([bits], 1, "One.")).find(f"{SVG}g")
    assert cell is not None
    assert [part.get("d") for part in cell.iter(f"{SVG}path")] == [part.get("d") for part in inside.iter(f"{SVG}path")]


def test_bad_input() -> None:
    with pytest.raises(InputError, match="one column or more, got 0"):
        sheet([], 0, "None.")
    with pytest.raises(InputError, match="one label per column, got 1 for 2"):
        sheet([], 2, "None.", labels=("one",))
