"""The lab on the learnt function in a real browser: the clock plays, points are clicked, the address is kept."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, Visit, visit


def test_the_hand_turns_by_itself_and_ends_at_the_answer(tab: Visit) -> None:
    tab.open("/computes?show-example=4")
    side = tab.page.locator(".clock .side")
    expect(side).to_contain_text(re.compile(r"([1-9]|1[0-5]) of 16 pixels"))
    expect(side).to_contain_text("so far")
    expect(side).to_contain_text("right: it is a 3")
    value = tab.page.locator(".face .value")
    ended = value.text_content()
    tab.page.locator(".clock button").click()
    expect(side).to_contain_text("so far")
    slider = side.get_by_role("slider")
    slider.focus()
    slider.press("Home")
    expect(value).to_have_text("−1.00")
    slider.press("End")
    expect(value).to_have_text(ended or "")
    tab.page.evaluate("qmnistPlay.set(0)")
    expect(value).not_to_have_text(ended or "")


def test_an_address_says_where_the_hand_stands(tab: Visit) -> None:
    tab.open("/computes?show-after=7")
    side = tab.page.locator(".clock .side")
    expect(side).to_contain_text("7 of 16 pixels")
    tab.page.wait_for_timeout(700)
    expect(side).to_contain_text("7 of 16 pixels")


def test_a_click_on_a_point_shows_its_images(tab: Visit) -> None:
    tab.open("/computes?show-computes=cosine")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("(ring)")
    points = tab.page.locator(".qmnist-chart path.point")
    expect(points).to_have_count(194)  # and the ring
    box = tab.resting_box(points.nth(1))
    tab.page.mouse.click(box["x"] + 2, box["y"] + 2)  # its corner: the middle may lie under rarer ones
    tab.page.wait_for_url(re.compile(r"show-pattern=\d+"))
    shown = re.findall(r"show-pattern=(\d+)", tab.page.url)[0]
    expect(main).to_contain_text(f"Training pattern {shown} of 193 (ring)")
    tab.page.get_by_test_id("stMain").get_by_role("tab", name="The clock").click()
    expect(main).to_contain_text("of 16 pixels")
    tab.page.get_by_test_id("stMain").get_by_role("tab", name="The cosine").click()
    tab.page.wait_for_url(re.compile("show-computes=cosine"))


def test_the_maps_follow_the_run_and_name_their_pixels(tab: Visit) -> None:
    tab.open("/computes?show-computes=map")
    first = tab.page.locator(".maps canvas").first
    box = tab.resting_box(first)
    ended = first.evaluate("canvas => canvas.toDataURL()")
    tab.page.mouse.move(box["x"] + box["width"] / 8, box["y"] + box["height"] / 8)
    expect(tab.page.locator(".pointed")).to_contain_text("pixel (0, 0): −0.")
    tab.page.evaluate("qmnistPlay.set(0)")
    tab.wait_for(lambda: first.evaluate("canvas => canvas.toDataURL()") != ended)


def test_no_tab_is_wider_than_a_phone(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/computes")
    for name in ("The clock", "The map", "The cosine", "Every input", "Logistic regression"):
        tab.page.get_by_test_id("stMain").get_by_role("tab", name=name).click()
        tab.idle()
        tab.expect_to_fit()
    assert tab.errors == []
    tab.close()
