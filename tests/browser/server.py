"""A dashboard of one's own and a browser to look at it with; used by tests, screenshots and measurements."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from qmnist_core.ui.frame import site

expect.set_options(timeout=30_000)  # machines differ: what takes how long is measured elsewhere

ROOT = Path(__file__).parents[2]
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
TITLES = {"" if name == "home" else name: title for name, (_, title, _) in site.PAGES.items()}
"""Each page's link and first heading, by its path."""
PATHS = {
    **{path: f"/{path}" for path in TITLES},
    **{path: f"/{path}?examples=500&epochs=10&rate=0.01" for path in ("compare", "draw")},
    "ten": "/ten?show-circuits=4",
}
"""How each is opened where any networks will do: they are then trained in a moment, and still learn."""
LISTED = [TITLES["" if name == "home" else name] for name in site.LISTED]
"""The headings of those that the bar shows."""


@dataclass
class Server:
    """A running dashboard."""

    address: str
    log: Path
    process: subprocess.Popen[bytes]
    database: str = ""
    """Of its classes, as an address."""

    def complaints(self) -> list[str]:
        """Lines of its log that tell of something wrong."""
        words = ("Traceback", "Error", "Exception", "WARNING", "Warning", "warning")
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [line for line in lines if any(word in line for word in words)]


@contextlib.contextmanager
def serving(
    log: Path,
    *,
    address: str = "127.0.0.1",
    base: str = "",
    folder: Path = ROOT,
    under: Sequence[str] = (),
    **environment: str,
) -> Iterator[Server]:
    """Start `streamlit run app.py` on a free port, and end it afterwards.

    base: what all addresses begin with. folder: the checkout. under: a command to start it with, such as one that takes
    away rights. Its classes are kept beside the log, unless QMNIST_DATABASE says otherwise.
    """
    port = free_port()
    environment = {"QMNIST_DATABASE": f"sqlite:///{log.parent / 'classes.sqlite'}", **environment}
    command = [*under, sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", f"--server.address={address}", f"--server.baseUrlPath={base}"]
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
        origin = f"http://{f'[{address}]' if ':' in address else address}:{port}"
        server = Server(origin + base, log, process, environment["QMNIST_DATABASE"])
        try:
            _wait_until_healthy(server)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_healthy(server: Server, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=2):
            return
        time.sleep(0.05)
    raise TimeoutError(f"the dashboard did not start: {server.log.read_text(encoding='utf-8')}")


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Chromium as the system has it, without its windows where there is such a build, or else Playwright's own."""
    options: dict[str, Any] = {"args": ["--no-sandbox", "--disable-gpu", *flags]}
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = [path for name in names if (path := shutil.which(name))]
    if found:
        options["executable_path"] = found[0]
    return playwright.chromium.launch(**options)


@contextlib.contextmanager
def browsing(*flags: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright, *flags)
        yield browser
        browser.close()


def named(words: str) -> re.Pattern[str]:
    """What a button or a link with these words is called: by Streamlit 1.65 its icon's name as well, before them."""
    return re.compile(rf"^([a-z_]+ )?{re.escape(words)}$")


@dataclass
class Visit:
    """One tab, and all that it asked for and complained of."""

    page: Page
    server: Server
    requests: list[str] = field(default_factory=list)
    unanswered: set[Request] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    rest: list[BrowserContext] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._ask)
        self.page.on("requestfinished", lambda request: self.unanswered.discard(request))
        self.page.on("requestfailed", lambda request: self.unanswered.discard(request))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._listen)

    def _ask(self, request: Request) -> None:
        self.requests.append(request.url)
        self.unanswered.add(request)

    def _listen(self, message: Any) -> None:
        # On a page below the first one Streamlit's own script looks for its server there first; a run's file is asked
        # for again and again until a late server has it. What a change of this computer's own network takes away, the
        # page gets again.
        asked = message.location.get("url", "")
        is_expected = "_stcore" in asked or ("/media/" in asked and "404" in message.text)
        is_expected |= "net::ERR_NETWORK_CHANGED" in message.text
        if message.type == "error" and not is_expected:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def close(self) -> None:
        """Leave nothing behind but scripts that the browser knows."""
        context = self.page.context
        self.page.evaluate("localStorage.clear()")
        self.page.close()
        if context.pages:
            context.close()
            return
        context.clear_cookies()
        context.set_offline(False)
        self.rest.append(context)

    def open(self, path: str) -> None:
        """Go to a path such as "/train?size=6" and wait until it is drawn."""
        self.page.goto(self.server.address + path)
        self.page.wait_for_selector("h1", timeout=60_000)
        self.idle()

    def come(self, page: str, address: Mapping[str, str] | None = None) -> None:
        """To a page as by the browser's history: the dashboard itself is not loaded anew."""
        self.page.evaluate(
            "address => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }",
            f"{self.server.address}/{page}?{urlencode(address or {})}",
        )
        self.page.get_by_role("heading", level=1, name=TITLES[page], exact=True).wait_for()
        self.idle()

    def idle(self, seconds: float = 60) -> None:
        """Wait until no script runs."""
        self.page.wait_for_timeout(60)
        try:
            self.page.wait_for_selector(IDLE, timeout=1000 * seconds)
        except PlaywrightTimeoutError as error:
            text = "nothing"
            with contextlib.suppress(PlaywrightTimeoutError):
                text = self.page.locator("body").inner_text(timeout=5_000)
            waits = [request.url for request in self.unanswered]
            raise AssertionError(
                f"{self.page.url} is still run; errors {self.errors}, unanswered {waits}, it says {text}"
            ) from error

    def wait_for(self, condition: Callable[[], bool], seconds: float = 30) -> None:
        """Wait while what the browser tells goes on being heard."""
        for _ in range(int(seconds / 0.05)):
            if condition():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("it did not happen in time")

    def text(self) -> str:
        return str(self.page.get_by_test_id("stMain").inner_text()).replace("\u00a0", " ")

    def button(self, name: str) -> Any:
        return self.page.get_by_test_id("stMain").get_by_role("button", name=named(name))

    def go(self, title: str) -> None:
        """By the bar to another page."""
        bar = self.page.locator(".st-key-bar")
        if title in (site.PAGES[lab][1] for lab in site.LABS):
            bar.locator("[class*='st-key-labs'] button").first.click()
            self.page.get_by_test_id("stPopoverBody").get_by_role("link", name=title, exact=True).click()
        else:
            bar.get_by_role("link", name=title, exact=True).click()
        self.page.get_by_test_id("stMain").get_by_role("heading", level=1, name=title, exact=True).wait_for()
        self.page.wait_for_selector(IDLE, timeout=60_000)

    def files(self) -> Locator:
        """The menu of a run's files, opened."""
        body = self.page.get_by_test_id("stPopoverBody")
        if not body.count():
            self.button("Files").click()
        return body

    def resting_box(self, place: Locator) -> FloatRect:
        """Where something is, once nothing above it pushes it any more."""
        place.scroll_into_view_if_needed()
        seen = None
        for _ in range(100):
            box = place.bounding_box()
            if box is not None and box == seen:
                return box
            seen = box
            self.page.wait_for_timeout(200)
        raise AssertionError("it does not rest")

    def mark(self, chart: str = ".qmnist-chart") -> None:
        """Mark a chart, to see later that it changed in place."""
        self._drawn(chart).evaluate("drawn => { drawn.dataset.mark = 'same' }")

    def expect_marked(self, chart: str = ".qmnist-chart") -> None:
        expect(self._drawn(chart)).to_have_attribute("data-mark", "same")

    def _drawn(self, chart: str) -> Locator:
        return self.page.locator(f"{chart} .main-svg").first

    def expect_to_fit(self) -> None:
        """Nothing is wider than the screen."""
        fits = "main => main.scrollWidth <= main.clientWidth + 1"
        assert self.page.get_by_test_id("stMain").evaluate(fits), self.page.url

    def outside_requests(self) -> list[str]:
        """What was asked of anybody but the server."""
        own = (self.server.address, self.server.address.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


_at_rest: WeakKeyDictionary[Browser, defaultdict[str, list[BrowserContext]]] = WeakKeyDictionary()
"""Contexts that a tab has left, by their options. They know the scripts: a page then takes half the work."""


def visit(browser: Browser, server: Server, width: int = 1280, height: int = 900, **options: Any) -> Visit:
    """Open a tab, in a context in which no other tab is."""
    rest = _at_rest.setdefault(browser, defaultdict(list))[repr(options)]
    context = rest.pop() if rest else browser.new_context(**options)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.set_default_timeout(30_000)
    return Visit(page, server, rest=rest)


@contextlib.contextmanager
def tab_at(browser: Browser, server: Server) -> Iterator[Visit]:
    """A tab that must end without an error, and without having asked for anything elsewhere."""
    tab = visit(browser, server)
    yield tab
    tab.close()
    assert tab.errors == []
    assert tab.outside_requests() == []
