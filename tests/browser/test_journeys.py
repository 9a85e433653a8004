"""What people do with the dashboard, in a real browser on a real server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Browser, Route, expect

from tests.browser.instrument import PLAY, now, ready
from tests.browser.server import ROOT, Server, Visit, named, visit


def test_another_digit_on_playground(tab: Visit) -> None:
    tab.open("/")
    ready(tab)
    tab.button("Another digit").click()
    tab.page.wait_for_url(re.compile(r"show-example=\d+"))
    tab.idle()
    tab.button("Readout").click()
    expect(tab.page.get_by_test_id("stPopoverBody")).to_contain_text("−R cos(Σ z φ)")


def test_a_shared_address_shows_the_same_screen(browser: Browser, server: Server) -> None:
    def said(tab: Visit) -> list[str]:
        return [tab.text(), tab.page.locator(".st-key-dock").inner_text(), tab.page.evaluate(LIVE)]

    one, other = visit(browser, server), visit(browser, server)
    one.open("/train?size=6&threshold=0.3&seed=4&show-step=600&show-cell=1")
    expect(one.page.locator(".st-key-dock .step")).to_have_text("Step 600 of 1,131")
    one.page.wait_for_timeout(500)
    other.page.goto(one.page.url)
    other.wait_for(lambda: said(other) == said(one))
    other.page.reload()
    other.wait_for(lambda: said(other) == said(one))
    assert other.page.url == one.page.url
    for tab in (one, other):
        assert tab.errors == []
        tab.close()


LIVE = """() => [...document.querySelectorAll("*")]
  .filter((one) => one.shadowRoot?.querySelector("[role=img]"))
  .map((one) => one.shadowRoot.querySelector("[role=img]").getAttribute("aria-label")).join(" ")"""
"""What the figures that follow the cursor say."""


def choose_preset(tab: Visit, title: str) -> None:
    tab.page.locator(".st-key-preset").get_by_role("combobox").click()
    tab.page.get_by_role("option", name=title, exact=True).click()


def test_settings_stay_from_page_to_page(tab: Visit) -> None:
    tab.open("/data")
    choose_preset(tab, "Quick look")
    tab.page.wait_for_url(re.compile("examples=500"))
    for title in ("Train", "Circuit", "Playground"):
        tab.go(title)
        tab.page.wait_for_url(re.compile("examples=500"))
        expect(tab.page.locator(".st-key-preset").get_by_role("combobox")).to_have_value("Quick look")
    tab.page.go_back()
    expect(tab.page.locator("h1")).to_have_text("Circuit")
    expect(tab.page.locator(".st-key-preset").get_by_role("combobox")).to_have_value("Quick look")


def test_the_browsers_way_back_undoes_settings(tab: Visit) -> None:
    tab.open("/data?threshold=0.3")
    slider = tab.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    for threshold in ("0.31", "0.32"):
        slider.press("ArrowRight")
        tab.page.wait_for_url(re.compile(f"threshold={threshold}"))
        tab.idle()
    for way, threshold in ((tab.page.go_back, "0.31"), (tab.page.go_back, "0.3"), (tab.page.go_forward, "0.31")):
        way()
        expect(slider).to_have_value(threshold)
        expect(tab.page).to_have_url(re.compile(rf"threshold={threshold}$"))


def test_a_long_training_grows_in_the_dock_and_is_stopped(tab: Visit) -> None:
    tab.open("/train?epochs=100&layers=XX-ZZ-XX-ZZ-XX-ZZ")
    ready(tab)
    dock = tab.page.locator(".st-key-dock")
    expect(dock.locator(".step")).to_contain_text(re.compile("Training, .* left"))
    tab.page.wait_for_function(f"{PLAY}.step > 50")
    before = now(tab.page)
    tab.go("Data")
    tab.go("Train")
    tab.page.wait_for_function(f"{PLAY}.step > {before} + 20")  # it went on meanwhile
    late: list[tuple[Route, APIResponse]] = []
    tab.page.route("**/media/*.bin", lambda one: late.append((one, one.fetch())))
    tab.wait_for(lambda: len(late) > 0)
    dock.get_by_role("button", name="Stop").click()
    expect(dock.get_by_role("button", name="Again")).to_be_visible()
    expect(dock.locator(".step")).to_contain_text("Training")  # until its last steps are here
    tab.wait_for(lambda: len(late) > 1)
    newest, answer = late.pop()
    newest.fulfill(response=answer)
    expect(dock.locator(".step")).to_contain_text(re.compile("^Step [0-9,]+ of 32,400"))
    stopped = now(tab.page)
    for earlier, answer in late:  # come last
        earlier.fulfill(response=answer)
    tab.page.unroute("**/media/*.bin")
    tab.page.wait_for_timeout(700)
    assert now(tab.page) == stopped


def test_layers_may_go_while_a_long_training_is_followed(tab: Visit) -> None:
    """A browser may still speak of layers that a preset has taken away."""
    for _ in range(2):
        tab.open("/train?layers=XX-ZZ-XX-ZZ-XX-ZZ&epochs=20")
        ready(tab)
        tab.page.wait_for_timeout(800)
        choose_preset(tab, "Tutorial")
        expect(tab.page.locator(".st-key-dock .step")).to_have_text("Step 972 of 972")
    assert tab.server.complaints() == []


def test_training_on_tfq_goes_on_while_pages_change(tab: Visit) -> None:
    tab.open("/train?backend=tfq&examples=96&epochs=1")
    step = tab.page.locator(".st-key-dock .step")
    expect(step).to_contain_text(re.compile("Loading TensorFlow|Training"))
    tab.go("Data")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Threshold")
    tab.go("Train")
    expect(step).to_have_text("Step 3 of 3", timeout=180_000)


def test_a_run_is_saved_and_opened_again(tab: Visit, tmp_path: Path) -> None:
    tab.open("/train?seed=3")
    ready(tab)
    right = tab.page.locator(".st-key-dock .right")
    said = right.inner_text()
    with tab.page.expect_download() as download:
        tab.files().get_by_role("button", name=named("Run (ZIP)")).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "qnn seed 3.zip"
    tab.open("/train")
    ready(tab)
    tab.files().locator("input[type=file]").set_input_files(file)
    tab.page.wait_for_url(re.compile("seed=3"))
    expect(right).to_have_text(said)
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"not a zip")
    tab.files().locator("input[type=file]").set_input_files(bad)
    expect(tab.page.get_by_test_id("stAlert").last).to_contain_text("bad.zip cannot be opened: the file is not a run")


def test_a_click_on_a_cell_shows_its_images(tab: Visit) -> None:
    tab.open("/train")
    ready(tab)
    images, main = tab.page.locator(".st-key-misread svg image"), tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("61 images by the size of ⟨Z⟩")
    tab.page.get_by_role("button", name="126 of 958 images of 6 are called 3").click()
    tab.page.wait_for_url(re.compile("show-cell=1"))
    expect(main).to_contain_text("126 images by the size of ⟨Z⟩, which is given below each; 1 to 24 are shown.")
    for _ in range(5):
        tab.button("Next images").click()
    expect(main).to_contain_text("; 121 to 126 are shown.")
    expect(images).to_have_count(6)


def test_a_dropped_connection_comes_back_with_its_training(browser: Browser, server: Server) -> None:
    tab = visit(browser, server)
    sockets: list[Any] = []

    def through(route: Any) -> None:
        route.connect_to_server()
        sockets.append(route)

    tab.page.route_web_socket(re.compile("_stcore/stream"), through)
    tab.open("/train?epochs=100&layers=XX-ZZ-XX-ZZ-XX-ZZ")
    ready(tab)
    tab.page.wait_for_function(f"{PLAY}.step > 20")
    step = now(tab.page)
    sockets[-1].close()
    tab.wait_for(lambda: len(sockets) > 1)
    tab.page.wait_for_function(f"{PLAY}.step > {step} + 20")
    tab.page.locator(".st-key-dock").get_by_role("button", name="Stop").click()
    expect(tab.page.locator(".st-key-dock").get_by_role("button", name="Again")).to_be_visible()
    tab.close()


def test_two_sessions_do_not_see_each_other(browser: Browser, server: Server) -> None:
    one, other = visit(browser, server), visit(browser, server)
    one.open("/train?seed=7&show-step=5")
    other.open("/train")
    ready(other)
    one.button("Keep this run").click()
    expect(one.button("Kept: 1")).to_be_visible()
    other.page.reload()
    ready(other)
    expect(other.button("Kept: 0")).to_be_visible()
    expect(other.page.locator(".st-key-dock .step")).to_have_text("Step 972 of 972")
    for tab in (one, other):
        assert tab.errors == []
        tab.close()


def test_a_phone_shows_the_longest_figures_whole(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/data?size=28")
    lit = tab.page.get_by_test_id("stMetricValue").filter(has_text="of 784")
    expect(lit).to_be_visible()
    cut = "shown => [shown, ...shown.querySelectorAll('*')].some(part => part.scrollWidth > part.clientWidth + 1)"
    assert not lit.evaluate(cut)
    tab.open("/train?epochs=100")
    step = tab.page.locator(".st-key-dock .step")
    expect(step).to_have_text("Step 32,400 of 32,400", timeout=60_000)
    assert not step.evaluate(cut)
    tab.close()


def test_keys_alone_reach_navigation_and_play(tab: Visit) -> None:
    tab.open("/train?examples=500&show-step=0")
    ready(tab)
    tab.page.keyboard.press("Space")
    tab.page.wait_for_function(f"{PLAY}.step > 2")
    tab.page.keyboard.press("End")
    expect(tab.page.locator(".st-key-dock .step")).to_have_text("Step 48 of 48")
    tab.page.locator(".st-key-bar").get_by_role("link", name="Data", exact=True).focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("h1")).to_have_text("Data")


def test_the_package_says_what_a_browser_cannot(tmp_path: Path) -> None:
    """The server listens on this computer only, collects nothing, and shows no traceback."""
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for line in ('address = "127.0.0.1"', "gatherUsageStats = false", 'showErrorDetails = "none"'):
        assert line in shown, json.dumps(line)
