"""Exponents as given: checked, and brought into one period."""

from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Exponents, Reals
from qmnist_core.config import CircuitConfig
from qmnist_core.errors import InputError


def check_exponents(circuit: CircuitConfig, n_pixels: int, exponents: Exponents, at_moments: bool = False) -> Exponents:
    """exponents as float64 (n_layers, n_pixels) in (−2, 2). Errors: InputError, which says what is wrong.

    at_moments: they are those of several moments, (T, n_layers, n_pixels), T at least 1.

    Gates repeat every 2 half-turns. Taking whole periods off is exact and keeps huge exponents precise.
    """
    array = as_numbers("exponents", exponents)
    expected = (circuit.n_layers, n_pixels)
    given = array.shape[1:] if at_moments and array.ndim == 3 and len(array) else array.shape
    if given != expected:
        raise InputError(f"exponents must have shape (n_layers, n_pixels) = {expected}, got {array.shape}")
    if not np.isfinite(array).all():
        raise InputError("exponents must be finite, got nan or infinity")
    return np.fmod(array, 2.0)


def as_numbers(name: str, values: object) -> Reals:
    """values as float64, or InputError where they are not a plain array of numbers."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise InputError(f"{name} must be an array, got rows of different lengths") from None
    if array.dtype.kind not in "biuf":
        raise InputError(f"{name} must be numbers, got an array of type {array.dtype}")
    return array.astype(np.float64, copy=False)


def wrap_exponents(exponents: Exponents) -> Exponents:
    """Exponents with whole periods taken off, exactly: float64 of the same shape in (−1, 1].

    Gates repeat every 2 half-turns, so the circuit stays the same.
    """
    turned = np.fmod(np.asarray(exponents, float), 2.0)
    wrapped: Exponents = turned - 2.0 * (turned > 1.0) + 2.0 * (turned <= -1.0)
    return wrapped
