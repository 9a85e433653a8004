"""The readout's paths through a star circuit: what is left to sum once every data qubit is on its own.

All gates of one layer share the readout's Pauli Q, so its eigenvalue s = ±1 of Q is conserved through
the layer. A path is s = (s_1 … s_L); its amplitude is a product of overlaps of Pauli eigenvectors. ⟨Z⟩
is a sum over pairs of paths (s, s'), and pairs with a vanishing overlap are never made.

Source: ours; the path sum of a star circuit, checked against state vectors in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

EIGENVECTORS = {
    ("X", 1): np.array([1, 1]) / np.sqrt(2),
    ("X", -1): np.array([1, -1]) / np.sqrt(2),
    ("Y", 1): np.array([1, 1j]) / np.sqrt(2),
    ("Y", -1): np.array([1, -1j]) / np.sqrt(2),
    ("Z", 1): np.array([1, 0]),
    ("Z", -1): np.array([0, 1]),
}
"""The ±1 eigenvectors of each Pauli; their phases are arbitrary and cancel in every pair."""

OBSERVABLE = np.array([[0, 1], [1, 0]])
"""H Z H = X: the final H and the measurement of Z together."""


@dataclass(frozen=True)
class _End:
    """Where a pair of paths stands: the readout's Pauli there, the signs s and s', and whether
    s = s' all along, so that the pair is its own mirror image (s', s)."""

    pauli: str
    signs: tuple[int, int]
    mirrored: bool


START = _End("X", (-1, -1), True)
"""H X |0⟩ = |−⟩, the −1 eigenvector of X."""


@dataclass(frozen=True)
class PathPairs:
    """The K unordered pairs of paths (s, s') that contribute.

    weight: complex (K,), the readout's own factor, doubled where it stands for the mirrored pair (s', s)
    too, whose term is the complex conjugate. turn, mix: int (n_layers, K), (s + s')/2 and (s' − s)/2.
    """

    weight: np.ndarray
    turn: np.ndarray
    mix: np.ndarray


def count_path_pairs(layers: tuple[str, ...]) -> int:
    """How many unordered pairs contribute, without making them: 1, 16, 256 … for n alternating (XX, ZZ)."""
    counts = {START: 1}
    for layer in layers:
        step: dict[_End, int] = {}
        for end, count in counts.items():
            for branch, _ in _branches(end, layer[1]):
                step[branch] = step.get(branch, 0) + count
        counts = step
    return sum(count for end, count in counts.items() if _measured(end))


@lru_cache(maxsize=32)
def path_pairs(layers: tuple[str, ...]) -> PathPairs:
    """Make all contributing pairs; ask `count_path_pairs` first whether there are too many."""
    pairs: list[tuple[complex, tuple[_End, ...]]] = [(1.0, (START,))]
    for layer in layers:
        pairs = [
            (weight * factor, (*path, branch))
            for weight, path in pairs
            for branch, factor in _branches(path[-1], layer[1])
        ]
    pairs = [(weight * measured, path[1:]) for weight, path in pairs if (measured := _measured(path[-1]))]
    signs = np.array([[end.signs for end in path] for _, path in pairs]).transpose(2, 1, 0)
    return PathPairs(
        weight=np.array([weight for weight, _ in pairs], dtype=complex),
        turn=(signs[0] + signs[1]) // 2,
        mix=(signs[1] - signs[0]) // 2,
    )


def _branches(end: _End, pauli: str) -> Iterator[tuple[_End, complex]]:
    """The ways on into a layer whose readout Pauli is `pauli`, each with its factor."""
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        mirrored = end.mirrored and signs[0] == signs[1]
        if end.mirrored and signs == (-1, 1):
            continue  # the mirror image of (1, −1), which counts twice
        factor = _overlap(end.pauli, end.signs[0], pauli, signs[0])
        factor *= np.conj(_overlap(end.pauli, end.signs[1], pauli, signs[1]))
        if factor:
            yield _End(pauli, signs, mirrored), factor * (2 if end.mirrored and not mirrored else 1)


def _overlap(pauli: str, sign: int, next_pauli: str, next_sign: int) -> complex:
    """⟨next eigenvector|eigenvector⟩, exactly zero where it vanishes."""
    return _exact_zero(np.vdot(EIGENVECTORS[next_pauli, next_sign], EIGENVECTORS[pauli, sign]))


def _measured(end: _End) -> complex:
    """⟨s'|O|s⟩ between the last layer's eigenvectors."""
    forward, backward = (EIGENVECTORS[end.pauli, sign] for sign in end.signs)
    return _exact_zero(np.vdot(backward, OBSERVABLE @ forward))


def _exact_zero(value: complex) -> complex:
    return 0.0 if abs(value) < 1e-12 else complex(value)
