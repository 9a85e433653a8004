from __future__ import annotations

import numpy as np

from qmnist_core.training.history import EpochFigures, History, Moment


def grown() -> History:
    """Two epochs of three steps, and a step."""
    history = History(steps_an_epoch=3)
    for step in range(1, 8):
        history.add_steps([(1.0 / step, step / 10)], [float(step)])
        history.moments.append(Moment(step, np.full((2, 4), step)))
    history.epochs += [EpochFigures(epoch, 0.5, 0.6, 0.4, 0.7, 3.0) for epoch in (1, 2)]
    return history


def test_it_can_be_told_as_it_was_at_any_step() -> None:
    history = grown()
    early = history.until(5)
    assert (len(early.losses), early.accuracies[-1], early.elapsed[-1]) == (5, 0.5, 5.0)
    assert [epoch.epoch for epoch in early.epochs] == [1]
    assert early.moments[-1].step == 5
    assert history.until(7) == history


def test_what_was_told_does_not_change_as_it_goes_on() -> None:
    history = grown()
    told = history.until(7)
    history.add_steps([(0.1, 0.9)], [8.0])
    history.moments.append(Moment(8, np.zeros((2, 4))))
    assert len(told.losses) == len(told.moments) == 7
