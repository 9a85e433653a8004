"""Adam in NumPy, with Keras' conventions."""

from __future__ import annotations

import math

import numpy as np

BETA_1 = 0.9
BETA_2 = 0.999
EPSILON = 1e-7


class Adam:
    """Adam for one array of parameters; ε is added to the root of the uncorrected second moment.

    Source: Kingma & Ba, arXiv:1412.6980, the "epsilon hat" form before section 2.1, as Keras implements it.
    """

    def __init__(self, shape: tuple[int, ...], learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        self.first_moment = np.zeros(shape)
        self.second_moment = np.zeros(shape)

    def update(self, parameters: np.ndarray, gradient: np.ndarray) -> None:
        """Take one step, in place."""
        self.steps += 1
        rate = self.learning_rate * math.sqrt(1 - BETA_2**self.steps) / (1 - BETA_1**self.steps)
        self.first_moment += (gradient - self.first_moment) * (1 - BETA_1)
        self.second_moment += (gradient * gradient - self.second_moment) * (1 - BETA_2)
        parameters -= rate * self.first_moment / (np.sqrt(self.second_moment) + EPSILON)
