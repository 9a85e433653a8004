"""What a simulation will cost, before it runs."""

from __future__ import annotations

from dataclasses import dataclass

from qmnist_core.catalogue import BACKENDS
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import ConfigError, CostError, choose

MAX_QUBITS = 20
"""Largest circuit for the state-vector backends: 2^20 amplitudes an image, and seconds a gradient."""

MAX_BYTES = 2 << 30
"""Most memory that one training step may take."""

MAX_SECONDS = 60.0
"""Longest training step that is still allowed."""

# Fitted on two cores with Numba 0.68, NumPy 2.0, TFQ 0.7.6 and Cirq 1.5; `python -m qmnist_core benchmark` prints
# estimates and measurements side by side.
STEP_SECONDS = 1e-5
PAIR_SECONDS = 1.2e-7
COLUMN_SECONDS = 3.5e-9
FACTOR_SECONDS = 6e-10
GRAY_FACTOR_SECONDS = 3.5e-9
FACTOR_SECONDS_OUT_OF_CACHE = 4e-9
GRAY_FACTOR_SECONDS_OUT_OF_CACHE = 1e-8
CACHED_FACTORS = 200_000
WAVE_SECONDS = 2e-8
WAVE_PIXEL_SECONDS = 3e-10
TFQ_SECONDS = 4.5e-9
CIRQ_SECONDS = 1.7e-8
CIRCUIT_SECONDS = 1.5e-3


@dataclass(frozen=True)
class Cost:
    """An estimate for a machine like the one it was fitted on, right to about a factor of three there."""

    n_pairs: int
    """Pairs of readout paths: the number of waves the exact engine sums."""
    step_seconds: float
    """One training step: a batch's expectations, gradient and update."""
    input_seconds: float
    """⟨Z⟩ of one more input, without a gradient."""
    bytes: float
    """Memory of one training step, without the data set."""

    @property
    def is_bearable(self) -> bool:
        return self.bytes <= MAX_BYTES and self.step_seconds <= MAX_SECONDS


def estimate_cost(circuit: CircuitConfig, n_pixels: int, batch_size: int, backend: str = "exact") -> Cost:
    """Estimated time and memory of one training step on batch_size distinct inputs of n_pixels.

    The exact engine's is linear in pixels and exponential only in layers; a state vector's is exponential in
    pixels and, with its gradient, linear (TFQ) or quadratic (Cirq) in gates.
    """
    n_pairs = count_path_pairs(circuit.layers)
    n_gates = circuit.n_layers * n_pixels
    if choose("backend", BACKENDS, backend).is_state_vector:
        amplitudes = 2.0 ** min(n_pixels + 1, 1000)
        if backend == "tfq":
            once, with_gradient = TFQ_SECONDS * n_gates * amplitudes / 2, TFQ_SECONDS * n_gates * amplitudes
        elif backend == "cirq":
            once = CIRCUIT_SECONDS + CIRQ_SECONDS * n_gates * amplitudes
            with_gradient = (2 * n_gates + 1) * once
        else:
            raise ConfigError(f"nobody has measured what a state vector costs on the {backend} backend")
        return Cost(n_pairs, CIRCUIT_SECONDS + batch_size * with_gradient, once, 64 * amplitudes)

    columns, factors = n_pairs * n_gates, n_pixels * batch_size
    on_bits = reads_bits(circuit.encoding)
    by_input = WAVE_SECONDS + WAVE_PIXEL_SECONDS * n_pixels if on_bits else GRAY_FACTOR_SECONDS * n_pixels
    cached = min(factors, CACHED_FACTORS)
    near, far = (
        (FACTOR_SECONDS, FACTOR_SECONDS_OUT_OF_CACHE)
        if on_bits
        else (GRAY_FACTOR_SECONDS, GRAY_FACTOR_SECONDS_OUT_OF_CACHE)
    )
    return Cost(
        n_pairs=n_pairs,
        step_seconds=STEP_SECONDS
        + PAIR_SECONDS * n_pairs * circuit.n_layers
        + COLUMN_SECONDS * columns
        + n_pairs * (near * cached + far * (factors - cached)),
        input_seconds=n_pairs * by_input,
        bytes=8 * (n_pairs * (8 * n_pixels + 4 * circuit.n_layers) + (3 if on_bits else 6) * batch_size * n_pixels),
    )


def check_cost(circuit: CircuitConfig, n_pixels: int, backend: str, batch_size: int) -> None:
    """Raise CostError, with what to lower and what else could do it, for more than a computer can do."""
    n_qubits = n_pixels + 1
    if BACKENDS[backend].is_state_vector and n_qubits > MAX_QUBITS:
        raise CostError(
            f"the {backend} backend would need a state vector of {n_qubits} qubits, 2^{n_qubits} amplitudes, "
            f"and can do {MAX_QUBITS} qubits here: lower the size to 4, or use the exact backend"
        )
    cost = estimate_cost(circuit, n_pixels, batch_size, backend)
    if cost.is_bearable:
        return
    wanted = (
        f"{circuit.n_layers} layers on {n_pixels} pixels in batches of {batch_size:,} would take about "
        f"{cost.bytes / 2**30:.2g} GiB and {cost.step_seconds:.2g} s a step on the {backend} backend, "
        f"more than {MAX_BYTES >> 30} GiB or {MAX_SECONDS:.0f} s"
    )
    others = [
        other
        for other, kind in BACKENDS.items()
        if other != backend
        and kind.on_dashboard
        and (not kind.is_state_vector or n_qubits <= MAX_QUBITS)
        and estimate_cost(circuit, n_pixels, batch_size, other).is_bearable
    ]
    cure = f"or use the {others[0]} backend" if others else "no other backend can do this"
    raise CostError(f"{wanted}: use fewer layers, a smaller size or a smaller batch; {cure}")
