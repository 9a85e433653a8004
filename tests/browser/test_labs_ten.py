"""The page of ten digits in a real browser: it trains while one looks, is played, reads a drawing."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Response, expect

from tests.browser.drawing import SIX, THREE, draw_with_mouse, draw_with_touch
from tests.browser.instrument import PLAY, listening, quiet
from tests.browser.server import Server, Visit, visit

FEW = "show-circuits=4"
"""A network that is trained in a second or two."""
ENDED = re.compile(r"^Test images right: 9[5-8]\.\d\s% \(95\s% interval ")
MOST_BYTES = 1_500_000


def trained(tab: Visit, address: str) -> None:
    tab.open(address)
    expect(tab.page.get_by_test_id("stMain").get_by_text(ENDED)).to_be_visible(timeout=120_000)
    tab.idle()


def test_any_digit_is_read_and_mistakes_are_opened(tab: Visit) -> None:
    tab.open(f"/ten?{FEW}")
    main = tab.page.get_by_test_id("stMain")
    dock = tab.page.locator(".st-key-dock")
    pad, bars, curve = (tab.page.locator(f".st-key-{key}") for key in ("ten-pad", "ten-bars", "ten-curve"))
    expect(bars).to_contain_text(re.compile(r"The first test image is read as a \d"), timeout=120_000)
    expect(curve).to_contain_text("864")
    places = [place.bounding_box() for place in (pad, bars, curve)]
    expect(main.get_by_text(ENDED)).to_be_visible(timeout=120_000)
    assert places == [place.bounding_box() for place in (pad, bars, curve)]
    expect(bars).to_contain_text("The first test image is read as a 7")
    expect(dock).to_contain_text("Step 864 of 864")
    for strokes, digit in ((THREE, "3"), (SIX, "6")):
        draw_with_mouse(tab, strokes)
        expect(bars).to_contain_text(f"Your drawing is read as a {digit}")
        tab.page.get_by_role("button", name="Clear").click()
        expect(bars).to_contain_text("The first test image")
    tab.page.get_by_role("tab", name="Mistakes").click()
    chart = tab.page.locator(".st-key-ten-mistakes .main-svg").first
    expect(chart).to_be_visible()
    tab.idle()
    box = tab.resting_box(tab.page.locator(".st-key-ten-mistakes .nsewdrag").first)
    # the row of 9, the column of 4
    tab.page.mouse.click(box["x"] + 0.45 * box["width"], box["y"] + 0.95 * box["height"])
    tab.page.wait_for_url(re.compile("show-confused=94"))
    expect(tab.page.locator(".st-key-ten-images svg image").first).to_be_attached()
    expect(main).to_contain_text("the share of the softmax for 4")
    assert main.get_by_text("None", exact=True).count() == 0


def test_it_is_played_without_the_server(tab: Visit) -> None:
    """The bars, the curve's figure and the dock follow the cursor, which rests in the address."""
    talk = listening(tab.page)
    trained(tab, f"/ten?{FEW}&show-ten-step=0")
    dock, bars = (tab.page.locator(f".st-key-{key}") for key in ("dock", "ten-bars"))
    key = tab.page.locator(".st-key-ten-curve .key")
    expect(dock).to_contain_text("Step 0 of 864")
    expect(key).to_have_text(re.compile(r"held-out images right \d\.\d|held-out images right 1\d\.\d"))
    draw_with_mouse(tab, SIX)
    expect(bars).to_contain_text("Your drawing is read as")
    tab.idle()
    tab.page.wait_for_timeout(600)
    dock.get_by_label("Speed").select_option("4")
    bars.click()  # Space is for the dock, not for the pad
    with quiet(tab, talk) as messages:
        tab.page.keyboard.press("Space")
        tab.page.wait_for_function(f"{PLAY}.step > 400")
        expect(bars).to_contain_text("Your drawing is read as a 6")
    assert messages == [], "the server has nothing to do while it plays"
    expect(dock).to_contain_text("Step 864 of 864")
    expect(key).to_have_text(re.compile(r"held-out images right 9\d\.\d"))
    tab.page.keyboard.press("Home")
    tab.page.wait_for_url(re.compile("show-ten-step=0"))
    tab.page.keyboard.press("ArrowRight")
    expect(dock).to_contain_text("Step 2 of 864")


def test_the_wall_follows_the_cursor_and_is_small(tab: Visit) -> None:
    sizes: dict[str, int] = {}

    def heard(answer: Response) -> None:
        if answer.url.endswith(".bin"):
            sizes[answer.url] = int(answer.headers["content-length"])

    tab.page.on("response", heard)
    trained(tab, f"/ten?{FEW}&show-ten=maps")
    canvas = tab.page.locator(".st-key-ten-wall canvas")
    expect(canvas).to_have_attribute("aria-label", re.compile("Maps of φ of 4 circuits .* after step 864"))
    last = canvas.evaluate("canvas => canvas.toDataURL()")
    tab.page.keyboard.press("Home")
    expect(canvas).to_have_attribute("aria-label", re.compile("after step 0"))
    assert canvas.evaluate("canvas => canvas.toDataURL()") != last
    canvas.hover(position={"x": 5, "y": 5})
    pointed = tab.page.locator(".st-key-ten-wall .pointed")
    expect(pointed).to_have_text(re.compile(r"digit 0, circuit 1, pixel \(\d, \d\): φ ≈ −?0\.0\d\d rad"))
    tab.wait_for(lambda: len(sizes) == 25)
    assert 4 * sum(sizes.values()) < MOST_BYTES, "of 16 circuits a digit, four times as much"


def test_draw_reads_any_digit_on_a_phone(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390, 844, has_touch=True, is_mobile=True)
    tab.open(f"/draw?{FEW}")
    tab.page.get_by_role("radio", name="Any digit").click()
    bars = tab.page.locator(".st-key-ten-bars")
    expect(bars).to_contain_text("The first test image is read as a 7", timeout=120_000)
    expect(tab.page.locator(".st-key-dock")).to_contain_text("Step 864 of 864", timeout=120_000)
    tab.idle()
    draw_with_touch(tab, THREE)
    expect(bars).to_contain_text("Your drawing is read as a 3")
    for place in (bars, tab.page.locator(".st-key-ten-pad")):
        box = place.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < box["y"] + box["height"] <= 740
    tab.expect_to_fit()
    assert tab.errors == []
    tab.close()
