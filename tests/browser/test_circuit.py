"""The Circuit page in a real browser: a gate is turned by hand, and all that shows ⟨Z⟩ follows at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.server import Visit

PLACE = "show-example=2&show-layer=2&show-pixel=2-2"


def test_the_readout_follows_the_hand_without_the_server(tab: Visit) -> None:
    tab.open(f"/circuit?{PLACE}")
    own, hand, gauge = (tab.page.locator(place) for place in (".own .value", ".dial .big", ".gauge .value"))
    expect(tab.page.locator(".dock .step")).to_have_text("Step 972 of 972")
    before, untouched = hand.text_content() or "", own.text_content() or ""
    expect(gauge).to_have_text(before)
    box = tab.page.locator(".dial svg").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    tab.page.mouse.move(middle[0], middle[1] - 80)
    tab.page.mouse.down()
    tab.page.mouse.move(middle[0] + 80, middle[1], steps=4)
    expect(own).to_have_text("0.500 half-turns")
    assert "show-value" not in tab.page.url, "the server is told where the hand rests"
    turned = hand.text_content() or ""
    assert turned != before
    expect(gauge).to_have_text(turned)
    tab.page.mouse.up()
    tab.page.wait_for_url(re.compile(r"show-value=0\.5$"))
    tab.idle()
    expect(hand).to_have_text(turned)
    expect(gauge).to_have_text(turned)

    slider = tab.page.get_by_role("slider", name="Exponent of Layer 2, pixel (2, 2)")
    slider.press("ArrowRight")
    expect(own).to_have_text("0.510 half-turns")
    tab.page.get_by_role("button", name=re.compile("^back to")).click()
    expect(own).to_have_text(untouched)
    expect(hand).to_have_text(before)
    expect(gauge).to_have_text(before)
    tab.page.wait_for_url(lambda url: "show-value" not in url)


def test_a_click_on_a_map_chooses_the_gate(tab: Visit) -> None:
    tab.open(f"/circuit?{PLACE}&show-value=0.5")
    expect(tab.page.locator(".own .value")).to_have_text("0.500 half-turns")
    tab.page.locator(".st-key-circuit-maps canvas").first.click(position={"x": 4, "y": 4})
    tab.page.wait_for_url(re.compile(r"show-layer=1&show-pixel=0-0$"))
    expect(tab.page.locator(".says").filter(has_text="pixel (0, 0)")).to_contain_text("Layer 1, pixel (0, 0): ⟨Z⟩")


def test_a_link_shows_the_turned_network(tab: Visit) -> None:
    tab.open(f"/circuit?{PLACE}&show-value=0.5")
    expect(tab.page.locator(".dock .step")).to_have_text("Step 972 of 972")
    turned = tab.page.locator(".dial .big").text_content() or ""
    tab.page.get_by_role("tab", name="Data circuit").click()
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("layer 2, pixel (2, 2) is +0.50 instead of")
    tab.open(f"/circuit?{PLACE}&show-value=0.5")
    expect(tab.page.locator(".gauge .value")).to_have_text(turned)
