"""Logistic regression on the QNN's own input: one weight per pixel and a bias. Not in the tutorial.

The QNN of layers (XX, ZZ) is a cosine of a weighted sum of pixels, n_pixels + 1 effective numbers; this
classical model has exactly as many, which makes it the fairest yardstick.
"""

from __future__ import annotations

import numpy as np

from qmnist_core import metrics
from qmnist_core.arrays import Array, Bits, Indices, Scores
from qmnist_core.config import Experiment
from qmnist_core.data.pipeline import Examples
from qmnist_core.models.optimizer import Adam
from qmnist_core.models.protocol import Prepared


class Logistic:
    """logit = bits · w + bias, cross-entropy, Adam; starts from zero, so the seed only orders the examples."""

    def __init__(self, experiment: Experiment) -> None:
        self.parameters = np.zeros(experiment.data.n_pixels + 1)
        self.adam = Adam(self.parameters.size, experiment.learning_rate)

    @property
    def n_parameters(self) -> int:
        return self.parameters.size

    def prepare(self, examples: Examples) -> Prepared:
        return Prepared(examples.bits.astype(np.float64), np.arange(len(examples)), examples.targets)

    def train_step(self, prepared: Prepared, indices: Indices) -> tuple[float, float]:
        bits, targets = prepared.inputs[indices], prepared.targets[indices]
        logits = self._logits(bits)
        # d/dlogit ln(1 + e^{−y·logit}) = −y / (1 + e^{y·logit})
        slope = -targets * np.exp(-np.logaddexp(0.0, targets * logits)) / len(targets)
        self.adam.update(self.parameters, np.append(slope @ bits, slope.sum()))
        return metrics.logit_loss(logits, targets), metrics.accuracy(logits, targets)

    def evaluate(self, prepared: Prepared) -> tuple[float, float]:
        logits = self.predict(prepared)
        return metrics.logit_loss(logits, prepared.targets), metrics.accuracy(logits, prepared.targets)

    def predict(self, prepared: Prepared) -> Scores:
        return self._logits(prepared.inputs)

    def scores(self, examples: Examples) -> Scores:
        return self.predict(self.prepare(examples))

    def weights(self) -> dict[str, Array]:
        return {"pixels": self.parameters[:-1].copy(), "bias": self.parameters[-1:].copy()}

    def set_weights(self, weights: dict[str, Array]) -> None:
        self.parameters[:-1], self.parameters[-1:] = weights["pixels"], weights["bias"]

    def _logits(self, bits: Bits) -> Scores:
        logits: Scores = bits @ self.parameters[:-1] + self.parameters[-1]
        return logits
