"""What happens inside a circuit for one image: its layers one after another, and one exponent alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qmnist_core.arrays import Array, Exponents, Inputs, Reals, Scores
from qmnist_core.circuits.exponents import as_numbers, check_exponents
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators import expectation


def readout_after_layers(circuit: CircuitConfig, exponents: Exponents, values: Inputs) -> Reals:
    """⟨Z⟩ of one image if the circuit ended after 0, 1, … of its layers: float64 (n_layers + 1,).

    exponents: float (n_layers, n_pixels), half-turns. values: (n_pixels,), bits or gray values as for `expectation`.
    Without a layer the readout goes from |0⟩ by X, H and H again to |1⟩: entry 0 is −1.
    Errors: those of `expectation`.
    """
    image = _batch_of_one(values)
    exponents = check_exponents(circuit, image.shape[1], exponents)
    after = [
        expectation(replace(circuit, layers=circuit.layers[:n]), exponents[:n], image)[0]
        for n in range(1, circuit.n_layers + 1)
    ]
    return np.array([-1.0, *after])


def scan_exponent(
    circuit: CircuitConfig, exponents: Exponents, values: Inputs, layer: int, pixel: int, grid: Reals
) -> Array:
    """⟨Z⟩ of one image while one exponent takes each value of a grid and all others stay: float64 (len(grid),).

    layer, pixel: which exponent, counted from 0. grid: float (n,), half-turns, any finite value; the other arguments
    as for `readout_after_layers`. A gate e^{−iπtP/2} turns any observable by the angle πt, so that
    ⟨Z⟩(t) = A + B cos πt + C sin πt exactly: three evaluations, at t = 0, 1/2 and 1, give every other.
    Errors: InputError for a layer, pixel or grid that does not exist, and those of `expectation`.
    Source: K. M. Nakanishi, K. Fujii and S. Todo, Phys. Rev. Research 2, 043158 (2020), section II; the parameter-shift
    rule (M. Schuld et al., Phys. Rev. A 99, 032331 (2019)) is its derivative.
    """
    image = _batch_of_one(values)
    exponents = check_exponents(circuit, image.shape[1], exponents)
    for name, index, count in (("layer", layer, circuit.n_layers), ("pixel", pixel, image.shape[1])):
        if not 0 <= index < count:
            raise InputError(f"{name} must be from 0 to {count - 1}, got {index}")
    grid = as_numbers("the grid", grid)
    if grid.ndim != 1 or not np.isfinite(grid).all():
        raise InputError(f"the grid must be finite numbers of shape (n,), got shape {grid.shape}")

    def at(exponent: float) -> float:
        changed = exponents.copy()
        changed[layer, pixel] = exponent
        return float(expectation(circuit, changed, image)[0])

    zero, half, one = at(0.0), at(0.5), at(1.0)
    mean, cosine = (zero + one) / 2, (zero - one) / 2
    angle = np.pi * np.fmod(grid, 2.0)
    values_there: Scores = mean + cosine * np.cos(angle) + (half - mean) * np.sin(angle)
    return values_there


def _batch_of_one(values: Inputs) -> Array:
    array = as_numbers("values", values)
    if array.ndim != 1:
        raise InputError(f"values must have shape (n_pixels,), one image, got {array.shape}")
    return array[None]
