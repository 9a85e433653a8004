"""The exact engine's inner loops as machine code: ⟨Z⟩ of a batch, its gradient, whole trainings, and
what their answers come to.

The formulas are those of `exact`. Pairs of paths come one after another, so that a deep stack needs no more memory than
a shallow one; within a pair the innermost loops run over the inputs of a batch or over the pixels, in arrays that lie
side by side in memory, where the processor handles several at once.

Machine code is made once, in some seconds, and kept in files beside this one or, where nobody may write there, in the
user's cache. All of it is in this file, because such a file knows only its own source.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from qmnist_core.arrays import Array, Complexes, Exponents, Reals, Scores
from qmnist_core.circuits.paths import PLANES, path_pairs

TINY = 1e-100
"""Added to w_0: changes no factor but a vanishing one, whose share of a product can then be divided out
again. The product is off by at most 1e-100."""

SERIES = tuple(((-1.0) ** n / math.factorial(2 * n), (-1.0) ** n / math.factorial(2 * n + 1)) for n in range(8, -1, -1))
"""Of cos x and sin x / x in powers of x², the highest first."""

COSINE = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(11, -1, -1))
"""The same of cos x up to π/2, where the terms that are left out are below 1e-18."""

PI_HIGH = round(math.pi * 2**30) / 2**30
PI_LOW = math.pi - PI_HIGH + math.sin(math.pi)  # the last term is what math.pi lacks
"""π in two parts, of which whole multiples up to a million lose nothing."""

BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7
FIRST_SCALE = (1 - BETA_1) / math.sqrt(1 - BETA_2)
SCALED_EPSILON = EPSILON / math.sqrt(1 - BETA_2)

F = TypeVar("F", bound=Callable[..., Any])


class Circuit(NamedTuple):
    """A stack of layers and its K pairs of paths, as the loops read it."""

    planes: Array
    """int64 (n_layers, 3): of each layer's data Pauli, as `PLANES`."""
    turn: Array
    mix: Array
    """float64 (n_layers, K): as in `PathPairs`."""
    weight: Complexes
    """complex128 (K,)."""

    @classmethod
    def of(cls, layers: tuple[str, ...]) -> Circuit:
        pairs = path_pairs(layers)
        planes = np.array([PLANES[layer[0]] for layer in layers])
        return cls(planes, pairs.turn.astype(float, order="C"), pairs.mix.astype(float, order="C"), pairs.weight.copy())


def compiled(without_lock: bool = False) -> Callable[[F], F]:
    """Make machine code of a function when it is first called. without_lock: other threads of Python run meanwhile;
    only for long calls, because to wait for one's turn again takes longer than a short one."""

    def compile_(function: F) -> F:
        try:
            made = numba.njit(cache=True, nogil=without_lock)(function)
        except RuntimeError:  # no place to keep it: it is made anew in each process
            made = numba.njit(nogil=without_lock)(function)
        return cast(F, made)

    return compile_


@compiled()
def _cos_and_sin(exponents: Exponents, cos: Array, sin: Array) -> None:
    """Of π times the exponents, by their series around the nearest multiple of a half."""
    for layer in range(exponents.shape[0]):
        for i in range(exponents.shape[1]):
            quarter = np.rint(2.0 * exponents[layer, i])
            x = np.pi * (exponents[layer, i] - 0.5 * quarter)  # |x| ≤ π/4, where the last terms are below 1e-17
            x2 = x * x
            c, s = 0.0, 0.0
            for of_cos, of_sin in SERIES:
                c, s = c * x2 + of_cos, s * x2 + of_sin
            s *= x
            turn = 0.5 * quarter
            odd = turn != np.floor(turn)
            sign = 1.0 - 2.0 * (np.floor(turn) - 2.0 * np.floor(0.5 * turn))
            cos[layer, i] = -sign * s if odd else sign * c
            sin[layer, i] = sign * (c if odd else s)


@compiled()
def _rotate(w: Array, x: int, y: int, cos: Array, sin: Array, layer: int, sign: float) -> None:
    """Turn two rows of w by a layer's angles: sign is 1, or −1 for the other way."""
    for i in range(w.shape[1]):
        old = w[x, i]
        w[x, i] = old * cos[layer, i] + sign * sin[layer, i] * w[y, i]
        w[y, i] = w[y, i] * cos[layer, i] - sign * sin[layer, i] * old


@compiled()
def _column(circuit: Circuit, k: int, cos: Array, sin: Array, w: Array) -> None:
    """W of one pair of paths, for each pixel: into w, (4, n_pixels)."""
    for i in range(w.shape[1]):
        w[0, i] = 1.0
        w[1, i] = w[2, i] = w[3, i] = 0.0
    for layer in range(len(cos) - 1, -1, -1):
        turn, mix = circuit.turn[layer, k], circuit.mix[layer, k]
        if turn != 0.0:
            _rotate(w, circuit.planes[layer, 1], circuit.planes[layer, 2], cos, sin, layer, turn)
        if mix != 0.0:
            _rotate(w, circuit.planes[layer, 0], 0, cos, sin, layer, mix)


@compiled()
def columns(circuit: Circuit, exponents: Exponents) -> Array:
    """w_0, w_Y and w_Z of every pair of paths: float64 (3, K, n_pixels)."""
    n_pairs, n_pixels = len(circuit.weight), exponents.shape[1]
    cos, sin = np.empty(exponents.shape), np.empty(exponents.shape)
    _cos_and_sin(exponents, cos, sin)
    found, w = np.empty((3, n_pairs, n_pixels)), np.empty((4, n_pixels))
    for k in range(n_pairs):
        _column(circuit, k, cos, sin, w)
        for i in range(n_pixels):
            found[0, k, i], found[1, k, i], found[2, k, i] = w[0, i], w[2, i], w[3, i]
    return found


@compiled()
def sum_of_cosines(amplitude: Array, angles: Array, phase: Reals) -> Array:
    """Σ_k A_k cos(θ_k + phase_k) at T moments for a batch of inputs: float64 (T, batch).

    amplitude: float64 (K, T). angles: float64 (K, T, batch), θ, below a million turns. phase: float64 (K,).
    """
    n_pairs, n_moments, n_inputs = angles.shape
    found = np.zeros((n_moments, n_inputs))
    for t in range(n_moments):
        for k in range(n_pairs):
            for b in range(n_inputs):
                x = angles[k, t, b] + phase[k]
                half_turns = np.rint(x / np.pi)
                x = (x - half_turns * PI_HIGH) - half_turns * PI_LOW  # |x| ≤ π/2
                x2, c = x * x, 0.0
                for term in COSINE:
                    c = c * x2 + term
                sign = 1.0 - 2.0 * (half_turns - 2.0 * np.floor(0.5 * half_turns))
                found[t, b] += amplitude[k, t] * sign * c
    return found


@compiled()
def _batch(
    circuit: Circuit, exponents: Exponents, inputs: Reals, slopes: Scores, values: Scores, gradient: Array
) -> None:
    """⟨Z⟩ of each input, and the gradient of Σ_b slopes_b ⟨Z⟩_b. inputs: float64 (parts, batch, n_pixels), cos πv and,
    unless all are bits, sin πv."""
    n_parts, n_inputs, n_pixels = inputs.shape
    by_pixel = np.empty((n_parts, n_pixels, n_inputs))
    for part in range(n_parts):
        for i in range(n_pixels):
            for b in range(n_inputs):
                by_pixel[part, i, b] = inputs[part, b, i]
    cos, sin = np.empty(exponents.shape), np.empty(exponents.shape)
    _cos_and_sin(exponents, cos, sin)
    w, g = np.empty((4, n_pixels)), np.empty((4, n_pixels))
    real, imag = np.empty(n_inputs), np.empty(n_inputs)
    for b in range(n_inputs):
        values[b] = 0.0
    for layer in range(len(cos)):
        for i in range(n_pixels):
            gradient[layer, i] = 0.0
    for k in range(len(circuit.weight)):
        _column(circuit, k, cos, sin, w)
        for i in range(n_pixels):
            w[0, i] += TINY
            g[0, i] = g[1, i] = g[2, i] = g[3, i] = 0.0
        for b in range(n_inputs):
            real[b], imag[b] = circuit.weight[k].real, circuit.weight[k].imag
        if n_parts == 1:
            _join_bits(w, inputs[0], by_pixel[0], slopes, real, imag, values, g)
        else:
            _join_gray(w, inputs, by_pixel, slopes, real, imag, values, g)
        _by_exponents(circuit, k, cos, sin, w, g, gradient)


@compiled()
def _join_bits(
    w: Array, signs: Array, by_pixel: Array, slopes: Scores, real: Array, imag: Array, values: Scores, g: Array
) -> None:
    """Multiply the factors w_0 + i z w_Z of the pixels, and divide each out again for the gradient with respect to
    w_0 and w_Z."""
    for i in range(w.shape[1]):
        for b in range(len(real)):
            v = w[3, i] * by_pixel[i, b]
            old = real[b]
            real[b] = old * w[0, i] - imag[b] * v
            imag[b] = old * v + imag[b] * w[0, i]
    radial = 0.0
    for b in range(len(real)):
        values[b] += real[b]
        radial += slopes[b] * real[b]
        for i in range(w.shape[1]):
            g[1, i] += slopes[b] * imag[b] * signs[b, i]
    for i in range(w.shape[1]):
        scale = 1.0 / (w[0, i] * w[0, i] + w[3, i] * w[3, i])
        g[0, i] = scale * (radial * w[0, i] + g[1, i] * w[3, i])
        g[3, i] = scale * (radial * w[3, i] - g[1, i] * w[0, i])
        g[1, i] = 0.0


@compiled()
def _join_gray(
    w: Array, inputs: Array, by_pixel: Array, slopes: Scores, real: Array, imag: Array, values: Scores, g: Array
) -> None:
    """The same with the factors w_0 + i(w_Z cos πv − w_Y sin πv), and with respect to w_Y as well."""
    for i in range(w.shape[1]):
        for b in range(len(real)):
            v = w[3, i] * by_pixel[0, i, b] - w[2, i] * by_pixel[1, i, b]
            old = real[b]
            real[b] = old * w[0, i] - imag[b] * v
            imag[b] = old * v + imag[b] * w[0, i]
    for b in range(len(real)):
        values[b] += real[b]
        x, y = slopes[b] * real[b], slopes[b] * imag[b]
        for i in range(w.shape[1]):
            v = w[3, i] * inputs[0, b, i] - w[2, i] * inputs[1, b, i]
            scale = 1.0 / (w[0, i] * w[0, i] + v * v)
            turned = (y * w[0, i] - x * v) * scale
            g[0, i] += (x * w[0, i] + y * v) * scale
            g[2, i] += turned * inputs[1, b, i]
            g[3, i] -= turned * inputs[0, b, i]


@compiled()
def _by_exponents(circuit: Circuit, k: int, cos: Array, sin: Array, w: Array, g: Array, gradient: Array) -> None:
    """Add the gradient with respect to the exponents; w and g are turned back, layer by layer."""
    for layer in range(len(cos)):
        if circuit.mix[layer, k] != 0.0:
            _turn_back(w, g, circuit.planes[layer, 0], 0, cos, sin, layer, circuit.mix[layer, k], gradient)
        if circuit.turn[layer, k] != 0.0:
            x, y = circuit.planes[layer, 1], circuit.planes[layer, 2]
            _turn_back(w, g, x, y, cos, sin, layer, circuit.turn[layer, k], gradient)


@compiled()
def _turn_back(
    w: Array, g: Array, x: int, y: int, cos: Array, sin: Array, layer: int, sign: float, gradient: Array
) -> None:
    for i in range(w.shape[1]):
        gradient[layer, i] += np.pi * sign * (g[x, i] * w[y, i] - g[y, i] * w[x, i])
    _rotate(g, x, y, cos, sin, layer, -sign)
    _rotate(w, x, y, cos, sin, layer, -sign)


@compiled()
def expectation_and_gradient(circuit: Circuit, exponents: Exponents, inputs: Reals, slopes: Scores) -> Any:
    """⟨Z⟩, float64 (batch,), and the gradient of Σ_b slopes_b ⟨Z⟩_b, float64 (n_layers, n_pixels).

    inputs: float64 (parts, batch, n_pixels), cos πv and, unless all are bits, sin πv.
    """
    values, gradient = np.empty(inputs.shape[1]), np.empty(exponents.shape)
    _batch(circuit, exponents, inputs, slopes, values, gradient)
    return values, gradient


@compiled()
def adam(parameters: Array, gradient: Array, sums: Array, squares: Array, learning_rate: float, n_done: int) -> None:
    """Take one step, in place, after n_done others. All arrays float64 (n,).

    sums, squares: decaying sums of the gradients and of their squares. As sums rather than means, m = (1 − β_1) Σ and
    v = (1 − β_2) Σ², they save two operations: m / (√v + ε) = FIRST_SCALE · Σ / (√Σ² + SCALED_EPSILON).
    """
    rate = FIRST_SCALE * learning_rate * math.sqrt(1.0 - BETA_2 ** (n_done + 1)) / (1.0 - BETA_1 ** (n_done + 1))
    for i in range(len(parameters)):
        sums[i] = BETA_1 * sums[i] + gradient[i]
        squares[i] = BETA_2 * squares[i] + gradient[i] * gradient[i]
        parameters[i] -= rate * sums[i] / (math.sqrt(squares[i]) + SCALED_EPSILON)


@compiled()
def step(
    circuit: Circuit,
    exponents: Exponents,
    moments: tuple[Array, Array],
    learning_rate: float,
    n_done: int,
    examples: tuple[Array, Array, Array],
    batch: Array,
) -> tuple[float, float]:
    """Adam's step on the hinge loss of a batch, in place: the batch's loss and accuracy just before it.

    moments: as `adam` takes them. examples: distinct inputs as `ExactSimulator.encode` gives them; int (n,), which of
    them each example is; float64 (n,), its target ±1. batch: int (batch,), which examples.
    """
    inputs, index, targets = examples
    n_parts, _, n_pixels = inputs.shape
    n = len(batch)
    own, slopes = np.empty((n_parts, n, n_pixels)), np.empty(n)
    for b in range(n):
        # |⟨Z⟩| ≤ 1, so the hinge max(0, 1 − target·⟨Z⟩) never clips: it is linear, with slope −target.
        slopes[b] = -targets[batch[b]] / n
        for part in range(n_parts):
            for i in range(n_pixels):
                own[part, b, i] = inputs[part, index[batch[b]], i]
    values, gradient = np.empty(n), np.empty(exponents.shape)
    _batch(circuit, exponents, own, slopes, values, gradient)
    adam(exponents.ravel(), gradient.ravel(), moments[0], moments[1], learning_rate, n_done)
    loss, right = 1.0, 0
    for b in range(n):
        loss += slopes[b] * values[b]
        right += (values[b] > 0.0) == (slopes[b] < 0.0)
    return loss, right / n


@compiled()
def steps(
    circuit: Circuit,
    exponents: Exponents,
    moments: tuple[Array, Array],
    learning_rate: float,
    n_done: int,
    examples: tuple[Array, Array, Array],
    order: Array,
    batch_size: int,
    figures: Array,
    found: Array,
) -> None:
    """Several steps on one batch after another, in place.

    order: int (n,), the examples of all batches. Each batch's loss and accuracy go into figures, float64 (n_steps, 2),
    the exponents after each step into found, float64 (n_steps, n_layers, n_pixels). The other arguments are those of
    `step`.
    """
    for i in range(len(found)):
        batch = order[i * batch_size : (i + 1) * batch_size]
        figures[i] = step(circuit, exponents, moments, learning_rate, n_done + i, examples, batch)
        found[i] = exponents


@compiled()
def _keep(exponents: Exponents, n_done: int, kept: Array, found: Array) -> None:
    for place in range(len(kept)):
        if kept[place] == n_done:
            for layer in range(exponents.shape[0]):
                for i in range(exponents.shape[1]):
                    found[place, layer, i] = exponents[layer, i]


@compiled(without_lock=True)
def train(
    circuit: Circuit,
    exponents: Exponents,
    moments: tuple[Array, Array],
    learning_rate: float,
    done: Array,
    examples: tuple[Array, Array, Array],
    orders: Array,
    batch_size: int,
    kept: Array,
    found: Array,
    stop: Array,
) -> None:
    """Some epochs of steps, in place, from the step done[0] on, which is counted there.

    orders: int (n_epochs, n), of the examples in each epoch. After kept[j] steps the exponents go into found[j]: int
    (n_kept,), float64 (n_kept, n_layers, n_pixels). stop: bool (1,), may become true at any time. The other arguments
    are those of `step`.
    """
    _keep(exponents, done[0], kept, found)
    for epoch in range(orders.shape[0]):
        for first in range(0, orders.shape[1], batch_size):
            if stop[0]:
                return
            step(
                circuit, exponents, moments, learning_rate, done[0], examples, orders[epoch, first : first + batch_size]
            )
            done[0] += 1
            _keep(exponents, done[0], kept, found)


@compiled()
def tally(patterns: Array, of_first: Array, of_second: Array, edges: Array) -> tuple[Array, Array]:
    """What many answers at each of T moments come to: how many images of the first and of the second digit have which
    ⟨Z⟩, int (T, 2, n_bins), and the mean hinge loss, float64 (T,).

    patterns: float64 (T, n_patterns), ⟨Z⟩ of each distinct input. of_first, of_second: int (n_patterns,), how many
    images it stands for. edges: float64 (n_bins + 1,), evenly from −1 to 1; a bin has its upper edge.
    """
    n_moments, n_bins = patterns.shape[0], len(edges) - 1
    counts, loss = np.zeros((n_moments, 2, n_bins), np.int64), np.zeros(n_moments)
    n_images = of_first.sum() + of_second.sum()
    for t in range(n_moments):
        total = 0.0
        for j in range(patterns.shape[1]):
            z = patterns[t, j]
            place = min(max(int(0.5 * n_bins * (z + 1.0)), 0), n_bins - 1)  # off by one at most, by rounding
            if place > 0 and z <= edges[place]:
                place -= 1
            elif place < n_bins - 1 and z > edges[place + 1]:
                place += 1
            counts[t, 0, place] += of_first[j]
            counts[t, 1, place] += of_second[j]
            total += of_first[j] * max(1.0 - z, 0.0) + of_second[j] * max(1.0 + z, 0.0)
        loss[t] = total / n_images
    return counts, loss


def load() -> None:
    """Make the machine code that trainings need, or load it where it was kept, before anybody waits for it."""
    circuit, exponents, moments = Circuit.of(("XX", "ZZ")), np.zeros((2, 1)), (np.zeros(2), np.zeros(2))
    examples, orders = (np.ones((1, 1, 1), np.int8), np.zeros(1, int), np.ones(1)), np.zeros((1, 1), int)
    done, stop, kept, found = np.zeros(1, int), np.zeros(1, bool), np.zeros(0, int), np.empty((0, 2, 1))
    step(circuit, exponents, moments, 0.0, 0, examples, orders[0])
    steps(circuit, exponents, moments, 0.0, 0, examples, orders[0], 1, np.empty((0, 2)), found)
    train(circuit, exponents, moments, 0.0, done, examples, orders, 1, kept, found, stop)
    sum_of_cosines(np.zeros((1, 1)), np.zeros((1, 1, 1)), columns(circuit, exponents)[0, 0])
    tally(np.zeros((1, 1)), orders[0], orders[0] + 1, np.array([-1.0, 1.0]))
