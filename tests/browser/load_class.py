"""A class at one server, or at two processes behind nginx: a teacher's wall, and students who tap, draw and wait.

Rounds are opened in the store, one after another. A time is from a student's tap, or the press on Send, to the
teacher's screen that counts it. At the end every drawing that was sent is looked for in the store.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
import re
import statistics
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from qmnist_core.classroom import Class, Round, Store
from qmnist_core.ui.components.pad import PAD_PIXELS
from qmnist_core.ui.session.place import PUPIL, TEACHER
from tests.browser.cluster import COOKIE, HOST, clustered
from tests.browser.load import Figures, Student, memory, processor, processor_time
from tests.browser.server import Server, serving
from tests.classroom.postgresql import running_server

ROUND_SECONDS = 12.0
"""How long each round is open."""
THINKING = (1.0, 6.0)
"""Seconds that a student thinks before the tap."""
GRACE_SECONDS = 15.0
"""How long the teacher's screen may take to count what was sent before it counts as lost."""
COUNTED = re.compile(r"\*\*(\d+) of \d+\*\* have answered")
TAPS = "phone-taps"
"""A key on the phone."""


@dataclass
class Visitor(Student):
    """A browser with a cookie, which knows what it was shown and remembers what its components told."""

    cookie: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    """Of elements, by their keys."""
    fragments: dict[str, str] = field(default_factory=dict)
    """The parts of the page in which they stand."""
    shown: dict[str, Any] = field(default_factory=dict)
    """What components were given."""
    told: dict[str, str] = field(default_factory=dict)
    """What components told, as JSON, until they go."""
    drawn: set[str] = field(default_factory=set)
    """The keys of what the page's run has drawn so far."""
    script: str = ""
    """What the server calls the page."""

    def headers(self) -> dict[str, str]:
        return {"Cookie": self.cookie}

    def request(self, fragment: str = "", by_timer: bool = False) -> BackMsg:
        message = super().request(fragment, by_timer)
        if self.script:
            message.rerun_script.page_name, message.rerun_script.page_script_hash = "", self.script
        told = (WidgetState(id=self.ids[key], json_value=value) for key, value in self.told.items())
        message.rerun_script.widget_states.widgets.extend(told)
        return message

    def hear(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "navigation":
            self.script = message.navigation.page_script_hash
        elif message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
            self.drawn.clear()
        elif message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY and message.HasField("script_finished"):
            self.told = {key: value for key, value in self.told.items() if key in self.drawn}
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        kind = str(message.delta.new_element.WhichOneof("type"))
        element = getattr(message.delta.new_element, kind)
        name = getattr(element, "id", "")
        if name.count("-") >= 2:
            key = name.split("-", 2)[2]  # $$ID-hash-key
            self.ids[key], self.fragments[key] = name, message.delta.fragment_id
            self.drawn.add(key)
            if kind == "bidi_component":
                self.shown[key] = json.loads(element.json)
        self.see(kind, element)

    def see(self, kind: str, element: Any) -> None:
        """Whatever is drawn."""

    async def tell(self, line: Any, key: str, value: Any = None) -> None:
        """Let a component tell something; without a value it is a button that is pressed."""
        if value is not None:
            self.told[key] = json.dumps(value)
        message = self.request(self.fragments.get(key, ""))
        if value is None:
            pressed = WidgetState(id=self.ids[key], trigger_value=True)
            message.rerun_script.widget_states.widgets.append(pressed)
        await line.send(message.SerializeToString())


@dataclass
class Phone(Visitor):
    """A student."""

    sent: list[tuple[int, float]] = field(default_factory=list)
    """The round of each tap and drawing of the whole class, and when it was sent; shared by all phones."""
    rounds: list[Round] = field(default_factory=list)
    """Those that were opened; shared, too."""
    drawings: list[int] = field(default_factory=list)
    """Of those that this student sent: the round."""

    async def take_part(self, until: float) -> None:
        async with self.connected() as line:
            await line.send(self.request().SerializeToString())
            done = 0
            while time.monotonic() < until:
                await asyncio.sleep(0.05)
                if len(self.rounds) > done and self._is_asked(self.rounds[-1]):
                    done = len(self.rounds)
                    await asyncio.sleep(self.pick.uniform(*THINKING))
                    await self._do(line, self.rounds[done - 1])
            await asyncio.sleep(GRACE_SECONDS)

    def _is_asked(self, one: Round) -> bool:
        if one.kind == "predict":
            taps = self.shown.get(TAPS)
            return bool(taps and taps["open"] and taps["asked"].startswith(f"{one.id}-"))
        return all(key in self.ids for key in self._drawing_keys(one))

    @staticmethod
    def _drawing_keys(one: Round) -> tuple[str, str]:
        """Of the pad, on which a student draws once a round, and of Send."""
        return f"sketch-{one.id}-0", f"send-{one.id}-0"

    async def _do(self, line: Any, one: Round) -> None:
        if one.kind == "predict":
            self.sent.append((one.id, time.monotonic()))
            await self.tell(line, TAPS, {"tap": {"asked": self.shown[TAPS]["asked"], "choice": self.pick.randrange(2)}})
            return
        pad, send = self._drawing_keys(one)
        await self.tell(line, pad, {"drawing": drawing(self.pick)})
        await asyncio.sleep(0.3)
        self.drawings.append(one.id)
        self.sent.append((one.id, time.monotonic()))
        await self.tell(line, send)


@dataclass
class Screen(Visitor):
    """The teacher's page."""

    counts: list[tuple[int, float]] = field(default_factory=list)
    """How many taps or drawings of the current round it counted, and when."""

    async def watch_class(self, until: float) -> None:
        async with self.connected() as line:
            await line.send(self.request().SerializeToString())
            while time.monotonic() < until:
                await asyncio.sleep(0.5)

    def see(self, kind: str, element: Any) -> None:
        if kind == "markdown" and (found := COUNTED.search(element.body)):
            self.counts.append((int(found[1]), time.monotonic()))
        elif kind == "bidi_component" and element.component_name == "qmnist_tiles":
            self.counts.append((len(json.loads(element.json)["tiles"]), time.monotonic()))


def drawing(pick: random.Random) -> dict[str, str]:
    """What the pad tells of a stroke at random."""
    ink = np.zeros((PAD_PIXELS, PAD_PIXELS), np.uint8)
    x = PAD_PIXELS / 2
    for y in range(40, PAD_PIXELS - 40, 4):
        x = min(max(x + pick.uniform(-12, 12), 40), PAD_PIXELS - 40)
        ink[y - 12 : y + 12, int(x) - 12 : int(x) + 12] = 255
    flat = ink.ravel()
    edges = np.flatnonzero(np.diff(flat)) + 1
    starts = np.concatenate([[0], edges])
    lengths = np.diff(np.concatenate([starts, [flat.size]]))
    runs = [f"{flat[start]:x}:{np.base_repr(n, 36).lower()}" for start, n in zip(starts, lengths, strict=True)]
    return {"pixels": " ".join(runs), "strokes": "[]"}


@dataclass
class ClassFigures:
    """What was measured."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: {"tap": [], "drawing": []})
    """Seconds until the teacher's screen counted it."""
    uncounted: int = 0
    sent_drawings: int = 0
    kept_drawings: int = 0
    first_page_bytes: int = 0
    """Of a student's phone."""
    errors: list[str] = field(default_factory=list)


def measure(students: int, seconds: float, processes: int) -> None:
    """Let a class play on one process with SQLite, or on two behind nginx with PostgreSQL, and print what it saw."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if processes == 1:
            server = stack.enter_context(serving(folder / "log.txt"))
            url, fronts, running = server.database, [server], [server]
        else:
            url = stack.enter_context(running_server())
            cluster = stack.enter_context(clustered(folder, QMNIST_DATABASE=url))
            front = replace(cluster.front, address=cluster.front.address.replace(HOST, "localhost"))
            fronts, running = [front], list(cluster.processes.values())
        store = stack.enter_context(closing(Store(url)))
        print(f"{students} students, {seconds:g} s, {processes} of the dashboard's processes; {processor()}")
        before = [processor_time(one) for one in running]
        report(asyncio.run(play(fronts[0], processes, store, students, seconds)))
        for one, begun in zip(running, before, strict=True):
            print(f"a process: {memory(one):.0f} MB, {(processor_time(one) - begun) / seconds:.0%} of a core")
            print("log:", *one.complaints()[:5])


async def play(server: Server, processes: int, store: Store, students: int, seconds: float) -> ClassFigures:
    """Let a class play. processes: those that nginx knows, to which students are dealt in turn."""
    class_, key = store.make()
    figures, all_bytes = ClassFigures(), [Figures() for _ in range(students)]
    rounds: list[Round] = []
    sent: list[tuple[int, float]] = []
    until = time.monotonic() + seconds
    screen_figures = Figures()
    screen = Screen(server, "class", screen_figures, random.Random(0), cookie=f"{TEACHER}={class_.id}.{key}")
    phones = []
    for i in range(students):
        _, own = store.enter(class_, f"Student {i + 1}")
        cookie = f"{PUPIL}={class_.id}.{own}; {COOKIE}={1 + i % processes}"
        pick = random.Random(i + 1)
        phones.append(Phone(server, "join", all_bytes[i], pick, cookie=cookie, sent=sent, rounds=rounds))
    playing = [asyncio.create_task(phone.take_part(until)) for phone in phones]
    playing.append(asyncio.create_task(screen.watch_class(until + GRACE_SECONDS)))
    await asyncio.sleep(5)
    figures.first_page_bytes = max(one.bytes for one in all_bytes)
    while time.monotonic() + ROUND_SECONDS < until:
        kind = "draw" if len(rounds) % 2 else "predict"
        begun, before = len(sent), len(screen.counts)
        rounds.append(await asyncio.to_thread(_open, store, class_, kind))
        await asyncio.sleep(ROUND_SECONDS)
        await _count(figures, kind, [at for _, at in sent[begun:]], screen, before)
        await asyncio.to_thread(store.close_round, class_, rounds[-1].id)
    await asyncio.gather(*playing)
    figures.sent_drawings = sum(len(phone.drawings) for phone in phones)
    kept = [store.drawings(class_, one.id, ("shown",)) for one in rounds if one.kind == "draw"]
    figures.kept_drawings = sum(map(len, kept))
    figures.errors = [error for one in (screen_figures, *all_bytes) for error in one.errors]
    return figures


async def _count(figures: ClassFigures, kind: str, sent: list[float], screen: Screen, before: int) -> None:
    """Wait until the screen counts all that was sent in a round; the times are those of each."""
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and max((n for n, _ in screen.counts[before:]), default=0) < len(sent):
        await asyncio.sleep(0.05)
    for number, at in enumerate(sorted(sent), start=1):
        seen = next((when for n, when in screen.counts[before:] if n >= number), None)
        if seen is None:
            figures.uncounted += 1
        else:
            figures.latencies["tap" if kind == "predict" else "drawing"].append(seen - at)


def _open(store: Store, class_: Class, kind: str) -> Round:
    if kind == "draw":
        return store.open_round(class_, "draw", {}, ("3", "6"))
    pixels = base64.b64encode(np.eye(28, dtype=np.uint8).tobytes()).decode()
    ask = {"question": "What will the network say: 3 or 6?", "pixels": pixels, "right": 0, "said": 1, "z": -0.5}
    return store.open_round(class_, "predict", ask, ("3", "6"))


def report(figures: ClassFigures) -> None:
    for name, times in figures.latencies.items():
        ranked = sorted(times) or [float("nan")]
        late = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
        median = statistics.median(ranked)
        words = f"median {median:.2f} s, 95 % {late:.2f} s, slowest {ranked[-1]:.2f} s"
        print(f"{name} to the teacher's screen: {len(times)}; {words}")
    print(f"not counted by the teacher's screen: {figures.uncounted}")
    print(f"drawings sent: {figures.sent_drawings}; in the store: {figures.kept_drawings}")
    print(f"kB of a phone's first page, at most: {figures.first_page_bytes / 1000:.0f}")
    print(f"errors: {len(figures.errors)}", *figures.errors[:5])
