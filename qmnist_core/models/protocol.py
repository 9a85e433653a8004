"""What training, saving and predicting ask of a model, and nothing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from qmnist_core.arrays import Array, Indices, Scores, Targets
from qmnist_core.data.pipeline import Examples


@dataclass(frozen=True)
class Prepared:
    """Examples in a model's own form: each distinct input once, and the input of each example.

    inputs: an array or tensor of distinct inputs. index: int (n,), each example's row in it.
    targets: float64 (n,), ±1.
    """

    inputs: Any
    index: Indices
    targets: Targets


class Classifier(Protocol):
    """What tells two classes apart.

    Its score is the QNN's ⟨Z⟩ or a classical network's logit: above 0 means the first digit.
    """

    @property
    def n_parameters(self) -> int:
        """How many numbers are trained."""

    def scores(self, examples: Examples) -> Scores:
        """The score of each example, float64 (n,)."""

    def weights(self) -> dict[str, Array]:
        """Copies of all parameters by name."""


class Model(Classifier, Protocol):
    """A classifier that is trained one batch at a time."""

    def prepare(self, examples: Examples) -> Prepared:
        """Bring examples into the model's own form, once; the result goes to `train_step` and `evaluate`."""

    def train_step(self, prepared: Prepared, indices: Indices) -> tuple[float, float]:
        """One optimiser step on the examples at `indices`; their loss and accuracy just before it."""

    def evaluate(self, prepared: Prepared) -> tuple[float, float]:
        """Loss and accuracy on all prepared examples."""

    def predict(self, prepared: Prepared) -> Scores:
        """The score of each prepared example, float64 (n,)."""

    def set_weights(self, weights: dict[str, Array]) -> None:
        """Take over parameters of the same names and shapes."""
