"""The exact engine for many networks of one circuit at once: the formulas of `exact`, with one more axis.

Every network has its own exponents and its own inputs. What happens to single pixels knows nothing of networks: the
pixels of all of them are as those of one large image. Only where the pixels are joined do the networks part.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.circuits.paths import path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.simulators.exact import TINY, ClosedForm, JoinAngles, JoinBits, PathColumns


class ManyCircuits:
    """S networks of one circuit, ready to be evaluated and differentiated together."""

    def __init__(self, circuit: CircuitConfig) -> None:
        self._networks: _ClosedForms | _PathSums = _ClosedForms() if circuit.is_tutorials else _PathSums(circuit)

    def forward(self, exponents: Array, encoded: Array) -> tuple[Array, Any]:
        """⟨Z⟩, float64 (S, batch), and a tape for `backward`.

        exponents: float64 (S, n_layers, n_pixels). encoded: (S, batch, …), each network's inputs as
        `ExactSimulator.encode` gives them.
        """
        return self._networks.forward(exponents.transpose(1, 0, 2), encoded)

    def backward(self, tape: Any, weights: Array) -> Array:
        """The gradients of Σ_b weights_sb ⟨Z⟩_sb, float64 (S, n_layers, n_pixels). weights: float64 (S, batch)."""
        return self._networks.backward(tape, weights).transpose(1, 0, 2)


class _ClosedForms(ClosedForm):
    """Of the tutorial's circuit. Exponents and gradients: (2, S, n_pixels)."""

    def forward(self, exponents: Array, signs: Array) -> tuple[Array, Any]:
        factors = self.factors(exponents)
        _, _, w0, wz, radius = factors
        length = np.multiply.reduce(radius, axis=1)[:, None]
        theta = np.matmul(signs, np.arctan2(wz, w0)[..., None])[..., 0]
        cos_theta = np.cos(theta)
        return cos_theta * -length, (*factors, signs, length, theta, cos_theta)

    def backward(self, tape: Any, weights: Array) -> Array:
        signs, length, theta, cos_theta = tape[-4:]
        weights = weights * length
        shrinking = np.add.reduce(weights * cos_theta, axis=1)[:, None]
        return self.gradient(tape, shrinking, np.matmul((weights * np.sin(theta))[:, None], signs)[:, 0])


class _PathSums:
    """Of any circuit. Exponents and gradients: (n_layers, S, n_pixels)."""

    def __init__(self, circuit: CircuitConfig) -> None:
        weight = path_pairs(circuit.layers).weight
        self._columns = PathColumns(circuit.layers)
        self._join: _JoinBits | _JoinAngles = _JoinBits(weight) if reads_bits(circuit.encoding) else _JoinAngles(weight)

    def forward(self, exponents: Array, encoded: Array) -> tuple[Array, Any]:
        n_layers, n_networks, n_pixels = exponents.shape
        components, columns = self._columns.forward(exponents.reshape(n_layers, -1))
        apart = [
            one.reshape(len(one), n_networks, n_pixels).transpose(1, 0, 2) for one in components if one is not None
        ]
        values, join = self._join.forward(apart, encoded)
        return values, (columns, join)

    def backward(self, tape: Any, weights: Array) -> Array:
        columns, join = tape
        w0, wz, wy = (
            None if one is None else one.transpose(1, 0, 2).reshape(one.shape[1], -1)
            for one in self._join.backward(join, weights)
        )
        assert w0 is not None
        assert wz is not None
        flat = self._columns.backward(columns, (w0, wz, wy))
        return flat.reshape(len(flat), len(weights), -1)


class _JoinBits(JoinBits):
    """Components: (S, K, n_pixels)."""

    def forward(self, components: Any, signs: Array) -> tuple[Array, Any]:
        w0, radius, angles = self.polar(components)
        amplitude = self.magnitude * np.multiply.reduce(radius, axis=2)
        theta = np.matmul(signs, angles.transpose(0, 2, 1))
        if self.shifted:
            theta += self.phase
        cos = np.cos(theta)
        values = np.matmul(cos, amplitude[..., None])[..., 0]
        return values, (w0, components[1], radius, amplitude, signs, theta, cos)

    def backward(self, tape: Any, weights: Array) -> Any:
        w0, wz, radius, amplitude, signs, theta, cos = tape
        radial = np.matmul(weights[:, None], cos).transpose(0, 2, 1)
        angular = np.matmul((weights[..., None] * np.sin(theta)).transpose(0, 2, 1), signs)
        scale = amplitude[..., None] / (radius * radius)
        return scale * (radial * w0 + angular * wz), scale * (radial * wz - angular * w0), None


class _JoinAngles(JoinAngles):
    """The same, of gray values."""

    def forward(self, components: Any, encoded: Array) -> tuple[Array, Any]:
        w0, wz, wy = (one[:, None] for one in components)
        cos, sin = encoded[:, :, 0, None], encoded[:, :, 1, None]
        factors = (w0 + TINY) + 1j * (wz * cos - wy * sin)
        products = np.multiply.reduce(factors, axis=3)
        return (products @ self.weight).real, (factors, products, cos, sin)

    def backward(self, tape: Any, weights: Array) -> Any:
        factors, products, cos, sin = tape
        rest = (weights[..., None] * products * self.weight)[..., None] / factors
        return rest.real.sum(axis=1), -(rest.imag * cos).sum(axis=1), (rest.imag * sin).sum(axis=1)
