"""The atlas in a real browser: a cell says what it is, and opens its stack."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from qmnist_core.studies.atlas import stacks_of
from tests.browser.server import Server, Visit, visit

STACK = ("ZY", "XX", "YY")


def test_a_cell_says_what_it_is_and_opens_its_stack(tab: Visit) -> None:
    tab.open("/atlas")
    cells = tab.page.locator(".st-key-atlas-map .cell")
    expect(cells).to_have_count(819)
    cell = tab.page.locator(f'.st-key-atlas-map [data-stack="{stacks_of(3).index(STACK)}"]')
    cell.hover()
    said = tab.page.locator(".st-key-atlas-map .said")
    expect(said).to_have_text(re.compile(r"^ZY XX YY: 33 effective numbers\n.* % of the validation images right\n"))
    tab.page.locator('.st-key-atlas-map [data-stack="0"]').hover()
    expect(said).to_contain_text("XX: 0 effective numbers")
    expect(said).to_contain_text("It cannot depend on the image")
    cell.click()
    tab.page.wait_for_url(re.compile("show-stack=ZY-XX-YY"))
    panel = tab.page.locator(".st-key-atlas-one")
    expect(panel.get_by_role("combobox")).to_have_value("ZY XX YY")
    before = panel.get_by_text(re.compile("^From the uniform start")).inner_text()
    tab.page.get_by_role("radio", name="small start").click()
    expect(panel.get_by_text(re.compile("^From the small start"))).not_to_have_text(before)
    panel.get_by_role("link", name="Train").click()
    tab.page.wait_for_url(re.compile(r"/train\?.*layers=ZY-XX-YY&init=small"))
    expect(tab.page.get_by_role("heading", level=1, name="Train")).to_be_visible()
    tab.idle()
    assert tab.errors == []


def test_a_stack_is_found_by_keys(tab: Visit) -> None:
    tab.open("/atlas")
    box = tab.page.locator(".st-key-atlas-one").get_by_role("combobox")
    box.focus()
    tab.page.keyboard.type("ZZ XY Z")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url(re.compile("show-stack=ZZ-XY-Z"))


def test_on_a_phone_it_fits_and_a_finger_is_told(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390, 844, has_touch=True, is_mobile=True)
    tab.open("/atlas")
    expect(tab.page.locator(".st-key-atlas-map .cell")).to_have_count(819)
    tab.expect_to_fit()
    box = tab.page.locator(".st-key-atlas-map svg").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390
    tab.page.locator(f'.st-key-atlas-map [data-stack="{stacks_of(3).index(STACK)}"]').tap()
    expect(tab.page.locator(".st-key-atlas-map .said")).to_contain_text("ZY XX YY: 33 effective numbers")
    tab.page.get_by_role("tab", name="The best, tested").click()
    expect(tab.page.locator(".st-key-atlas-best .main-svg").first).to_be_visible()
    tab.expect_to_fit()
    assert tab.errors == []
    tab.close()
