"""Pieces on a Dask cluster: a scheduler and two workers on this computer."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from qmnist_core.config import DataConfig, Experiment, NoiseConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import InputError, QMnistError, UnavailableError
from qmnist_core.jobs import Workshop
from qmnist_core.progress import Progress
from qmnist_core.studies import sweep
from qmnist_core.studies.atlas import Atlas, atlas, begin
from qmnist_core.studies.fan import Fan, fan
from qmnist_core.studies.noise import advise
from qmnist_core.studies.spread import measure
from qmnist_core.training.loop import Training
from qmnist_core.workers import Cluster, Do, Piece, chosen, parts, without_keeping
from qmnist_core.workers import cluster as cluster_module
from tests.waiting import until
from tests.workers.cluster import scheduler, worker
from tests.workers.doing import Heavy, break_off, count, refuse, slowly, squares, where

FEW = Experiment(data=DataConfig(n_examples=320), epochs=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def begun(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with scheduler(folder) as found:
        yield found


@pytest.fixture(scope="module")
def connected(begun: tuple[str, Any], folder: Path) -> Iterator[Cluster]:
    """With two workers."""
    address, _ = begun
    with worker(folder, address), worker(folder, address):
        found = cluster_module.cluster_at(address)
        until(lambda: found._n_threads(found._connected()) == 2)
        yield found
        found.end()


@pytest.fixture
def workers(connected: Cluster, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """Chosen by the environment, and for pieces that take a moment."""
    monkeypatch.setenv("QMNIST_CLUSTER", connected.address)
    monkeypatch.setattr(parts, "PIECE_SECONDS", 1e-3)
    assert chosen() is connected
    return connected


def found(workers: Cluster, do: Do, *pieces: Piece) -> list[tuple[int, Any]]:
    """In the order of the pieces."""
    come = [item for item in workers.run(do, pieces) if item is not None]
    return sorted(come, key=lambda item: item[0])


def test_a_cluster_without_workers_is_said_to_have_none(
    begun: tuple[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_module, "SILENCE_SECONDS", 0.5)
    address, _ = begun
    alone = Cluster(address)
    with pytest.raises(UnavailableError, match=rf"^the cluster at {address} has no workers: start some with dask wor"):
        list(alone.run(squares, [Piece(0, 1)]))
    alone.end()


def test_an_address_where_nobody_answers_is_named_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_SECONDS", 1.0)
    begun, running = time.monotonic(), set(threading.enumerate())
    for address in ("tcp://127.0.0.1:9", "elsewhere"):
        with pytest.raises(UnavailableError, match=rf"^the cluster's scheduler at {address} does not answer"):
            list(Cluster(address).run(squares, [Piece(0, 1)]))
        assert not [one for one in set(threading.enumerate()) - running if one.name == "IO loop"], "nothing is left"
    assert time.monotonic() - begun < 30


def test_every_piece_is_done_once_and_errors_come_back(workers: Cluster) -> None:
    expected = [(place, place + i * i) for place in range(20) for i in range(3)]
    assert found(workers, squares, *(Piece(place, 3) for place in range(20))) == expected
    assert found(workers, squares) == []
    with pytest.raises(InputError, match=r"^the image is blank$"):
        found(workers, refuse, Piece(None, "the image is blank"))
    with pytest.raises(QMnistError, match=r"^it failed \(LibraryError: surprise\): change a setting and try again$"):
        found(workers, break_off, Piece(None, "surprise"))


def test_what_pieces_share_is_sent_to_each_worker_once(workers: Cluster) -> None:
    heavy = Heavy()
    come = [item for _, item in found(workers, where, *(Piece(heavy, i) for i in range(30)))]
    assert len({pid for pid, _ in come}) == 2
    assert {arrived for _, arrived in come} == {1}


def test_what_is_not_kept_is_sent_with_each_piece_and_gone_with_it(workers: Cluster, mnist: Mnist) -> None:
    client = workers._connected()

    def kept() -> list[set[object]]:
        """What each worker keeps, and what the cluster as a whole does; None is nothing."""
        on_workers = client.run(lambda: {key for key, one in cluster_module._kept.items() if one is not None})
        return [on_workers[worker] for worker in sorted(on_workers)] + [
            {key for key, (one, _) in workers._shared.items() if one is not None}
        ]

    before = kept()
    come = [item for _, item in found(workers, without_keeping, *(Piece(None, (where, Heavy(), i)) for i in range(4)))]
    assert len(come) == 4
    data = DataConfig(n_examples=320, file="upload-x")  # as of a session
    *_, whole = (one for one in fan(replace(FEW, data=data), prepare(mnist, FEW.data), 4) if isinstance(one, Fan))
    assert len(whole.seeds) == 4
    assert all(now <= then for now, then in zip(kept(), before, strict=True)), "nothing new"


def test_what_a_piece_yields_comes_while_it_goes_on(workers: Cluster) -> None:
    begun = time.monotonic()
    come = [(item, time.monotonic() - begun) for item in workers.run(count, [Piece(None, 15)]) if item is not None]
    assert [number for (_, (number, _)), _ in come] == list(range(15))
    assert come[-1][1] - come[0][1] > 0.5


def test_whoever_stops_asking_stops_the_work(workers: Cluster, tmp_path: Path) -> None:
    run = workers.run(slowly, [Piece(tmp_path / f"{place}", 1000) for place in range(50)])
    until(lambda: next(run) is not None)
    run.close()  # type: ignore[attr-defined]
    time.sleep(0.5)
    sizes = {file: file.stat().st_size for file in tmp_path.iterdir()}
    time.sleep(0.3)
    assert sizes == {file: file.stat().st_size for file in tmp_path.iterdir()}
    assert 1 <= len(sizes) <= 4
    assert found(workers, squares, Piece(1, 1)) == [(0, 1)]


def test_studies_give_what_they_give_without_a_cluster(
    workers: Cluster, mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(config: DataConfig) -> Dataset:
        return prepare(mnist, config)

    def of_all() -> list[Any]:
        spread_ = [item for item in measure(FEW, mnist, 3, (2, 4)) if not isinstance(item, Progress)]
        fans = [item for item in fan(FEW, load(FEW.data), 5) if isinstance(item, Fan)]
        advice = advise(FEW, NoiseConfig("damping", 0.01), 0.95, (2, 3), (("XX", "ZZ"),), load)
        wanted = sweep.runs(FEW, sweep.Choice((2, 4), n_seeds=2))
        kept = sweep.Measurements()
        *_, last = sweep.measure(wanted, mnist, kept)
        assert last.done == last.of
        measured = [kept.get(one) for one in wanted]
        *_, whole = (item for item in atlas(mnist, begin(mnist, n_seeds=2, most_layers=1)) if isinstance(item, Atlas))
        assert not whole.n_left
        return [
            *(np.array(spread_), whole.right, whole.tested),
            *(part for one in fans for part in (one.steps, one.accuracy, one.loss)),
            [item for item in advice if not isinstance(item, Progress)],
            [replace(one, seconds=0.0) for one in measured if isinstance(one, sweep.Measurement)],
        ]

    ours = of_all()
    n_runs = next(workers._numbers)
    monkeypatch.delenv("QMNIST_CLUSTER")
    theirs = of_all()
    assert next(workers._numbers) == n_runs + 1, "nothing was asked of it"
    assert len(ours[-1]) == 4
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_tensorflows_trainings_go_on_side_by_side(workers: Cluster, mnist: Mnist, keras: ModuleType) -> None:
    workshop = Workshop(lambda experiment: prepare(mnist, experiment.input))
    first, second = (Experiment.tutorial("fair", epochs=30, seed=seed) for seed in (0, 1))
    viewers = [workshop.follow(first), workshop.follow(second)]
    until(lambda: all(viewer.revealed > 0 for viewer in viewers), 120)
    assert all(viewer.wait(120) for viewer in viewers)
    assert [viewer.state for viewer in viewers] == ["finished", "finished"]
    alone = Training(first, mnist)
    list(alone)
    np.testing.assert_allclose(viewers[0].job.history.losses, alone.history.losses, rtol=1e-3)
    stopped = workshop.follow(Experiment.tutorial("fair", epochs=10_000))
    until(lambda: stopped.revealed > 0, 60)
    stopped.stop()
    again = workshop.follow(Experiment.tutorial("fair", epochs=1))
    assert again.wait(60)
    assert again.state == "finished"
    workshop.end()


def test_a_worker_that_dies_loses_nothing_and_nothing_is_done_twice(workers: Cluster, folder: Path) -> None:
    with worker(folder, workers.address) as doomed:
        until(lambda: workers._n_threads(workers._connected()) == 3)
        come, killed = [], False
        for item in workers.run(count, [Piece(None, 8) for _ in range(12)]):
            if item is None:
                continue
            place, (number, pid) = item
            come.append((place, number))
            if pid == doomed.pid and number >= 2 and not killed:
                doomed.send_signal(signal.SIGKILL)
                killed = True
        assert killed
        assert sorted(come) == [(place, number) for place in range(12) for number in range(8)]


def test_a_scheduler_that_goes_is_named_within_seconds(
    workers: Cluster, begun: tuple[str, subprocess.Popen[bytes]], mnist: Mnist
) -> None:
    """The last test of this cluster."""
    _, process = begun
    workshop = Workshop(lambda experiment: prepare(mnist, experiment.input))
    long = replace(FEW, epochs=200)
    dataset = prepare(mnist, long.data)
    watcher = workshop.compute("fan", lambda: fan(long, dataset, 2000))
    until(lambda: watcher.revealed > 0)
    process.send_signal(signal.SIGTERM)
    gone = time.monotonic()
    assert watcher.wait(30)
    assert time.monotonic() - gone < 15
    assert watcher.state == "failed"
    assert watcher.job.message == (
        f"the cluster's scheduler at {workers.address} does not answer: start it with dask scheduler, or unset "
        "QMNIST_CLUSTER to compute here"
    )
    again = workshop.compute("again", lambda: fan(FEW, dataset, 5))
    assert again.wait(30)
    assert again.job.message.startswith(f"the cluster's scheduler at {workers.address} does not answer")
    workshop.end()
