"""The page of ten digits in a real browser: it trains while one looks, reads a drawing, and opens its mistakes."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.drawing import SIX, THREE, draw_with_mouse
from tests.browser.server import Visit

ENDED = re.compile(r"^Test images right: 9[78]\.\d\s% \(95\s% interval ")


def test_any_digit_is_read_and_mistakes_are_opened(tab: Visit) -> None:
    tab.open("/ten")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("of the held-out images right", timeout=120_000)
    curve = tab.page.locator(".st-key-ten-curve .scatterlayer .point")
    expect(curve.nth(2)).to_be_attached(timeout=120_000)
    pad, bars = (tab.page.locator(f".st-key-{key}").bounding_box() for key in ("ten-pad", "ten-bars"))
    expect(main.get_by_text(ENDED)).to_be_visible(timeout=120_000)
    expect(main).to_contain_text("The first test image is read as a 7")
    assert pad == tab.page.locator(".st-key-ten-pad").bounding_box()
    assert bars == tab.page.locator(".st-key-ten-bars").bounding_box()
    for strokes, digit in ((THREE, "3"), (SIX, "6")):
        draw_with_mouse(tab, strokes)
        expect(main).to_contain_text(f"Your drawing is read as a {digit}")
        tab.page.get_by_role("button", name="Clear").click()
        expect(main).to_contain_text("The first test image")
    tab.page.get_by_role("tab", name="Mistakes").click()
    chart = tab.page.locator(".st-key-ten-mistakes .main-svg").first
    expect(chart).to_be_visible()
    tab.idle()
    box = tab.resting_box(tab.page.locator(".st-key-ten-mistakes .nsewdrag").first)
    # the row of 9, the column of 4
    tab.page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.95 * box["height"])
    tab.page.wait_for_url(re.compile("show-confused=94"))
    expect(tab.page.locator(".st-key-ten-images svg image").first).to_be_attached()
    expect(main).to_contain_text("the share of the softmax for 4")
    assert main.get_by_text("None", exact=True).count() == 0
    assert tab.errors == []
