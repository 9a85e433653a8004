"""What a real browser downloads of a run: charts as pictures, the report opened offline, the script run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.instrument import ready
from tests.browser.server import ROOT, Server, Visit, visit

RUN = "/train?seed=3&examples=500"


@pytest.fixture
def tab(browser: Browser, server: Server) -> Iterator[Visit]:
    """The Train page in the dark, with a finished run."""
    tab = visit(browser, server, color_scheme="dark")
    tab.open(RUN)
    ready(tab)
    yield tab
    tab.close()
    assert tab.errors == []
    assert tab.outside_requests() == []


def frame_of(tab: Visit, key: str) -> Locator:
    """A figure and what belongs to it."""
    return tab.page.locator(f".st-key-train-{key} .qmnist-frame")


def button(tab: Visit, words: str) -> Locator:
    return tab.files().get_by_test_id("stDownloadButton").filter(has_text=words).get_by_role("button")


def share_classified_correctly(tab: Visit) -> str:
    said = tab.page.locator(".st-key-dock .right").inner_text().replace("\u00a0", " ")
    return str(said.removesuffix(" right"))


def saved(tab: Visit, press: Any, folder: Path) -> Path:
    with tab.page.expect_download() as download:
        press()
    file: Path = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def test_a_figure_is_saved_as_svg_and_png_in_paper_colours(tab: Visit, tmp_path: Path) -> None:
    frame = frame_of(tab, "curves")
    arrow, chart = frame.get_by_label("Save this chart", exact=True), frame.locator(".curves")
    expect(frame.locator("details")).to_have_css("opacity", "0")
    chart.hover()
    expect(frame.locator("details")).to_have_css("opacity", "1")
    box = tab.resting_box(chart)
    arrow.click()
    assert chart.bounding_box() == box
    svg = saved(tab, frame.get_by_role("button", name="SVG").click, tmp_path)
    assert svg.name == "qnn-train-curves.svg"
    root = ElementTree.parse(svg).getroot()
    said = " ".join("".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text"))
    for words in ("training steps", "ceiling 92.3", "20 seeds", "100\u00a0%"):
        assert words in said
    text = svg.read_text(encoding="utf-8")
    assert 'fill="#ffffff"' in text
    assert "#22262b" in text  # paper's ink, on a screen that is dark
    assert "var(" not in text
    expect(frame.locator("details")).not_to_have_attribute("open", "")
    arrow.click()
    png = saved(tab, frame.get_by_role("button", name="PNG").click, tmp_path)
    with Image.open(png) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 600
        assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
        assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 20
    assert chart.bounding_box() == box


def test_words_are_saved_as_large_and_bold_as_they_are_seen(tab: Visit, tmp_path: Path) -> None:
    tab.open("/computes?examples=500")
    frame = tab.page.locator(".st-key-computes-clock .qmnist-frame")
    expect(frame.locator(".face text.says").first).to_be_visible()
    frame.hover()
    frame.get_by_label("Save this chart", exact=True).click()
    root = ElementTree.parse(saved(tab, frame.get_by_role("button", name="SVG").click, tmp_path)).getroot()
    looks = {text.get("class", "mark"): text.get("style", "") for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert "font-size: 10px; font-weight: 400" in looks["mark"]
    assert "font-size: 13px; font-weight: 700" in looks["says"]


def test_maps_are_saved_in_paper_colours(tab: Visit, tmp_path: Path) -> None:
    frame = frame_of(tab, "maps")
    frame.hover()
    frame.get_by_label("Save this chart", exact=True).click()
    png = saved(tab, frame.get_by_role("button", name="PNG").click, tmp_path)
    with Image.open(png) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=int)
    assert (pixels == 255).all(axis=2).any()
    assert (pixels.sum(axis=2) < 60).mean() < 0.02, "nothing of the dark ground, but words in ink"
    expect(frame.locator("canvas")).to_have_count(2)


def test_keys_alone_save_a_chart(tab: Visit, tmp_path: Path) -> None:
    frame, keys = frame_of(tab, "histogram"), tab.page.keyboard
    arrow, menu = frame.get_by_label("Save this chart", exact=True), frame.locator("details")
    arrow.focus()
    keys.press("Enter")
    expect(menu).to_have_attribute("open", "")
    keys.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    keys.press("Enter")
    keys.press("Tab")
    file = saved(tab, lambda: keys.press("Enter"), tmp_path)
    assert file.name == "qnn-train-histogram.svg"
    assert "answer ⟨Z⟩ of the test images" in file.read_text(encoding="utf-8")
    expect(menu).not_to_have_attribute("open", "")
    arrow.click()
    tab.page.locator("h1").click()  # anywhere else
    expect(menu).not_to_have_attribute("open", "")


def test_the_arrow_is_seen_where_nothing_can_be_pointed_at(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390, 844, has_touch=True, is_mobile=True)
    tab.open(RUN)
    ready(tab)
    frame = frame_of(tab, "maps")
    expect(frame.locator("details")).to_have_css("opacity", "0.8")
    frame.get_by_label("Save this chart", exact=True).tap()
    expect(frame.get_by_role("button", name="PNG")).to_be_visible()
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.close()


def test_the_report_opens_without_a_network(tab: Visit, browser: Browser, tmp_path: Path) -> None:
    file = saved(tab, button(tab, "Report (HTML)").click, tmp_path)
    assert file.name == "qnn examples 500, seed 3.html"
    assert file.stat().st_size < 6_000_000
    share = share_classified_correctly(tab)
    context = browser.new_context(offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function("document.querySelectorAll('.chart:has(.main-svg)').length === 4")
    expect(page.locator("main")).to_contain_text(f"It classifies {share} of 1,968 test images correctly")
    expect(page.locator(".main-svg").filter(has_text="half-turns").first).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []
    # Its policy holds: even a script in it could not fetch anything.
    assert page.evaluate("fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')") == "refused"
    context.close()


def test_the_script_trains_the_run_again(tab: Visit, tmp_path: Path) -> None:
    file = saved(tab, button(tab, "Script (Python)").click, tmp_path)
    assert file.name == "qnn_examples_500_seed_3.py"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, file], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("the same as the run\n")
    assert f"{100 * float(re.findall('test accuracy (.+)', done.stdout)[0]):.1f} %" == share_classified_correctly(tab)
