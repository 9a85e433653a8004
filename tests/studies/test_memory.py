from __future__ import annotations

import math
import os

import pytest

from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.studies import memory
from qmnist_core.studies.memory import first_size_above, in_words, state_vector_bytes


@pytest.mark.parametrize("size", [2, 4, 6, 16, 28])
def test_a_state_vectors_bytes(size: int) -> None:
    exactly = 16 * 2 ** (size**2 + 1)
    assert state_vector_bytes(size) == pytest.approx(math.log10(exactly), rel=1e-12)


def test_where_it_passes_the_atoms_of_the_universe() -> None:
    size = first_size_above(memory.ATOMS)
    assert size == 17
    assert 16 * 2 ** (size**2 + 1) > 10**80 > 16 * 2 ** ((size - 1) ** 2 + 1)
    assert first_size_above(1000) == 28


@pytest.mark.parametrize(
    ("log_bytes", "words"),
    [
        (2.0, "100 B"),
        (3.0, "1 kB"),
        (2.9999, "1 kB"),
        (math.log10(2.1e6), "2.1 MB"),
        (math.log10(16 * 2**26), "1.1 GB"),
        (math.log10(16 * 2**65), "590 EB"),
        (math.log10(9.96e20), "1.0×10²¹ bytes"),
        (math.log10(16 * 2**785), "3.3×10²³⁷ bytes"),
    ],
)
def test_bytes_in_words(log_bytes: float, words: str) -> None:
    assert in_words(log_bytes) == words


def test_the_exact_engine_needs_little() -> None:
    one, deep = Experiment(), Experiment(circuit=CircuitConfig(("XX", "ZZ", "XX", "ZZ")))
    assert 5 < memory.step_bytes(one, 28) < 7
    assert memory.step_bytes(deep, 28) > memory.step_bytes(one, 28) > memory.step_bytes(one, 4)


def test_a_computer_that_does_not_tell_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    here = memory.this_computer()
    assert here is None or 8 < here < 15
    monkeypatch.delattr(os, "sysconf")
    assert memory.this_computer() is None
