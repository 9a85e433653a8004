"""The readout's paths through a star circuit: what is left to sum once every data qubit is on its own.

All gates of one layer share the readout's Pauli Q, so its eigenvalue s = ±1 of Q is conserved through
the layer. A path is s = (s_1 … s_L); its amplitude is a product of overlaps of Pauli eigenvectors. ⟨Z⟩
is a sum over pairs of paths (s, s'), and pairs with a vanishing overlap are never made.

Final layers with the readout Pauli X commute with what is measured (`OBSERVABLE`), so that ⟨Z⟩ does not depend
on them. They are left out: as paths they would be waves that cancel, and lose what is smaller than their rounding.

Source: ours; the path sum of a star circuit, checked against state vectors in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qmnist_core.arrays import Complexes

Signs = NDArray[np.int8]
"""(n_layers, K) or of pairs of paths (K, 2): each −1, 0 or 1."""

EIGENVECTORS = {
    "X": np.array([[1, 1], [1, -1]]) / np.sqrt(2),
    "Y": np.array([[1, 1j], [1, -1j]]) / np.sqrt(2),
    "Z": np.array([[1, 0], [0, 1]]),
}
"""Each Pauli's eigenvectors as rows, +1 then −1; their phases are arbitrary and cancel in every pair."""

OBSERVABLE = np.array([[0, 1], [1, 0]])
"""H Z H = X: the final H and the measurement of Z together."""

BRANCHES = ((1, 1), (1, -1), (-1, 1), (-1, -1))
"""The signs (s, s') that a pair of paths can have in a layer."""


@dataclass(frozen=True)
class PathPairs:
    """The K unordered pairs of paths (s, s') that contribute; read-only arrays.

    weight: complex (K,), the readout's own factor, doubled where it stands for the mirrored pair (s', s)
    too, whose term is the complex conjugate. turn, mix: int8 (n_layers, K), (s + s')/2 and (s' − s)/2, both 0 for
    a layer that changes nothing.
    """

    weight: Complexes
    turn: Signs
    mix: Signs


def count_active_layers(layers: tuple[str, ...]) -> int:
    """The number of layers without the final ones on which ⟨Z⟩ does not depend."""
    return max((i for i, layer in enumerate(layers, start=1) if layer[1] != "X"), default=0)


def count_path_pairs(layers: tuple[str, ...]) -> int:
    """How many unordered pairs contribute, without making them: 1, 16, 256 … for n alternating (XX, ZZ)."""
    counts = {(-1, -1, True): 1}  # s, s', and whether s = s' all along
    pauli = "X"
    for layer in layers[: count_active_layers(layers)]:
        step: dict[tuple[int, int, bool], int] = {}
        for (s, s_mirror, equal), count in counts.items():
            for branch in BRANCHES:
                allowed = (
                    not (equal and branch == (1, -1))
                    and _factors(pauli, layer[1], branch, np.array([[s, s_mirror]])).any()
                )
                if allowed:
                    key = (*branch, equal and branch[0] == branch[1])
                    step[key] = step.get(key, 0) + count
        counts, pauli = step, layer[1]
    return sum(count for key, count in counts.items() if _measured(pauli, np.array([key[:2]])).any())


@lru_cache(maxsize=32)
def path_pairs(layers: tuple[str, ...]) -> PathPairs:
    """Make all contributing pairs; ask `count_path_pairs` first whether there are too many.

    Both paths start in H X |0⟩ = |−⟩, as if a layer of readout Pauli X with s = s' = −1 came first. Of a pair
    and its mirror image, equal until a layer where they differ, only the one with s = −1 there is made.
    """
    weight, signs = np.ones(1, dtype=complex), np.full((1, 1, 2), -1, dtype=np.int8)  # signs: (pairs, layers, 2)
    pauli, n = "X", count_active_layers(layers)
    for layer in layers[:n]:
        equal = (signs[:, :, 0] == signs[:, :, 1]).all(axis=1)
        weights, grown = [], []
        for branch in BRANCHES:
            factor = _factors(pauli, layer[1], branch, signs[:, -1])
            if branch == (-1, 1):
                factor = factor * np.where(equal, 2, 1)
            elif branch == (1, -1):
                factor = factor * ~equal
            kept = np.flatnonzero(factor)
            ends = np.broadcast_to(np.array(branch, dtype=np.int8), (len(kept), 1, 2))
            weights.append(weight[kept] * factor[kept])
            grown.append(np.concatenate([signs[kept], ends], axis=1))
        weight, signs, pauli = np.concatenate(weights), np.concatenate(grown), layer[1]
    weight = weight * _measured(pauli, signs[:, -1])
    kept = np.flatnonzero(weight)
    forward, backward = np.pad(signs[kept, 1:].transpose(2, 1, 0), ((0, 0), (0, len(layers) - n), (0, 0)))
    pairs = PathPairs(weight[kept], (forward + backward) // 2, (backward - forward) // 2)
    for array in (pairs.weight, pairs.turn, pairs.mix):
        array.flags.writeable = False
    return pairs


def _factors(pauli: str, next_pauli: str, branch: tuple[int, int], ends: Signs) -> Complexes:
    """⟨branch s|s⟩ · conj ⟨branch s'|s'⟩ for pairs that end in (s, s'), int (K, 2): complex (K,)."""
    overlap = _exact_zeros(EIGENVECTORS[next_pauli].conj() @ EIGENVECTORS[pauli].T)  # (next, previous)
    row, mirror_row = (_row(sign) for sign in branch)
    factors: Complexes = overlap[row, _row(ends[:, 0])] * overlap[mirror_row, _row(ends[:, 1])].conj()
    return factors


def _measured(pauli: str, ends: Signs) -> Complexes:
    """⟨s'|O|s⟩ between eigenvectors of the last layer's Pauli, for ends (s, s'): complex (K,)."""
    vectors = EIGENVECTORS[pauli]
    elements = _exact_zeros(vectors.conj() @ OBSERVABLE @ vectors.T)  # (s', s)
    measured: Complexes = elements[_row(ends[:, 1]), _row(ends[:, 0])]
    return measured


def _row(sign: int | Signs) -> Any:
    return (1 - sign) // 2


def _exact_zeros(matrix: Complexes) -> Complexes:
    return np.where(np.abs(matrix) < 1e-12, 0, matrix)


PLANES = {"X": (1, 2, 3), "Y": (2, 3, 1), "Z": (3, 1, 2)}
"""Component 0 is the identity's, 1–3 are X, Y, Z; a turn about P takes the next two in cyclic order."""
