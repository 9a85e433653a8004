"""The lab on the learnt function in a real browser: the clock plays, points are clicked, the address is kept."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, Visit, visit


def test_the_clock_plays_in_place_and_pauses(tab: Visit) -> None:
    tab.open("/computes")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Pixel 16 of 16, (3, 3)")
    tab.mark()
    tab.button("Play").click()
    expect(main).to_contain_text(re.compile(r"Pixel ([1-9]|1[0-5]) of 16"))
    tab.button("Pause").click()
    expect(tab.button("Play")).to_be_visible()
    tab.page.wait_for_url(re.compile(r"show-after=\d+"))
    shown = re.findall(r"show-after=(\d+)", tab.page.url)[0]
    expect(main).to_contain_text(f"Pixel {shown} of 16")
    tab.page.wait_for_timeout(1500)
    expect(main).to_contain_text(f"Pixel {shown} of 16")
    tab.expect_marked()
    slider = main.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(main).to_contain_text(f"Pixel {int(shown) + 1} of 16")
    tab.page.wait_for_url(re.compile(f"show-after={int(shown) + 1}"))
    tab.page.reload()
    expect(main).to_contain_text(f"Pixel {int(shown) + 1} of 16")


def test_a_click_on_a_point_shows_its_images(tab: Visit) -> None:
    tab.open("/computes?show-computes=cosine")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Test image 1, a 6 (ring)")
    points = tab.page.locator(".qmnist-chart path.point")
    expect(points).to_have_count(194)  # and the ring
    box = tab.resting_box(points.nth(1))
    tab.page.mouse.click(box["x"] + 2, box["y"] + 2)  # its corner: the middle may lie under rarer ones
    tab.page.wait_for_url(re.compile(r"show-pattern=\d+"))
    shown = re.findall(r"show-pattern=(\d+)", tab.page.url)[0]
    expect(main).to_contain_text(f"Training pattern {shown} of 193 (ring)")
    tab.page.get_by_test_id("stMain").get_by_role("tab", name="The clock").click()
    expect(main.get_by_text(f"Training pattern {shown} of 193").first).to_be_visible()
    expect(main).to_contain_text("Pixel 16 of 16")
    tab.page.get_by_test_id("stMain").get_by_role("tab", name="The cosine").click()
    tab.page.wait_for_url(re.compile("show-computes=cosine"))


def test_a_hover_says_the_numbers_in_words(tab: Visit) -> None:
    tab.open("/computes?show-computes=map")
    tab.page.wait_for_selector(".qmnist-chart .heatmaplayer image")
    box = tab.resting_box(tab.page.locator(".qmnist-chart .nsewdrag").first)
    tab.page.mouse.move(box["x"] + box["width"] / 8, box["y"] + box["height"] / 8)
    expect(tab.page.locator(".hoverlayer").first).to_contain_text("pixel (0, 0): φ = −1.8")


def test_no_tab_is_wider_than_a_phone(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/computes")
    for name in ("The clock", "The map", "The cosine", "Every input", "Logistic regression"):
        tab.page.get_by_test_id("stMain").get_by_role("tab", name=name).click()
        tab.idle()
        tab.page.locator(".qmnist-chart .main-svg").locator("visible=true").first.wait_for()
        tab.expect_to_fit()
    assert tab.errors == []
    tab.page.context.close()
