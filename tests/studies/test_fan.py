"""The fan of many seeds, against trainings one by one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.errors import ConfigError
from qmnist_core.progress import Progress
from qmnist_core.studies import fan as fans
from qmnist_core.studies.fan import Fan, fan
from qmnist_core.training.loop import Training

SHORT = Experiment(data=DataConfig(n_examples=320), epochs=2)


def found(experiment: Experiment, mnist: Mnist, n_seeds: int) -> tuple[Fan, list[Progress]]:
    items = list(fan(experiment, prepare(mnist, experiment.input), n_seeds))
    (result,) = [one for one in items if isinstance(one, Fan)]
    return result, [one for one in items if isinstance(one, Progress)]


def test_it_begins_and_ends_as_each_training_does(mnist: Mnist) -> None:
    result, _ = found(SHORT, mnist, 4)
    assert result.seeds == (0, 1, 2, 3)
    assert result.steps.tolist() == list(range(21))
    dataset = prepare(mnist, SHORT.input)
    for seed in result.seeds:
        training = Training(replace(SHORT, seed=seed), dataset=dataset)
        for _ in training:
            pass
        ends = [(epoch.val_accuracy, epoch.val_loss) for epoch in training.history.epochs]
        for step, (accuracy, loss) in zip((10, 20), ends, strict=True):
            assert result.accuracy[seed, step] == pytest.approx(accuracy, abs=1e-12)
            assert result.loss[seed, step] == pytest.approx(loss, abs=1e-9)


def test_how_many_steps_are_kept_changes_nothing(mnist: Mnist, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = found(SHORT, mnist, 3)
    monkeypatch.setattr(fans, "KEPT_STEPS", 3)
    parts, progress = found(SHORT, mnist, 3)
    assert parts.steps.tolist() == [0, 10, 20]
    np.testing.assert_allclose(parts.accuracy, whole.accuracy[:, [0, 10, 20]], rtol=0, atol=1e-12)
    assert {one.of for one in progress} == {60}
    assert [one.done for one in progress if one.done == 60] == [60]
    assert progress[-1].done == 60


def test_what_has_no_fan_is_refused(mnist: Mnist) -> None:
    dataset = prepare(mnist, SHORT.input)
    with pytest.raises(ConfigError, match="of the QNN, not of the model 'logistic'"):
        next(fan(SHORT.rival("logistic"), dataset, 3))
    with pytest.raises(ConfigError, match="at least one seed, got 0"):
        next(fan(SHORT, dataset, 0))
