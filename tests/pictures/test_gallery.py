from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from qmnist_core.errors import InputError
from qmnist_core.pictures.gallery import gallery

SVG = "{http://www.w3.org/2000/svg}"
PHONE = 356
"""Width of a phone's column, in pixels."""


def test_images_stand_in_rows_each_above_its_caption() -> None:
    root = ElementTree.fromstring(gallery(np.zeros((7, 28, 28), np.uint8), [f"+0.{i}0" for i in range(7)]))
    places = [(float(image.get("x", 0)), float(image.get("y", 0))) for image in root.iter(f"{SVG}image")]
    assert len({y for _, y in places[:6]}) == 1
    assert places[6][0] == places[0][0]
    assert places[6][1] > places[0][1]
    captions = list(root.iter(f"{SVG}text"))
    assert [caption.text for caption in captions][5:] == ["+0.50", "+0.60"]
    assert all(y + 28 < float(caption.get("y", 0)) for (_, y), caption in zip(places, captions, strict=True))


def test_captions_can_be_read_on_a_phone() -> None:
    root = ElementTree.fromstring(gallery(np.zeros((24, 28, 28), np.uint8), ["−0.91"] * 24))
    width = float(root.get("viewBox", "").split()[2])
    assert all(float(text.get("font-size", 0)) * PHONE / width >= 12 for text in root.iter(f"{SVG}text"))


def test_bad_input() -> None:
    with pytest.raises(InputError, match=r"a caption for each, got \(2, 28, 28\) and 1"):
        gallery(np.zeros((2, 28, 28), np.uint8), ["one"])
