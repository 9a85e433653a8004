"""The exact engine: ⟨Z⟩ and its gradient for any star circuit, linear in pixels, without a state vector.

For a pair of the readout's paths (s, s') every data qubit evolves alone, from |x⟩ under

    U(s) = exp(−iπ t_L s_L P_L/2) ··· exp(−iπ t_1 s_1 P_1/2)

and contributes the factor ⟨x|U(s')†U(s)|x⟩. The operator W = U(s')†U(s) = w_0 + i(w_X X + w_Y Y + w_Z Z)
has four real components. Built from the last layer to the first, each layer turns two planes of them:

- the two Paulis other than P_l, by the angle π t_l (s_l + s'_l)/2 ("turn"), and
- the plane (w_P, w_0), by the angle π t_l (s'_l − s_l)/2 ("mix").

On a bit, z = ±1, the factor is w_0 + i z w_Z = r e^{izφ}. So the whole network is a sum of K damped waves
of weighted pixel sums, one for each pair of paths:

    ⟨Z⟩ = Re Σ_k weight_k ∏_i r_ki e^{i z_i φ_ki} = Σ_k amplitude_k cos(phase_k + Σ_i z_i φ_ki)

For the tutorial's two layers K = 1: w_0 = cos πb, w_Z = cos πa sin πb, and ⟨Z⟩ = −R cos(Σ z_i φ_i).
For a gray value v, encoded as RX(πv), the factor is w_0 + i(w_Z cos πv − w_Y sin πv).

Every |factor| is at most 1, so products never overflow. A single wave keeps its digits down to 1e-300; where K waves
nearly cancel, ⟨Z⟩ is right to some 1e-16 Σ_k |amplitude_k|, itself far below 1e-16 for many pixels.

A batch with its gradient is multiplied factor by factor in `compiled`; many inputs at once are answered from the waves,
whose phases are one matrix product.
Source: ours; checked against Cirq, TFQ and a stabiliser simulator in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Angles, Array, Exponents, Inputs, Reals, Scores
from qmnist_core.circuits.paths import path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import InputError
from qmnist_core.simulators import compiled

CHUNK = 1 << 22
"""Numbers in the largest array at once when many examples are evaluated (32 MiB of float64)."""
GRAY_CHUNK = 256
"""Gray inputs that are answered at once: what fits into a core's cache."""


@dataclass(frozen=True)
class Waves:
    """A network on bits as a sum of K waves: ⟨Z⟩ = Σ_k amplitude_k cos(phase_k + Σ_i z_i φ_ki), z = 1 − 2·bit.

    amplitude, phase: float64 (K,); angles φ: float64 (K, n_pixels), radians in (−π, π]. lengths: float64 (K, n_pixels),
    each pixel's factor r of the amplitude.
    """

    amplitude: Reals
    phase: Angles
    angles: Angles
    lengths: Reals


class ExactSimulator:
    """One circuit, ready to be evaluated and differentiated at many exponents.

    Inputs are encoded once with `encode`.
    """

    def __init__(self, circuit: CircuitConfig) -> None:
        self.circuit = circuit
        self.loops = compiled.Circuit.of(circuit.layers)
        weight = path_pairs(circuit.layers).weight
        shifted = bool(weight.imag.any())
        # A real weight keeps its sign, so that there is no phase to add.
        self._magnitude: Reals = np.abs(weight) if shifted else weight.real
        self._phase: Angles = np.angle(weight) if shifted else np.zeros(len(weight))

    def encode(self, values: Inputs) -> Array:
        """Bits or gray values v, (batch, n_pixels), as the loops take them: int8 (1, batch, n_pixels), the signs
        z = 1 − 2v = cos πv of bits, or float64 (2, batch, n_pixels), cos πv and sin πv."""
        if reads_bits(self.circuit.encoding):
            return 1 - 2 * np.ascontiguousarray(values, dtype=np.int8)[None]
        angles = np.pi * np.asarray(values, dtype=np.float64)
        return np.stack([np.cos(angles), np.sin(angles)])

    def expectation_and_gradient(
        self, exponents: Exponents, encoded: Array, weights: Scores
    ) -> tuple[Scores, Exponents]:
        """⟨Z⟩, float64 (batch,), and the gradient of Σ_b weights_b ⟨Z⟩_b, float64 (n_layers, n_pixels)."""
        values, gradient = compiled.expectation_and_gradient(
            self.loops, np.ascontiguousarray(exponents), encoded.astype(float), weights
        )
        return values, gradient

    def expectation(self, exponents: Exponents, encoded: Array) -> Scores:
        """⟨Z⟩ for any number of inputs, some at a time so that memory stays bounded: float64 (batch,)."""
        on_bits = reads_bits(self.circuit.encoding)
        step = max(1, CHUNK // len(self._phase)) if on_bits else GRAY_CHUNK
        found = np.empty(encoded.shape[1])
        for first in range(0, len(found), step):
            part = encoded[:, first : first + step]
            if on_bits:
                found[first : first + step] = self.over_time(exponents[None], part)[0]
            else:
                weights = np.zeros(part.shape[1])
                part = np.ascontiguousarray(part)
                found[first : first + step] = self.expectation_and_gradient(exponents, part, weights)[0]
        return found

    def over_time(self, exponents: Array, encoded: Array) -> Array:
        """⟨Z⟩ of the same inputs at T moments of a training: float64 (T, batch), some at a time as in `expectation`.

        exponents: float64 (T, n_layers, n_pixels).
        Errors: InputError for a circuit that reads gray values, as for `waves`.
        """
        n_pixels, signs = exponents.shape[2], encoded[0].T.astype(float)

        def answers(amplitude: Array, phase: Angles, angles: Array) -> Array:
            theta = np.dot(angles.reshape(-1, n_pixels), signs).reshape(*angles.shape[:2], -1)
            found: Array = compiled.sum_of_cosines(amplitude[..., 0], theta, phase)
            return found

        return self._over_time(exponents, encoded.shape[1], 0, answers)

    def scan_over_time(self, exponents: Array, encoded: Array, layer: int, pixel: int) -> Array:
        """⟨Z⟩ of one input at T moments of a training with one exponent set to 0, 1/2 and 1: float64 (T, 3).

        exponents: float64 (T, n_layers, n_pixels). encoded: of one input. The other pixels' factors are computed once.
        Errors: as for `over_time`.
        """
        turned = np.repeat(exponents[:, :, pixel, None], 3, axis=2)
        turned[:, layer] = 0.0, 0.5, 1.0
        columns = np.concatenate([np.delete(exponents, pixel, axis=2), turned], axis=2)
        rest, own = np.delete(encoded[0, 0], pixel), encoded[0, 0, pixel]

        def answers(amplitude: Array, phase: Angles, angles: Array) -> Array:
            theta = np.dot(angles[..., :-3], rest)[..., None] + own * angles[..., -3:] + phase[:, None, None]
            found: Array = np.einsum("ktv,ktv->tv", amplitude, np.cos(theta))
            return found

        return self._over_time(columns, 3, 3, answers)

    def _over_time(
        self, exponents: Array, n_answers: int, n_apart: int, answers: Callable[[Array, Angles, Array], Array]
    ) -> Array:
        """Answers (T, n_answers), some moments at a time: from amplitudes (K, T, 1 or n_apart), phases (K,) and angles
        (K, T, n_pixels). n_apart: so many last pixels are not multiplied with each other."""
        n_moments, _, n_pixels = exponents.shape
        step = max(1, CHUNK // (len(self._phase) * max(n_pixels, n_answers)))
        found = np.empty((n_moments, n_answers))
        for first in range(0, n_moments, step):
            part = exponents[first : first + step]
            flat = part.transpose(1, 0, 2).reshape(part.shape[1], -1)  # as if all moments' pixels were one image's
            angles, lengths = self._polar(flat)
            shape = (len(self._phase), len(part), n_pixels)
            lengths = lengths.reshape(shape)
            joint = np.multiply.reduce(lengths[..., : n_pixels - n_apart], axis=2, keepdims=True)
            amplitude = self._magnitude[:, None, None] * joint
            if n_apart:
                amplitude = amplitude * lengths[..., -n_apart:]
            found[first : first + step] = answers(amplitude, self._phase, angles.reshape(shape))
        return found

    def waves(self, exponents: Exponents) -> Waves:
        """The network as a sum of waves.

        Errors: InputError for a circuit that reads gray values, whose factors have no common polar form.
        """
        angles, lengths = self._polar(exponents)
        amplitude = self._magnitude * np.multiply.reduce(lengths, axis=1)
        # Where w_Z is −0 or rounds to it, arctan2 gives −π.
        return Waves(amplitude, self._phase, np.where(angles == -np.pi, np.pi, angles), lengths)

    def _polar(self, exponents: Exponents) -> tuple[Array, Array]:
        """Each pixel's φ and r, (K, n_pixels)."""
        if not reads_bits(self.circuit.encoding):
            raise InputError("only circuits that read bits are sums of waves: use the bits encoding")
        w0, _, wz = compiled.columns(self.loops, np.ascontiguousarray(exponents))
        return np.arctan2(wz, w0), np.hypot(w0, wz)
