"""What ends with a closed tab."""

from __future__ import annotations

import time

from qmnist_core.jobs import Client, Workshop
from tests.jobs.making import FEW, LONG
from tests.waiting import until


def test_a_closed_tab_ends_its_trainings_after_a_while(workshop: Workshop) -> None:
    client = Client()
    viewer = client.watch("live", workshop.follow(LONG))
    until(lambda: viewer.revealed > 0)
    client.away(grace_seconds=1.5)  # far longer than this thread may wait for its turn beside the training
    assert not client.is_here
    time.sleep(0.05)
    client.back()
    assert client.is_here
    time.sleep(1.8)
    assert viewer.state == "running"
    client.away(grace_seconds=0.05)
    until(lambda: viewer.state == "stopped")
    assert viewer.job.state == "abandoned"


def test_a_place_holds_one_viewer(workshop: Workshop) -> None:
    client = Client()
    first = client.watch("live", workshop.follow(LONG))
    second = client.watch("live", workshop.follow(FEW))
    assert first.job.state == "abandoned"
    assert client.viewers == {"live": second}
    assert second.wait(30)
