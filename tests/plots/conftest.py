"""Real data for figures: the tutorial's QNN, trained, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from qmnist_core.arrays import Array, Exponents, Labels, Scores
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, LabelCounts
from qmnist_core.plots.all_inputs import all_inputs_figure
from qmnist_core.plots.comparison import comparison_figure
from qmnist_core.plots.confusion import confusion_figure, disagreement_figure
from qmnist_core.plots.cosine import cosine_figure
from qmnist_core.plots.curves import Curve, learning_curves
from qmnist_core.plots.exponents import exponent_maps
from qmnist_core.plots.outputs import output_histogram
from qmnist_core.plots.pipeline import funnel_figure
from qmnist_core.plots.pixel_map import angle_map
from qmnist_core.plots.readout import readout_after_layers
from qmnist_core.plots.spread import spread_figure
from qmnist_core.plots.waves import waves_figure
from qmnist_core.simulators.all_inputs import all_answers
from qmnist_core.simulators.clock import read_clock
from qmnist_core.studies.comparison import Standing
from qmnist_core.studies.spread import laws, measure, summarise
from qmnist_core.training.loop import Training
from tests.found import results
from tests.plots.drawn import drawn


@dataclass(frozen=True)
class Trained:
    """A finished run of the tutorial's QNN."""

    curve: Curve
    total_steps: int
    exponents: Exponents
    scores: Scores
    labels: Labels

    @property
    def confusion(self) -> Array:
        said = self.scores > 0
        return np.array([[(mine & said).sum(), (mine & ~said).sum()] for mine in (self.labels, ~self.labels)])


@pytest.fixture(scope="session")
def trained(mnist: Mnist) -> Trained:
    training = Training(Experiment(data=DataConfig()), mnist)
    list(training)
    test = training.test_examples
    curve, exponents = Curve(training.history, "QNN, seed 0"), training.model.weights()["exponents"]
    return Trained(curve, training.total_steps, exponents, training.model.scores(test), test.labels)


@pytest.fixture(scope="session")
def figures(trained: Trained, dataset: Dataset, mnist: Mnist) -> dict[str, Any]:
    """One of each."""
    spreads = summarise(results(measure(Experiment(), mnist, 20)), CircuitConfig())
    bars = [Standing("qnn", "QNN", 32, [0.88, 0.9]), Standing("cnn", "Full CNN", 1_198_721, [0.998, 0.999])]
    clock = read_clock(CircuitConfig(), trained.exponents)
    patterns = LabelCounts.of(dataset.train.bits, dataset.train.labels)
    sums = clock.total(dataset.train.bits[patterns.first])
    answers, values = all_answers(CircuitConfig(), trained.exponents), -clock.damping * np.cos(sums)
    made = {
        "comparison": comparison_figure(bars, (3, 6), 1968, 0.9228),
        "steps": learning_curves([trained.curve], "step", total_steps=trained.total_steps, ceiling=0.9228, size=4),
        "epochs": learning_curves([trained.curve], "epoch", epochs=3, ceiling=0.9228, size=4),
        "no steps": learning_curves([], total_steps=972),
        "exponents": exponent_maps(trained.exponents, ("XX", "ZZ"), 4, (1, 6)),
        "outputs": output_histogram(trained.scores, trained.labels, (3, 6)),
        "confusion": confusion_figure(trained.confusion, (3, 6)),
        "disagreement": disagreement_figure(np.array([[1757, 50], [24, 137]]), "logistic", "logistic regression"),
        "funnel": funnel_figure(dataset.counts, (3, 6)),
        "readout": readout_after_layers([-1.0, 0.0, 0.35], ["start", "XX", "ZZ"]),
        "spread": spread_figure(spreads["gradient"], "size", laws("gradient"), floor=(1e-7, "floor")),
        "cosine": cosine_figure(clock.damping, sums, patterns.positive, patterns.negative, (3, 6), float(sums[0])),
        "inputs": all_inputs_figure(answers, values, patterns.positive, patterns.negative, (3, 6)),
        "waves": waves_figure(np.array([0.5, 0.4]), np.array([0.3, -0.2]), 0, 2),
        "map": angle_map(clock.angles, 4, "φ"),
    }
    return {name: drawn(figure) for name, figure in made.items()}
