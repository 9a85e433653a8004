"""What the atlas says, with its figures."""

from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.studies.atlas import Atlas
from qmnist_core.studies.atlas_file import SHIPPED, read_atlas
from qmnist_core.studies.search import Difference
from qmnist_core.words.atlas import (
    change_words,
    chosen_words,
    constant_words,
    count_words,
    luck_lines,
    numbers_words,
    spread_words,
    stack_words,
    winner_words,
)


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return read_atlas(SHIPPED)


def test_what_a_spread_is() -> None:
    accuracies = np.array([0.80, 0.90, 0.85, 0.95, 1.0])
    assert spread_words(accuracies) == "90.0 %; half of the seeds 85.0 to 95.0 %, all 80.0 to 100.0 %"


def test_a_change_has_its_direction_and_signs() -> None:
    assert change_words(Difference(0.012, -0.001, 0.025)) == "1.2 points lower (−2.5 to +0.1)"
    assert change_words(Difference(-0.02, -0.03, -0.01)) == "2.0 points higher (+1.0 to +3.0)"


def test_what_one_stack_is(atlas: Atlas) -> None:
    tutorial, idle, blind = (atlas.stacks.index(one) for one in (("XX", "ZZ"), ("XX", "XX", "ZZ"), ("XX",)))
    assert numbers_words(atlas, tutorial) == "17 effective numbers of 32 exponents."
    assert numbers_words(atlas, idle).startswith("17 effective numbers of 48 exponents.")
    assert "0 effective numbers of 16 exponents." in numbers_words(atlas, blind)
    said = stack_words(atlas, tutorial, "uniform")
    assert said.startswith("From the uniform start 85.6 %; half of the seeds ")
    assert "of 576, on 2,439 validation images. 15 other stacks are alike." in said


def test_what_they_come_to(atlas: Atlas) -> None:
    assert count_words(atlas) == (
        "819 stacks of up to 3 layers: 576 can depend on the image, and of these 126 are different"
    )
    assert "49.6 % with 3, 50.4 % with 6 of the validation images" in constant_words(atlas)
    assert "that they would be 10 was decided before anything was trained" in chosen_words(atlas)
    best = atlas.finalists("small")
    assert winner_words(best[0]) == (
        "ZY ZZ ZY was chosen for 91.3 % on the validation images; with other seeds it gets 90.8 % there, and 91.2 % on "
        "the test images."
    )
    seeds, images = luck_lines(atlas, best)
    assert "ZY ZZ ZY scored 0.4 points lower (−1.2 to +0.4)" in seeds
    assert "the mean of the best 10, " in images
