"""The page on image sizes in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, visit


def test_figures_grow_in_place_while_a_sweep_is_measured_and_stop(browser: Browser, server: Server) -> None:
    tab = visit(browser, server)
    tab.open("/resolution?show-sizes=2-4-8-28&show-sweep-seeds=5&show-encodings=angle")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text("Trained, it classifies 9")
    expect(main.locator(".qmnist-chart .main-svg").first).to_be_visible()
    bar = main.get_by_test_id("stProgress").last
    expect(bar).to_have_text("0 of 20 trainings measured.")
    main.get_by_role("button", name=re.compile("(^| )Measure: 20 trainings, about")).click()
    expect(bar).to_have_text(re.compile(r"[1-9]\d? of 20 trainings measured; now"))
    tab.mark(".st-key-resolution-accuracy")
    expect(bar).to_have_text(re.compile(r"([6-9]|1\d) of 20 trainings measured; now"))
    tab.expect_marked(".st-key-resolution-accuracy")
    tab.button("Stop").click()
    expect(bar).to_have_text(re.compile(r"Stopped: \d+ of 20 trainings measured\. They are kept\."))
    slider = main.get_by_role("slider", name=re.compile("After training step"))
    slider.focus()
    slider.press("ArrowLeft")
    tab.page.wait_for_url(re.compile(r"show-map-step=\d+"))
    expect(main).to_contain_text(re.compile(r"After step \d+ it classifies"))
    for width in (1280, 390):
        tab.page.set_viewport_size({"width": width, "height": 800})
        tab.page.wait_for_timeout(300)
        tab.expect_to_fit()
    assert tab.errors == []
    assert tab.outside_requests() == []
    tab.page.context.close()
