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
Source: ours; checked against Cirq, TFQ and a stabiliser simulator in the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from qmnist_core.arrays import Angles, Array, Bits, Complexes, Exponents, Inputs, Reals, Scores
from qmnist_core.circuits.paths import PLANES, path_pairs
from qmnist_core.config import CircuitConfig, reads_bits
from qmnist_core.errors import InputError

TINY = 1e-100
"""Added to w_0: changes no factor but a vanishing one, whose share of a product can then be divided out
again. The product is off by at most 1e-100."""

CHUNK = 1 << 22
"""Numbers in the largest array at once when many examples are evaluated (32 MiB of float64)."""


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

    Inputs are encoded once with `encode`; `forward` gives ⟨Z⟩ and a tape, `backward` a gradient from it.
    """

    def __init__(self, circuit: CircuitConfig) -> None:
        self.circuit = circuit
        self.pairs = path_pairs(circuit.layers)
        self._network: ClosedForm | _PathSum
        self._network = ClosedForm() if circuit.is_tutorials else _PathSum(circuit, self.pairs.weight)

    def encode(self, values: Inputs) -> Array:
        """What `forward` takes, for bits or gray values (batch, n_pixels): float64 (batch, …)."""
        return self._network.encode(values)

    def forward(self, exponents: Exponents, encoded: Reals) -> tuple[Scores, Any]:
        """⟨Z⟩, float64 (batch,), and a tape for `backward`. exponents: float64 (n_layers, n_pixels)."""
        return self._network.forward(exponents, encoded)

    def backward(self, tape: Any, weights: Scores) -> Exponents:
        """The gradient of Σ_b weights_b ⟨Z⟩_b with respect to the exponents, float64 (n_layers, n_pixels)."""
        return self._network.backward(tape, weights)

    def expectation(self, exponents: Exponents, encoded: Reals) -> Scores:
        """⟨Z⟩ for any number of inputs, some at a time so that memory stays bounded: float64 (batch,)."""
        step = max(1, CHUNK // (len(self.pairs.weight) * self._network.numbers_per_pair(encoded)))
        parts = [self.forward(exponents, encoded[i : i + step])[0] for i in range(0, len(encoded), step)]
        return np.concatenate(parts) if parts else np.empty(0)

    def over_time(self, exponents: Array, encoded: Reals) -> Array:
        """⟨Z⟩ of the same inputs at T moments of a training: float64 (T, batch), some at a time as in `expectation`.

        exponents: float64 (T, n_layers, n_pixels).
        Errors: InputError for a circuit that reads gray values, as for `waves`.
        """
        n_pixels = exponents.shape[2]

        def answers(amplitude: Array, phase: Angles, angles: Array) -> Array:
            theta = np.dot(angles.reshape(-1, n_pixels), encoded.T).reshape(*angles.shape[:2], -1)
            found: Array = np.einsum("kt,ktb->tb", amplitude[..., 0], np.cos(theta + phase[:, None, None]))
            return found

        return self._over_time(exponents, len(encoded), 0, answers)

    def scan_over_time(self, exponents: Array, encoded: Reals, layer: int, pixel: int) -> Array:
        """⟨Z⟩ of one input at T moments of a training with one exponent set to 0, 1/2 and 1: float64 (T, 3).

        exponents: float64 (T, n_layers, n_pixels). encoded: of one input. The other pixels' factors are computed once.
        Errors: as for `over_time`.
        """
        turned = np.repeat(exponents[:, :, pixel, None], 3, axis=2)
        turned[:, layer] = 0.0, 0.5, 1.0
        columns = np.concatenate([np.delete(exponents, pixel, axis=2), turned], axis=2)
        rest, own = np.delete(encoded[0], pixel), encoded[0, pixel]

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
        step = max(1, CHUNK // (len(self.pairs.weight) * max(n_pixels, n_answers)))
        found = np.empty((n_moments, n_answers))
        for first in range(0, n_moments, step):
            part = exponents[first : first + step]
            flat = part.transpose(1, 0, 2).reshape(part.shape[1], -1)  # as if all moments' pixels were one image's
            phase, angles, lengths = self._network.polar(flat)
            shape = (len(phase), len(part), n_pixels)
            lengths = lengths.reshape(shape)
            joint = np.multiply.reduce(lengths[..., : n_pixels - n_apart], axis=2, keepdims=True)
            amplitude = self._network.magnitude[:, None, None] * joint
            if n_apart:
                amplitude = amplitude * lengths[..., -n_apart:]
            found[first : first + step] = answers(amplitude, phase, angles.reshape(shape))
        return found

    def waves(self, exponents: Exponents) -> Waves:
        """The network as a sum of waves.

        Errors: InputError for a circuit that reads gray values, whose factors have no common polar form.
        """
        phase, angles, lengths = self._network.polar(exponents)
        amplitude = self._network.magnitude * np.multiply.reduce(lengths, axis=1)
        # Where w_Z is −0 or rounds to it, arctan2 gives −π.
        return Waves(amplitude, phase, np.where(angles == -np.pi, np.pi, angles), lengths)


class _OnBits:
    """A network whose inputs are signs z = 1 − 2·bit, one number for each pixel."""

    def encode(self, bits: Bits) -> Array:
        return 1.0 - 2.0 * bits

    def numbers_per_pair(self, encoded: Reals) -> int:
        return 1


class ClosedForm(_OnBits):
    """The tutorial's circuit, (XX, ZZ) on bits: ⟨Z⟩ = −R cos(Σ_i z_i φ_i), with r e^{iφ} = cos πb + i cos πa sin πb for
    each pixel and R = ∏ r. The sum over paths gives the same in four times the time."""

    magnitude = -np.ones(1)

    def forward(self, exponents: Exponents, signs: Reals) -> tuple[Scores, Any]:
        factors = self.factors(exponents)
        _, _, w0, wz, radius = factors
        length = np.multiply.reduce(radius)
        theta = np.dot(signs, np.arctan2(wz, w0))
        cos_theta = np.cos(theta)
        return cos_theta * -length, (*factors, signs, length, theta, cos_theta)

    def backward(self, tape: Any, weights: Scores) -> Exponents:
        signs, length, theta, cos_theta = tape[-4:]
        weights = weights * length
        return self.gradient(tape, np.dot(weights, cos_theta), np.dot(weights * np.sin(theta), signs))

    def gradient(self, tape: Any, shrinking: Any, turning: Array) -> Exponents:
        """From Σ R cos θ and Σ R z sin θ over the inputs, with their weights."""
        # In units of π/r², with s = sin πa sin πb: ∂ln r/∂a = −s w_Z, ∂φ/∂a = −s w_0, ∂ln r/∂b = −s w_0 sin πa and
        # ∂φ/∂b = cos πa. With f = −R cos θ: ∂f/∂ln r = −R cos θ and ∂f/∂φ = R z sin θ.
        (cos_a, _), (sin_a, sin_b), w0, wz, radius = tape[:5]
        scale = np.pi / (radius * radius)
        s = sin_a * sin_b * scale
        gradient = np.empty((2, *s.shape))
        np.multiply(s, shrinking * wz - turning * w0, out=gradient[0])
        np.add(scale * turning * cos_a, shrinking * s * w0 * sin_a, out=gradient[1])
        return gradient

    def polar(self, exponents: Exponents) -> tuple[Array, Array, Array]:
        """The phase (1,), and each pixel's φ and r, (1, n_pixels)."""
        _, _, w0, wz, radius = self.factors(exponents)
        return np.zeros(1), np.arctan2(wz, w0)[None], radius[None]

    def factors(self, exponents: Exponents) -> tuple[Array, ...]:
        """cos and sin of both layers' angles, (2, n_pixels); w_0 kept from zero, w_Z and r, (n_pixels,)."""
        angles = np.pi * exponents
        cos, sin = np.cos(angles), np.sin(angles)
        w0, wz = cos[1] + TINY, cos[0] * sin[1]
        return cos, sin, w0, wz, np.hypot(w0, wz)


class _PathSum:
    """Any circuit: the columns of factors, and what joins them over the pixels."""

    def __init__(self, circuit: CircuitConfig, weight: Complexes) -> None:
        self._columns = PathColumns(circuit.layers)
        self._join: JoinBits | JoinAngles = JoinBits(weight) if reads_bits(circuit.encoding) else JoinAngles(weight)
        self.encode = self._join.encode
        self.numbers_per_pair = self._join.numbers_per_pair

    def forward(self, exponents: Exponents, encoded: Reals) -> tuple[Scores, Any]:
        components, column_tape = self._columns.forward(exponents)
        values, join_tape = self._join.forward(components, encoded)
        return values, (column_tape, join_tape)

    def backward(self, tape: Any, weights: Scores) -> Exponents:
        column_tape, join_tape = tape
        return self._columns.backward(column_tape, self._join.backward(join_tape, weights))

    @property
    def magnitude(self) -> Array:
        """Of each pair of paths, (K,)."""
        return self._on_bits.magnitude

    def polar(self, exponents: Exponents) -> tuple[Array, Array, Array]:
        """Phases (K,), each pixel's φ and r, (K, n_pixels)."""
        components, _ = self._columns.forward(exponents)
        _, lengths, angles = self._on_bits.polar(components)
        return self._on_bits.phase, angles, lengths

    @property
    def _on_bits(self) -> JoinBits:
        if not isinstance(self._join, JoinBits):
            raise InputError("only circuits that read bits are sums of waves: use the bits encoding")
        return self._join


Components = tuple[Array, Array, Array | None]
"""(w_0, w_Z, w_Y), each float64 (K, n_pixels); w_Y is None where only bits are read. Also their gradient."""


class PathColumns:
    """The columns of any stack of layers: every pair of paths turns W = 1 from the last layer to the first."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        pairs = path_pairs(layers)
        self.layers = [PLANES[layer[0]] for layer in layers]
        self.turn = pairs.turn[:, :, None].astype(float)
        self.mix = pairs.mix[:, :, None].astype(float)

    def forward(self, exponents: Exponents) -> tuple[Components, Any]:
        w = np.zeros((4, self.turn.shape[1], exponents.shape[1]))
        w[0] = 1.0
        history = []
        for layer in reversed(range(len(self.layers))):
            p, j, k = self.layers[layer]
            turn, mix = self._rotations(exponents, layer)
            w = w.copy()
            w[j], w[k] = _rotate(w[j], w[k], turn)
            w[p], w[0] = _rotate(w[p], w[0], mix)
            history.append((layer, w, turn, mix))
        return (w[0], w[3], w[2]), history

    def backward(self, history: Any, gradient: Components) -> Array:
        by_w0, by_wz, by_wy = gradient
        g = np.zeros_like(history[-1][1])
        g[0], g[3] = by_w0, by_wz
        if by_wy is not None:
            g[2] = by_wy
        out = np.empty((len(self.layers), g.shape[2]))
        for layer, w, turn, mix in reversed(history):
            p, j, k = self.layers[layer]
            by_turn = g[j] * w[k] - g[k] * w[j]
            by_mix = g[p] * w[0] - g[0] * w[p]
            out[layer] = np.pi * np.einsum("kn,k->n", by_turn, self.turn[layer, :, 0])
            out[layer] += np.pi * np.einsum("kn,k->n", by_mix, self.mix[layer, :, 0])
            g[j], g[k] = _rotate(g[j], g[k], (turn[0], -turn[1]))
            g[p], g[0] = _rotate(g[p], g[0], (mix[0], -mix[1]))
        return out

    def _rotations(self, exponents: Exponents, layer: int) -> tuple[Any, Any]:
        """(cos, sin), each (K, n_pixels), of the turn and of the mix of one layer; one of them is by 0."""
        cos, sin = np.cos(np.pi * exponents[layer]), np.sin(np.pi * exponents[layer])
        turn, mix = self.turn[layer], self.mix[layer]
        return (np.where(turn, cos, 1.0), turn * sin), (np.where(mix, cos, 1.0), mix * sin)


def _rotate(x: Reals, y: Reals, rotation: tuple[Array, Array]) -> tuple[Array, Array]:
    cos, sin = rotation
    return x * cos + y * sin, y * cos - x * sin


class JoinBits(_OnBits):
    """Multiplies the pixels' factors r e^{izφ} on bits: one matrix product of signs and angles."""

    def __init__(self, weight: Complexes) -> None:
        self.shifted = bool(weight.imag.any())
        # A real weight keeps its sign, so that there is no phase to add.
        self.magnitude = np.abs(weight) if self.shifted else weight.real.copy()
        self.phase = np.angle(weight) if self.shifted else np.zeros(len(weight))

    def polar(self, components: Components) -> tuple[Array, Array, Array]:
        """w_0 kept from zero, r, φ, all (K, n_pixels)."""
        w0, wz, _ = components
        w0 = w0 + TINY
        return w0, np.hypot(w0, wz), np.arctan2(wz, w0)

    # np.dot rather than @: on a batch's small arrays it takes two thirds of the time.
    def forward(self, components: Components, signs: Reals) -> tuple[Scores, Any]:
        w0, radius, angles = self.polar(components)
        amplitude = self.magnitude * np.multiply.reduce(radius, axis=1)
        theta = np.dot(signs, angles.T)
        if self.shifted:
            theta += self.phase
        cos = np.cos(theta)
        return np.dot(cos, amplitude), (w0, components[1], radius, amplitude, signs, theta, cos)

    def backward(self, tape: Any, weights: Scores) -> Components:
        # With f = Σ A cos θ: ∂f/∂r = (A/r) cos θ and ∂f/∂φ = −A z sin θ, then from (r, φ) to (w_0, w_Z).
        w0, wz, radius, amplitude, signs, theta, cos = tape
        radial = np.dot(weights, cos)[:, None]
        angular = np.dot((weights[:, None] * np.sin(theta)).T, signs)
        scale = amplitude[:, None] / (radius * radius)
        return scale * (radial * w0 + angular * wz), scale * (radial * wz - angular * w0), None


class JoinAngles:
    """Multiplies the pixels' factors on gray values one by one: these have no common polar form."""

    def __init__(self, weight: Complexes) -> None:
        self.weight = weight

    def encode(self, values: Inputs) -> Array:
        angles = np.pi * np.asarray(values, dtype=np.float64)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def numbers_per_pair(self, encoded: Reals) -> int:
        return encoded.shape[2]

    def forward(self, components: Components, encoded: Reals) -> tuple[Scores, Any]:
        w0, wz, wy = components
        assert wy is not None
        cos, sin = encoded[:, 0, None], encoded[:, 1, None]
        factors = (w0 + TINY) + 1j * (wz * cos - wy * sin)
        products = np.multiply.reduce(factors, axis=2)
        return (products @ self.weight).real, (factors, products, cos, sin)

    def backward(self, tape: Any, weights: Scores) -> Components:
        factors, products, cos, sin = tape
        rest = (weights[:, None] * products * self.weight)[:, :, None] / factors
        return (
            rest.real.sum(axis=0),
            -(rest.imag * cos).sum(axis=0),
            (rest.imag * sin).sum(axis=0),
        )
