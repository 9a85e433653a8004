"""What one session sees of a training."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.jobs import Workshop, job
from tests.jobs.making import LONG, weights_after
from tests.waiting import until


def test_stopping_keeps_what_was_seen(workshop: Workshop) -> None:
    viewer = workshop.follow(LONG)
    until(lambda: viewer.revealed > 700)
    assert viewer.remaining > 0
    viewer.stop()
    assert viewer.state == "stopped"
    seen = viewer.revealed
    assert seen > 700
    assert viewer.moments()[-1].step == seen
    assert len(viewer.history().epochs) in (seen // 324, (seen - 1) // 324)  # its figures come after its last step
    until(lambda: viewer.job.state == "abandoned")
    time.sleep(0.1)
    assert viewer.revealed == seen


def test_one_viewers_stop_is_not_anothers(workshop: Workshop) -> None:
    one, other = workshop.follow(LONG), workshop.follow(LONG)
    until(lambda: one.revealed > 10)
    one.stop()
    seen = one.revealed
    until(lambda: other.revealed > seen + 500)
    assert (one.state, one.revealed, other.state) == ("stopped", seen, "running")
    other.stop()
    assert other.job.state == "abandoned"


def test_where_one_stops_the_exponents_are_known_whatever_others_go_on_to(
    workshop: Workshop, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MAX_MOMENTS", 10)
    experiment = Experiment(data=DataConfig(n_examples=320), epochs=300)
    one, other = workshop.follow(experiment), workshop.follow(experiment)
    until(lambda: one.revealed > 100)
    one.stop()
    at = one.revealed
    assert other.wait(60)
    assert (one.state, one.revealed, one.moments()[-1].step) == ("stopped", at, at)
    np.testing.assert_array_equal(one.moments()[-1].exponents, weights_after(experiment, mnist)[at])


def test_what_is_over_cannot_be_stopped(workshop: Workshop) -> None:
    viewer = workshop.follow(Experiment(data=DataConfig(n_examples=32), epochs=1))
    assert viewer.wait(30)
    viewer.stop()
    assert (viewer.state, viewer.revealed, viewer.remaining) == ("finished", 1, 0.0)
