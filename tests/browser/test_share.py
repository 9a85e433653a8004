"""A link as a QR code, read off the screen as a phone's camera does."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, expect

from tests.browser.server import Server, visit


def read_off(picture: bytes) -> str:
    found = zxingcpp.read_barcode(Image.open(io.BytesIO(picture)))
    assert found is not None, "there is no code to be read"
    return str(found.text)


def is_large(code: Locator) -> bool:
    box = code.bounding_box()
    return box is not None and box["height"] > 600


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_code_on_the_screen_opens_this_very_screen(browser: Browser, server: Server, theme: str) -> None:
    tab = visit(browser, server, 1280, 800, color_scheme=theme)
    page = tab.page
    tab.open("/train?size=6&show-step=200")
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share this screen")
    dialog.get_by_role("button", name="Nothing").click()
    link = dialog.get_by_role("textbox", name="Link")
    expect(link).to_have_value(f"{server.address}/train?size=6&show-step=200&show-only=none")
    tab.idle()
    short = dialog.get_by_role("textbox", name="Short address").input_value()
    assert short.startswith(f"{server.address}/?s=")
    code = dialog.get_by_role("img", name=f"QR code of the link {short}").first
    expect(code).to_be_visible()
    assert read_off(code.screenshot()) == short
    dialog.get_by_role("button", name="Show large").click()
    large = page.get_by_role("dialog", name="QR code")
    expect(large.get_by_text(short)).to_be_visible()
    assert is_large(large.get_by_role("img", name="QR code"))
    seen = read_off(page.screenshot())
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(link).to_be_visible()
    page.goto(seen)
    expect(page).to_have_url(f"{server.address}/train?size=6&show-step=200&show-only=none")
    expect(page.locator(".st-key-dock .step")).to_contain_text("Step 200 of")
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Your teacher has set all settings")
    assert tab.errors == []
    tab.close()
