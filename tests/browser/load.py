"""Thirty students at one server: `python -m tests.browser.load [SESSIONS [SECONDS]]`, on this computer's loopback only.

Each session speaks to the server as a browser does, over its own websocket: it opens a page, changes a setting every
few seconds and polls what the page polls. Two times are taken from sending the change: to the first figures, when the
page has been run once, and to the last ones, when nothing on it moves any more, trainings and measurements included.
Drawing them in a browser comes on top.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

from tests.browser.server import Server, serving

THINKING = (2.0, 6.0)
"""Seconds between two changes of one student."""

CHANGES = {
    "": lambda pick: {"show-example": pick.randrange(1968), "threshold": f"{pick.uniform(0.2, 0.8):.2f}"},
    "data": lambda pick: {"threshold": f"{pick.uniform(0.2, 0.8):.2f}", "size": pick.choice((4, 4, 4, 6, 8, 14, 28))},
    "circuit": lambda pick: {"show-example": pick.randrange(1968), "show-section": "exponent"},
    "train": lambda pick: {"show-retrain": 1, "seed": pick.randrange(1000), "size": pick.choice((4, 4, 4, 8))},
    "noise": lambda pick: {"show-example": pick.randrange(1968), "show-infidelity": pick.choice((0.001, 0.01, 0.1))},
    "computes": lambda pick: {"seed": pick.randrange(100), "show-computes": pick.choice(("map", "cosine", "all"))},
}
"""What students on a page change: names and values of its address."""


@dataclass
class Figures:
    """What was measured, by page."""

    first: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    last: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
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
        url = self.server.address.replace("http", "ws", 1) + "/_stcore/stream"
        own, protocols = Origin(self.server.address), [Subprotocol("streamlit")]
        async with websockets.connect(url, subprotocols=protocols, max_size=None, origin=own) as line:
            listening = asyncio.create_task(self.listen(line))
            polling = asyncio.create_task(self.poll(line))
            await asyncio.sleep(self.pick.uniform(0, 5))
            try:
                while time.monotonic() < until:
                    self.address = urlencode(CHANGES[self.page](self.pick))
                    await self.change(line)
                    await asyncio.sleep(self.pick.uniform(*THINKING))
            except TimeoutError:
                self.figures.errors.append(f"{self.page}: no answer within a minute")
            except websockets.ConnectionClosed as closed:
                self.figures.errors.append(f"{self.page}: {closed}")
            for task in (listening, polling):
                task.cancel()
            if listening.done() and not listening.cancelled() and listening.exception():
                self.figures.errors.append(f"{self.page}: {listening.exception()}")

    async def change(self, line: Any) -> None:
        self.answered.clear()
        self.settled.clear()
        start = time.perf_counter()
        await line.send(self.request().SerializeToString())
        for event, times in ((self.answered, self.figures.first), (self.settled, self.figures.last)):
            await asyncio.wait_for(event.wait(), 60)
            times[self.page or "home"].append(time.perf_counter() - start)

    def request(self, fragment: str = "") -> BackMsg:
        message = BackMsg()
        message.rerun_script.query_string = self.address
        message.rerun_script.page_name = self.page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.context_info.timezone = "UTC"
        return message

    async def listen(self, line: Any) -> None:
        async for packet in line:
            self.figures.bytes += len(packet)
            message = ForwardMsg()
            message.ParseFromString(packet)
            kind = message.WhichOneof("type")
            if kind == "new_session" and not message.metadata.run.fragment_ids:
                self.polled.clear()
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self.answered.set()
                if not self.polled:
                    self.settled.set()
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
                    await line.send(self.request(fragment).SerializeToString())


def memory(server: Server) -> float:
    """Megabytes that the server holds."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


async def crowd(server: Server, sessions: int, seconds: float) -> Figures:
    figures = Figures()
    until = time.monotonic() + seconds
    pages = list(CHANGES)
    students = [Student(server, pages[i % len(pages)], figures, random.Random(i)).study(until) for i in range(sessions)]
    await asyncio.gather(*students)
    return figures


def main(sessions: int = 30, seconds: float = 120) -> None:
    with tempfile.TemporaryDirectory() as scratch, serving(Path(scratch) / "log.txt") as server:
        asyncio.run(crowd(server, 1, 8))  # one visitor first, as in class: the teacher
        before = memory(server)
        figures = asyncio.run(crowd(server, sessions, seconds))
        print(f"{sessions} sessions, {seconds:g} s, a change every {THINKING[0]:g} to {THINKING[1]:g} s in each")
        for what, by_page in (("first figures", figures.first), ("last figures", figures.last)):
            print(what)
            everything = [one for times in by_page.values() for one in times]
            for page, seconds_taken in [*by_page.items(), ("all pages", everything)]:
                report(page, seconds_taken)
        print(f"server memory: {before:.0f} MB with one visitor, {memory(server):.0f} MB at the end")
        print(f"sent to all: {figures.bytes / 1e6:.1f} MB; errors: {len(figures.errors)}", *figures.errors[:5])
        print("log:", *server.complaints()[:5])


def report(page: str, times: list[float]) -> None:
    ranked = sorted(times)
    late = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    print(
        f"{page:10s} {len(times):5d} changes: median {statistics.median(times):.2f} s, 95 % within {late:.2f} s, "
        f"slowest {ranked[-1]:.2f} s"
    )


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:3]]
    main(*([int(given[0]), *given[1:]] if given else []))  # type: ignore[arg-type]
