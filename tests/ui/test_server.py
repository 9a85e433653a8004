"""What the web server lets in, and where addresses lead; on a running server: tests/browser/test_places.py."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import streamlit as st
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from qmnist_core.ui import server


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Streamlit's options that are not as they usually are."""
    given: dict[str, Any] = {}
    usual = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: given[name] if name in given else usual(name))
    return given


@pytest.mark.parametrize(
    "host",
    ["localhost:8501", "127.0.0.1", "127.0.0.1:8501", "[::1]:8501", "192.168.1.5:8501", "[fe80::1]", "pc-17:8501",
     "PC-17", "pc-17.local:8501", "qnn.localhost", "localhost."],
)  # fmt: skip
def test_its_own_names_are_let_in(host: str) -> None:
    assert server.is_own_name(host)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "localhost.evil.example", "local.evil", "evil.com.",
     "", None, ":8501", "[::1", "1.2.3.4.5"],
)  # fmt: skip
def test_other_names_are_not(host: str | None) -> None:
    assert not server.is_own_name(host)


def test_the_computers_own_name_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "Lab.school.example")
    assert server.is_own_name("lab.school.example:8501")
    assert not server.is_own_name("other.school.example:8501")


def test_names_that_the_teacher_gives_are_all_there_are(options: dict[str, Any]) -> None:
    options["server.allowedHosts"] = ["qnn.school.example", " *.Hub.example."]
    for host in ("qnn.school.example:443", "QNN.school.example.", "a.hub.example"):
        assert server.is_own_name(host)
    for other in ("evil.example", "hub.example", "qnn.school.example.evil.example", "localhost", "127.0.0.1", "", None):
        assert not server.is_own_name(other)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/", None),
        ("/train", None),
        ("/train/", "../train"),
        ("/train//", "../../train"),
        ("/train.", "train"),
        ("/train).", "train"),
        ("/train)/", "../train"),
        ("/).", "./"),
        ("/trains.", None),
        ("/home.", "./"),
        ("/home", "./"),
        ("/train?size=6", "train?size=6"),
        ("/train)?size=6", "train?size=6"),
        ("/?size=6", "./?size=6"),
        ("/trains?size=6", None),
        ("/_stcore/health/", None),
        ("/static/js/", None),
    ],
)
def test_an_address_with_something_stuck_to_it_leads_to_its_page(path: str, meant: str | None) -> None:
    assert server.page_meant(path) == meant


def test_a_base_path_that_is_called_like_a_page_is_left_alone(options: dict[str, Any]) -> None:
    options["server.baseUrlPath"] = "/data/"
    assert server.page_meant("/data/") is None
    assert server.page_meant("/data") is None
    assert server.page_meant("/data/data") is None
    assert server.page_meant("/data/data/") == "../data"
    assert server.page_meant("/data).") == "data/"
    assert server.page_meant("/database/train/") is None
    assert server.page_meant("/train).") is None


@pytest.mark.parametrize(
    ("address", "urls"),
    [
        ("127.0.0.1", ["http://127.0.0.1:8501"]),
        ("::1", ["http://[::1]:8501"]),
        ("fe80::5", ["http://[fe80::5]:8501"]),
        ("0.0.0.0", ["http://localhost:8501", "http://10.1.2.3:8501"]),
        ("::", ["http://localhost:8501", "http://10.1.2.3:8501"]),
    ],
)
def test_what_it_says_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], address: str, urls: list[str]
) -> None:
    options["server.address"] = address
    monkeypatch.setattr("streamlit.net_util.get_internal_ip", lambda: "10.1.2.3")
    assert [url for _, url in server.addresses()] == urls


@pytest.mark.parametrize(("headless", "opened"), [(False, ["http://127.0.0.1:8501"]), (True, [])])
def test_a_browser_is_opened_unless_there_is_no_screen(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: dict[str, Any],
    headless: bool,
    opened: list[str],
) -> None:
    options |= {"server.headless": headless, "server.address": "127.0.0.1"}
    found: list[str] = []
    monkeypatch.setattr("streamlit.cli_util.open_browser", found.append)
    monkeypatch.setattr(server, "gather", lambda: None)  # the tests' own threads stay where they are

    async def running() -> None:
        async with server.greeting(None):
            await asyncio.sleep(0)

    # In a thread of its own: Playwright's loop may be running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, running()).result()
    assert found == opened
    assert "http://127.0.0.1:8501" in capsys.readouterr().out


def test_the_theme_is_told_as_streamlit_reads_it_and_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: Any = app_session._populate_theme_msg
    asked = []

    def counted(message: CustomThemeConfig, section: str = "theme") -> None:
        asked.append(section)
        read(message, section)

    monkeypatch.setattr(app_session, "_populate_theme_msg", counted)
    server.read_theme_once()
    told: Any = app_session._populate_theme_msg
    parts = ("", ".light", ".dark", ".sidebar", ".light.sidebar", ".dark.sidebar")
    sections = [f"theme{part}" for part in parts]
    for section in (*sections, *sections):
        plain, quick = CustomThemeConfig(), CustomThemeConfig()
        read(plain, section)
        told(quick, section)
        assert quick == plain
        assert bool(plain.ByteSize()) is (section != "theme.sidebar"), "all others are set"
    assert asked == sections
