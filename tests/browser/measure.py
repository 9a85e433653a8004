"""How long a person waits, measured in a browser on this machine: `python -m tests.browser.measure`.

Each figure is the median, fastest and slowest of several, from the press of a key or button, or the end of a
stroke, to the changed words on the page.
"""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

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
            tab.open("/draw")
            report("stroke to verdict", strokes(tab))
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


def strokes(tab: Visit) -> list[float]:
    """Loops of a 6, one after the other; the first one, which starts the classical trainings, is not counted."""
    box = tab.page.locator("canvas").first.bounding_box()
    assert box is not None
    times = []
    for turn in range(REPEATS + 1):
        points = [(0.5 + 0.22 * math.cos(t / 3 + turn), 0.6 + 0.22 * math.sin(t / 3 + turn)) for t in range(6 + turn)]
        tab.page.mouse.move(*place(box, *points[0]))
        tab.page.mouse.down()
        for point in points[1:]:
            tab.page.mouse.move(*place(box, *point))
        before = tab.page.get_by_test_id("stMain").inner_text()
        start = time.perf_counter()
        tab.page.mouse.up()
        while tab.page.get_by_test_id("stMain").inner_text() == before and time.perf_counter() - start < 5:
            tab.page.wait_for_timeout(5)
        if turn:
            times.append(time.perf_counter() - start)
        tab.page.wait_for_timeout(400)
    return times


def place(box: object, x: float, y: float) -> tuple[float, float]:
    return box["x"] + x * box["width"], box["y"] + y * box["height"]  # type: ignore[index]


def report(what: str, seconds: list[float]) -> None:
    middle = statistics.median(seconds)
    print(f"{what:40s} median {middle:5.2f} s, {min(seconds):5.2f} to {max(seconds):5.2f} s, {len(seconds)} times")


if __name__ == "__main__":
    main()
