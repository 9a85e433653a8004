"""Thirty students at one server: `python -m tests.browser.load [SESSIONS [SECONDS]] [--busy] [--watchers N]`, on this
computer's loopback only. With --class [PROCESSES] they are a class that plays together: see load_class.

Each session speaks to the server as a browser does, over its own websocket: it opens a page, changes a setting every
few seconds and polls what the page polls. Two times are taken from sending the change: to the first figures, when the
page has been run once, and to the last ones, when nothing on it moves any more, trainings and measurements included.
Drawing them in a browser comes on top. The server's processor time a change is taken as well, of one visitor alone and
of the crowd. With --busy another process keeps one core busy for the first half; with --watchers so many more sessions
play the run on Playground again and again, which their browsers do alone but for saying where the cursor rests.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

from tests.browser.server import Server, serving

PLAYING = (10.0, 20.0)
"""Seconds between two plays of one watcher."""
THINKING = (2.0, 6.0)
"""Seconds between two changes of one student."""

CHANGES = {
    "": lambda pick: {"show-example": pick.randrange(1968), "threshold": f"{pick.uniform(0.2, 0.8):.2f}"},
    "data": lambda pick: {"threshold": f"{pick.uniform(0.2, 0.8):.2f}", "size": pick.choice((4, 4, 4, 6, 8, 14, 28))},
    "circuit": lambda pick: {"show-example": pick.randrange(1968), "show-section": "exponent"},
    "train": lambda pick: {"seed": pick.randrange(1000), "size": pick.choice((4, 4, 4, 8))},
    "noise": lambda pick: {"show-example": pick.randrange(1968), "show-infidelity": pick.choice((0.001, 0.01, 0.1))},
    "computes": lambda pick: {"seed": pick.randrange(100), "show-computes": pick.choice(("map", "cosine", "all"))},
}
"""What students on a page change: names and values of its address."""


ALONE_CHANGES = 10
"""So many on each page, one after the other and at 4×4, tell what a change costs the server."""
RECOVERY_SECONDS = 10.0
"""After the busy process has ended, before changes count as of an idle computer again."""


@dataclass(frozen=True)
class Change:
    """One change of a setting: when it was sent, and the seconds to the first and the last figures."""

    page: str
    sent: float
    first: float
    last: float


@dataclass
class Figures:
    """What was measured."""

    changes: list[Change] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    bytes: int = 0


@dataclass
class Student:
    """One session on one page."""

    server: Server
    page: str
    figures: Figures
    pick: random.Random
    address: str = ""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    polled: dict[str, float] = field(default_factory=dict)

    async def study(self, until: float) -> None:
        """Change something every few seconds."""
        async with self.connected() as line:
            await asyncio.sleep(self.pick.uniform(0, 5))
            while time.monotonic() < until:
                await self.change(line)
                await asyncio.sleep(self.pick.uniform(*THINKING))

    async def watch(self, until: float) -> None:
        """Play the run from its start; the server hears where it ends."""
        async with self.connected() as line:
            for number in itertools.count():
                self.address = "" if number % 2 else "show-step=0"
                await line.send(self.request().SerializeToString())
                pause = self.pick.uniform(*PLAYING)
                if time.monotonic() + pause > until:
                    break
                await asyncio.sleep(pause)

    async def hurry(self, server_time: Callable[[], float], goes_on: bool) -> tuple[float, int]:
        """Seconds of the server's time that a change takes, in the mean, and the bytes that the first page took.

        goes_on: to other sizes, afterwards and not counted.
        """
        async with self.connected() as line:
            await self.change(line, size=4)
            before, first = server_time(), self.figures.bytes
            for _ in range(ALONE_CHANGES):
                await self.change(line, size=4)
            cost = (server_time() - before) / ALONE_CHANGES
            for _ in range(ALONE_CHANGES if goes_on else 0):
                await self.change(line)
            return cost, first

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[Any]:
        """The session's line; what goes wrong on it is one of the figures."""
        url = self.server.address.replace("http", "ws", 1) + "/_stcore/stream"
        own, protocols = Origin(self.server.address), [Subprotocol("streamlit")]
        async with websockets.connect(
            url, subprotocols=protocols, max_size=None, origin=own, additional_headers=self.headers()
        ) as line:
            listening = asyncio.create_task(self.listen(line))
            polling = asyncio.create_task(self.poll(line))
            try:
                yield line
            except asyncio.TimeoutError:
                self.figures.errors.append(f"{self.page}: no answer within a minute")
            except websockets.ConnectionClosed as closed:
                self.figures.errors.append(f"{self.page}: {closed}")
            for task in (listening, polling):
                task.cancel()
            if listening.done() and not listening.cancelled() and listening.exception():
                self.figures.errors.append(f"{self.page}: {listening.exception()}")

    async def change(self, line: Any, **more: Any) -> None:
        self.address = urlencode(CHANGES[self.page](self.pick) | more)
        self.answered.clear()
        self.settled.clear()
        sent, start, times = time.monotonic(), time.perf_counter(), []
        await line.send(self.request().SerializeToString())
        for event in (self.answered, self.settled):
            await asyncio.wait_for(event.wait(), 60)
            times.append(time.perf_counter() - start)
        self.figures.changes.append(Change(self.page or "home", sent, *times))

    def headers(self) -> dict[str, str]:
        """What the browser sends with the request for the line."""
        return {}

    def hear(self, message: ForwardMsg) -> None:
        """Every message of the server."""

    def request(self, fragment: str = "", by_timer: bool = False) -> BackMsg:
        """fragment: the part of the page that is to be run, "" for all of it. by_timer: whether nobody did anything."""
        message = BackMsg()
        message.rerun_script.query_string = self.address
        message.rerun_script.page_name = self.page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = by_timer
        message.rerun_script.context_info.timezone = "UTC"
        return message

    async def listen(self, line: Any) -> None:
        async for packet in line:
            self.figures.bytes += len(packet)
            message = ForwardMsg()
            message.ParseFromString(packet)
            self.hear(message)
            kind = message.WhichOneof("type")
            if kind == "new_session" and not message.metadata.run.fragment_ids:
                self.polled.clear()
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self.answered.set()
                if not self.polled:
                    self.settled.set()
            elif kind == "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self.polled.pop(fragment, None)
            elif kind == "auto_rerun":
                self.polled[message.auto_rerun.fragment_id] = message.auto_rerun.interval
            elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                self.figures.errors.append(f"{self.page}: {message.delta.new_element.exception.message}")

    async def poll(self, line: Any) -> None:
        """What a browser asks for while a part of the page moves."""
        while True:
            await asyncio.sleep(min(self.polled.values(), default=0.5))
            with contextlib.suppress(websockets.ConnectionClosed):
                for fragment in list(self.polled):
                    await line.send(self.request(fragment, by_timer=True).SerializeToString())


def memory(server: Server) -> float:
    """Megabytes that the server holds."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def processor_time(server: Server) -> float:
    """Seconds that the server has computed, on all cores."""
    user, system = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def processor() -> str:
    """What the computer calls its processor."""
    names = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return f"{len(names)} cores, {names[0]}" if names else "a processor without a name"


async def alone(server: Server, goes_on: bool) -> dict[str, tuple[float, int]]:
    """Seconds of the server's time for a change on each page, of a visitor who is alone, and bytes of the page."""
    found = {}
    for page in CHANGES:
        student = Student(server, page, Figures(), random.Random(0))
        found[page or "home"] = await student.hurry(lambda: processor_time(server), goes_on)
    return found


async def crowd(server: Server, sessions: int, watchers: int, seconds: float) -> Figures:
    figures, watched = Figures(), Figures()
    until = time.monotonic() + seconds
    pages = list(CHANGES)
    students = [Student(server, pages[i % len(pages)], figures, random.Random(i)).study(until) for i in range(sessions)]
    others = [Student(server, "", watched, random.Random(-i)).watch(until) for i in range(1, watchers + 1)]
    await asyncio.gather(*students, *others)
    figures.errors += watched.errors
    return figures


async def crowd_beside_a_busy_process(server: Server, sessions: int, seconds: float) -> tuple[Figures, float]:
    """The same, and when the busy process ended."""
    busy = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        crowded = asyncio.create_task(crowd(server, sessions, 0, 2 * seconds))
        await asyncio.sleep(seconds)
    finally:
        busy.kill()
        busy.wait()
    ended = time.monotonic()
    return await crowded, ended


def main(sessions: int, seconds: float, busy: bool, watchers: int) -> None:
    print(f"{sessions} sessions, a change every {THINKING[0]:g} to {THINKING[1]:g} s in each; {processor()}")
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "log.txt") as server:
        # One visitor first, as in class: the teacher, who comes to the same settings once more.
        for what, goes_on in (("new settings", False), ("settings that were there before", True)):
            lone = asyncio.run(alone(server, goes_on))
            costs = ", ".join(f"{page} {1e3 * took:.0f}" for page, (took, _) in lone.items())
            middle = 1e3 * statistics.median(took for took, _ in lone.values())
            print(f"processor time a change at 4×4, alone, to {what}: median {middle:.0f} ms ({costs})")
        sizes = ", ".join(f"{page} {first / 1000:.0f}" for page, (_, first) in lone.items())
        print(f"kB of a new session's first page: {sizes}")
        before, begun = memory(server), processor_time(server)
        if busy:
            figures, ended = asyncio.run(crowd_beside_a_busy_process(server, sessions, seconds))
            report("with one core kept busy", [one for one in figures.changes if one.sent < ended])
            later = [one for one in figures.changes if one.sent > ended + RECOVERY_SECONDS]
            report(f"from {RECOVERY_SECONDS:g} s after that ended", later)
        else:
            figures = asyncio.run(crowd(server, sessions, watchers, seconds))
            report(f"{seconds:g} s", figures.changes)
        cost = (processor_time(server) - begun) / len(figures.changes)
        print(f"processor time a change, in the crowd: {1e3 * cost:.0f} ms")
        print(f"server memory: {before:.0f} MB with one visitor, {memory(server):.0f} MB at the end")
        print(f"sent to all: {figures.bytes / 1e6:.1f} MB; errors: {len(figures.errors)}", *figures.errors[:5])
        print("log:", *server.complaints()[:5])


def report(what: str, changes: list[Change]) -> None:
    print(what)
    by_page = {
        page: [one for one in changes if one.page == page] for page in dict.fromkeys(one.page for one in changes)
    }
    for page, some in [*by_page.items(), ("all pages", changes)]:
        words = [f"{page:10s} {len(some):5d} changes"]
        for name, times in (("first", [one.first for one in some]), ("last", [one.last for one in some])):
            ranked = sorted(times)
            late = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
            words.append(f"{name} {statistics.median(ranked):.2f} s, 95 % {late:.2f} s, slowest {ranked[-1]:.2f} s")
        print("; ".join(words))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m tests.browser.load", description=__doc__)
    asked.add_argument("sessions", nargs="?", type=int, default=30)
    asked.add_argument("seconds", nargs="?", type=float, default=120.0)
    asked.add_argument("--busy", action="store_true", help="keep one core busy with another process for the first half")
    asked.add_argument("--watchers", type=int, default=0, help="sessions beside these that only play the run")
    asked.add_argument(
        "--class", dest="processes", type=int, nargs="?", const=1, choices=(1, 2), help="a class, on so many processes"
    )
    given = vars(asked.parse_args())
    processes = given.pop("processes")
    if processes:
        from tests.browser.load_class import measure

        measure(given["sessions"], given["seconds"], processes)
    else:
        main(**given)
