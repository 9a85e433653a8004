from __future__ import annotations

import itertools

import numpy as np
import pytest

from qmnist_core.config import CircuitConfig
from qmnist_core.errors import CostError, InputError
from qmnist_core.simulators import expectation
from qmnist_core.simulators.all_inputs import all_answers, every_input


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"), ("ZY", "XZ", "YY")])
@pytest.mark.parametrize("n_pixels", [1, 5])
def test_all_answers_in_counting_order(layers: tuple[str, ...], n_pixels: int) -> None:
    exponents = np.random.default_rng(1).normal(size=(len(layers), n_pixels))
    images = np.array(list(itertools.product((0, 1), repeat=n_pixels)))
    np.testing.assert_array_equal(every_input(n_pixels), images)
    expected = expectation(CircuitConfig(layers), exponents, images)
    for encoding in ("bits", "angle"):
        np.testing.assert_allclose(
            all_answers(CircuitConfig(layers, encoding), exponents), expected, rtol=0, atol=1e-13
        )


def test_all_65536_answers() -> None:
    rng = np.random.default_rng(1)
    exponents = rng.uniform(0, 2 * np.pi, (2, 16))
    answers = all_answers(CircuitConfig(), exponents)
    assert answers.shape == (65_536,)
    some = rng.integers(0, 65_536, 200)
    bits = (some[:, None] >> np.arange(16)[::-1]) & 1
    np.testing.assert_allclose(answers[some], expectation(CircuitConfig(), exponents, bits), rtol=0, atol=1e-13)


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(InputError, match="all answers exist for up to 16 pixels, got 25: use a size of 4 or less"):
        all_answers(CircuitConfig(), np.zeros((2, 25)))
    for exponents in (0.5, np.zeros(4), np.zeros((2, 4, 1))):
        with pytest.raises(InputError, match="exponents must have shape"):
            all_answers(CircuitConfig(), np.asarray(exponents))
    with pytest.raises(CostError, match="fewer layers"):
        all_answers(CircuitConfig(("XX", "ZZ") * 10), np.zeros((20, 16)))
