"""The lab on why training can fail, in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.server import Visit


def progress(tab: Visit, pattern: str) -> None:
    place = tab.page.get_by_test_id("stMain").get_by_test_id("stProgress")
    expect(place).to_have_text(re.compile(pattern), timeout=60_000)


def test_outputs_are_measured_while_one_looks(tab: Visit) -> None:
    tab.open("/plateau?show-plateau=before")
    chart = tab.page.get_by_role("img", name=re.compile("^The size of ⟨Z⟩ before training"))
    tab.mark(".st-key-plateau-output")
    progress(tab, "Measured: 200 seeds at each of 14 sizes")
    expect(chart).to_have_attribute(
        "aria-label", re.compile(r"uniform start 0\.4\d? at 4 pixels and \S+ at 784 pixels")
    )
    tab.expect_marked(".st-key-plateau-output")
    tab.page.get_by_role("radio", name="50").click()
    progress(tab, "Measured: 50 seeds")
    tab.page.wait_for_url(re.compile("show-spread-seeds=50"))
    tab.page.get_by_role("radio", name="to 8×8").click()
    tab.page.wait_for_url(re.compile("show-spread-upto=8"))
    expect(chart).to_have_attribute("aria-label", re.compile("at 64 pixels"))


def test_both_starts_are_played_side_by_side(tab: Visit) -> None:
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.open("/plateau")
    main = tab.page.get_by_test_id("stMain")
    expect(main.get_by_role("heading", name="uniform start: stays flat")).to_be_visible(timeout=60_000)
    expect(main.get_by_role("heading", name="small start: learns")).to_be_visible()
    for key in ("plateau-uniform", "plateau-small", "plateau-accuracy", "plateau-loss"):
        box = tab.resting_box(tab.page.locator(f".st-key-{key}"))
        assert box["y"] + box["height"] <= 656, "all of it above the dock, on the first screen"
    uniform, small = (tab.page.locator(f".st-key-plateau-{init} .histogram") for init in ("uniform", "small"))
    labels = [place.get_attribute("aria-label") for place in (uniform, small)]
    tab.page.keyboard.press("Home")
    expect(small).not_to_have_attribute("aria-label", str(labels[1]))
    curves = tab.page.locator(".st-key-plateau-accuracy .curves")
    expect(curves).to_have_attribute(
        "aria-label", re.compile(r"at step 0 uniform: [\d.]+\s% right.*; small: [\d.]+\s% right")
    )
    tab.page.wait_for_url(re.compile("show-pair-step=0"))
    tab.page.keyboard.press("End")
    expect(small).to_have_attribute("aria-label", str(labels[1]))
    slider = main.get_by_role("slider", name="Image size of both trainings")
    slider.focus()
    for _ in range(24):  # all trainings on the way are left behind
        slider.press("ArrowLeft")
    tab.page.wait_for_url(re.compile("show-pair-size=4"))
    expect(main.get_by_role("heading", name="uniform start: shrunk, but learns")).to_be_visible(timeout=60_000)
    tab.page.reload()
    expect(main.get_by_role("heading", name="uniform start: shrunk, but learns")).to_be_visible(timeout=60_000)
