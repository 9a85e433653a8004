"""The lab on noise and shots in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from qmnist_core.simulators.shots import shot_distribution
from tests.browser.server import Server, Visit, visit


def figure(tab: Visit, words: str) -> Any:
    return tab.page.locator(".noise .figures > span").filter(has_text=words).locator("b")


def test_the_line_is_dragged_and_the_figures_follow_at_once(tab: Visit) -> None:
    tab.open("/noise?show-infidelity=0.001")
    expect(figure(tab, "margin left")).to_have_text("95.8\u00a0%")  # (1 − 16/15 · 0.001/0.8)^32
    hand = tab.page.get_by_role("slider", name="Average gate infidelity")
    box = tab.resting_box(tab.page.locator(".noise .curve svg"))
    knob = tab.resting_box(hand.locator("circle").last)
    tab.page.mouse.move(knob["x"] + knob["width"] / 2, knob["y"] + knob["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(box["x"] + box["width"] - 14, box["y"] + 100)
    expect(figure(tab, "right with")).to_have_text("58.3\u00a0%")
    assert "show-infidelity=0.001" in tab.page.url, "the server is told when it is let go"
    tab.page.mouse.up()
    tab.page.wait_for_url(re.compile(r"show-infidelity=0\.1(&|$)"))
    hand.focus()
    hand.press("Home")
    tab.page.wait_for_url(re.compile(r"show-infidelity=0\.0(&|$)"))
    expect(figure(tab, "margin left")).to_have_text("100.0\u00a0%")
    expect(hand).to_be_focused()


def test_one_shot_has_two_estimates_and_another_digit_others(tab: Visit) -> None:
    tab.open("/noise?show-shots=1")
    bars = tab.page.locator(".noise .shots rect[height]:has(title)")
    expect(bars).to_have_count(2)
    expect(tab.page.locator(".noise .one .said")).to_contain_text(re.compile(r"says \d, which it is, in [\d.]+"))
    before = tab.page.url
    tab.button("Another digit").click()
    tab.page.wait_for_function("before => location.href !== before", arg=before)


def test_the_shots_are_binomial(tab: Visit) -> None:
    tab.open("/noise?show-shots=11&show-infidelity=0.05&show-example=4")
    value = tab.page.locator(".noise .said b").inner_text().removeprefix("⟨Z⟩ = ").replace("−", "-")
    estimates, probabilities = shot_distribution(float(value), 11)
    expected = dict(zip(estimates.round(3), probabilities, strict=True))
    bars = tab.page.locator(".noise .shots rect title").all_text_contents()
    assert len(bars) > 5
    for bar in bars:
        at, share = bar.removeprefix("estimates around ").replace("−", "-").split(": ")
        assert float(share.removesuffix("\u00a0%")) == pytest.approx(100 * expected[float(at)], abs=0.15)


def test_a_long_curve_is_stopped_and_begun_again(tab: Visit) -> None:
    tab.open("/noise?layers=XX-ZZ-XX-ZZ-XX-ZZ&epochs=1&examples=500&show-kind=damping&show-infidelity=0")
    main = tab.page.get_by_test_id("stMain")
    expect(figure(tab, "margin left")).to_have_text("100.0\u00a0%", timeout=120_000)
    tab.button("Stop").click()
    expect(main).to_contain_text(re.compile(r"Stopped: \d+ of 11 infidelities are computed"))
    tab.button("Compute all").click()
    expect(tab.button("Stop")).to_be_visible()
    tab.button("Stop").click()
    expect(tab.button("Compute all")).to_be_visible()


def test_the_largest_network_is_found_while_one_looks(tab: Visit) -> None:
    tab.open("/noise?examples=500&show-infidelity=0.01&show-noise=size")
    main = tab.page.get_by_test_id("stMain")
    expect(main).to_contain_text(re.compile(r"up to \d+×\d+ with 2 layers"), timeout=120_000)
    main.get_by_text("Four layers, too").click()
    tab.page.wait_for_url(re.compile("show-deeper=1"))
    expect(main).to_contain_text(re.compile(r"up to \d+×\d+ with 4 layers"), timeout=120_000)
    expect(tab.button("Stop")).to_have_count(0, timeout=120_000)


def test_785_noisy_qubits_on_a_phone(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390)
    tab.open("/noise?size=28&init=small&examples=2000&show-kind=damping&show-infidelity=0.001")
    expect(figure(tab, "margin left")).to_be_visible(timeout=60_000)
    tab.expect_to_fit()
    assert tab.errors == []
    tab.close()
