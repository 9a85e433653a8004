"""Drawings of a class, in a browser: from two phones to a wall that plays; and two classes of one's own, on Draw."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, expect

from qmnist_core.classroom import Store
from qmnist_core.data.mnist import Mnist
from tests.browser.drawing import SIX, THREE, draw_with_mouse, draw_with_touch
from tests.browser.instrument import PLAY, ready
from tests.browser.server import Server, Visit, serving, visit

HEART = [
    [
        (0.5, 0.85),
        (0.15, 0.45),
        (0.25, 0.2),
        (0.45, 0.22),
        (0.5, 0.35),
        (0.55, 0.22),
        (0.75, 0.2),
        (0.85, 0.45),
        (0.5, 0.85),
    ]
]
BAR = [[(0.5, 0.12), (0.5, 0.5), (0.5, 0.88)]]
N_MORE = 28


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'classes.sqlite'}"


@pytest.fixture
def own_server(tmp_path: Path, database: str) -> Iterator[Server]:
    with serving(tmp_path / "log.txt", QMNIST_DATABASE=database) as server:
        yield server
        assert server.complaints() == []


def tiles(tab: Visit) -> Locator:
    return tab.page.locator(".st-key-class-tiles .tile")


def says(tab: Visit) -> list[str]:
    return [text.removeprefix("✗ ") for text in tiles(tab).locator(".said").all_inner_texts()]


def test_drawings_come_from_phones_to_a_wall_that_plays(
    browser: Browser, own_server: Server, database: str, mnist: Mnist
) -> None:
    store = Store(database)
    class_, key = store.make()
    round_ = store.open_round(class_, "draw", {}, ("3", "6"))
    wall = visit(browser, own_server, 1280, 720)
    wall.open(f"/class?teach={key}")
    expect(wall.page.get_by_text("Draw a digit on your phone.")).to_be_visible()

    phones = []
    for name, strokes, label in (("Ada", THREE, 0), ("Bo <b>x</b>", SIX, 1)):
        phone = visit(browser, own_server, 390, 844, has_touch=True, is_mobile=True)
        phone.page.goto(f"{own_server.address}/join?class={class_.code}")
        phone.page.get_by_label("Your name, if you like").fill(name)
        phone.button("Join").click()
        phone.page.locator("canvas").wait_for()
        draw_with_touch(phone, strokes)
        phone.button(f"Send a {round_.choices[label]}").click()
        expect(phone.page.get_by_text("on the wall")).to_be_visible()
        expect(phone.page.locator(".qmnist-pad .empty")).to_be_visible()
        phone.expect_to_fit()
        phones.append(phone)
    expect(tiles(wall)).to_have_count(2)
    expect(tiles(wall).last).to_contain_text("Bo <b>x</b>")

    member = store.members(class_)[0]
    rows = np.flatnonzero(np.isin(mnist.y_test, (3, 6)))
    for i in range(N_MORE):
        if i == 18:  # no more of one member
            member = store.members(class_)[1]
        row = rows[i]
        store.draw(member, round_.id, mnist.x_test[row].copy(), int(mnist.y_test[row] == 6))
    expect(tiles(wall)).to_have_count(2 + N_MORE)
    ready(wall)
    boxes = [tile.bounding_box() for tile in tiles(wall).all()]
    assert all(box is not None and box["y"] + box["height"] <= 720 - 60 for box in boxes)

    wall.page.evaluate(f"{PLAY}.set(0)")
    expect(wall.page.locator(".st-key-dock .step")).to_contain_text("Step 0 of")
    at_first = says(wall)
    count = wall.page.locator(".st-key-class-tiles .headline span").first
    expect(count).to_have_text(f"{2 + N_MORE - wall.page.locator('.tile.wrong').count()} of {2 + N_MORE} right")
    wall.page.evaluate(f"{PLAY}.set({PLAY}.total)")
    expect(wall.page.locator(".st-key-dock .step")).to_contain_text("Step 972 of")
    assert says(wall) != at_first
    n_wrong = wall.page.locator(".st-key-class-tiles .tile.wrong").count()
    expect(count).to_have_text(f"{2 + N_MORE - n_wrong} of {2 + N_MORE} right")
    assert n_wrong < (2 + N_MORE) / 3

    tiles(wall).first.click()
    dialog = wall.page.get_by_role("dialog", name="One drawing")
    expect(dialog).to_contain_text("Ada: meant as 3; the network says")
    dialog.get_by_role("button", name="Delete").click()
    expect(tiles(wall)).to_have_count(1 + N_MORE)
    expect(phones[0].page.get_by_text("on the wall")).to_have_count(4)  # those that stand for others

    wall.button("Train with them too").click()
    expect(wall.page.get_by_text("drawings among the training images").first).to_be_visible(timeout=60_000)
    store.end(class_)
    store.close()
    for tab in (wall, *phones):
        assert tab.errors == []
        assert tab.outside_requests() == []
        tab.page.context.close()


def test_two_classes_of_ones_own_are_taught_on_draw(tab: Visit) -> None:
    tab.open("/draw?show-source=teach")
    for i in range(8):
        draw_with_mouse(tab, BAR if i % 2 else HEART)
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


def test_what_was_not_given_stays_where_it_was_drawn(browser: Browser, own_server: Server, database: str) -> None:
    store = Store(database)
    class_, _ = store.make()
    first = store.open_round(class_, "draw", {"digit": 0}, ("3", "6"))
    phone = visit(browser, own_server, 390, 844, has_touch=True, is_mobile=True)
    phone.page.goto(f"{own_server.address}/join?class={class_.code}")
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
    phone.page.goto(f"{own_server.address}/draw?show-source=teach")
    expect(blank).to_be_visible()
    draw_with_touch(phone, HEART)
    expect(blank).to_have_count(0)
    phone.page.goto(f"{own_server.address}/join")
    expect(phone.button("Send your 6")).to_be_visible()
    expect(blank).to_be_visible()
    phone.page.goto(f"{own_server.address}/draw?show-source=teach")
    expect(phone.button("It is a ♥ heart")).to_be_visible()
    expect(blank).to_have_count(0)
    assert [store.drawings(class_, one.id, ("shown",)) for one in (first, second)] == [(), ()]
    store.close()
    assert phone.errors == []
    phone.page.context.close()
