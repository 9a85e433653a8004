"""The lab on why training can fail, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.server import Visit


def progress(tab: Visit, number: int, pattern: str) -> None:
    place = tab.page.get_by_test_id("stMain").get_by_test_id("stProgress").nth(number)
    expect(place).to_have_text(re.compile(pattern), timeout=60_000)


def test_outputs_are_measured_while_one_looks(tab: Visit) -> None:
    tab.open("/plateau")
    chart = tab.page.get_by_role("img", name=re.compile("^The size of ⟨Z⟩ before training"))
    tab.mark(".st-key-plateau-output")
    progress(tab, 0, "Measured: 200 seeds at each of 14 sizes")
    expect(chart).to_have_attribute(
        "aria-label", re.compile(r"uniform start 0\.4\d? at 4 pixels and \S+ at 784 pixels")
    )
    tab.expect_marked(".st-key-plateau-output")
    tab.page.get_by_role("radio", name="50").click()
    progress(tab, 0, "Measured: 50 seeds")
    tab.page.wait_for_url(re.compile("show-spread-seeds=50"))
    tab.page.get_by_role("radio", name="to 8×8").click()
    tab.page.wait_for_url(re.compile("show-spread-upto=8"))
    expect(chart).to_have_attribute("aria-label", re.compile("at 64 pixels"))


def test_both_starts_are_trained_side_by_side(tab: Visit) -> None:
    tab.open("/plateau?show-spread-seeds=50")
    tab.button("Train both").click()
    progress(tab, 1, "uniform start: step 1,131 of 1,131")
    progress(tab, 2, "small start: step 1,131 of 1,131")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("uniform start: stayed flat, a plateau.")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("small start: it learns.")
    slider = tab.page.get_by_test_id("stMain").get_by_role("slider", name="Image size of both trainings")
    slider.focus()
    for _ in range(24):  # all trainings on the way are left behind
        slider.press("ArrowLeft")
    tab.page.wait_for_url(re.compile("show-pair-size=4"))
    progress(tab, 1, "uniform start: step 972 of 972")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("uniform start: shrunk, but it learns.")
    tab.page.reload()
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("uniform start: shrunk, but it learns.")
