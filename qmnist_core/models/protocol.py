"""What training, saving and predicting ask of a model, and nothing more."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from qmnist_core.dataset import Examples


class Model(Protocol):
    """A classifier with two classes, trained one batch at a time.

    Its score is the QNN's ⟨Z⟩ or a classical network's logit: above 0 means the first digit.
    """

    @property
    def n_parameters(self) -> int: ...

    def prepare(self, examples: Examples) -> Any:
        """Bring examples into the model's own form, once; the result goes to `train_step` and `evaluate`."""

    def train_step(self, prepared: Any, indices: np.ndarray) -> tuple[float, float]:
        """One optimiser step on the examples at `indices`; their loss and accuracy just before it."""

    def evaluate(self, prepared: Any) -> tuple[float, float]:
        """Loss and accuracy on all prepared examples."""

    def scores(self, examples: Examples) -> np.ndarray:
        """float64 (n,)."""

    def weights(self) -> dict[str, np.ndarray]:
        """Copies of all parameters by name."""

    def set_weights(self, weights: dict[str, np.ndarray]) -> None:
        """Take over parameters of the same names and shapes."""
