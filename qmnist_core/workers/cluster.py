"""Pieces done by the workers of a Dask cluster, on other machines.

A piece is one of Dask's tasks. What pieces share is one as well, so that workers hand it to each other, and it can be
had again where the one that has it dies; a piece depends on it only if its worker says that it has not got it, for Dask
sends tasks to where their data is, which at first is one worker. While a piece goes on its worker sends what it has
yielded so far; its result has all of it, and each item is taken once, by its number, even if the piece was begun anew
elsewhere.
"""

from __future__ import annotations

import itertools
import os
import pickle
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from functools import cache
from typing import Any

from qmnist_core import __version__
from qmnist_core.errors import UnavailableError
from qmnist_core.workers.protocol import LOOK_SECONDS, Do, Piece, carried

VARIABLE = "QMNIST_CLUSTER"
"""The environment variable with the address of the scheduler."""
SETTINGS = {
    "DASK_DISTRIBUTED__ADMIN__LARGE_GRAPH_WARNING_THRESHOLD": "1GB",  # data sets are meant to be sent
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "11s",  # the shortest that it takes
}
"""Of Dask, which reads them when it is loaded, unless the environment has its own."""
CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 10.0
"""After which a cluster without workers is none."""
AHEAD = 2
"""Pieces of one run, for each of the cluster's threads, that are under way or wait for it."""
MOST_SHARED = 8
"""Data sets and the like that the cluster keeps, those that were used last."""
MOST_SENT = 1 << 16
"""Bytes of what a piece has yielded that go ahead of its result, by way of the scheduler."""


class Cluster:
    """The workers of the scheduler at an address."""

    is_parallel = True

    def __init__(self, address: str) -> None:
        self.address = address
        self._lock = threading.RLock()
        self._client: Any = None
        self._shared: OrderedDict[int, tuple[Any, Any]] = OrderedDict()
        """What the cluster keeps and its future, by `id`; kept here as well, so that nothing else has the same."""
        self._runs: dict[int, queue.SimpleQueue[tuple[int, int, Any]]] = {}
        """Where to put what comes, as (place, number of its first item or −1 for the result, items)."""
        self._numbers = itertools.count()

    def run(self, do: Do, pieces: Iterable[Piece]) -> Iterator[tuple[int, Any] | None]:
        """The pieces side by side, a bounded number at a time."""
        client, number = self._connected(), next(self._numbers)
        waiting, come = iter(enumerate(pieces)), queue.SimpleQueue[tuple[int, int, Any]]()
        self._runs[number] = come
        under_way: dict[int, tuple[Piece, Any]] = {}
        n_taken: dict[int, int] = {}

        def begin(place: int, piece: Piece, at: str | None = None) -> None:
            if client.status != "running":
                raise self._gone()
            future = self._submit(client, do, piece, (self._topic(client), number, place), at)
            under_way[place] = piece, future
            n_taken.setdefault(place, 0)
            future.add_done_callback(lambda _: come.put((place, -1, None)))

        looked, room = -1.0, 0
        seen = time.monotonic()
        try:
            while True:
                if time.monotonic() > looked + 1.0:
                    looked, room = time.monotonic(), AHEAD * self._n_threads(client)
                for place, piece in itertools.islice(waiting, max(0, room - len(under_way))):
                    begin(place, piece)
                if not under_way and room:
                    return
                try:
                    place, first, items = come.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    if room:
                        seen = time.monotonic()
                    elif time.monotonic() > seen + SILENCE_SECONDS:
                        raise UnavailableError(
                            f"the cluster at {self.address} has no workers: start some with dask worker {self.address}"
                        ) from None
                    yield None
                    continue
                if place not in under_way:  # what came late
                    continue
                error = None
                if first < 0:
                    piece, future = under_way.pop(place)
                    result = self._result(client, future)
                    if isinstance(result, str):
                        begin(place, piece, result)
                        continue
                    first, (items, error) = 0, result
                if first <= n_taken[place]:
                    for item in items[n_taken[place] - first :]:
                        n_taken[place] += 1
                        yield place, item
                if error is not None:
                    raise error
        finally:
            del self._runs[number]
            for _, future in under_way.values():
                future.release()  # nobody else wants it

    def end(self) -> None:
        """Leave the cluster; what it does for this process ends."""
        with self._lock:
            client, self._client = self._client, None
            self._shared.clear()
        if client is not None:
            client.close(timeout=CONNECT_SECONDS)

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None or self._client.status != "running":
                self.end()
                self._client = self._connect()
            return self._client

    def _connect(self) -> Any:
        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        try:
            import distributed
        except ImportError:
            raise UnavailableError(
                f"{VARIABLE} is set, and the package distributed is not installed: pip install 'qmnist[cluster]'"
            ) from None
        client = distributed.Client.__new__(distributed.Client)
        try:
            client.__init__(self.address, timeout=CONNECT_SECONDS, set_as_default=False, name="qmnist")
        except (OSError, ValueError, distributed.TimeoutError) as error:
            # By itself its thread would stay, or end when memory is next tidied up: where that is while another client
            # starts, the two wait for each other.
            client.close()
            client._loop_runner.stop()
            raise self._gone(str(error)) from None
        client.subscribe_topic(self._topic(client), self._take)
        return client

    def _topic(self, client: Any) -> str:
        return f"qmnist {client.id}"

    def _take(self, event: tuple[float, Any]) -> None:
        """What a worker sends ahead of a result."""
        number, place, first, items = event[1]
        if (come := self._runs.get(number)) is not None:
            come.put((place, first, pickle.loads(items)))

    def _submit(self, client: Any, do: Do, piece: Piece, to: tuple[str, int, int], at: str | None) -> Any:
        """at: the address of a worker that has not got what the piece shares, and gets it now."""
        with self._lock:
            key = id(piece.shared)
            if key not in self._shared or self._shared[key][1].cancelled():
                held = client.submit(pickle.loads, pickle.dumps(piece.shared), pure=False)
                self._shared[key] = piece.shared, held
            self._shared.move_to_end(key)
            _, held = self._shared[key]
            while len(self._shared) > MOST_SHARED:
                self._shared.popitem(last=False)
        where = {} if at is None else {"workers": [at], "allow_other_workers": True}
        shared = [] if at is None else [held]
        return client.submit(_done, do, held.key, piece.own, to, __version__, *shared, pure=False, **where)

    def _result(self, client: Any, future: Any) -> str | tuple[list[Any], Exception | None]:
        from distributed import KilledWorker, TimeoutError

        while not future.cancelled() and client.status == "running":
            try:
                found: str | tuple[list[Any], Exception | None] = future.result(CONNECT_SECONDS)
            except TimeoutError:  # the worker that had it has died, and another does it again
                continue
            except (CancelledError, OSError):  # the connection broke
                break
            except KilledWorker:
                raise UnavailableError(
                    f"several workers of the cluster at {self.address} ended while they did the same piece: "
                    "give them more memory"
                ) from None
            return found
        raise self._gone()

    def _n_threads(self, client: Any) -> int:
        try:
            if client.status == "running":
                return sum(client.sync(client.scheduler.ncores, callback_timeout=CONNECT_SECONDS).values())
        except Exception:  # whatever the connection says when it breaks
            pass
        raise self._gone()

    def _gone(self, why: str = "") -> UnavailableError:
        why = f" ({why})" if why else ""
        return UnavailableError(
            f"the cluster's scheduler at {self.address} does not answer{why}: start it with dask scheduler, or unset "
            f"{VARIABLE} to compute here"
        )


@cache
def cluster_at(address: str) -> Cluster:
    """The one connection of this program to a cluster."""
    return Cluster(address)


def chosen() -> Cluster | None:
    """The cluster that the environment names, if it does."""
    address = os.environ.get(VARIABLE)
    return cluster_at(address) if address else None


_kept: OrderedDict[str, Any] = OrderedDict()
"""On a worker: what pieces share, by the key of the task that it is."""
_keeping = threading.Lock()


def _done(
    do: Do, key: str, own: Any, to: tuple[str, int, int], version: str, *shared: Any
) -> str | tuple[list[Any], Exception | None]:
    """On a worker: what a piece yields, and how it failed if it did; the worker's address, where it lacks what is
    shared. `to` hears of it meanwhile."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks[worker.get_current_task()]
    with _keeping:
        if shared:
            (_kept[key],) = shared
        if key not in _kept:
            return str(worker.address)
        _kept.move_to_end(key)
        data = _kept[key]
        while len(_kept) > MOST_SHARED:
            _kept.popitem(last=False)
    topic, number, place = to
    items: list[Any] = []
    n_sent, sent = 0, time.monotonic()
    try:
        if version != __version__:
            raise UnavailableError(
                f"a worker of the cluster has version {__version__} of qmnist, and this is {version}: install the same"
            )
        for item in do(data, own):
            items.append(item)
            if task.state == "cancelled":
                break
            if time.monotonic() - sent > LOOK_SECONDS:
                ahead = pickle.dumps(items[n_sent:])
                if len(ahead) <= MOST_SENT:
                    worker.log_event(topic, (number, place, n_sent, ahead))
                n_sent, sent = len(items), time.monotonic()
    except Exception as error:
        return items, carried(error)
    return items, None
