"""Networks that stand beside the session's run."""

from __future__ import annotations

from dataclasses import replace

from qmnist_core.catalogue import MODELS
from qmnist_core.config import IMAGE_SIDE, DataConfig, Experiment


def other_qnn(experiment: Experiment) -> Experiment:
    """The same QNN at 28×28, from small first exponents; beside one at 28×28, at the tutorial's size."""
    is_whole = experiment.data.size == IMAGE_SIDE
    size, init = (DataConfig.size, Experiment.init) if is_whole else (IMAGE_SIDE, "small")
    data = replace(experiment.data, size=size)
    return replace(experiment, model="qnn", backend="exact", init=init, data=data)


def network_name(experiment: Experiment) -> str:
    """What a network is called beside others: a QNN with its size."""
    title, size = MODELS[experiment.model].title, experiment.data.size
    return f"{title} {size}×{size}" if experiment.is_quantum else title
