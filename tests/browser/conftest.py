from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.server import Server, Visit, browsing, serving, tab_at


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with browsing("--js-flags=--no-maglev --no-turbofan") as browser:  # what lives for seconds is not worth optimising
        yield browser


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One dashboard for all journeys."""
    log: Path = tmp_path_factory.mktemp("server") / "log.txt"
    with serving(log) as server:
        yield server
        assert server.complaints() == []


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Visit]:
    with tab_at(browser, server) as tab:
        yield tab
