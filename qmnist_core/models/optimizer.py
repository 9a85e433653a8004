"""Adam with Keras' conventions."""

from __future__ import annotations

import math

import numpy as np

from qmnist_core.arrays import Reals
from qmnist_core.simulators import compiled
from qmnist_core.simulators.compiled import BETA_2, EPSILON


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

    def __init__(self, n_parameters: int, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        self.moments = np.zeros(n_parameters), np.zeros(n_parameters)
        """Decaying sums of the gradients and of their squares."""

    def update(self, parameters: Reals, gradient: Reals) -> None:
        """Take one step, in place. parameters, gradient: float64 arrays of one shape, n_parameters in all."""
        compiled.adam(parameters.reshape(-1), gradient.reshape(-1), *self.moments, self.learning_rate, self.steps)
        self.steps += 1
