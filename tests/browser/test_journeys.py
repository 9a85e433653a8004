"""What people do with the dashboard, in a real browser on a real server."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, TimeoutError, expect

from tests.browser.server import ROOT, TITLES, Server, Visit, named, serving, visit


def progress(tab: Visit) -> Locator:
    return tab.page.get_by_test_id("stMain").get_by_test_id("stProgress").first


def wait_for_progress(tab: Visit, pattern: str, seconds: float = 60) -> str:
    """What the bar says once it says this."""
    found: list[str] = []

    def says_it() -> bool:
        found[:] = re.findall(f".*{pattern}.*", progress(tab).inner_text())
        return bool(found)

    wait_for(tab, says_it, seconds)
    return found[0]


def wait_for(tab: Visit, condition: Callable[[], bool], seconds: float = 30) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        tab.page.wait_for_timeout(50)
    raise AssertionError("it did not happen in time")


def move(tab: Visit, label: str, steps: int) -> None:
    """Move a slider of the page by key presses."""
    slider = tab.page.get_by_test_id("stMain").get_by_role("slider", name=label)
    slider.focus()
    for _ in range(abs(steps)):
        slider.press("ArrowRight" if steps > 0 else "ArrowLeft")


@pytest.mark.parametrize("page", TITLES)
def test_each_page_is_whole_on_a_fresh_servers_first_visit(browser: Browser, tmp_path: Path, page: str) -> None:
    with serving(tmp_path / "log.txt") as server:
        tab = visit(browser, server)
        tab.open(f"/{page}")
        expect(tab.page.locator("h1")).to_have_text(TITLES[page])
        links = tab.page.get_by_test_id("stSidebar").get_by_role("link")
        expect(links).to_have_text([re.compile(f"{re.escape(title)}$") for title in TITLES.values()])
        assert tab.page.get_by_test_id("stException").count() == 0
        something = ".qmnist-picture svg, .qmnist-chart .main-svg, canvas, [class*=st-key-lesson-card-]"
        wait_for(tab, lambda: tab.page.locator(something).count() > 0)
        assert tab.errors == []
        assert tab.outside_requests() == []
        assert server.complaints() == []
        tab.page.context.close()


def test_another_digit_on_home(tab: Visit) -> None:
    tab.open("/")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Test image 1 of 1,968")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("90.5 % (95 % interval 89.1 to 91.7 %, 1,968 images)")
    tab.button("Another digit").click()
    tab.page.wait_for_url(re.compile(r"show-example=\d+"))
    shown = int(re.findall(r"show-example=(\d+)", tab.page.url)[0])
    wait_for(tab, lambda: f"Test image {shown + 1:,} of 1,968" in tab.text())
    tab.page.get_by_role("button", name="Numbers").nth(4).click()
    expect(tab.page.get_by_test_id("stPopoverBody")).to_contain_text("−R cos(Σ z φ)")


def test_a_shared_address_shows_the_same_screen(browser: Browser, server: Server) -> None:
    def said(tab: Visit) -> str:
        return re.sub(r"[\d.]+ m?s of computing", "", tab.text())

    one, other = visit(browser, server), visit(browser, server)
    one.open("/train?size=6&threshold=0.3&seed=4&show-trained=1&show-step=600&show-by=epoch")
    wait_for_progress(one, "Finished: step 1,131 of 1,131")
    wait_for(one, lambda: "After step 600 it classifies" in one.text() and one.page.locator(".main-svg").count() >= 8)
    one.page.wait_for_timeout(500)
    other.page.goto(one.page.url)
    wait_for(other, lambda: said(other) == said(one))
    other.page.reload()
    wait_for(other, lambda: said(other) == said(one))
    assert other.page.url == one.page.url
    for tab in (one, other):
        assert tab.errors == []
        tab.page.context.close()


def test_settings_stay_from_page_to_page(tab: Visit) -> None:
    tab.open("/data")
    tab.page.get_by_test_id("stSidebar").get_by_role("button", name="Quick look").click()
    tab.page.wait_for_url(re.compile("examples=500"))
    for title in ("Train", "Circuit", "Home"):
        tab.go(title)
        tab.page.wait_for_url(re.compile("examples=500"))
        expect(tab.page.get_by_test_id("stMain")).to_contain_text("500 examples")
    tab.page.go_back()
    expect(tab.page.locator("h1")).to_have_text("Circuit")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("500 examples")


def test_training_on_exact_is_watched_paused_stepped_and_stopped(tab: Visit) -> None:
    tab.open("/train?show-pace=20")
    wait_for_progress(tab, "Nothing trained yet: press Start.")
    tab.button("Start").click()
    wait_for_progress(tab, r"Training: step \d+ of 972, .* left")
    tab.button("Pause").click()
    paused = wait_for_progress(tab, r"Paused: step \d+ of 972")
    step = int(re.findall(r"step (\d+)", paused)[0])
    tab.page.wait_for_timeout(500)
    assert progress(tab).inner_text() == paused
    tab.button("One step").click()
    wait_for_progress(tab, f"Paused: step {step + 1} of 972")
    tab.button("Resume").click()
    wait_for_progress(tab, "Training: step")
    tab.go("Data")
    sidebar = tab.page.get_by_test_id("stSidebar").get_by_test_id("stProgress")
    expect(sidebar).to_contain_text("Training: running")
    tab.page.wait_for_timeout(1500)
    tab.go("Train")  # it went on meanwhile
    later = wait_for_progress(tab, r"Training: step \d+ of 972")
    assert int(re.findall(r"step (\d+)", later)[0]) > step + 20  # of 20 a second
    tab.button("Stop").click()
    wait_for_progress(tab, r"Stopped: step \d+ of 972")
    tab.button("Reset").click()
    wait_for_progress(tab, "Nothing trained yet")


def test_the_curves_change_in_place(tab: Visit) -> None:
    tab.open("/train?show-pace=20")
    tab.button("Start").click()
    wait_for_progress(tab, "Training: step")
    tab.mark()
    before = progress(tab).inner_text()
    expect(progress(tab)).not_to_have_text(before)
    tab.page.wait_for_timeout(800)
    tab.expect_marked()
    tab.button("Stop").click()
    wait_for_progress(tab, "Stopped")


def test_retraining_follows_the_settings(tab: Visit) -> None:
    tab.open("/train?show-retrain=1")
    wait_for_progress(tab, "Finished: step 972 of 972")
    first = tab.text()
    tab.page.get_by_test_id("stSidebar").get_by_role("button", name="Quick look").click()
    wait_for_progress(tab, "Finished: step 160 of 160")
    assert tab.text() != first


def test_layers_may_go_while_a_long_training_is_followed(browser: Browser, tmp_path: Path) -> None:
    """A browser may still speak of layers that a preset has taken away."""
    with serving(tmp_path / "log.txt") as server:
        tab = visit(browser, server)
        presets = tab.page.get_by_test_id("stSidebar")
        for _ in range(2):
            tab.open("/train?show-retrain=1")
            presets.get_by_role("button", name="Four layers").click()
            tab.page.wait_for_timeout(1300)
            presets.get_by_role("button", name="All pixels").click()
            wait_for_progress(tab, r"step [\d,]+ of 1,131")
        assert tab.errors == []
        assert server.complaints() == []
        tab.page.context.close()


def test_training_on_tfq_goes_on_while_pages_change(tab: Visit) -> None:
    tab.open("/train?backend=tfq&examples=96&epochs=1")
    tab.button("Start").click()
    wait_for_progress(tab, "Getting ready")
    tab.go("Data")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Threshold")
    tab.go("Train")
    wait_for_progress(tab, "Finished: step 3 of 3", 180)
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("TensorFlow Quantum trains")


def test_a_run_is_saved_and_opened_again(tab: Visit, tmp_path: Path) -> None:
    tab.open("/train?seed=3&show-trained=1")
    wait_for_progress(tab, "Finished: step 972 of 972")
    said = tab.page.get_by_text(re.compile("After step 972 .* correctly")).inner_text()
    with tab.page.expect_download() as download:
        tab.page.get_by_test_id("stDownloadButton").first.get_by_role("button").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "qnn seed 3.zip"
    tab.open("/train")
    tab.page.get_by_text("Open a saved run").click()
    tab.page.locator("input[type=file]").set_input_files(file)
    wait_for_progress(tab, "Finished: step 972 of 972")
    expect(tab.page.get_by_text(re.compile("After step 972 .* correctly"))).to_have_text(said)
    tab.page.wait_for_url(re.compile("seed=3"))
    bad = tmp_path / "bad.zip"
    bad.write_bytes(b"not a zip")
    tab.page.locator("input[type=file]").set_input_files(bad)
    expect(tab.page.get_by_test_id("stAlert").last).to_contain_text("bad.zip cannot be opened: the file is not a run")


def test_a_click_on_a_cell_shows_its_images(tab: Visit) -> None:
    tab.open("/train?show-trained=1")
    images, main = tab.page.locator(".st-key-misread svg image"), tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("61 images by the size of ⟨Z⟩")
    box = tab.resting_box(tab.page.locator(".st-key-confusion .barlayer .point").nth(2))  # a 6 called 3
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    tab.page.wait_for_url(re.compile("show-cell=1"))
    expect(main).to_contain_text("126 images by the size of ⟨Z⟩, which is given below each; 1 to 24 are shown.")
    for _ in range(5):
        tab.button("Next images").click()
    expect(main).to_contain_text("; 121 to 126 are shown.")
    expect(images).to_have_count(6)


def test_a_closed_tab_and_a_dropped_connection(browser: Browser, server: Server) -> None:
    """A dropped connection comes back with its training; what that looks like after a closed tab is a unit test."""
    tab = visit(browser, server)
    sockets: list[Any] = []

    def through(route: Any) -> None:
        route.connect_to_server()
        sockets.append(route)

    tab.page.route_web_socket(re.compile("_stcore/stream"), through)
    tab.open("/train?show-pace=20")
    tab.button("Start").click()
    step = int(re.findall(r"step (\d+)", wait_for_progress(tab, r"Training: step \d+"))[0])
    sockets[-1].close()
    wait_for(tab, lambda: len(sockets) > 1)
    wait_for(
        tab, lambda: int((re.findall(r"Training: step (\d+)", progress(tab).inner_text()) or ["0"])[0]) > step + 10
    )
    tab.button("Stop").click()
    wait_for_progress(tab, "Stopped")
    tab.page.context.close()


def test_two_sessions_do_not_see_each_other(browser: Browser, server: Server) -> None:
    one, other = visit(browser, server), visit(browser, server)
    one.open("/train?show-pace=20")
    other.open("/train")
    one.button("Start").click()
    wait_for_progress(one, "Training: step")
    other.page.reload()
    wait_for_progress(other, "Nothing trained yet: press Start.")
    one.button("Stop").click()
    wait_for_progress(one, "Stopped")
    for tab in (one, other):
        assert tab.errors == []
        tab.page.context.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", TITLES)
def test_nothing_is_wider_than_the_screen(browser: Browser, server: Server, page: str, width: int) -> None:
    tab = visit(browser, server, width)
    tab.open(f"/{page}")
    tab.page.wait_for_timeout(500)
    tab.expect_to_fit()
    tab.page.context.close()


def test_a_phone_shows_the_longest_figures_whole(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/data?size=28")
    lit = tab.page.get_by_test_id("stMetricValue").filter(has_text="of 784")
    expect(lit).to_be_visible()
    cut = "shown => [shown, ...shown.querySelectorAll('*')].some(part => part.scrollWidth > part.clientWidth + 1)"
    assert not lit.evaluate(cut)
    tab.page.context.close()


def test_pages_and_pictures_have_words_for_those_who_cannot_see_them(tab: Visit) -> None:
    for page in TITLES:
        tab.open(f"/{page}")
        tab.page.wait_for_timeout(300)
        unnamed = """() => {
              const found = [];
              const look = (root) => {
                for (const element of root.querySelectorAll("*")) {
                  if (element.shadowRoot) look(element.shadowRoot);
                  const named = element.getAttribute("aria-label") || element.getAttribute("alt")
                    || element.querySelector?.("title")?.textContent;
                  if ((element.getAttribute("role") === "img" || element.tagName === "IMG") && !named) {
                    found.push(element.outerHTML.slice(0, 120));
                  }
                }
              };
              look(document);
              return found;
            }"""
        with contextlib.suppress(TimeoutError):  # a chart gets its words when its script has run: a moment later
            tab.page.wait_for_function(f"({unnamed})().length === 0")
        assert tab.page.evaluate(unnamed) == [], page


def test_keys_alone_reach_navigation_and_training(tab: Visit) -> None:
    tab.open("/train?examples=500")
    tab.button("Start").focus()
    tab.page.keyboard.press("Enter")
    wait_for_progress(tab, "Finished: step 48 of 48")
    tab.page.get_by_test_id("stSidebar").get_by_role("link", name=named("Data")).focus()
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("h1")).to_have_text("Data")


def test_the_package_says_what_a_browser_cannot(tmp_path: Path) -> None:
    """The server listens on this computer only, collects nothing, and shows no traceback."""
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for line in ('address = "127.0.0.1"', "gatherUsageStats = false", 'showErrorDetails = "none"'):
        assert line in shown, json.dumps(line)
