"""How long a person waits, measured in a browser on this machine: `python -m tests.browser.measure`.

Times are from the press of a key or button, or the end of a stroke, to what it changes on the page.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.drawing import SIX, THREE, draw_with_mouse
from tests.browser.instrument import (
    FRAMES,
    HIDDEN_SETTINGS,
    LENGTH,
    MOVED,
    PLAY,
    READY,
    SHIFTS,
    listening,
    quiet,
    ready,
)
from tests.browser.server import TITLES, Server, Visit, browsing, serving, visit

REPEATS = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch, browsing() as browser:
        starts = []
        for i in range(3):
            start = time.perf_counter()
            with serving(Path(scratch) / f"{i}.txt") as server:
                tab = visit(browser, server)
                tab.page.goto(server.address)
                ready(tab)
                starts.append(time.perf_counter() - start)
                tab.page.context.close()
        report("server start to first page", starts)

        with serving(Path(scratch) / "log.txt") as server:
            instrument(browser, server)
            tab = visit(browser, server, height=720)
            tab.open("/")
            titles = ("Data", "Circuit", "Train", "Compare", "Draw")
            for title in titles:
                tab.go(title)
            changes = [timed(tab.go, title) for title in [*titles, "Playground", *titles]]
            report("page change, until nothing moves", changes)
            for size in (4, 8, 28):
                tab.open(f"/train?size={size}&init={'small' if size == 28 else 'uniform'}")
                ready(tab)
                report(f"setting changed to new run shown, {size}×{size}", runs(tab))
            tab.open("/draw")
            tab.page.wait_for_timeout(1000)
            report("stroke to the QNN's answer", strokes(tab))
            tab.page.context.close()


def instrument(browser: Browser, server: Server) -> None:
    """The measures of one instrument, page by page."""
    opened, lengths, hidden, rates, moves = {}, {}, {}, {}, []
    for path, title in TITLES.items():
        tab = visit(browser, server, height=720)
        tab.page.add_init_script(f"({SHIFTS})()")
        tab.open(f"/{path}")
        tab.page.wait_for_timeout(1500)
        opened[title] = tab.page.evaluate("window.qmnistShift")
        lengths[title] = tab.page.evaluate(LENGTH)
        hidden[title] = len(tab.page.evaluate(HIDDEN_SETTINGS))
        if tab.page.evaluate(READY):
            rates[title] = tab.page.evaluate(FRAMES, 4)
            tab.page.evaluate(f"{PLAY}.pause()")
            total = tab.page.evaluate(f"{PLAY}.total")
            moves += [tab.page.evaluate(MOVED, i * total / REPEATS) / 1000 for i in range(REPEATS)]
        tab.page.context.close()
    for what, values in (
        ("layout shift on opening", opened),
        ("length of a page, in screens", lengths),
        ("settings out of sight", hidden),
        ("frames a second while it plays", rates),
    ):
        worst = (min if what.startswith("frames") else max)(values, key=lambda title: values[title])
        print(f"{what:50s} worst {values[worst]:.2f}, on {worst}; {len(values)} pages")
    report("cursor moved to all views drawn", moves)

    tab = visit(browser, server, height=720)
    talk = listening(tab.page)
    tab.open("/")
    ready(tab)
    tab.page.wait_for_timeout(1000)
    tab.page.evaluate(f"({SHIFTS})()")
    before = tab.page.evaluate("window.qmnistShift")
    with quiet(tab, talk) as messages:
        tab.page.keyboard.press("Space")
        tab.page.wait_for_function(f"!{PLAY}.playing", timeout=20_000)
    print(f"{'messages of the server while it plays':50s} {len(messages)}")
    print(f"{'layout shift when it starts and ends':50s} {tab.page.evaluate('window.qmnistShift') - before:.3f}")
    tab.page.context.close()


def runs(tab: Visit) -> list[float]:
    """From another seed to its whole run on the screen."""
    seed = tab.page.get_by_test_id("stSidebar").get_by_role("spinbutton", name="Seed")
    times = []
    for turn in range(2 * REPEATS):
        seed.fill(str(100 + turn))
        tab.page.evaluate(f"window.qmnistBefore = {PLAY}.reels.main")
        start = time.perf_counter()
        seed.press("Enter")
        tab.page.wait_for_function(SHOWN)
        times.append(time.perf_counter() - start)
        tab.idle()
        tab.page.wait_for_timeout(200)
    return times


SHOWN = f"""() => {{
  const reel = {PLAY}.reels.main;
  return reel !== window.qmnistBefore && reel.steps[reel.steps.length - 1] === {PLAY}.total;
}}"""
"""Whether another run than before is there, whole."""


def timed(act: Callable[[str], object], word: str) -> float:
    start = time.perf_counter()
    act(word)
    return time.perf_counter() - start


def strokes(tab: Visit) -> list[float]:
    """From the end of a stroke that draws a 3 or a 6 on a blank canvas to the QNN's answer."""
    times = []
    answer = tab.page.get_by_role("group", name="QNN 4×4", exact=True).locator(".digit")
    for turn in range(REPEATS):
        if turn:
            tab.page.get_by_role("button", name="Clear").click()
        expect(answer).to_have_text("")
        tab.idle()
        draw_with_mouse(tab, (THREE, SIX)[turn % 2])
        start = time.perf_counter()
        while not answer.inner_text():
            tab.page.wait_for_timeout(5)
        times.append(time.perf_counter() - start)
    return times


def report(what: str, seconds: list[float]) -> None:
    middle = statistics.median(seconds)
    most = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
    print(f"{what:50s} median {middle:5.2f} s, 95 % {most:5.2f} s, slowest {max(seconds):5.2f} s, {len(seconds)} times")


if __name__ == "__main__":
    main()
