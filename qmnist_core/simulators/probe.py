"""What happens inside a circuit for one image: its layers one after another, and one exponent alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qmnist_core.arrays import Array, Bits, Exponents, Inputs, Reals, Scores
from qmnist_core.circuits.exponents import as_numbers, check_exponents
from qmnist_core.circuits.paths import count_path_pairs
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError
from qmnist_core.simulators import expectation
from qmnist_core.simulators.exact import ExactSimulator

MOST_FACTORS = 200_000
"""Of pixels and paths, that are computed to find the strongest exponent."""


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
    _check_place(circuit, image, layer, pixel)
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


def scan_over_time(circuit: CircuitConfig, exponents: Array, bits: Bits, layer: int, pixel: int) -> Array:
    """What one exponent can do to ⟨Z⟩ of one image at T moments of a training: A, B and C of
    ⟨Z⟩(t) = A + B cos πt + C sin πt, float64 (T, 3), all other exponents as they are at that moment.

    exponents: float (T, n_layers, n_pixels), half-turns. bits: (n_pixels,), 0 or 1. layer, pixel: from 0.
    Errors: InputError, as for `expectation_over_time`, and for a layer or pixel that does not exist.
    Source: as for `scan_exponent`.
    """
    simulator = ExactSimulator(circuit)
    image = _batch_of_one(bits)
    check_exponents(circuit, image.shape[1], exponents[0])
    _check_place(circuit, image, layer, pixel)
    zero, half, one = simulator.scan_over_time(exponents, simulator.encode(image), layer, pixel).T
    mean = (zero + one) / 2
    return np.stack([mean, (zero - one) / 2, half - mean], axis=1)


def strongest_exponent(circuit: CircuitConfig, exponents: Exponents, bits: Bits) -> tuple[int, int]:
    """The layer and the pixel, from 0, of the exponent that can move ⟨Z⟩ of one image furthest while all others stay.

    Of its lit pixels where it has any, and of no more exponents than can be tried at once. Of equals it is the first.
    Errors: as for `scan_over_time`.
    """
    lit = np.flatnonzero(bits)
    pixels = (lit if len(lit) else np.arange(len(bits))).tolist()
    places = [(layer, pixel) for layer in range(circuit.n_layers) for pixel in pixels]
    most = max(1, MOST_FACTORS // (count_path_pairs(circuit.layers) * len(bits)))
    tried = [places[i] for i in np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).astype(int))]
    reach = [np.hypot(*scan_over_time(circuit, exponents[None], bits, *place)[0, 1:]) for place in tried]
    strongest: tuple[int, int] = tried[int(np.argmax(np.round(reach, 9)))]
    return strongest


def _check_place(circuit: CircuitConfig, image: Array, layer: int, pixel: int) -> None:
    for name, index, count in (("layer", layer, circuit.n_layers), ("pixel", pixel, image.shape[1])):
        if not 0 <= index < count:
            raise InputError(f"{name} must be from 0 to {count - 1}, got {index}")


def _batch_of_one(values: Inputs) -> Array:
    array = as_numbers("values", values)
    if array.ndim != 1:
        raise InputError(f"values must have shape (n_pixels,), one image, got {array.shape}")
    return array[None]
