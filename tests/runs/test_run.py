from __future__ import annotations

import pytest

from qmnist_core.config import Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import RunError
from qmnist_core.runs import Run
from qmnist_core.training.loop import Training


def test_a_training_that_goes_on_is_no_run(mnist: Mnist) -> None:
    training = Training(Experiment(), mnist)
    next(iter(training))
    with pytest.raises(RunError, match="only a finished or stopped training is a run"):
        Run.of(training)
