"""The frame around every page in a real browser: its bar, on a phone too."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from qmnist_core.ui.frame.site import PAGES
from tests.browser.axe import found_by_axe
from tests.browser.instrument import HIDDEN_SETTINGS, LENGTH, boxes
from tests.browser.server import IDLE, PATHS, TITLES, Server, Visit, named, visit

SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifts.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
}"""
"""The browser's own measure of what moved, screen by screen."""
WIDE = {
    "": ["home-digit", "home-answer", "home-curves", "home-histogram", "home-maps"],
    "data": ["page-threshold", "data-ceiling", "data-examples", "figures"],
    "circuit": ["circuit-knob", "circuit-answer", "circuit-maps"],
    "train": ["train-curves", "train-histogram", "train-confusion", "train-maps", "train-files"],
    "compare": ["compare-seeds", "result", "compare-chart", "compare-answers", "images"],
    "draw": ["draw-pad", "draw-verdicts", "draw-answer"],
    "computes": ["computes-clock"],
    "plateau": ["plateau-size", "plateau-uniform", "plateau-small", "plateau-accuracy", "plateau-loss"],
    "resolution": ["resolution-batch", "resolution-map", "resolution-score", "resolution-histogram"],
    "ten": ["ten-given", "ten-pad", "ten-bars", "ten-curve"],
    "atlas": ["atlas-start", "atlas-map", "atlas-one"],
    "noise": ["noise-kind", "noise-shots", "noise-curve"],
    "lessons": ["lesson-card-1-from-image-to-circuit", "lesson-card-4-a-digit-of-your-own"],
    "class": ["class-new"],
    "join": ["join-code", "join-name", "join-in"],
}
"""Each page's main figures, their control, and the verdict, by their keys."""
NARROW = {
    "": ["home-digit", "home-answer"],
    "data": ["page-threshold", "data-ceiling"],
    "circuit": ["circuit-knob"],
    "train": ["train-curves"],
    "compare": ["result", "compare-chart"],
    "draw": ["draw-pad", "draw-verdicts"],
    "plateau": ["plateau-uniform", "plateau-small"],
    "resolution": ["resolution-map"],
    "ten": ["ten-pad", "ten-bars"],
    "atlas": ["atlas-start", "atlas-map"],
    "lessons": ["lesson-start-1-from-image-to-circuit"],
    "class": ["class-new"],
    "join": ["join-code", "join-name", "join-in"],
}
"""The same on a phone, where the dock says how many are right."""
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
    words, tools = page.locator(".st-key-headline p").first.bounding_box(), page.locator(".st-key-tools").bounding_box()
    assert words
    assert tools
    assert words["y"] + words["height"] <= tools["y"]
    assert tab.errors == []
    tab.close()


def shifted(tab: Visit) -> float:
    return float(tab.page.evaluate("window.shifts.reduce((sum, one) => sum + one, 0)"))


def expect_in_the_first_screen(tab: Visit, keys: list[str]) -> None:
    selectors = [f".st-key-{key}" for key in keys]
    wanted = dict.fromkeys(selectors, "in sight")
    seen = boxes(tab.page, selectors)
    for _ in range(160):  # networks of other pages may still be training
        if seen == wanted:
            break
        tab.page.wait_for_timeout(250)
        seen = boxes(tab.page, selectors)
    assert seen == wanted


@pytest.mark.parametrize("path", TITLES)
def test_a_page_is_in_sight_stays_where_it_is_and_is_accessible(browser: Browser, server: Server, path: str) -> None:
    """Its point is in the first screen, and nothing moves, while it opens and when its run is played, pauses and ends;
    axe finds nothing."""
    tab = visit(browser, server, 1280, 720)
    tab.page.add_init_script(f"({SHIFTS})()")
    tab.open(PATHS[path])
    tab.page.wait_for_timeout(1500)
    assert shifted(tab) <= 0.30
    tab.expect_to_fit()
    expect_in_the_first_screen(tab, WIDE[path])
    assert tab.page.evaluate(LENGTH) <= 2
    assert tab.page.evaluate(HIDDEN_SETTINGS) == []
    if tab.page.locator(".st-key-dock").count():
        expect(tab.page.locator(".st-key-dock .step")).to_contain_text("Step")
        if path == "compare":  # what its trainings find is another thing that changes
            expect(tab.page.get_by_role("button", name="All trained")).to_be_visible(timeout=120_000)
            tab.idle()
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
        assert shifted(tab) - before < 0.001, "less than a pixel of a line"
    assert found_by_axe(tab) == []
    tab.close()


@pytest.mark.parametrize("path", TITLES)
def test_a_phone_shows_pages_whole_and_where_they_stay(browser: Browser, server: Server, path: str) -> None:
    tab = visit(browser, server, **PHONE)
    tab.page.add_init_script(f"({SHIFTS})()")
    tab.open(PATHS[path])
    tab.page.wait_for_timeout(1000)
    tab.expect_to_fit()
    assert shifted(tab) <= 0.30
    expect_in_the_first_screen(tab, NARROW.get(path, []))
    tab.close()


WHERE = """chart => {
  const [trace, { xaxis, yaxis }] = [chart.data.find((one) => one.mode?.includes("markers")), chart._fullLayout];
  const box = chart.getBoundingClientRect();
  const scale = box.width / chart.offsetWidth;
  const place = (axis, value) => scale * (axis._offset + axis.d2p(value));
  return [box.x + place(xaxis, trace.x[0]), box.y + place(yaxis, trace.y[0])];
}"""
"""Where on the screen a chart's first mark is."""


def test_presented_a_page_is_large_and_is_still_pointed_at(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 1920, 1080)
    page = tab.page
    tab.open("/computes?show-computes=cosine")
    chart = page.locator(".qmnist-chart")
    expect(chart.locator(".main-svg").first).to_be_visible()
    page.keyboard.press("p")
    page.wait_for_url("**show-present=1**")
    tab.idle()
    page.wait_for_timeout(600)
    x, y = chart.evaluate(WHERE)
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    hover = chart.locator(".hovertext").first
    expect(hover).to_be_visible()
    box = hover.bounding_box()
    assert box is not None
    assert abs(box["y"] + box["height"] / 2 - y) < 60
    dock, main = page.locator(".st-key-dock").bounding_box(), page.locator(".block-container").bounding_box()
    assert dock is not None
    assert main is not None
    assert dock["width"] > 0.9 * main["width"]
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    assert tab.errors == []
    tab.close()
