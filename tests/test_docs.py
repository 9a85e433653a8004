"""The documents' pictures are of the code as it is."""

from __future__ import annotations

import numpy as np

from docs import draw_imports, draw_ten
from qmnist_core.data.ten import Digits
from qmnist_core.models.ten import Stars
from qmnist_core.studies.ten import Frame


def test_the_picture_of_the_imports_is_up_to_date() -> None:
    """If not: python -m docs.draw_imports."""
    assert draw_imports.FILE.read_text(encoding="utf-8") == draw_imports.drawn()


def test_every_line_leads_down() -> None:
    height = {part: number for number, row in enumerate(draw_imports.layers()) for part in row}
    found = draw_imports.imports(set(height))
    assert len(found) > 50
    assert all(height[importer] < height[imported] for importer, imported in found)


def test_ten_digits_are_drawn_from_a_trainings_frames() -> None:
    """The picture itself takes a training: python -m docs.draw_ten."""
    images = Digits(np.zeros((20, 98), np.uint8), np.arange(20, dtype=np.uint8) % 10)
    frames = [Frame.of(Stars.start(4, seed), step, images) for seed, step in ((0, 0), (1, 1_200))]
    drawn = draw_ten.drawn(frames)
    assert drawn == draw_ten.drawn(frames)
    for words in ("step 0", "step 1,200", "10.0 % right", "at 2 moments"):
        assert words in drawn
    kept = draw_ten.FILE.read_text(encoding="utf-8")
    assert len(kept) < 200_000
    assert kept.count("<image ") == len(draw_ten.SHOWN)
    assert kept.split("<rect")[0].replace("4 moments", "2 moments").split("<title>")[1] in drawn
