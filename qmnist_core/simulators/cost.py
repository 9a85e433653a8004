"""What a simulation will cost, before it is paid."""

from __future__ import annotations

from dataclasses import dataclass

from qmnist_core.config import CircuitConfig
from qmnist_core.errors import CostError
from qmnist_core.simulators.paths import count_path_pairs

MAX_QUBITS = 20
"""Largest circuit for the state-vector backends: 2^20 amplitudes are 16 MiB an image, and seconds a gradient."""

MAX_BYTES = 2 << 30
"""Most memory the exact engine may take for one training step."""

MAX_SECONDS = 60.0
"""Longest training step of the exact engine that is still begun."""

# Measured on two cores; `python -m qmnist_core benchmark` prints estimate and measurement side by side.
STEP_SECONDS = 4e-5
LAYER_SECONDS = 3.5e-5
COLUMN_SECONDS = 2.5e-8
WAVE_SECONDS = 1.5e-8
GRAY_SECONDS = 6e-8


@dataclass(frozen=True)
class Cost:
    """An estimate for the exact engine, right to about a factor of three."""

    n_pairs: int
    """Pairs of readout paths: the number of waves summed."""
    step_seconds: float
    """One training step: a batch's expectations, gradient and update."""
    bytes: int
    """Memory of one training step."""


def estimate_cost(circuit: CircuitConfig, n_pixels: int, batch_size: int) -> Cost:
    """Estimated time and memory of one training step of the exact engine. Linear in pixels and examples,
    exponential only in layers."""
    n_pairs = count_path_pairs(circuit.layers)
    columns = n_pairs * n_pixels * circuit.n_layers
    if circuit.encoding == "bits":
        joined, joined_seconds = n_pairs * batch_size, WAVE_SECONDS * n_pairs * batch_size
    else:
        joined = 2 * n_pairs * batch_size * n_pixels
        joined_seconds = GRAY_SECONDS * n_pairs * batch_size * n_pixels
    closed_form = circuit.layers == ("XX", "ZZ") and circuit.encoding == "bits"
    layer_seconds = 0.0 if closed_form else LAYER_SECONDS * circuit.n_layers
    return Cost(
        n_pairs=n_pairs,
        step_seconds=STEP_SECONDS + layer_seconds + COLUMN_SECONDS * columns + joined_seconds,
        bytes=8 * (10 * columns + 4 * joined + 2 * batch_size * n_pixels),
    )


def check_cost(circuit: CircuitConfig, n_pixels: int, backend: str, batch_size: int) -> None:
    """Raise CostError, with what to lower and what else could do it, for more than a computer can do."""
    if backend != "exact":
        if n_pixels + 1 > MAX_QUBITS:
            raise CostError(
                f"the {backend} backend would need a state vector of {n_pixels + 1} qubits, "
                f"2^{n_pixels + 1} amplitudes, and can do {MAX_QUBITS} qubits here: "
                "lower the size to 4, or use the exact backend"
            )
        return
    cost = estimate_cost(circuit, n_pixels, batch_size)
    if cost.bytes > MAX_BYTES or cost.step_seconds > MAX_SECONDS:
        other = (
            f"use the tfq or cirq backend, whose cost does not grow like this ({n_pixels + 1} qubits)"
            if n_pixels + 1 <= MAX_QUBITS
            else "no other backend can do this size"
        )
        raise CostError(
            f"{circuit.n_layers} layers make {cost.n_pairs:.3g} pairs of paths, about {cost.bytes / 2**30:.3g} GiB and "
            f"{cost.step_seconds:.3g} s a step, more than the exact backend may take ({MAX_BYTES / 2**30:.0f} GiB, "
            f"{MAX_SECONDS:.0f} s): use fewer layers or a smaller size or batch; {other}"
        )
