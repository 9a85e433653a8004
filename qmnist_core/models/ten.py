"""Networks that tell ten digits apart on whole images: star circuits, and softmax regression beside them.

For each digit there are K star circuits of the tutorial's layers (XX, ZZ), each with 784 data qubits and a readout of
its own. Each is a single wave (see `simulators.exact`):

    ⟨Z⟩ = −R cos Σ_i z_i φ_i ,   r_i e^{iφ_i} = cos πb_i + i cos πa_i sin πb_i ,   R = ∏_i r_i

A digit's score is a fixed factor times the mean ⟨Z⟩ of its K circuits, and a softmax makes probabilities of the ten
scores. Softmax regression has one weight a pixel and a bias for each digit instead: the same with one column a digit.

All columns of all digits are arrays with one axis more, so that a batch is one matrix product each way. They are
computed piece by piece, for each thread some.
Source: ours; the gradient is checked against `compiled` and by difference quotients.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from qmnist_core.arrays import Angles, Array
from qmnist_core.catalogue import INITS
from qmnist_core.data.ten import N_DIGITS, N_PIXELS, Digits
from qmnist_core.simulators.compiled import BETA_1, BETA_2, FIRST_SCALE, SCALED_EPSILON

LAYERS = ("XX", "ZZ")
FACTOR = 30.0
"""What the mean ⟨Z⟩ of a digit's circuits is multiplied by to be its score."""
CHUNK = 1_000
"""Images that are answered at once."""


class Piece(Protocol):
    """Some of a network's columns, which one thread computes."""

    parameters: Array
    """A part of the network's, trained in place."""

    def answers(self, signs: Array) -> Array:
        """(batch, n_columns), of signs (batch, 784)."""

    def gradient(self, signs: Array, slopes: Array) -> Array:
        """Of Σ slopes · answers, in the parameters' shape. slopes: (batch, n_columns). The answers to these signs were
        asked for just before."""


class Network(Protocol):
    """Ten scores for each image, from one or several columns a digit, in the digits' order."""

    factor: float
    """A digit's score is the mean of its columns, times this."""

    @property
    def n_parameters(self) -> int: ...

    def pieces(self, n: int) -> Sequence[Piece]:
        """The columns in their order, in n pieces at most."""


class Stars:
    """K star circuits for each digit.

    exponents: float32 (2, 10·K, 784), half-turns, of the layers XX and ZZ; digit d has the circuits from d·K on.
    """

    factor = FACTOR

    def __init__(self, exponents: Array) -> None:
        self.exponents = exponents

    @classmethod
    def start(cls, n_circuits: int, seed: int) -> Stars:
        """K circuits a digit from the small start, fixed by the seed."""
        rng, draw = np.random.default_rng([seed, 0]), INITS["small"].draw
        drawn = [draw(LAYERS, N_PIXELS, rng) for _ in range(N_DIGITS * n_circuits)]
        return cls(np.stack(drawn, axis=1).astype(np.float32))

    @property
    def n_parameters(self) -> int:
        return self.exponents.size

    def waves(self) -> tuple[Angles, Array]:
        """φ, (10·K, 784) in radians, and R, (10·K,) in [0, 1]."""
        waves = _Waves(self.exponents)
        return waves.angles, waves.damping

    def purity(self) -> Array:
        """tr ρ² of each circuit's readout qubit just before its last H, (10·K,): 1 is no entanglement, ½ all there is.

        After the XX layer the readout is |−⟩ still; the ZZ layer leaves it with a Bloch vector of length R across the
        z axis, whatever the image, so that tr ρ² = (1 + R²)/2.
        """
        damping = self.waves()[1].astype(np.float64)
        found: Array = (1.0 + damping**2) / 2.0
        return found

    def pieces(self, n: int) -> Sequence[Piece]:
        return [_Circuits(part) for part in np.array_split(self.exponents, n, axis=1) if part.shape[1]]


class _Waves:
    """φ and R of some circuits, and what their gradient needs."""

    def __init__(self, exponents: Array) -> None:
        a, b = exponents * math.pi
        self.cos_a, self.sin_a, self.cos_b, self.sin_b = np.cos(a), np.sin(a), np.cos(b), np.sin(b)
        across = self.cos_a * self.sin_b
        self.squares = self.cos_b * self.cos_b + across * across
        """r², (n, 784)."""
        self.angles: Array = np.arctan2(across, self.cos_b)
        self.damping: Array = np.exp(0.5 * np.log(self.squares).sum(axis=1))


class _Circuits:
    """Some star circuits, a column each: ⟨Z⟩."""

    def __init__(self, exponents: Array) -> None:
        self.parameters = exponents

    def answers(self, signs: Array) -> Array:
        self._waves = _Waves(self.parameters)
        self._turned = signs @ self._waves.angles.T
        found: Array = -self._waves.damping * np.cos(self._turned)
        self._found = found
        return found

    def gradient(self, signs: Array, slopes: Array) -> Array:
        w = self._waves
        by_angle = (slopes * w.damping * np.sin(self._turned)).T @ signs
        by_log_length = (slopes * self._found).sum(axis=0)[:, None]  # the same for each pixel's ln r
        # With s = sin πa and so on, r² = 1 − s_a² s_b², and per half-turn
        #   ∂φ/∂a = −π s_a s_b c_b / r²    ∂ln r/∂a = −π s_a c_a s_b² / r²
        #   ∂φ/∂b =  π c_a / r²            ∂ln r/∂b = −π s_a² s_b c_b / r²
        scale = math.pi / w.squares
        both = scale * w.sin_a * w.sin_b
        gradient = np.empty_like(self.parameters)
        gradient[0] = -both * (by_angle * w.cos_b + by_log_length * (w.cos_a * w.sin_b))
        gradient[1] = scale * w.cos_a * by_angle - both * w.sin_a * w.cos_b * by_log_length
        return gradient


class Softmax:
    """Softmax regression: for each digit a weight a pixel and a bias, float32 (10, 785), from zero."""

    factor = 1.0

    def __init__(self) -> None:
        self.weights = np.zeros((N_DIGITS, N_PIXELS + 1), np.float32)

    @property
    def n_parameters(self) -> int:
        return self.weights.size

    def pieces(self, n: int) -> Sequence[Piece]:
        return [_Sums(self.weights)]


class _Sums:
    """A weighted sum of pixels and a bias, a column each."""

    def __init__(self, weights: Array) -> None:
        self.parameters = weights

    def answers(self, signs: Array) -> Array:
        found: Array = signs @ self.parameters[:, :-1].T + self.parameters[:, -1]
        return found

    def gradient(self, signs: Array, slopes: Array) -> Array:
        return np.concatenate([slopes.T @ signs, slopes.sum(axis=0)[:, None]], axis=1)


class Adam:
    """Adam as `models.optimizer` has it, for float32 arrays and without the interpreter's lock."""

    def __init__(self, parameters: Array) -> None:
        self.parameters = parameters
        self.sums, self.squares = np.zeros_like(parameters), np.zeros_like(parameters)
        self.n_done = 0

    def update(self, gradient: Array, learning_rate: float) -> None:
        """Take one step, in place; the gradient is used up."""
        self.n_done += 1
        rate = FIRST_SCALE * learning_rate * math.sqrt(1.0 - BETA_2**self.n_done) / (1.0 - BETA_1**self.n_done)
        self.sums *= BETA_1
        self.sums += gradient
        self.squares *= BETA_2
        self.squares += np.square(gradient, out=gradient)
        root = np.sqrt(self.squares, out=gradient)
        root += SCALED_EPSILON
        self.parameters -= rate * np.divide(self.sums, root, out=root)


def scores(network: Network, images: Digits) -> Array:
    """The ten scores of each image, (n, 10)."""
    (piece,) = network.pieces(1)
    parts = (images.signs(slice(first, first + CHUNK)) for first in range(0, len(images), CHUNK))
    return np.concatenate([digit_scores(network, piece.answers(part)) for part in parts])


def digit_scores(network: Network, answers: Array) -> Array:
    """(n, 10), of the answers of all columns, (n, n_columns)."""
    mean: Array = answers.reshape(len(answers), N_DIGITS, -1).mean(axis=2)
    return mean * network.factor


def probabilities(scores: Array) -> Array:
    """Softmax of the ten scores, the same shape."""
    risen = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Array = risen / risen.sum(axis=-1, keepdims=True)
    return shares
