"""Sketches that are given away: two classes of one's own, on Draw, and what stays where it was drawn."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from qmnist_core.classroom import Store
from tests.browser.drawing import HEART, REACH, THREE, draw_with_mouse, draw_with_touch
from tests.browser.server import Server, Visit, visit

BAR = [[(0.5, 0.12), (0.5, 0.5), (0.5, 0.88)]]


def test_two_classes_of_ones_own_are_taught_on_draw(tab: Visit) -> None:
    tab.open("/draw?show-source=teach")
    for i in range(6):
        draw_with_mouse(tab, BAR if i % 2 else HEART)
        tab.page.wait_for_timeout(REACH)
        tab.button("It is a ★ star" if i % 2 else "It is a ♥ heart").click()
        expect(tab.page.locator(".tile")).to_have_count(i + 1)
        expect(tab.page.locator(".qmnist-pad .empty")).to_be_visible()
    tab.button("Train").click()
    expect(tab.page.locator(".st-key-dock .step")).to_contain_text("Step 200 of", timeout=30_000)
    expect(tab.page.locator(".headline span").first).to_have_text("2 of 2 right")
    draw_with_mouse(tab, HEART)
    tab.button("It is a ♥ heart").click()
    expect(tab.page.locator(".tile").last.locator(".said")).to_have_text("♥ heart")
    expect(tab.page.locator(".headline span").first).to_have_text("3 of 3 right")
    tab.idle()


def test_what_was_not_given_stays_where_it_was_drawn(browser: Browser, server: Server) -> None:
    store = Store(server.database)
    class_, _ = store.make()
    first = store.open_round(class_, "draw", {"digit": 0}, ("3", "6"))
    phone = visit(browser, server, 390, 844, has_touch=True, is_mobile=True)
    phone.page.goto(f"{server.address}/join?class={class_.code}")
    phone.button("Join").click()
    blank = phone.page.locator(".qmnist-pad .empty")
    expect(blank).to_be_visible()
    draw_with_touch(phone, THREE)
    expect(blank).to_have_count(0)
    phone.page.reload()
    expect(phone.button("Send your 3")).to_be_visible()
    expect(blank).to_have_count(0)

    second = store.open_round(class_, "draw", {"digit": 1}, ("3", "6"))
    expect(phone.button("Send your 6")).to_be_visible()
    expect(blank).to_be_visible()
    phone.button("Send your 6").click()
    expect(phone.page.get_by_text("Nothing is drawn yet: draw first.")).to_be_visible()
    phone.page.goto(f"{server.address}/draw?show-source=teach")
    expect(blank).to_be_visible()
    draw_with_touch(phone, HEART)
    expect(blank).to_have_count(0)
    phone.page.goto(f"{server.address}/join")
    expect(phone.button("Send your 6")).to_be_visible()
    expect(blank).to_be_visible()
    phone.page.goto(f"{server.address}/draw?show-source=teach")
    expect(phone.button("It is a ♥ heart")).to_be_visible()
    expect(blank).to_have_count(0)
    assert [store.drawings(class_, one.id, ("shown",)) for one in (first, second)] == [(), ()]
    store.close()
    assert phone.errors == []
    phone.close()
