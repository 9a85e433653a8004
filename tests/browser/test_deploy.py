"""Two processes behind deploy/'s nginx: a visitor stays with one, and goes to the other when that one dies."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from qmnist_core.data.mnist import Mnist
from qmnist_core.ui.components.chart import PLOTLY
from tests.browser.cluster import COOKIE, HOST, Cluster, clustered
from tests.browser.server import PATHS, Server, Visit, named, tab_at, visit
from tests.browser.test_places import WHOLE, answer
from tests.waiting import until


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with clustered(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster
        for server in cluster.processes.values():
            assert server.complaints() == []


def at(cluster: Cluster) -> Server:
    """nginx, for requests that no browser makes."""
    return Server(cluster.front.address.replace(HOST, "127.0.0.1"), cluster.front.log, cluster.front.process)


def test_the_first_answer_names_a_process_and_the_rest_come_from_it(cluster: Cluster) -> None:
    given = []
    for number in range(24):
        path = f"/train?visitor={number}."
        first = answer(at(cluster), path, Host=HOST)
        morsel = SimpleCookie(first.headers["Set-Cookie"])[COOKIE]
        assert (morsel["path"], morsel["samesite"], morsel["secure"], bool(morsel["httponly"])) == (
            "/",
            "Lax",
            "",
            True,
        )
        for _ in range(4):
            later = answer(at(cluster), path, Host=HOST, Cookie=f"{COOKIE}={morsel.value}")
            assert (later.status, later.headers["Set-Cookie"]) == (200, None)
        until(lambda path=path: len(cluster.seen_by(path)) == 5)  # type: ignore[misc]
        assert set(cluster.seen_by(path)) == {morsel.value}
        given.append(morsel.value)
    assert set(given) == {"1", "2"}
    unknown = answer(at(cluster), "/train", Host=HOST, Cookie=f"{COOKIE}=3")
    assert re.match(f"{COOKIE}=[12];", unknown.headers["Set-Cookie"])
    secure = answer(at(cluster), "/train", Host=HOST, X_Forwarded_Proto="https").headers["Set-Cookie"]
    assert secure.endswith("; SameSite=None; Secure; Partitioned"), "for a frame on another site"


def test_scripts_come_packed_and_with_their_own_rules_for_caches(cluster: Cluster) -> None:
    page = answer(at(cluster), "/train", Host=HOST, Accept_Encoding="gzip")
    assert page.headers["Cache-Control"] == "no-cache"
    (script,) = re.findall(r'src="\.?/(static/js/index[^"]+)"', gzip.decompress(page.body).decode())
    for path in (PLOTLY, script):
        plain, packed = (answer(at(cluster), f"/{path}", Host=HOST, Accept_Encoding=how) for how in ("", "gzip"))
        assert gzip.decompress(packed.body) == plain.body
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
        assert "immutable" in packed.headers["Cache-Control"]
        assert packed.headers.get_all("Vary") is not None


def test_no_other_name_is_let_in(cluster: Cluster) -> None:
    for name in ("evil.example", "127.0.0.1"):
        assert answer(at(cluster), "/train", Host=name).status == 403
    assert answer(at(cluster), "/_stcore/health", Host="localhost").status == 200


def test_all_that_a_visitor_does_reaches_one_process(
    browser: Browser, cluster: Cluster, tmp_path: Path, mnist: Mnist
) -> None:
    before = len(cluster.seen_by())
    with tab_at(browser, cluster.front) as tab:
        tab.open("/train?examples=500&seed=4")
        tab.page.wait_for_function(WHOLE)
        with tab.page.expect_download() as download:
            tab.files().get_by_role("button", name=named("Run (ZIP)")).click()
        run = tmp_path / "run.zip"
        download.value.save_as(run)
        tab.open(PATHS["compare"])
        tab.page.wait_for_function(WHOLE)
        upload_a_picture(tab, tmp_path / "picture.png", mnist)
        tab.open("/train")
        tab.files().locator("input[type=file]").set_input_files(run)
        expect(tab.page.locator(".st-key-dock .step")).to_have_text("Step 48 of 48")
        assert any(PLOTLY in url for url in tab.requests)
        own = cookie(tab)
    assert set(cluster.seen_by()[before:]) == {own}
    for part in ("/_stcore/stream", "/media/", "/_stcore/upload_file/", PLOTLY):
        assert cluster.seen_by(part), part


def upload_a_picture(tab: Visit, file: Path, mnist: Mnist) -> None:
    Image.fromarray(255 - mnist.x_test[0]).resize((200, 200)).save(file)
    tab.open("/draw?show-source=upload")
    tab.page.locator("input[type=file]").set_input_files(file)
    verdict = tab.page.get_by_role("group", name="QNN 4×4", exact=True).locator(".digit")
    expect(verdict).to_have_text(re.compile("^[36]$"))


def cookie(tab: Visit) -> str:
    return str(next(one["value"] for one in tab.page.context.cookies() if one["name"] == COOKIE))


def test_when_a_process_dies_its_visitors_go_on_with_the_other(
    browser: Browser, cluster: Cluster, tmp_path: Path, mnist: Mnist
) -> None:
    """The last test: one of the processes is gone."""
    tab = visit(browser, cluster.front)
    tab.open("/train?seed=4")
    tab.page.wait_for_function(WHOLE)
    first = cookie(tab)
    cluster.processes[first].process.kill()
    cluster.processes[first].process.wait()
    other = {"1": "2", "2": "1"}[first]
    moved = answer(at(cluster), "/train", Host=HOST, Cookie=f"{COOKIE}={first}")
    assert moved.status == 200
    assert moved.headers["Set-Cookie"].startswith(f"{COOKIE}={other};")
    until(lambda: cookie(tab) == other)  # its browser connects again by itself
    tab.page.reload()
    expect(tab.page.locator("h1")).to_have_text("Train")
    tab.page.wait_for_function(WHOLE)
    before = len(cluster.seen_by())
    upload_a_picture(tab, tmp_path / "picture.png", mnist)
    assert set(cluster.seen_by()[before:]) == {other}
    tab.close()
