"""Where the dashboard runs: behind a proxy, below a base path, in a checkout that it may not write, in a frame."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from http.client import HTTPMessage
from itertools import cycle
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from qmnist_core.data.mnist import Mnist
from qmnist_core.ui.frame import site
from tests.browser.proxy import behind_nginx
from tests.browser.server import LISTED, PATHS, ROOT, TITLES, Server, Visit, named, serving, tab_at

Place = Callable[[Path], contextlib.AbstractContextManager[Server]]

WHOLE = """() => {
  const charts = [...document.querySelectorAll(".qmnist-chart")];
  const inside = (selector) => [...document.querySelectorAll("*")].some((one) =>
    one.matches(selector) || one.shadowRoot?.querySelector(selector));
  return charts.every((chart) => chart.querySelector(".main-svg"))
    && (!document.querySelector(".st-key-dock") || window.qmnistPlay?.reels.main)
    && (charts.length || inside("svg:not([aria-hidden]), canvas, [class*=st-key-lesson-card-]")
      || inside(".st-key-class-new, .st-key-join-in"));
}"""
"""Something is shown, no chart lacks its script, and no dock its run."""


def expect_pages_whole(browser: Browser, server: Server, pages: Iterable[str]) -> None:
    """The first visits of a server that was just started: all at once, by a few people with a few tabs each."""
    with contextlib.ExitStack() as stack:
        people = [stack.enter_context(contextlib.closing(browser.new_context())) for _ in range(4)]
        tabs = {page: Visit(person.new_page(), server) for page, person in zip(pages, cycle(people), strict=False)}
        for page, tab in tabs.items():
            tab.page.goto(server.address + PATHS[page], wait_until="commit")
        for page, tab in tabs.items():
            tab.idle(180)  # all share one core, with whatever else runs on it
            expect(tab.page.locator("h1")).to_have_text(TITLES[page])
            tab.page.wait_for_function(WHOLE)
            bar = tab.page.locator(".st-key-bar")
            for title in LISTED if page not in site.UNLISTED else ():
                if title not in (site.PAGES[lab][1] for lab in site.LABS):
                    expect(bar.get_by_role("link", name=title, exact=True)).to_be_visible()
            assert tab.page.get_by_test_id("stException").count() == 0
            assert tab.errors == []
            assert tab.outside_requests() == []


def without_rights(folder: Path) -> list[str]:
    """A command that starts another so that it cannot write a folder in which nothing is writable."""
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.getuid() == 0 else []
    attempt = f"open({str(folder / 'new')!r}, 'w')"
    done = subprocess.run([*command, sys.executable, "-c", attempt], capture_output=True, text=True, check=False)
    assert "PermissionError" in done.stderr, done.stderr
    return command


@contextlib.contextmanager
def below_a_prefix(folder: Path) -> Iterator[Server]:
    """Behind a proxy that strips it."""
    with serving(folder / "log.txt") as server, behind_nginx(server, folder, "/user/eve/proxy/8501") as seen:
        yield seen


@contextlib.contextmanager
def below_a_base_path_and_not_to_be_written(folder: Path) -> Iterator[Server]:
    """From a checkout, and with a home, into which nothing may be written, and nothing is."""
    checkout = folder / "checkout"
    checkout.mkdir()
    shutil.copy(ROOT / "app.py", checkout)
    for part in ("pages", "qmnist_core", ".streamlit"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    below = [checkout, *checkout.rglob("*")]
    for path in below:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        under, home = without_rights(checkout), str(checkout)
        with serving(folder / "log.txt", base="/school/qnn", folder=checkout, under=under, HOME=home) as server:
            yield server
        assert set(checkout.rglob("*")) == set(below) - {checkout}
    finally:
        for path in below:
            path.chmod(path.stat().st_mode | 0o200)


@pytest.mark.parametrize(
    ("place", "pages"),
    [
        (below_a_prefix, ("", "data", "computes", "resolution", "lessons")),
        (below_a_base_path_and_not_to_be_written, tuple(TITLES)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_all_that_people_do_works_elsewhere(
    browser: Browser, tmp_path: Path, mnist: Mnist, place: Place, pages: tuple[str, ...]
) -> None:
    """Where the dashboard does not begin at its server's root."""
    with place(tmp_path) as server:
        expect_pages_whole(browser, server, pages)
        expect_journeys(browser, server, tmp_path, mnist)
        assert server.complaints() == []


def expect_journeys(browser: Browser, server: Server, tmp_path: Path, mnist: Mnist) -> None:
    with tab_at(browser, server) as tab:
        tab.open("/train?examples=500&seed=4")
        tab.page.wait_for_function(WHOLE)
        with tab.page.expect_download() as download:
            tab.files().get_by_role("button", name=named("Run (ZIP)")).click()
        run = tmp_path / "run.zip"
        download.value.save_as(run)
        link = shared_link(tab)
        assert link == f"{server.address}/train?examples=500&seed=4"
        tab.go("Playground")
        tab.page.wait_for_function(WHOLE)
        assert urlsplit(tab.page.url)[:3] == urlsplit(server.address + "/")[:3]
        assert shared_link(tab).startswith(f"{server.address}/?examples=500")
        tab.go("Draw")
        tab.page.get_by_text("Upload", exact=True).click()
        three = tmp_path / "three.png"
        row = int(np.flatnonzero(mnist.y_test == 3)[0])
        Image.fromarray(255 - mnist.x_test[row]).resize((200, 200)).save(three)
        tab.page.locator("input[type=file]").set_input_files(three)
        qnn = tab.page.get_by_role("group", name="QNN 4×4", exact=True)
        expect(qnn.locator(".digit")).to_have_text(re.compile("^[36]$"))
        tab.page.reload()
        expect(tab.page.locator("h1")).to_have_text("Draw")
        scripts = [url for url in tab.requests if "plotly" in url]
        assert len(scripts) <= 1, "it is asked for once, and kept"
    with tab_at(browser, server) as tab:
        tab.page.goto(link)
        expect(tab.page.locator("h1")).to_have_text("Train")
        tab.page.wait_for_function(WHOLE)
        tab.files().locator("input[type=file]").set_input_files(run)
        expect(tab.page.locator(".st-key-dock .step")).to_have_text("Step 48 of 48")
    with tab_at(browser, server) as tab:
        tab.open("/lessons/")
        assert tab.page.url == f"{server.address}/lessons"
        tab.page.get_by_role("button", name="For students").first.click()
        field = tab.page.locator(".qmnist-link textarea").first
        expect(field).to_have_value(re.compile(f"^{re.escape(server.address)}/\\?"))
        link = field.input_value()
        tab.page.goto(link)
        expect(tab.page.locator(".st-key-lesson")).to_contain_text("Step 1 of")


def shared_link(tab: Visit) -> str:
    tab.page.locator(".st-key-bar").get_by_role("button", name="Share").click()
    field = tab.page.get_by_role("dialog").locator(".qmnist-link textarea").first
    expect(field).to_have_value(re.compile("^http"))
    link: str = field.input_value()
    tab.page.keyboard.press("Escape")
    expect(tab.page.get_by_role("dialog")).to_have_count(0)
    return link


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


def answer(server: Server, path: str, **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(server.address).netloc, timeout=20)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        with connection.getresponse() as got:
            return Answer(got.status, got.headers, b"" if got.status == 101 else got.read())


def test_another_sites_name_is_not_let_in(server: Server) -> None:
    socket_wanted = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }  # fmt: skip
    own = urlsplit(server.address).netloc
    for host, page, stream in ((own, 200, 101), ("evil.example", 403, 403), (f"evil.example:{own[10:]}", 403, 403)):
        assert answer(server, "/_stcore/stream", Host=host, Origin=f"http://{host}", **socket_wanted).status == stream
        got = answer(server, "/", Host=host)
        assert got.status == page
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert got.headers["Content-Security-Policy"] == "frame-ancestors * file:"
        assert page == 200 or b"start it with --server.allowedHosts=evil.example" in got.body


def test_plotlys_script_is_packed_and_kept(server: Server) -> None:
    from qmnist_core.ui.components.chart import PLOTLY

    plain, packed = answer(server, f"/{PLOTLY}"), answer(server, f"/{PLOTLY}", Accept_Encoding="gzip, br")
    assert (plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == (None, "gzip")
    assert gzip.decompress(packed.body) == plain.body
    for got in (plain, packed):
        assert "immutable" in got.headers["Cache-Control"]
        assert got.headers["Content-Type"].startswith("text/javascript")


def test_a_course_page_may_frame_a_lesson(browser: Browser, server: Server, tmp_path: Path) -> None:
    course = tmp_path / "course.html"
    course.write_text(f'<h2>Course</h2><iframe width="1200" height="700" src="{server.address}/data"></iframe>')
    page = browser.new_page()
    page.goto(course.as_uri())
    frame = page.frame_locator("iframe")
    expect(frame.locator("h1")).to_have_text("Data")
    expect(frame.get_by_role("img").first).to_be_attached()
    page.close()


def test_a_slide_frames_one_figure_with_its_dock(browser: Browser, server: Server, tmp_path: Path) -> None:
    slide = tmp_path / "slide.html"
    address = f"{server.address}/?embed=true&show-figure=histogram&show-step=0"
    slide.write_text(f'<iframe title="A network learns" width="900" height="460" src="{address}"></iframe>')
    page = browser.new_page()
    page.goto(slide.as_uri())
    frame = page.frame_locator("iframe")
    figure = frame.get_by_role("img", name="Histogram of ⟨Z⟩ of the test images")
    expect(figure).to_be_visible()
    for name in ("strip", "curves", "maps"):
        expect(frame.locator(f".st-key-figure-{name}")).to_be_hidden()
    for part in ("h1", ".st-key-bar", ".st-key-preset", ".st-key-tools"):
        expect(frame.locator(part).locator("visible=true")).to_have_count(0)
    before = figure.get_attribute("aria-label")
    frame.get_by_role("button", name="Play", exact=True).click()
    expect(figure).not_to_have_attribute("aria-label", before or "")
    box, dock = figure.bounding_box(), frame.locator(".st-key-dock").bounding_box()
    assert box is not None
    assert dock is not None
    assert box["y"] + box["height"] <= dock["y"] + 1, "both in sight"
    page.close()


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_the_address_that_it_prints_can_be_opened(tmp_path: Path) -> None:
    address = "::1" if has_ipv6() else "127.0.0.1"
    with serving(tmp_path / "log.txt", address=address) as server:
        printed = re.findall(r"http://\S+", server.log.read_text(encoding="utf-8"))
        assert printed == [server.address]
        assert answer(Server(printed[0], server.log, server.process), "/train").status == 200


def test_an_address_with_something_stuck_to_it_is_understood(browser: Browser, server: Server) -> None:
    with tab_at(browser, server) as tab:
        tab.page.goto(f"{server.address}/data)?size=6&amp;seed=4&utm_source=mail&fbclid=x).")
        heading: Locator = tab.page.locator("h1")
        expect(heading).to_have_text("Data")
        tab.page.wait_for_url(f"{server.address}/data?size=6&seed=4")
        expect(tab.page.get_by_test_id("stAlert")).to_have_count(0)
