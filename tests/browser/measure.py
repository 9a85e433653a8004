"""How long a person waits, measured in a browser on this machine: `python -m tests.browser.measure`.

Each figure is the median, fastest and slowest of several, from the press of a key or button, or the end of a
stroke, to the changed words on the page; of a stroke once while the full CNN is being trained, and once afterwards.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.drawing import SIX, THREE, draw_with_mouse
from tests.browser.server import Visit, browsing, serving, visit

REPEATS = 10


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch, browsing() as browser:
        starts = []
        for i in range(3):
            start = time.perf_counter()
            with serving(Path(scratch) / f"{i}.txt") as server:
                tab = visit(browser, server)
                tab.page.goto(server.address)
                tab.page.get_by_test_id("stMain").get_by_text("Test image 1 of").wait_for()
                starts.append(time.perf_counter() - start)
                tab.page.context.close()
        report("server start to first page", starts)

        with serving(Path(scratch) / "log.txt") as server:
            tab = visit(browser, server)
            tab.open("/")
            titles = ("Data", "Circuit", "Train", "Compare", "Draw")
            for title in titles:
                tab.go(title)
            changes = [timed(tab.go, title) for title in [*titles, "Home", *titles]]
            report("page change, until nothing moves", changes)
            for size in (4, 28):
                tab.open(f"/data?size={size}")
                report(f"threshold to new figures, {size}×{size}", thresholds(tab))
            tab.open("/draw?epochs=10")
            draw_with_mouse(tab, SIX)  # the classical networks start to be trained
            report("stroke to the QNN's and a first rival's answer", strokes(tab, 2))
            tab.open("/draw")
            draw_with_mouse(tab, SIX)
            expect(tab.page.locator(".verdict .digit")).to_have_count(4, timeout=240_000)
            report("stroke to all four answers", strokes(tab))
            tab.page.context.close()


def timed(act: Callable[[str], object], word: str) -> float:
    start = time.perf_counter()
    act(word)
    return time.perf_counter() - start


def thresholds(tab: Visit) -> list[float]:
    slider = tab.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    slider.focus()
    times = []
    for _ in range(REPEATS):
        before = tab.page.get_by_test_id("stMain").get_by_test_id("stMetric").all_inner_texts()
        start = time.perf_counter()
        slider.press("ArrowRight")
        while tab.page.get_by_test_id("stMain").get_by_test_id("stMetric").all_inner_texts() == before:
            tab.page.wait_for_timeout(5)
        times.append(time.perf_counter() - start)
        tab.idle()
        tab.page.wait_for_timeout(300)
    return times


def strokes(tab: Visit, models: int = 4) -> list[float]:
    """From the end of a stroke that draws a 3 or a 6 on a blank canvas to the answers of so many networks."""
    times = []
    answers = tab.page.locator(".verdict .digit")
    for turn in range(REPEATS):
        tab.page.get_by_role("button", name="Clear").click()
        expect(answers).to_have_count(0)
        tab.idle()
        draw_with_mouse(tab, (THREE, SIX)[turn % 2])
        start = time.perf_counter()
        while answers.count() < models:
            tab.page.wait_for_timeout(5)
        times.append(time.perf_counter() - start)
    return times


def report(what: str, seconds: list[float]) -> None:
    middle = statistics.median(seconds)
    print(f"{what:50s} median {middle:5.2f} s, {min(seconds):5.2f} to {max(seconds):5.2f} s, {len(seconds)} times")


if __name__ == "__main__":
    main()
