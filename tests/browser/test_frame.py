"""The frame around every page in a real browser: its bar, on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from qmnist_core.ui.frame.site import PAGES
from tests.browser.server import IDLE, Server, Visit, named, visit

SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
}"""
"""The browser's own measure of what moved, screen by screen."""
PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def test_a_phone_has_settings_a_menu_of_pages_and_sharing_in_its_bar(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, **PHONE)
    tab.open("/noise")
    page = tab.page
    menu = page.get_by_test_id("stMenuButtonButton")
    share = page.get_by_role("button", name=named("Share"))
    settings = page.get_by_test_id("stExpandSidebarButton")
    expect(share).to_be_visible()
    at = [one.bounding_box() or {"x": -1, "width": -1} for one in (settings, menu, share)]
    ends = [edge for box in at for edge in (box["x"], box["x"] + box["width"])]
    assert ends == sorted(ends), "side by side"
    assert ends[-1] <= 390
    expect(page.locator(".st-key-ways")).to_be_hidden()
    expect(page.locator(".st-key-present")).to_be_hidden()
    expect(menu).to_contain_text(PAGES["noise"][1])
    menu.click()
    page.get_by_role("menuitem", name=PAGES["data"][1], exact=True).click()
    page.locator(".st-key-menu").get_by_text(PAGES["data"][1], exact=True).wait_for()
    page.wait_for_selector(IDLE)
    tab.expect_to_fit()
    tab.open("/")
    words, tools = page.locator(".st-key-headline p").bounding_box(), page.locator(".st-key-tools").bounding_box()
    assert words
    assert tools
    assert words["y"] + words["height"] <= tools["y"]
    assert tab.errors == []
    page.context.close()


def shifted(tab: Visit) -> float:
    return float(tab.page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)"))


@pytest.mark.parametrize("path", ["", "train", "lessons"])
def test_what_is_drawn_stays_where_it_is(browser: Browser, server: Server, path: str) -> None:
    """While a page opens, and when its run is played, pauses and ends."""
    tab = visit(browser, server, 1280, 720)
    tab.page.add_init_script(f"({SHIFTS})()")
    tab.open(f"/{path}")
    tab.page.wait_for_timeout(1500)
    assert shifted(tab) <= 0.30
    if tab.page.locator(".st-key-dock").count():
        expect(tab.page.locator(".st-key-dock .step")).to_contain_text("Step")
        before = shifted(tab)
        play = tab.page.get_by_role("button", name="Play", exact=True).last
        tab.page.keyboard.press("Space")
        expect(tab.page.locator(".st-key-dock").get_by_role("button", name="Pause")).to_be_visible()
        tab.page.wait_for_timeout(300)
        tab.page.keyboard.press("Space")
        expect(play).to_be_visible()
        tab.page.wait_for_timeout(300)
        tab.page.keyboard.press("End")
        tab.idle()
        tab.page.wait_for_timeout(600)
        assert shifted(tab) == before
    tab.page.context.close()
