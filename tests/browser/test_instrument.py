"""One run, played in the browser: the dock, the cursor, and what follows it."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Browser, Route, expect

from tests.browser.instrument import HIDDEN_SETTINGS, PLAY, SHIFTS, listening, now, quiet, ready
from tests.browser.server import Server, Visit, visit


def test_one_press_and_the_digit_is_read(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, height=720)
    talk = listening(tab.page)
    tab.open("/")
    ready(tab)
    verdict = tab.page.locator(".st-key-home-answer .words")
    expect(verdict).to_have_text(re.compile("^wrong: it is a [36]$"))
    tab.page.wait_for_timeout(1500)
    tab.page.evaluate(SHIFTS)
    shifts = tab.page.evaluate("window.qmnistShift")
    with quiet(tab, talk) as messages:
        tab.page.keyboard.press("Space")
        tab.page.wait_for_function(f"{PLAY}.step > 400")
        assert tab.page.locator(".st-key-dock .right").inner_text() != "34.6\u00a0% right"
    assert messages == [], "the server has nothing to do while it plays"
    expect(verdict).to_have_text(re.compile("^right: it is a [36]$"))
    tab.page.wait_for_function(f"!{PLAY}.playing", timeout=15_000)
    assert now(tab.page) == 972
    expect(tab.page.locator(".st-key-dock .right")).to_have_text("90.5\u00a0% right")
    tab.page.wait_for_function("!location.search.includes('show-step')")
    tab.idle()
    assert tab.page.evaluate("window.qmnistShift") == shifts, "nothing moves when it begins or ends"
    assert tab.errors == []
    tab.close()


def test_the_cursor_moves_by_keys_and_is_in_the_address(tab: Visit) -> None:
    tab.open("/?show-step=100&show-example=5")
    ready(tab)
    tab.page.wait_for_function(f"{PLAY}.step === 100")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowLeft")
    tab.page.wait_for_function(f"{PLAY}.step === 101")
    tab.page.wait_for_function("location.search.includes('show-step=101')")
    expect(tab.page.locator(".st-key-dock .step")).to_have_text("Step 101 of 972")
    tab.idle()
    assert now(tab.page) == 101, "and stays where it was put"
    tab.page.keyboard.press("Home")
    tab.page.wait_for_function("location.search.includes('show-step=0')")
    tab.page.keyboard.press("End")
    tab.page.wait_for_function("!location.search.includes('show-step')")
    assert now(tab.page) == 972


def test_what_the_server_makes_follows_where_the_cursor_rests(tab: Visit) -> None:
    tab.open("/train?show-step=0")
    ready(tab)
    label = tab.page.get_by_text(re.compile("^Test images, after step"))
    expect(label).to_have_text("Test images, after step 0")
    track = tab.page.locator(".st-key-dock .track").bounding_box()
    assert track is not None
    tab.page.mouse.click(track["x"] + track["width"] / 2, track["y"] + 20)
    step = round(now(tab.page))
    assert abs(step - 486) < 30
    expect(label).to_have_text(f"Test images, after step {step}")


def test_another_setting_is_another_run_at_once(tab: Visit) -> None:
    tab.open("/train")
    ready(tab)
    before = tab.page.locator(".st-key-dock .right").inner_text()
    seed = tab.page.get_by_test_id("stSidebar").get_by_role("spinbutton", name="Seed")
    seed.fill("4")
    seed.press("Enter")
    expect(tab.page.locator(".st-key-dock .right")).not_to_have_text(before)
    tab.page.wait_for_function(f"{PLAY}.step === 972")
    assert tab.page.evaluate(HIDDEN_SETTINGS) == []


def test_space_types_in_a_field_and_presses_a_button_that_was_reached_by_keyboard(tab: Visit) -> None:
    tab.open("/?show-step=0")
    ready(tab)
    seed = tab.page.get_by_test_id("stSidebar").get_by_role("spinbutton", name="Seed")
    seed.focus()
    tab.page.keyboard.press("Space")
    assert tab.page.evaluate(f"{PLAY}.playing") is False
    tab.page.get_by_role("button", name="Another digit").click()
    tab.idle()
    tab.page.keyboard.press("Space")  # clicked, not reached by keyboard: it plays
    assert tab.page.evaluate(f"{PLAY}.playing") is True


def test_motion_can_be_reduced(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, reduced_motion="reduce")
    tab.open("/?show-step=0")
    ready(tab)
    seen = tab.page.evaluate(
        f"""() => new Promise((done) => {{
          const found = new Set();
          const look = () => {{
            found.add({PLAY}.step);
            if ({PLAY}.playing) requestAnimationFrame(look);
            else done(found.size);
          }};
          {PLAY}.speed = 4;
          {PLAY}.toggle();
          requestAnimationFrame(look);
        }})"""
    )
    assert 5 <= seen <= 12, "it goes on in jumps"
    tab.close()


def test_a_run_that_is_away_for_a_while_is_asked_for_again(tab: Visit) -> None:
    """On a late server its file is gone while the page is drawn anew; on a phone the network is."""
    begun = time.monotonic()

    def answered(route: Route) -> None:
        since = time.monotonic() - begun
        if since < 2:
            route.abort()
        elif since < 8:
            route.fulfill(status=404)
        else:
            route.continue_()

    tab.page.route("**/media/*.bin", answered)
    tab.open("/train")
    expect(tab.page.locator(".st-key-dock .right")).to_have_text("90.5\u00a0% right")
    tab.errors.clear()  # of the network's own


def test_play_is_a_few_tab_stops_away(tab: Visit) -> None:
    tab.open("/train")
    expect(tab.page.locator(".st-key-dock .step")).to_contain_text("Step")
    tab.page.keyboard.press("Tab")
    skip = tab.page.get_by_role("link", name="To the dock")
    expect(skip).to_be_focused()
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("button", name="Play", exact=True)).to_be_focused()
    tab.page.keyboard.press("Space")
    expect(tab.page.locator(".st-key-dock").get_by_role("button", name="Pause")).to_be_visible()
