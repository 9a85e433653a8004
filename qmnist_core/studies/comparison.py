"""How well each of several models does on the same test images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """One model's test accuracies, 0–1, one for each seed, maybe none yet."""

    model: str
    title: str
    n_parameters: int
    accuracies: Sequence[float]

    @property
    def mean(self) -> float:
        return sum(self.accuracies) / len(self.accuracies)
