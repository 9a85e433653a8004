from __future__ import annotations

import itertools

import numpy as np
import pytest

from qmnist_core.circuits.paths import count_path_pairs, path_pairs
from qmnist_core.config import LAYERS


@pytest.mark.parametrize(("repeats", "pairs"), [(1, 1), (2, 16), (3, 256), (4, 4096)])
def test_alternating_layers_have_half_of_2_to_the_4n_minus_3_pairs(repeats: int, pairs: int) -> None:
    assert count_path_pairs(("XX", "ZZ") * repeats) == pairs == 2 ** (4 * repeats - 3) // 2


def test_counting_agrees_with_making() -> None:
    for n_layers in (1, 2, 3):
        for layers in itertools.product(LAYERS[::2], repeat=n_layers):
            assert count_path_pairs(layers) == len(path_pairs(layers).weight)


def test_a_pair_turns_or_mixes_in_each_layer_never_both() -> None:
    pairs = path_pairs(("XX", "ZY", "YZ", "ZZ"))
    np.testing.assert_array_equal(np.abs(pairs.turn) + np.abs(pairs.mix), 1)


def test_counting_fifty_layers_is_instant() -> None:
    assert count_path_pairs(("XX", "ZZ") * 25) == 2 ** (4 * 25 - 4)
