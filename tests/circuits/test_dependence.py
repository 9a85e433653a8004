"""What stacks can depend on: against the numbers themselves for all stacks of up to three layers, and for any length
by comparing automata."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qmnist_core.arrays import Array
from qmnist_core.circuits.dependence import (
    ENOUGH_PIXELS,
    PAULIS,
    State,
    anticommute,
    depends_on_image,
    effective_numbers,
    idle_layers,
    jacobian_rank,
)
from qmnist_core.config import LAYERS, CircuitConfig
from qmnist_core.errors import CostError, InputError
from qmnist_core.simulators import expectation, expectation_and_gradient

BITS = np.array(list(itertools.product((0, 1), repeat=3)))
"""All images of three pixels."""


def stacks(n_layers: int) -> list[CircuitConfig]:
    return [CircuitConfig(layers) for layers in itertools.product(LAYERS, repeat=n_layers)]


def measured(circuit: CircuitConfig, rng: np.random.Generator, inputs: Array) -> tuple[bool, tuple[int, ...], int]:
    """At random exponents: whether ⟨Z⟩ differs between inputs, the layers without a gradient, the Jacobian's rank."""
    exponents = rng.uniform(0, 2, (circuit.n_layers, inputs.shape[1]))
    values = expectation(circuit, exponents, inputs)
    jacobian = np.stack([expectation_and_gradient(circuit, exponents, one[None], np.ones(1))[1] for one in inputs])
    moved = np.abs(jacobian).max(axis=(0, 2))
    singular = np.linalg.svd(jacobian.reshape(len(inputs), -1), compute_uv=False)
    rank = int((singular > 1e-9 * max(singular[0], 1e-3)).sum())
    return bool(np.ptp(values) > 1e-9), tuple(int(i) for i in np.flatnonzero(moved < 1e-12)), rank


@pytest.mark.parametrize(("n_layers", "n_blind"), [(1, 7), (2, 41), (3, 195)])
def test_every_short_stack_is_judged_as_its_numbers_say(n_layers: int, n_blind: int) -> None:
    rng = np.random.default_rng(n_layers)
    for circuit in stacks(n_layers):
        said = depends_on_image(circuit, 3), idle_layers(circuit, 3), effective_numbers(circuit, 3)
        assert said == measured(circuit, rng, BITS), circuit.layers
    assert sum(not depends_on_image(circuit) for circuit in stacks(n_layers)) == n_blind
    assert sum(not depends_on_image(circuit, 3) for circuit in stacks(n_layers)) == n_blind


@pytest.mark.parametrize("encoding", ["bits", "angle"])
def test_a_sample_of_longer_stacks_and_of_gray_values(encoding: str) -> None:
    rng = np.random.default_rng(4)
    inputs = BITS.astype(float) if encoding == "bits" else rng.uniform(0, 1, (40, 3))
    for n_layers in (1, 2, 3, 4, 4, 4, 4, 5) * 8:
        circuit = CircuitConfig(tuple(rng.choice(LAYERS, n_layers)), encoding)
        said = depends_on_image(circuit, 3), idle_layers(circuit, 3), effective_numbers(circuit, 3)
        assert said == measured(circuit, rng, inputs), circuit.layers


Letter = tuple[int, bool, bool, bool]
"""A layer as pixels see it: its Pauli on them, whether the readout's anticommutes with its own, whether the readout is
turned, and whether this is the layer that is asked about."""
LETTERS = tuple(itertools.product((PAULIS["X"], PAULIS["Z"], PAULIS["Y"]), (False, True), (False, True)))


def pixels_after(state: State, letter: Letter) -> set[State]:
    """Where pixels can get in a layer while the readout is turned, or not, as the letter says; a state's first number
    is 1 once one of them had a choice in the layer that is asked about."""
    (chose, pixels), (p, readout_anticommutes, turns, is_asked) = state, letter
    free = [i for i, pixel in enumerate(pixels) if anticommute(pixel, p) != readout_anticommutes]
    after = set()
    for taken in itertools.product((0, 1), repeat=len(free)):
        if sum(taken) % 2 == turns:
            changed = list(pixels)
            for i, one in zip(free, taken, strict=True):
                changed[i] ^= p * one
            after.add((int(chose or (is_asked and bool(free))), tuple(sorted(changed))))
    return after


@pytest.mark.parametrize("valued", [(PAULIS["I"], PAULIS["Z"]), (PAULIS["I"], PAULIS["Z"], PAULIS["Y"])])
@pytest.mark.parametrize("asks_for_idle", [False, True])
def test_a_fifth_pixel_reaches_nothing_new_at_any_depth(valued: tuple[int, ...], asks_for_idle: bool) -> None:
    """Four pixels accept the same words of layers as five; so four of any number of pixels can replace five of them."""

    def counts(states: frozenset[State]) -> bool:
        return any(
            all(pixel in valued for pixel in pixels) and (bool(chose) if asks_for_idle else any(pixels))
            for chose, pixels in states
        )

    known: dict[tuple[State, Letter], set[State]] = {}

    def after(states: frozenset[State], letter: Letter) -> frozenset[State]:
        reached: set[State] = set()
        for state in states:
            if (state, letter) not in known:
                known[state, letter] = pixels_after(state, letter)
            reached |= known[state, letter]
        return frozenset(reached)

    first, second = (frozenset([(0, (0,) * n)]) for n in (ENOUGH_PIXELS, ENOUGH_PIXELS + 1))
    seen, waiting = {(first, second, False)}, [(first, second, False)]
    while waiting:
        four, five, asked = waiting.pop()
        assert counts(four) == counts(five)
        for letter, is_asked in itertools.product(LETTERS, (False, True) if asks_for_idle and not asked else (False,)):
            step = (after(four, (*letter, is_asked)), after(five, (*letter, is_asked)), asked or is_asked)
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    assert len(seen) > 50


@pytest.mark.parametrize(
    ("layers", "n_pixels", "numbers"),
    [
        ("XX ZZ", 16, 17),
        ("XX ZZ", 784, 785),
        ("ZZ", 784, 784),
        ("XX", 784, 0),
        ("XX ZZ XX ZZ", 16, 64),
        ("XX ZZ XX", 16, 17),
        ("ZZ ZZ", 16, 16),
        ("XX ZZ XX ZZ XX ZZ", 4, 8),
    ],
)
def test_effective_numbers(layers: str, n_pixels: int, numbers: int) -> None:
    assert effective_numbers(CircuitConfig(tuple(layers.split())), n_pixels) == numbers


def test_numbers_of_larger_images_are_those_counted_directly() -> None:
    rng = np.random.default_rng(1)
    for n_layers, encoding, n_pixels in ((2, "bits", 25), (3, "bits", 16), (4, "bits", 16), (3, "angle", 12)):
        for _ in range(6):
            circuit = CircuitConfig(tuple(rng.choice(LAYERS, n_layers)), encoding)
            assert effective_numbers(circuit, n_pixels) == jacobian_rank(circuit, n_pixels, seed=7), circuit.layers


def test_no_more_than_can_be_counted() -> None:
    with pytest.raises(
        CostError, match=r"10 layers that make 65,536 waves take too long .* use layers that make 4,096"
    ):
        effective_numbers(CircuitConfig(("XX", "ZZ") * 5), 4)
    with pytest.raises(InputError, match="at least one pixel, got 0"):
        effective_numbers(CircuitConfig(), 0)
    assert depends_on_image(CircuitConfig(("XX", "ZZ") * 50)), "of any depth"
