"""Adam in NumPy, with Keras' conventions."""

from __future__ import annotations

import math

import numpy as np

BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7

# m / (√v + ε) = FIRST_SCALE · Σ / (√Σ² + SCALED_EPSILON), with m = (1 − β_1) Σ and v = (1 − β_2) Σ².
FIRST_SCALE = (1 - BETA_1) / math.sqrt(1 - BETA_2)
SCALED_EPSILON = EPSILON / math.sqrt(1 - BETA_2)


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

    def update(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        """Take one step, in place. parameters, gradient: float64 arrays of the shape given at first."""
        self.steps += 1
        self.sum_of_gradients *= BETA_1
        self.sum_of_gradients += gradient
        self.sum_of_squares *= BETA_2
        self.sum_of_squares += gradient * gradient
        rate = self.learning_rate * math.sqrt(1 - BETA_2**self.steps) / (1 - BETA_1**self.steps)
        parameters -= rate * FIRST_SCALE * self.sum_of_gradients / (np.sqrt(self.sum_of_squares) + SCALED_EPSILON)
