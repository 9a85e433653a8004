"""What a stack of layers can depend on: the image, its own exponents, and how many numbers these amount to.

Seen backwards from the measurement (Heisenberg's picture), the measured Pauli meets one gate e^{−iπtP⊗Q/2} after
another. Where it commutes with P⊗Q it stays as it is; otherwise it becomes cos πt times itself plus sin πt times its
product with P⊗Q. So ⟨Z⟩ is a sum over paths of Paulis. Every gate has an exponent of its own, and two paths part at a
gate, where one takes the cosine and the other the sine: **their monomials of cosines and sines differ, and no two
terms can cancel.** A path counts if it ends on a Pauli with a nonzero value in the first state: I or Z on a pixel's
qubit (Z gives z = ±1; for gray values Y counts too), I or X on the readout, which starts as |−⟩. Hence

- ⟨Z⟩ depends on the image exactly if some path that counts ends with a Z (or Y) on a pixel;
- a layer is idle exactly if no path that counts meets there a gate that it does not commute with.

Both are questions of which states can be reached, a state being the Paulis of the readout and of the pixels in any
order. Four pixels are enough for any number of them and any depth: pixels meet only in how often they turn the
readout, and what five can do together four can do as well. For stacks of any length that was decided once, by
comparing the two finite automata; the comparison is one of the tests.
Source: ours; the picture is that of Pauli propagation, as in M. S. Rudolph et al., arXiv:2308.09109.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qmnist_core.circuits.paths import PLANES, count_path_pairs, path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import CostError, InputError

PAULIS = {"I": 0, "X": 1, "Z": 2, "Y": 3}
"""Two bits each, so that a product without its phase is an exclusive or."""
ENOUGH_PIXELS = 4
"""More pixels than these reach nothing new."""
MAX_PAIRS = 4096
"""Most pairs of paths for which numbers are counted: half a second for six layers, some ten at the most."""
LINEAR_FROM = 9
"""From so many pixels on, each brings as many numbers as the one before."""
PRIME = 998_244_353
"""119 · 2²³ + 1: has a root of −1, and products of two residues fit into 63 bits."""
ROOT = pow(3, (PRIME - 1) // 4, PRIME)
"""Its square is −1; 3 is a primitive root."""

Residues = NDArray[np.int64]
"""Numbers modulo PRIME."""
State = tuple[int, tuple[int, ...]]
"""The readout's Pauli, and the pixels' in rising order."""


def depends_on_image(circuit: CircuitConfig, n_pixels: int = ENOUGH_PIXELS) -> bool:
    """Whether ⟨Z⟩ can differ between two images at some exponents; if not, there is nothing to learn.

    n_pixels: matters below 4 only.
    """
    return _reach(circuit.layers, circuit.encoding, min(n_pixels, ENOUGH_PIXELS))[0]


def idle_layers(circuit: CircuitConfig, n_pixels: int = ENOUGH_PIXELS) -> tuple[int, ...]:
    """The layers, from 0, whose exponents do not change ⟨Z⟩ for any image, whatever all other exponents are.

    n_pixels: matters below 4 only.
    """
    return _reach(circuit.layers, circuit.encoding, min(n_pixels, ENOUGH_PIXELS))[1]


@lru_cache(maxsize=256)
def effective_numbers(circuit: CircuitConfig, n_pixels: int) -> int:
    """How many independent numbers the exponents amount to: near almost all exponents, the functions of the image that
    the circuit can be are a surface of this dimension.

    It is the rank of the Jacobian of ⟨Z⟩ on all images with respect to all exponents; 17 of 32 for (XX, ZZ) on 16
    pixels. The rank is taken at a random point of the unit circle over a finite field, without rounding. There it is
    never too large, and too small with a chance of some 1e-6 at most (the lemma of Schwartz and Zippel).
    From LINEAR_FROM pixels on it is a constant plus a multiple of n_pixels, both read off two sizes: once products of
    the pixels' factors are independent, each pixel loses only factors that one pixel can hand to another.
    Errors: InputError for no pixels; CostError for more than MAX_PAIRS pairs of paths.
    Source: ours; checked against singular values for all stacks of up to three layers, and directly at 16 pixels.
    """
    if n_pixels < 1:
        raise InputError(f"an image must have at least one pixel, got {n_pixels}")
    n_pairs = count_path_pairs(circuit.layers)
    if n_pairs > MAX_PAIRS:
        raise CostError(
            f"the effective numbers of {circuit.n_layers} layers that make {n_pairs:,} waves take too long to count: "
            f"use layers that make {MAX_PAIRS:,} at most, such as XX,ZZ four times"
        )
    if n_pixels <= LINEAR_FROM + 1:
        return jacobian_rank(circuit, n_pixels)
    first, second = (jacobian_rank(circuit, n) for n in (LINEAR_FROM, LINEAR_FROM + 1))
    return second + (n_pixels - LINEAR_FROM - 1) * (second - first)


@lru_cache(maxsize=1024)
def _reach(layers: tuple[str, ...], encoding: str, n_pixels: int) -> tuple[bool, tuple[int, ...]]:
    """Whether ⟨Z⟩ depends on the image, and the idle layers."""
    reached: list[set[State]] = [{(PAULIS["X"], (0,) * n_pixels)}]
    for layer in reversed(layers):
        reached.append({after for state in reached[-1] for after in meet(state, layer)})
    valued = (PAULIS["I"], PAULIS["Z"]) if reads_bits(encoding) else (PAULIS["I"], PAULIS["Z"], PAULIS["Y"])
    counting = {
        (readout, pixels)
        for readout, pixels in reached.pop()
        if readout in (PAULIS["I"], PAULIS["X"]) and all(pixel in valued for pixel in pixels)
    }
    depends = any(any(pixels) for _, pixels in counting)
    idle = []
    for i, layer in enumerate(layers):  # from the last Paulis back to the first, along the paths that count
        before = reached.pop()
        counting = {state for state in before if counting & meet(state, layer)}
        if not any(len(meet(state, layer)) > 1 for state in counting):
            idle.append(i)
    return depends, tuple(idle)


@lru_cache(maxsize=1 << 13)
def meet(state: State, layer: str) -> frozenset[State]:
    """What a state can become in one layer; itself alone where it commutes with all gates of the layer.

    Products with P⊗Q change neither what commutes with P nor what commutes with Q, so gates may come in any order.
    """
    readout, pixels = state
    p, q = PAULIS[layer[0]], PAULIS[layer[1]]
    reached: set[State] = {(readout, ())}
    for pixel in pixels:
        turned = [(0, pixel)]
        if anticommute(pixel, p) != anticommute(readout, q):
            turned.append((q, pixel ^ p))
        reached = {(one ^ by, (*others, other)) for one, others in reached for by, other in turned}
    return frozenset((one, tuple(sorted(others))) for one, others in reached)


def anticommute(one: int, other: int) -> bool:
    """Whether two Paulis anticommute: they differ and neither is I."""
    return bool(one and other and one != other)


def jacobian_rank(circuit: CircuitConfig, n_pixels: int, seed: int = 0) -> int:
    """The rank of ∂⟨Z⟩/∂exponents at one random point of the finite field, where images are random points too.

    On bits ⟨Z⟩ is linear in each pixel's z, so that as many random z as there are exponents tell apart all that all
    images do; for gray values they are points of the circle.
    """
    rng = np.random.default_rng(seed)
    cos, sin = _on_circle(rng, (circuit.n_layers, n_pixels))
    weight, factors = _merged(*_factors(circuit.layers, cos, sin), circuit.encoding)
    n_images = circuit.n_layers * n_pixels + 2
    if reads_bits(circuit.encoding):
        along_z, along_y = rng.integers(1, PRIME, (n_images, n_pixels)), np.zeros((n_images, n_pixels), dtype=np.int64)
    else:
        along_z, along_y = _on_circle(rng, (n_images, n_pixels))

    def factor(i: int, row: int) -> Residues:
        """Pixel i's factor in every wave, or for row > 0 its derivative in layer row − 1: int64 (n_images, 2K)."""
        w0, wz, wy = factors[:, row, :, i]
        side = (wz * along_z[:, i, None] % PRIME - wy * along_y[:, i, None] % PRIME) * ROOT
        value: Residues = (w0 + side) % PRIME
        return value

    before = [np.broadcast_to(weight, (n_images, len(weight)))]
    for i in range(n_pixels - 1):
        before.append(before[-1] * factor(i, 0) % PRIME)
    columns, after = [], np.ones_like(before[0])
    for i in reversed(range(n_pixels)):
        others = before[i] * after % PRIME
        columns += [(others * factor(i, row) % PRIME).sum(axis=1) for row in range(1, circuit.n_layers + 1)]
        after = after * factor(i, 0) % PRIME
    return _rank(np.stack(columns, axis=1) % PRIME)


def _factors(layers: tuple[str, ...], cos: Residues, sin: Residues) -> tuple[Residues, Residues]:
    """The weights of all waves and of their complex conjugates, int64 (2K,), and (w_0, w_Z, w_Y) of each pixel's factor
    with its derivatives, int64 (3, 1 + n_layers, 2K, n_pixels), as `simulators.exact` defines them.

    Weights are whole complex numbers over a power of 2, which is left out, as is Re's factor ½.
    """
    pairs, n_layers = path_pairs(layers), len(layers)
    scaled = np.round(pairs.weight * 2.0 ** (n_layers + 1))
    real, imaginary = scaled.real.astype(np.int64), scaled.imag.astype(np.int64) * ROOT
    w = np.zeros((4, 1 + n_layers, len(scaled), cos.shape[1]), dtype=np.int64)
    w[0, 0] = 1
    for i in reversed(range(n_layers)):
        p, j, k = PLANES[layers[i][0]]
        for signs, (x, y) in ((pairs.turn[i], (j, k)), (pairs.mix[i], (p, 0))):
            sign = signs.astype(np.int64)[:, None]
            slope = _turned(w[x, 0], w[y, 0], -(sign**2) * sin[i] % PRIME, sign * cos[i] % PRIME)
            turned = _turned(w[x], w[y], np.where(sign, cos[i], 1), sign * sin[i] % PRIME)
            for component, value, change in zip((x, y), turned, slope, strict=True):
                w[component] = value
                w[component, 1 + i] = (w[component, 1 + i] + change) % PRIME
    mirrored = w * np.array([1, 1, -1, -1])[:, None, None, None]  # i becomes −i
    both = np.concatenate([w, mirrored], axis=2)[[0, 3, 2]] % PRIME
    return np.concatenate([real + imaginary, real - imaginary]) % PRIME, both


def _merged(weight: Residues, factors: Residues, encoding: str) -> tuple[Residues, Residues]:
    """Waves with equal factors merged, and those that then cancel dropped: often a twentieth is left.

    On bits w_Y is not read, and taken as 0. Factors are told apart by two random sums of them, 60 bits together.
    """
    if reads_bits(encoding):
        factors = factors * np.array([1, 1, 0])[:, None, None, None]
    by_wave = factors.transpose(2, 0, 1, 3).reshape(len(weight), -1)
    one, other = np.random.default_rng(0).integers(1, PRIME, (2, by_wave.shape[1]))
    keys = (by_wave * one % PRIME).sum(axis=1) % PRIME * PRIME + (by_wave * other % PRIME).sum(axis=1) % PRIME
    _, first, which = np.unique(keys, return_index=True, return_inverse=True)
    together = np.zeros(len(first), dtype=np.int64)
    np.add.at(together, which, weight)
    together %= PRIME
    left = np.flatnonzero(together)
    return together[left], factors[:, :, first[left]]


def _turned(x: Residues, y: Residues, cos: Residues, sin: Residues) -> tuple[Residues, Residues]:
    return (x * cos % PRIME + y * sin % PRIME) % PRIME, (y * cos % PRIME - x * sin % PRIME) % PRIME


def _on_circle(rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[Residues, Residues]:
    """Random (cos, sin) with cos² + sin² = 1 in the field: ((1 − u²), 2u) / (1 + u²)."""
    u = rng.integers(1, PRIME, shape)
    square = u * u % PRIME
    inverse = np.array([pow(int(one), -1, PRIME) for one in (1 + square.ravel()) % PRIME]).reshape(shape)
    return (1 - square) % PRIME * inverse % PRIME, 2 * u % PRIME * inverse % PRIME


def _rank(matrix: Residues) -> int:
    """Of residues, by elimination. matrix: int64 (rows, columns)."""
    rank = 0
    for j in range(matrix.shape[1]):
        rows = np.flatnonzero(matrix[:, j])
        if len(rows):
            pivot = matrix[rows[0]] * pow(int(matrix[rows[0], j]), -1, PRIME) % PRIME
            matrix = (matrix - matrix[:, j, None] * pivot % PRIME) % PRIME
            rank += 1
    return rank
