"""The exact noise engine: ⟨Z⟩ of a star circuit with noise after every two-qubit gate, linear in pixels.

Noise follows each of the model's n_layers · n_pixels two-qubit gates P⊗Q^t, on its data qubit and the readout; the
encoding of the image, the readout's X and H before the layers and its H after them, the wait of the other qubits and
the measurement are noiseless. The kinds of noise, each with a parameter p of its own, are those of
`qmnist_core.channels`:

- "depolarising", on both qubits jointly, as `cirq.depolarize(p, n_qubits=2)`. p = 15/16 leaves nothing of them.
- "dephasing", on each of the two qubits, as `cirq.phase_flip(p)`. ½ leaves no coherence.
- "damping", on each of the two qubits, as `cirq.amplitude_damp(p)`.

A state is written in Paulis, ρ = 2⁻ⁿ Σ r_A A, where every gate and channel is a real matrix (its Pauli transfer
matrix). A gate with θ = πt turns the Paulis that anticommute with K = P⊗Q, ρ' = (1 + sin θ S + (1 − cos θ) S²) ρ with
S ρ = −(i/2)[K, ρ]. A data qubit meets the readout once a layer and nobody else. Summed over its own Paulis, from its
first state to the trace at its end, it is one matrix, its *column*

    C_i[q'_1 … q'_L, q_1 … q_L] = Σ_d ∏_l G_li[d_l q'_l, d_(l−1) q_l] · r_(d_0),   d_L = identity,

on L copies of the readout's Pauli index, one a layer. The columns multiply in the circuit's order, pixel 0 first, and
the end of each layer is then joined to the start of the next:

    ⟨Z⟩ = Σ_{m_1 … m_(L−1)} (C_(n−1) ··· C_0)[m_1 … m_(L−1) X, |−⟩ m_1 … m_(L−1)]

Within a layer the readout's Pauli often cannot leave a subset of the four: without damping it stays in {1, Q} or in
the two others. Only Paulis that can be reached from m_(l−1) and can reach m_l are kept. That makes the column of
(XX, ZZ) 4×4 under Pauli noise and 8×8 under damping, instead of 16×16, and the whole cost about 8^L instead of 64^L.

For (XX, ZZ) on bits the sum is a product again. Taken back through the ZZ layer the observable X keeps the readout at X
or Y, so every gate damps it; in the XX layer only Z⊗X survives, because a bit has no Y. With f = 1 − 16p/15 for
depolarising, f = 1 − 2p for dephasing, and γ = 0 for both; f = √(1 − p) and γ = p for damping:

    ⟨Z⟩ = −Re ∏_i f² ( cos πb_i + i ((1 − γ) z_i cos πa_i + γ) sin πb_i )

So on the tutorial's circuit depolarising and dephasing multiply every ⟨Z⟩ by f^(2 n_pixels): with unlimited shots they
change no answer. Damping multiplies by that too, and draws each data qubit towards |0⟩, the state of an unlit pixel
(z = 1), which can change answers. The tests hold the engine to this formula; it does not use it.

Source: ours; checked against Cirq's density matrices, trajectories and Pauli tracking on 785 qubits in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from qmnist_core.arrays import Array, Bits, Exponents, Indices, Inputs, Reals, Scores
from qmnist_core.channels import channel
from qmnist_core.config import CircuitConfig, NoiseConfig, reads_bits
from qmnist_core.data.pipeline import distinct_rows
from qmnist_core.errors import CostError
from qmnist_core.simulators import _check_inputs
from qmnist_core.simulators.cost import MAX_BYTES, MAX_SECONDS
from qmnist_core.simulators.exact import CHUNK

_PAULIS = {
    "1": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}
_READOUT = {0: 1.0, 1: -1.0}
"""The readout's start H X |0⟩ = |−⟩: 1 − X. Paulis are numbered 1, X, Y, Z."""
_MEASURED = 1
"""The final H and the measurement of Z together ask for X."""
_DATA_PARTS = {"bits": (0, 3), "angle": (0, 3, 2)}
"""Paulis in a data qubit's first state: |x⟩ has 1 and Z = 1 − 2x; RX(πv)|0⟩ has 1, Z = cos πv and Y = −sin πv."""

# Fitted on two cores with NumPy 2.0: each pixel, an input's pixel, an element of a column, and an element and input.
PIXEL_SECONDS = 7e-6
INPUT_SECONDS = 5e-8
COLUMN_SECONDS = 1e-8
PRODUCT_SECONDS = 2e-10


def noisy_expectation(circuit: CircuitConfig, exponents: Exponents, bits: Bits, noise: NoiseConfig) -> Scores:
    """⟨Z⟩ of the readout qubit for each input, with noise after every two-qubit gate.

    exponents: float (n_layers, n_pixels), half-turns, any finite value. bits: (batch, n_pixels), 0 or 1;
    for a circuit with the "angle" encoding gray values in [0, 1]. Returns float64 (batch,) in [−1, 1]; at strength 0
    the same as `expectation`. Equal inputs are computed once.
    Errors: InputError for a wrong shape, type or value; CostError for too deep a stack.
    """
    exponents, values = _check_inputs(circuit, exponents, bits)
    if not len(values):
        return np.empty(0)
    first, index = distinct_rows(values)
    check_noise_cost(circuit, values.shape[1], len(first), noise)
    data = _encode(values[first], circuit.encoding)
    gates = [_noisy_gates(layer, row, noise) for layer, row in zip(circuit.layers, exponents, strict=True)]
    results = np.zeros(len(first))  # and 0 it stays where full noise leaves no sector
    for sector in _sectors(circuit.layers, noise):
        results += _contract(sector, gates, data, circuit.encoding)
    # A product of 784 columns may pass 1 by rounding.
    return np.clip(results, -1.0, 1.0)[index]


def estimate_noise_cost(
    circuit: CircuitConfig, n_pixels: int, batch_size: int, noise: NoiseConfig
) -> tuple[float, float]:
    """About how many seconds and bytes `noisy_expectation` takes for batch_size distinct inputs of n_pixels.

    Linear in pixels and exponential in layers: 8^L for alternating XX and ZZ without damping, at most 64^L.
    """
    elements = widest = np.zeros(4)  # of all columns that end in each Pauli, and of the largest
    for place, layer in enumerate(circuit.layers):
        kept = _kept(layer, noise)
        if place == 0:
            starts = [{kept[end][start] for start in _READOUT} for end in range(4)]
            elements = np.array([sum(float(len(paulis)) ** 2 for paulis in start) for start in starts])
            widest = np.array([max(float(len(paulis)) ** 2 for paulis in start) for start in starts])
        else:
            squares = np.array([[float(len(paulis)) ** 2 for paulis in row] for row in kept])
            elements, widest = squares @ elements, (squares * widest).max(axis=1)
    n_parts = len(_DATA_PARTS[circuit.encoding])
    column = n_parts * float(elements[_MEASURED]) * (COLUMN_SECONDS + PRODUCT_SECONDS * batch_size)
    seconds = n_pixels * (PIXEL_SECONDS + INPUT_SECONDS * batch_size + column)
    return seconds, 8.0 * (2 * CHUNK + 3 * n_parts * float(widest[_MEASURED]))


def check_noise_cost(circuit: CircuitConfig, n_pixels: int, batch_size: int, noise: NoiseConfig) -> None:
    """Raise CostError, with what to lower, for more than a computer can do."""
    seconds, n_bytes = estimate_noise_cost(circuit, n_pixels, batch_size, noise)
    if seconds > MAX_SECONDS or n_bytes > MAX_BYTES:
        raise CostError(
            f"{circuit.n_layers} layers with {noise.kind} on {batch_size:,} inputs of {n_pixels} pixels would take "
            f"about {n_bytes / 2**30:.2g} GiB and {seconds:.2g} s, more than {MAX_BYTES >> 30} GiB or "
            f"{MAX_SECONDS:.0f} s: use fewer layers, a smaller size or fewer inputs"
        )


@dataclass(frozen=True)
class _Sector:
    """All joints (m_1 … m_(L−1)) between which the readout needs the same Paulis.

    kept: those Paulis in each layer; a column's rows and columns are their combinations. starts: float64
    (dim, n_joints), |−⟩ m_1 … m_(L−1). ends: int (n_joints,), the row of m_1 … m_(L−1) X.
    """

    kept: tuple[tuple[int, ...], ...]
    starts: Reals
    ends: Indices


@lru_cache(maxsize=32)
def _sectors(layers: tuple[str, ...], noise: NoiseConfig) -> tuple[_Sector, ...]:
    """All sectors that contribute; ask `estimate_noise_cost` first whether they are too many."""
    kept = [_kept(layer, noise) for layer in layers]
    chains: list[tuple[int, ...]] = [(_MEASURED,)]
    for paulis in reversed(kept):
        chains = [(start, *chain) for chain in chains for start in range(4) if paulis[chain[0]][start]]
    groups: dict[tuple[tuple[int, ...], ...], list[tuple[int, ...]]] = {}
    for chain in chains:
        if chain[0] in _READOUT:
            key = tuple(paulis[end][start] for paulis, start, end in zip(kept, chain, chain[1:], strict=False))
            groups.setdefault(key, []).append(chain)

    sectors = []
    for key, members in groups.items():
        shape = [len(paulis) for paulis in key]
        joints = sorted({chain[1:] for chain in members})
        starts = np.zeros((int(np.prod(shape)), len(joints)))
        for chain in members:
            starts[_row(key, shape, chain[:-1]), joints.index(chain[1:])] = _READOUT[chain[0]]
        sectors.append(_Sector(key, starts, np.array([_row(key, shape, joint) for joint in joints])))
    return tuple(sectors)


def _row(kept: tuple[tuple[int, ...], ...], shape: list[int], chosen: tuple[int, ...]) -> int:
    places = tuple(paulis.index(pauli) for paulis, pauli in zip(kept, chosen, strict=True))
    return int(np.ravel_multi_index(places, shape))


@lru_cache(maxsize=256)
def _kept(layer: str, noise: NoiseConfig) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """[end][start]: the Paulis that a readout may have on its way through a layer, none where there is no way."""
    generator = np.abs(_generator(layer))
    steps = np.abs(_channel(noise)) @ (np.eye(16) + generator + generator @ generator)
    one = steps.reshape(4, 4, 4, 4).sum(axis=(0, 2)) > 0  # whatever the data qubit does
    reach = np.linalg.matrix_power(np.eye(4, dtype=int) + one, 3) > 0
    return tuple(
        tuple(tuple(q for q in range(4) if reach[q, start] and reach[end, q]) for start in range(4)) for end in range(4)
    )


@lru_cache(maxsize=len("XYZ") ** 2)
def _generator(layer: str) -> Reals:
    """S ρ = −(i/2)[K, ρ] with K = P⊗Q in Paulis: float64 (16, 16), entries 0 and ±1."""
    product = np.kron(_PAULIS[layer[0]], _PAULIS[layer[1]])
    basis = np.array([np.kron(data, readout) for data in _PAULIS.values() for readout in _PAULIS.values()])
    turned = -0.5j * (product @ basis - basis @ product)
    generator: Reals = np.rint(np.einsum("aij,bji->ab", basis, turned).real / 4)
    return generator


@lru_cache(maxsize=256)
def _channel(noise: NoiseConfig) -> Reals:
    """The noise on a data qubit and the readout in Paulis: float64 (16, 16)."""
    return channel(noise.kind).transfer(noise.strength)


def _noisy_gates(layer: str, exponents: Exponents, noise: NoiseConfig) -> Reals:
    """Each gate of a layer, then its noise: float64 (n_pixels, 4, 4, 4, 4), data' readout' data readout."""
    angles = np.pi * exponents[:, None, None]
    noisy, generator = _channel(noise), _generator(layer)
    once = noisy @ generator
    gates: Reals = noisy + np.sin(angles) * once + (1 - np.cos(angles)) * (once @ generator)
    return gates.reshape(-1, 4, 4, 4, 4)


def _encode(values: Inputs, encoding: str) -> Array:
    """The parts of each data qubit's first state after the 1: float64 (n_pixels, n_parts − 1, batch)."""
    if reads_bits(encoding):
        return 1.0 - 2.0 * values.T[:, None]
    angles = np.pi * values.T
    return np.stack([np.cos(angles), -np.sin(angles)], axis=1)


def _contract(sector: _Sector, gates: list[Array], data: Array, encoding: str) -> Array:
    """A sector's share of ⟨Z⟩: float64 (batch,). Some inputs and pixels at a time so that memory stays bounded."""
    dim, n_joints = sector.starts.shape
    n_pixels, _, batch = data.shape
    parts = _DATA_PARTS[encoding]
    pixels_at_once = max(1, CHUNK // (2 * len(parts) * dim * dim))
    inputs_at_once = max(1, CHUNK // (len(parts) * dim * n_joints))
    results = []
    for first in range(0, batch, inputs_at_once):
        some = data[:, :, first : first + inputs_at_once, None]
        state = np.repeat(sector.starts[:, None], some.shape[2], axis=1)  # (dim, inputs, n_joints)
        for start in range(0, n_pixels, pixels_at_once):
            chunk = slice(start, start + pixels_at_once)
            columns = _columns([layer[chunk] for layer in gates], sector.kept, parts)
            for column, amounts in zip(columns, some[chunk], strict=True):
                shares = (column @ state.reshape(dim, -1)).reshape(len(parts), *state.shape)
                state = shares[0] + amounts[0] * shares[1]
                if len(parts) == 3:
                    state += amounts[1] * shares[2]
        results.append(state[sector.ends, :, np.arange(n_joints)].sum(axis=0))
    return np.concatenate(results)


def _columns(gates: list[Array], kept: tuple[tuple[int, ...], ...], parts: tuple[int, ...]) -> Array:
    """Each pixel's column for each part of its first state: float64 (n_pixels, n_parts · dim, dim)."""
    n_pixels, n_parts, dim = len(gates[0]), len(parts), 1
    columns = np.broadcast_to(np.eye(4)[list(parts)], (n_pixels, n_parts, 4))
    for place, (gate, paulis) in enumerate(zip(gates, kept, strict=True)):
        n, n_data = len(paulis), 4 if place < len(gates) - 1 else 1  # at the end only the trace is left
        used = gate[:, :n_data, paulis][..., paulis]
        matrices = used.transpose(0, 3, 2, 4, 1).reshape(n_pixels, 4, n * n * n_data)
        grown = columns.reshape(n_pixels, -1, 4) @ matrices
        grown = grown.reshape(n_pixels, n_parts, dim, dim, n, n, n_data).transpose(0, 1, 2, 4, 3, 5, 6)
        dim *= n
        columns = grown.reshape(n_pixels, n_parts, dim, dim, n_data)
    return columns.reshape(n_pixels, n_parts * dim, dim)
