"""The lab on noise and shots in a real browser."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, expect

from tests.browser.server import Server, Visit, visit


def metric(tab: Visit, label: str) -> Any:
    return tab.page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def test_noise_and_shots_move_the_figures(tab: Visit) -> None:
    tab.open("/noise")
    main = tab.page.get_by_test_id("stMain")
    expect(metric(tab, "Margin left")).to_have_text("95.8 %")  # (1 − 16/15 · 0.001/0.8)^32
    expect(main).to_contain_text("With unlimited shots the noise changes no answer")
    tab.mark()
    rate = main.get_by_role("slider", name="Average gate infidelity")
    rate.focus()
    rate.press("ArrowRight")
    tab.page.wait_for_url(re.compile(r"show-infidelity=0\.002"))
    expect(metric(tab, "Margin left")).to_have_text("91.8 %")
    tab.expect_marked()
    shots = main.get_by_role("slider", name="Shots per image")
    shots.focus()
    shots.press("Home")
    tab.page.wait_for_url(re.compile("show-shots=1(&|$)"))
    expect(main).to_contain_text("1 shot says the other digit")
    before = tab.page.url
    tab.button("Another digit").click()
    tab.page.wait_for_function("before => location.href !== before", arg=before)
    shown = int(re.findall(r"show-example=(\d+)", tab.page.url)[0])
    expect(main).to_contain_text(f"Test image {shown + 1:,}, a ")


def test_a_long_curve_is_stopped_and_begun_again(tab: Visit) -> None:
    tab.open("/noise?layers=XX-ZZ-XX-ZZ-XX-ZZ&epochs=1&examples=500&show-kind=damping&show-infidelity=0")
    main = tab.page.get_by_test_id("stMain")
    expect(metric(tab, "Margin left")).to_have_text("100.0 %", timeout=120_000)
    tab.button("Stop").click()
    expect(main).to_contain_text(re.compile(r"Stopped: \d+ of 11 infidelities are computed"))
    expect(main).to_contain_text("Classified correctly, of 1,968 test images:")
    tab.button("Compute all").click()
    expect(tab.button("Stop")).to_be_visible()
    tab.button("Stop").click()
    expect(tab.button("Compute all")).to_be_visible()


def test_the_advisor_fills_its_table_and_stops(tab: Visit) -> None:
    tab.open("/noise?examples=500&show-kind=damping")
    main = tab.page.get_by_test_id("stMain")
    tab.button("Compute the table").click(timeout=120_000)  # the curve before may still end a slice of its computation
    expect(main.get_by_role("cell", name="28×28").first).to_be_visible(timeout=120_000)
    tab.button("Stop").or_(tab.button("Compute again")).first.click()  # a fast machine is ready by now
    expect(tab.button("Compute again")).to_be_visible(timeout=60_000)
    expect(main).to_contain_text(
        re.compile("The largest of (this table|the networks computed so far) for which 10,000 shots per image suffice")
    )


def test_785_noisy_qubits_on_a_phone(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/noise?size=28&init=small&examples=2000&show-kind=damping&show-infidelity=0.001")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text(
        "1,568 gates with amplitude damping noise", timeout=60_000
    )
    tab.expect_to_fit()
    assert tab.errors == []
    tab.page.context.close()
