"""The memory that a state vector of all qubits would need, which no computer has."""

from __future__ import annotations

import math
import os

from qmnist_core.config import IMAGE_SIDE, Experiment
from qmnist_core.look.text import power_of_ten
from qmnist_core.simulators.cost import estimate_cost

AMPLITUDE_BYTES = 16
"""A complex number in double precision."""
ATOMS = 80
"""The observable universe has about 10^80 atoms: an estimate from its density of ordinary matter."""
PREFIXES = ("", "k", "M", "G", "T", "P", "E")
"""SI, powers of 1000, as far as people know them."""


def state_vector_bytes(size: int) -> float:
    """log₁₀ of the bytes that 2^(size² + 1) amplitudes take: of all data qubits and the readout."""
    return math.log10(AMPLITUDE_BYTES) + (size**2 + 1) * math.log10(2)


def step_bytes(base: Experiment, size: int) -> float:
    """log₁₀ of the bytes that one training step takes on the exact engine, by estimate."""
    return math.log10(estimate_cost(base.circuit, size**2, base.batch_size).bytes)


def first_size_above(log_bytes: float) -> int:
    """The smallest image with a state vector of more than 10^log_bytes bytes; 28 at most."""
    return next((n for n in range(1, IMAGE_SIDE) if state_vector_bytes(n) > log_bytes), IMAGE_SIDE)


def this_computer() -> float | None:
    """log₁₀ of the bytes of memory that this computer has; None where it cannot be found."""
    try:
        n = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # Windows has no sysconf
        return None
    return math.log10(n) if n > 0 else None


def in_words(log_bytes: float) -> str:
    """10^log_bytes bytes to two digits: "2.1 MB", "590 EB", "3.2×10²³⁷ bytes"."""
    exponent = math.floor(log_bytes)
    mantissa = round(10 ** (log_bytes - exponent), 1)
    if mantissa >= 10:
        exponent, mantissa = exponent + 1, mantissa / 10
    thousands = exponent // 3
    if 0 <= thousands < len(PREFIXES):
        number = mantissa * 10 ** (exponent - 3 * thousands)
        return f"{number:,.{1 if exponent == 3 * thousands else 0}f} {PREFIXES[thousands]}B".replace(".0 ", " ")
    return f"{mantissa:.1f}×{power_of_ten(exponent)} bytes"
