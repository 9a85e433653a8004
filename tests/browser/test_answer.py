"""⟨Z⟩ on its scale and the digit that it says, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.instrument import PLAY, ready
from tests.browser.server import Visit

LEFT, MIDDLE, RIGHT = 20, 110, 200
"""Where −1, 0 and +1 are, in the drawing's own units."""


def colour(tab: Visit, name: str) -> str:
    return str(tab.page.evaluate("(name) => getComputedStyle(document.body).getPropertyValue(name)", name)).strip()


@pytest.mark.parametrize(("example", "said"), [(0, "3"), (1, "6")])
def test_hand_bar_and_words_are_those_of_the_value(tab: Visit, example: int, said: str) -> None:
    tab.open(f"/?show-example={example}&show-step=972")
    ready(tab)
    tab.page.wait_for_function(f"{PLAY}.step === 972")
    answer = tab.page.locator(".st-key-home-answer")
    tab.page.wait_for_function(f"{PLAY}.answer('home', {PLAY}.frame({PLAY}.reels.main)) !== null")
    z = float(tab.page.evaluate(f"{PLAY}.answer('home', {PLAY}.frame({PLAY}.reels.main))"))
    assert abs(z) > 0.02
    sign = "+" if z > 0 else "−"
    expect(answer.locator(".value")).to_have_text(f"{sign}{abs(z):.2f}")
    hand, bar = answer.locator("svg line").last, answer.locator("svg rect").last
    place = MIDDLE + z * (RIGHT - MIDDLE)
    assert float(hand.get_attribute("x1") or "nan") == pytest.approx(place, abs=0.01)
    assert float(bar.get_attribute("x") or "nan") == pytest.approx(min(place, MIDDLE), abs=0.01)
    assert float(bar.get_attribute("width") or "nan") == pytest.approx(abs(place - MIDDLE), abs=0.01)
    side = "first" if z > 0 else "second"
    assert side == {"3": "first", "6": "second"}[said]
    assert bar.get_attribute("fill") == f"var(--qm-{side})"
    assert colour(tab, f"--qm-{side}")
    expect(answer.locator(".digit")).to_have_text(said)
    truth = tab.page.locator(".st-key-home-answer .words").inner_text()
    assert truth in (f"right: it is a {said}", f"wrong: it is a {9 - int(said)}")
    assert answer.locator("svg text").all_text_contents()[-2:] == ["says 6", "says 3"]


def test_a_scale_without_an_answer_has_no_hand(tab: Visit) -> None:
    tab.open("/draw")
    answer = tab.page.locator(".st-key-draw-answer")
    expect(answer.locator("svg text").last).to_have_text("says 3")
    for part in (".value", "svg line >> nth=-1", "svg rect >> nth=2"):
        expect(answer.locator(part)).to_have_attribute("visibility", "hidden")
    expect(answer.locator(".digit")).to_have_text("")
