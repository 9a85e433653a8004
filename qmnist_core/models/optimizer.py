"""Adam in NumPy, with Keras' conventions."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core.arrays import Reals

BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7

# m / (√v + ε) = FIRST_SCALE · Σ / (√Σ² + SCALED_EPSILON), with m = (1 − β_1) Σ and v = (1 − β_2) Σ².
FIRST_SCALE = (1 - BETA_1) / math.sqrt(1 - BETA_2)
SCALED_EPSILON = EPSILON / math.sqrt(1 - BETA_2)


def reach(learning_rate: float, n_steps: int) -> float:
    """About the farthest that a parameter can move in n_steps: by the learning rate in each, always the same way.

    Gradients that change their sign move it less; the root mean square over a tutorial's QNN is a fifth of this.
    """
    return learning_rate * n_steps


def halving_gradient(step: int) -> float:
    """The size of a constant gradient at which ε makes the step half as long as the learning rate: 3.2e-6 in the
    first step, 3.2e-7 in step 100, and ever closer to ε.

    A constant g gives m = (1 − β_1^t) g and √v = √(1 − β_2^t) |g|, so that the step's length is
    rate · c |g| / (c |g| + ε) with c = √(1 − β_2^t): half of it at |g| = ε / c. step: t, from 1.
    """
    return EPSILON / math.sqrt(1 - BETA_2**step)


class Adam:
    """Adam for one array of parameters; ε is added to the root of the uncorrected second moment.

    Source: Kingma & Ba, arXiv:1412.6980, the "epsilon hat" form before section 2.1, as Keras implements it.
    """

    def __init__(self, shape: tuple[int, ...], learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        # Decaying sums rather than means: m = (1 − β_1) Σ and v = (1 − β_2) Σ² save two operations a step.
        self.sum_of_gradients = np.zeros(shape)
        self.sum_of_squares = np.zeros(shape)

    def update(self, parameters: Reals, gradient: Reals) -> None:
        """Take one step, in place. parameters, gradient: float64 arrays of the shape given at first."""
        self.steps += 1
        self.sum_of_gradients *= BETA_1
        self.sum_of_gradients += gradient
        self.sum_of_squares *= BETA_2
        self.sum_of_squares += gradient * gradient
        rate = self.learning_rate * math.sqrt(1 - BETA_2**self.steps) / (1 - BETA_1**self.steps)
        parameters -= rate * FIRST_SCALE * self.sum_of_gradients / (np.sqrt(self.sum_of_squares) + SCALED_EPSILON)
