"""The four classifiers, one small protocol.

| name | what | parameters at 4×4 | reads |
|---|---|---|---|
| "qnn" | the tutorial's quantum neural network | 32 | binary small images |
| "cnn" | the tutorial's full convolutional network | 1,198,721 | original 28×28 images |
| "fair" | the tutorial's small classical network | 37 | binary small images |
| "logistic" | logistic regression, ours | 17 | binary small images |
"""

from __future__ import annotations

from qmnist_core.catalogue import BACKENDS, MODELS, load
from qmnist_core.config import Experiment
from qmnist_core.models.protocol import Classifier, Model


def build_model(experiment: Experiment) -> Model:
    """An untrained model, its first weights fixed by the experiment's seed.

    Errors: UnavailableError where it needs a package that is not installed; CostError where the circuit is
    too large for its backend.
    """
    model: Model = load(MODELS[experiment.model].build or BACKENDS[experiment.backend].model)(experiment)
    return model


__all__ = ["Classifier", "Model", "build_model"]
