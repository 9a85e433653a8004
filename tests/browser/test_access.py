"""What axe finds of each page, in both themes, and the way by keyboard to the dock."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.server import ROOT, TITLES, Server, Visit, visit

AXE = (ROOT / "tests" / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")

UNDIMMED = '[data-stale="true"] { opacity: 1 !important; transition: none !important; }'
"""Work that goes on dims, for a moment, what it will replace; what is there is judged as it is otherwise."""


def found_in(page: Any) -> list[str]:
    options = {"resultTypes": ["violations"]}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} {node['failureSummary'][-200:]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("path", TITLES)
def test_axe_finds_nothing(browser: Browser, server: Server, path: str) -> None:
    tab = visit(browser, server, 1280, 720, color_scheme="light", reduced_motion="reduce")
    tab.open(f"/{path}")
    tab.page.wait_for_timeout(800)
    tab.page.add_style_tag(content=UNDIMMED)
    tab.page.evaluate(AXE)
    found = [f"light: {one}" for one in found_in(tab.page)]
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_timeout(800)
    found += [f"dark: {one}" for one in found_in(tab.page)]
    tab.close()
    assert not found, "\n".join(found)


def test_play_is_a_few_tab_stops_away(tab: Visit) -> None:
    tab.open("/train")
    expect(tab.page.locator(".st-key-dock .step")).to_contain_text("Step")
    tab.page.keyboard.press("Tab")
    skip = tab.page.get_by_role("link", name="To the dock")
    expect(skip).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="Play", exact=True)).to_be_focused()
    tab.page.keyboard.press("Space")
    expect(tab.page.locator(".st-key-dock").get_by_role("button", name="Pause")).to_be_visible()
