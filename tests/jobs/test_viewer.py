"""What one session sees of a training, and its own controls."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.jobs import Workshop, job
from tests.jobs.making import FEW, LONG, weights_after
from tests.waiting import until


def test_steps_are_taken_one_by_one(workshop: Workshop, mnist: Mnist) -> None:
    viewer = workshop.begin(FEW, paused=True)
    time.sleep(0.1)
    assert (viewer.state, viewer.revealed, viewer.job.steps_done) == ("paused", 0, 0)
    for step in range(1, 12):
        viewer.step()
        until(lambda step=step: viewer.revealed == step)  # type: ignore[misc]
    time.sleep(0.05)
    assert (viewer.state, viewer.job.steps_done, len(viewer.history().epochs)) == ("paused", 11, 1)
    np.testing.assert_array_equal(viewer.moments()[-1].exponents, weights_after(FEW, mnist)[11])
    viewer.play()
    assert viewer.wait(30)
    assert viewer.state == "finished"


def test_a_pace_is_followed_and_pauses_do_not_count(workshop: Workshop) -> None:
    start = time.monotonic()
    viewer = workshop.begin(LONG, pace=40)
    until(lambda: viewer.revealed >= 8)
    assert time.monotonic() - start >= 8 / 40
    assert viewer.remaining > 0
    viewer.pause()
    seen = viewer.revealed
    time.sleep(0.15)
    assert (viewer.revealed, viewer.state) == (seen, "paused")
    viewer.set_pace(None)
    viewer.play()
    until(lambda: viewer.revealed > seen + 100)
    assert viewer.seconds < time.monotonic() - start - 0.15
    viewer.stop()


def test_stopping_keeps_what_was_seen(workshop: Workshop) -> None:
    viewer = workshop.begin(LONG)
    until(lambda: viewer.revealed > 700)
    viewer.stop()
    assert viewer.state == "stopped"
    seen = viewer.revealed
    assert seen > 700
    assert viewer.moments()[-1].step == seen
    assert len(viewer.history().epochs) == seen // 324
    until(lambda: viewer.job.state == "abandoned")
    time.sleep(0.1)
    assert viewer.revealed == seen


def test_one_viewers_pause_and_stop_are_not_anothers(workshop: Workshop) -> None:
    one, other = workshop.follow(LONG), workshop.follow(LONG)
    one.pause()
    seen = one.revealed
    until(lambda: other.revealed > seen + 500)
    assert (one.state, one.revealed, other.state) == ("paused", seen, "running")
    one.stop()
    assert one.state == "stopped"
    assert other.state == "running"
    assert one.revealed <= seen
    other.stop()
    assert other.job.state == "abandoned"


def test_where_one_rests_the_exponents_are_known_whatever_others_go_on_to(
    workshop: Workshop, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "MAX_MOMENTS", 10)
    experiment = Experiment(data=DataConfig(n_examples=320), epochs=300)
    one, other = workshop.follow(experiment), workshop.follow(experiment)
    other.set_pace(2000)
    until(lambda: one.revealed > 100)
    one.pause()
    at = one.revealed
    other.set_pace(None)
    assert other.wait(60)
    assert (one.state, one.revealed, one.moments()[-1].step) == ("paused", at, at)
    expected = weights_after(experiment, mnist)
    np.testing.assert_array_equal(one.moments()[-1].exponents, expected[at])
    for _ in range(3):
        one.step()
        assert one.revealed > at
        at = one.revealed
        np.testing.assert_array_equal(one.moments()[-1].exponents, expected[at])


def test_a_paused_pace_wakes_nobody(workshop: Workshop) -> None:
    viewer = workshop.begin(LONG, pace=40)
    assert viewer.is_paced
    viewer.pause()
    assert not viewer.is_paced
    viewer.play()
    assert viewer.is_paced
    viewer.stop()
    assert not viewer.is_paced


def test_a_viewer_shows_no_more_than_it_has_seen(workshop: Workshop) -> None:
    viewer = workshop.begin(FEW, pace=1)
    assert viewer.revealed <= 1
    assert len(viewer.moments()) <= 2
    assert viewer.history().epochs == []
    viewer.stop()
