"""What the network loses while a page comes, as when a phone changes its Wi-Fi."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Request, Route, expect
from streamlit.file_util import get_static_dir

from tests.browser.server import Server, Visit
from tests.browser.test_places import WHOLE

SHELL = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
RELOADS = 3


def is_first_script(file: str) -> bool:
    return file.startswith("index.") and file.endswith(".js")


def is_later_script(file: str) -> bool:
    return file.endswith(".js") and file not in SHELL


def is_style_sheet(file: str) -> bool:
    return file.endswith(".css")


@contextlib.contextmanager
def losing(browser: Browser, server: Server, is_lost: Callable[[str], bool], n: int) -> Iterator[Visit]:
    """A tab that loses such files until its page has been loaded more than n times."""
    loads = 0

    def count(request: Request) -> None:
        nonlocal loads
        loads += request.is_navigation_request()

    def come(route: Route) -> None:
        if loads <= n and is_lost(route.request.url.rpartition("/")[2]):
            route.abort("connectionreset")
        else:
            route.continue_()

    with contextlib.closing(browser.new_context()) as context:
        tab = Visit(context.new_page(), server)
        tab.page.on("request", count)
        tab.page.route("**/static/**", come)
        yield tab
        assert loads == min(n, RELOADS) + 1
        assert tab.outside_requests() == []


def broken(tab: Visit) -> Locator:
    return tab.page.get_by_text("A part of this page did not arrive.")


@pytest.mark.parametrize("is_lost", [is_first_script, is_later_script, is_style_sheet])
def test_a_page_that_did_not_come_whole_is_loaded_again(
    browser: Browser, server: Server, is_lost: Callable[[str], bool]
) -> None:
    with losing(browser, server, is_lost, 1) as tab:
        tab.page.goto(f"{server.address}/data?size=6")
        expect(broken(tab)).to_contain_text("It is loaded again.")
        expect(broken(tab)).to_have_count(0)
        expect(tab.page.locator("h1")).to_have_text("Data")
        tab.idle()
        tab.page.wait_for_function(WHOLE)
        assert tab.page.url == f"{server.address}/data?size=6"


def test_what_never_arrives_is_not_asked_for_for_ever(browser: Browser, server: Server) -> None:
    with losing(browser, server, is_first_script, 99) as tab:
        tab.page.goto(f"{server.address}/data")
        expect(broken(tab)).to_contain_text("Reload the page once the network is back.")


def test_a_charts_script_is_asked_for_again(browser: Browser, server: Server) -> None:
    with contextlib.closing(browser.new_context()) as context:
        tab = Visit(context.new_page(), server)
        lost: list[str] = []

        def come(route: Route) -> None:
            if len(lost) < 2:
                lost.append(route.request.url)
                route.abort("connectionreset")
            else:
                route.continue_()

        tab.page.route("**/*plotly*", come)
        tab.open("/atlas")
        tab.page.wait_for_function(WHOLE)
        expect(tab.page.locator(".qmnist-chart .main-svg").first).to_be_visible()
        assert len(lost) == 2
