"""Many networks together, against each alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmnist_core.config import LAYERS, CircuitConfig
from qmnist_core.simulators.exact import ExactSimulator
from qmnist_core.simulators.many import ManyCircuits


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from(LAYERS), min_size=1, max_size=5),
    st.sampled_from(("bits", "angle")),
    st.integers(1, 6),
    st.integers(0, 2**32 - 1),
)
def test_each_answers_and_learns_as_it_does_alone(layers: list[str], encoding: str, n_pixels: int, seed: int) -> None:
    circuit, rng = CircuitConfig(tuple(layers), encoding), np.random.default_rng(seed)
    exponents = rng.uniform(-2, 2, (3, len(layers), n_pixels))
    inputs = rng.integers(0, 2, (3, 4, n_pixels)) if encoding == "bits" else rng.random((3, 4, n_pixels))
    weights = rng.normal(size=(3, 4))
    alone = ExactSimulator(circuit)
    encoded = [alone.encode(one) for one in inputs]
    together = ManyCircuits(circuit)
    values, tape = together.forward(exponents, np.array(encoded))
    gradients = together.backward(tape, weights)
    for i in range(3):
        value, own = alone.forward(exponents[i], encoded[i])
        np.testing.assert_allclose(values[i], value, rtol=0, atol=1e-12)
        np.testing.assert_allclose(gradients[i], alone.backward(own, weights[i]), rtol=0, atol=1e-11)


@pytest.mark.parametrize("layers", [("XX", "ZZ"), ("XX", "ZZ", "ZX", "YY")])
def test_a_single_one_is_the_engine_itself(layers: tuple[str, ...]) -> None:
    circuit, rng = CircuitConfig(layers), np.random.default_rng(0)
    exponents, bits = rng.uniform(-1, 1, (len(layers), 16)), rng.integers(0, 2, (5, 16))
    alone = ExactSimulator(circuit)
    encoded = alone.encode(bits)
    values, _ = ManyCircuits(circuit).forward(exponents[None], encoded[None])
    np.testing.assert_allclose(values[0], alone.forward(exponents, encoded)[0], rtol=0, atol=1e-14)
