"""What the instrument does in a browser, measured: used by the tests, which hold some of it, and by `measure`, which
prints all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, WebSocket

from tests.browser.server import Visit

PLAY = "window.qmnistPlay"
READY = f"() => {PLAY}?.reels.main && {PLAY}.total > 0"

FRAMES = f"""(seconds) => new Promise((done) => {{
  let n = 0;
  const begun = performance.now();
  const count = () => {{
    n += 1;
    if (performance.now() - begun > 1000 * seconds) done((1000 * n) / (performance.now() - begun));
    else requestAnimationFrame(count);
  }};
  {PLAY}.set(0);
  {PLAY}.toggle();
  requestAnimationFrame(count);
}})"""

SHIFTS = """() => {
  window.qmnistShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.qmnistShift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}"""
"""Adds up the browser's own measure of how much moves."""

LENGTH = (
    "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollHeight / innerHeight; }"
)

HIDDEN_SETTINGS = """() => {
  const panel = document.querySelector("[data-testid=stSidebarContent]");
  if (!panel) return [];
  const box = panel.getBoundingClientRect();
  const widgets = [...panel.querySelectorAll("[class*='st-key-panel-'], .st-key-preset")];
  return widgets.filter((one) => {
    const place = one.getBoundingClientRect();
    return place.height === 0 || place.top < box.top - 1 || place.bottom > Math.min(box.bottom, innerHeight) + 1;
  }).map((one) => one.className);
}"""
"""Which of them are not in sight."""


MOVED = f"""(step) => new Promise((done) => {{
  const begun = performance.now();
  {PLAY}.set(step);
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - begun)));
}})"""
"""Milliseconds from a move of the cursor until the browser has drawn all that follows it."""


def ready(tab: Visit) -> None:
    """Wait until the dock can play."""
    tab.page.wait_for_function(READY)


def now(page: Page) -> float:
    """The cursor's step."""
    return float(page.evaluate(f"() => {PLAY}.step"))


@dataclass
class Talk:
    """What the server said to a tab."""

    messages: list[float] = field(default_factory=list)


def listening(page: Page) -> Talk:
    """To be called before the page is opened."""
    talk = Talk()

    def heard(socket: WebSocket) -> None:
        socket.on("framereceived", lambda _: talk.messages.append(time.monotonic()))

    page.on("websocket", heard)
    return talk


@contextmanager
def quiet(tab: Visit, talk: Talk) -> Iterator[list[float]]:
    """The messages that the server sends while something is done."""
    tab.page.wait_for_timeout(500)
    found: list[float] = []
    before = len(talk.messages)
    yield found
    found += talk.messages[before:]


def boxes(page: Page, selectors: list[str]) -> dict[str, Any]:
    """Where the first element of each is, and whether it is in sight: the dock may cover its margin, no more."""
    return dict(
        page.evaluate(
            """(selectors) => {
              const dock = document.querySelector(".st-key-dock")?.getBoundingClientRect();
              const foot = dock && dock.height ? dock.top : innerHeight;
              return Object.fromEntries(selectors.map((selector) => {
                const box = document.querySelector(selector)?.getBoundingClientRect();
                if (!box || !box.height) return [selector, "it is not there"];
                const inside = box.top >= -1 && box.left >= -1 && box.bottom <= foot + 1 && box.right <= innerWidth + 1;
                return [selector, inside ? "in sight" : [box.left, box.top, box.right, box.bottom].map(Math.round)];
              }));
            }""",
            selectors,
        )
    )
