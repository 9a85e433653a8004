"""A class plays: a teacher and students, each in a browser of their own, some of them on phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from qmnist_core.address.settings import SETTINGS
from qmnist_core.classroom import Store, tables
from qmnist_core.data.mnist import Mnist
from tests.browser.axe import found_by_axe
from tests.browser.classroom import (
    PHONE,
    answers,
    ask,
    end,
    expect_in,
    joined,
    lowest,
    press,
    started,
    tap,
    tiles,
    view,
    wall,
)
from tests.browser.drawing import HEART, REACH, SIX, STAR, THREE, Point, draw_with_mouse, draw_with_touch
from tests.browser.instrument import PLAY, ready
from tests.browser.scenes import digits
from tests.browser.server import Server, Visit, serving, visit
from tests.browser.test_share import read_off
from tests.waiting import until

N_MORE = 25
"""Drawings on the wall beside those that five students draw."""
OF_A_CLASS = (tables.classes, tables.members, tables.rounds, tables.answers, tables.drawings, tables.entries)


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """One on which no other class is."""
    with serving(tmp_path / "log.txt") as server:
        yield server
        assert server.complaints() == []


def test_a_whole_class(browser: Browser, own_server: Server, mnist: Mnist) -> None:
    teacher, code = started(browser, own_server, "/class?examples=2000&epochs=1&batch=8")
    assert read_off(wall(teacher).locator(".qr").screenshot()) == f"{own_server.address}/join?class={code}"
    expect(wall(teacher).locator(".place")).to_have_text(f"{own_server.address.removeprefix('http://')}/join")
    ada = joined(browser, own_server, code, "Ada", **PHONE)
    bo = visit(browser, own_server, **PHONE)  # types the code
    bo.open("/join")
    bo.page.get_by_label("Code on the screen").fill(f"{code[:3]} {code[3:]}".lower())
    bo.page.get_by_label("Your name, if you like").fill("Bo")
    bo.page.keyboard.press("Enter")
    expect_in(bo, code)
    students = (ada, bo, *(joined(browser, own_server, code, name) for name in ("<b>Cy</b>", "Dora", "Emil")))
    names = wall(teacher).locator(".names li")
    expect(names).to_have_text(["Ada", "Bo", "<b>Cy</b>", "Dora", "Emil"])
    view(teacher).get_by_role("button", name="Hide: <b>Cy</b>").click()
    expect(names).to_have_text(["Ada", "Bo", "Dora", "Emil"])

    predict(teacher, students, code)
    with closing(Store(own_server.database)) as store:
        draw(teacher, students, store, code, mnist)
        teach(teacher, students, store, code)
    search(teacher, students)

    end(teacher)
    for student in students:
        expect(student.page.get_by_test_id("stMain")).to_contain_text("The class is over")
    with closing(Store(own_server.database)) as store, store.reading() as db:
        assert [db.execute(table.select()).all() for table in OF_A_CLASS] == [[]] * len(OF_A_CLASS)
    for one in (teacher, *students):
        assert not {"qmnist-teacher", "qmnist-member"} & {cookie["name"] for cookie in one.page.context.cookies()}
        assert [error for error in one.errors if "ERR_INTERNET_DISCONNECTED" not in error] == []
        assert one.outside_requests() == []
        one.close()


def predict(teacher: Visit, students: tuple[Visit, ...], code: str) -> None:
    """Two turns; in the first one student closes the page, in the second another one is without a network."""
    ada, bo = students[:2]
    ask(teacher, "Predict", "Ask the class")
    expect(wall(teacher)).to_contain_text("0 of 5 have answered")
    for student, choice in zip(students, "33663", strict=True):
        expect(student.page.locator(".taps button")).to_have_text(["3", "6"])
        tap(student, choice)
    size = ada.page.locator(".taps button").first.bounding_box()
    assert size is not None
    assert size["height"] >= 64
    expect(wall(teacher)).to_contain_text("5 of 5 have answered")
    tap(bo, "6")  # thinks better of it
    teacher.button("Close").click()
    bars = wall(teacher).locator(".bars .count")
    expect(bars).to_have_text(["2 (40 %)", "3 (60 %)"])
    bo.page.goto("about:blank")
    bo.open("/join")  # without the code
    expect_in(bo, code)
    expect(bo.page.locator(".taps p")).to_have_text("You said 6. Look at the screen.")
    expect(bo.page.locator(".taps button").first).to_be_disabled()

    ada.page.context.set_offline(True)
    teacher.button("Once more").click()
    expect(bo.page.get_by_test_id("stMain")).to_contain_text("You said 6 before.")
    for student in students[1:]:
        tap(student, "3")
    expect(wall(teacher)).to_contain_text(re.compile("4 of [45] have answered"))
    ada.page.context.set_offline(False)
    ada.page.reload()
    expect(ada.page.get_by_test_id("stMain")).to_contain_text("You said 3 before.")
    tap(ada, "6")
    expect(view(teacher)).to_contain_text("5 of 5 are here")
    expect(wall(teacher)).to_contain_text("5 of 5 have answered")
    teacher.button("Close").click()
    expect(bars).to_have_text(["2 (40 %)", "4 (80 %)", "3 (60 %)", "1 (20 %)"])
    expect(wall(teacher)).not_to_contain_text("The network says")
    teacher.button("Show the answer").click()
    expect(wall(teacher)).to_contain_text(re.compile(r"The network says [36], ⟨Z⟩ = .*; it is a [36]\."))
    expect(ada.page.locator(".taps p")).to_have_text(re.compile(r"^You said 6; the network says [36]; it is a [36]\."))
    expect(ada.page.locator(".taps button.right")).to_have_count(1)


def send(student: Visit, strokes: list[list[Point]], button: str) -> None:
    """As a student does, who draws and presses again where nothing was sent: a late browser swallows a press."""
    student.button(button).wait_for()  # the phone has followed to the round
    student.idle()
    student.page.locator(".qmnist-pad .empty").wait_for()
    has_touch = student.page.evaluate("navigator.maxTouchPoints")
    said = student.page.get_by_text(re.compile(r"^\d+ drawings? sent"))
    n = int(said.inner_text().split()[0]) if said.count() else 0
    for _ in range(3):
        (draw_with_touch if has_touch else draw_with_mouse)(student, strokes)
        student.page.wait_for_timeout(REACH)
        student.idle()
        student.button(button).click()  # so soon after a swipe Chromium takes no tap
        with suppress(AssertionError):
            expect(said).to_have_text(re.compile(rf"^{n + 1} drawings? sent"), timeout=15_000)
            break
    expect(said).to_have_text(re.compile(rf"^{n + 1} drawings? sent"))
    expect(student.page.locator(".qmnist-pad .empty")).to_be_visible()


def draw(teacher: Visit, students: tuple[Visit, ...], store: Store, code: str, mnist: Mnist) -> None:
    """Five draw and others have drawn; all answers play; one drawing is deleted; the networks learn them."""
    ask(teacher, "Draw", "Start drawing")
    expect(wall(teacher)).to_contain_text("Draw a 3 or a 6 on your phone.")
    for i, student in enumerate(students):
        send(student, (THREE, SIX)[i % 2], ("Send a 3", "Send a 6")[i % 2])
        expect(tiles(teacher)).to_have_count(i + 1)
        student.expect_to_fit()
    expect(tiles(teacher).locator(".who")).to_have_text(["Ada", "Bo", "", "Dora", "Emil"])
    class_ = store.join(code, "the test")
    assert class_.round_id is not None
    for i, (image, label) in enumerate(digits(mnist, N_MORE)):
        store.draw(store.members(class_)[i % 5], class_.round_id, image, label)
    n = len(students) + N_MORE
    expect(tiles(teacher)).to_have_count(n)
    ready(teacher)
    until(lambda: lowest(teacher) <= 720 - 60)  # the dock's edge

    teacher.page.evaluate(f"{PLAY}.set(0)")
    expect(teacher.page.locator(".st-key-dock .step")).to_contain_text("Step 0 of")
    at_first, headline = answers(teacher), wall(teacher).locator(".headline span").first
    expect(headline).to_have_text(f"{n - wall(teacher).locator('.tile.wrong').count()} of {n} right")
    teacher.page.evaluate(f"{PLAY}.set({PLAY}.total)")
    expect(teacher.page.locator(".st-key-dock .step")).not_to_contain_text("Step 0 of")
    assert answers(teacher) != at_first
    n_wrong = wall(teacher).locator(".tile.wrong").count()
    expect(headline).to_have_text(f"{n - n_wrong} of {n} right")

    tiles(teacher).first.click()
    one = teacher.page.get_by_role("dialog", name="One drawing")
    expect(one).to_contain_text("Ada: meant as 3; the network says")
    one.get_by_role("button", name="Delete").click()
    expect(tiles(teacher)).to_have_count(n - 1)
    expect(students[0].page.locator(".st-key-sent img")).to_have_count(4)
    expect(students[0].page.get_by_text(f"{N_MORE // 5} drawings sent")).to_be_visible()

    teacher.button("Train with them too").click()
    expect(teacher.page.get_by_text("drawings among the training images").first).to_be_visible(timeout=60_000)


def teach(teacher: Visit, students: tuple[Visit, ...], store: Store, code: str) -> None:
    """Four draw hearts or stars and others have drawn; a network learns them, and reads one more."""
    ask(teacher, "Teach", "Start teaching")
    expect(wall(teacher)).to_contain_text("Draw a ♥ heart or a ★ star on your phone.")
    for i, student in enumerate(students[:4]):
        send(student, *((HEART, "It is a ♥ heart"), (STAR, "It is a ★ star"))[i % 2])
    class_ = store.join(code, "the test")
    assert class_.round_id is not None
    for drawn in store.drawings(class_, class_.round_id, ("shown",)):
        store.draw(store.members(class_)[0], class_.round_id, drawn.pixels, drawn.label)
    expect(tiles(teacher)).to_have_count(8)
    expect(students[0].page.get_by_text("5 drawings sent")).to_be_visible()
    teacher.button("Train").click()
    expect(teacher.page.locator(".st-key-dock").get_by_role("button", name="Pause")).to_be_visible()
    teacher.page.keyboard.press("End")
    expect(teacher.page.locator(".st-key-dock .step")).to_contain_text("Step 200 of")
    send(students[0], HEART, "It is a ♥ heart")
    expect(tiles(teacher)).to_have_count(9)
    expect(tiles(teacher).last.locator(".said")).to_have_text("♥ heart")


def search(teacher: Visit, students: tuple[Visit, ...]) -> None:
    """All try the settings as they are given, and one others as well; then the test is opened, once."""
    ask(teacher, "Search", "Start the search")
    expect(wall(teacher)).to_contain_text("Change the settings on your phone, and try them.")
    board = wall(teacher).locator(".st-key-search-wall .row")
    for n, student in enumerate(students, 1):
        press(student, student.button("Try it"))
        expect(board).to_have_count(n)
        expect(student.page.get_by_test_id("stMain")).to_contain_text("Your last network")
        student.expect_to_fit()
    emil = students[-1]
    epochs = emil.page.get_by_role("spinbutton", name=SETTINGS["epochs"].title)
    epochs.fill("5")
    epochs.press("Enter")
    emil.button("Try it").click()
    expect(wall(teacher)).to_contain_text("6 networks by 5 members")
    expect(board.locator(".name")).to_have_text(["1. Emil", "2. Ada", "2. Bo", "2. somebody", "2. Dora"])
    expect(board.locator(".about")).to_have_text([re.compile("epochs 5"), *["as given"] * 4])
    expect(students[1].page.locator(".st-key-search-board .row.own .name")).to_have_text("2. Bo")

    teacher.button("Open the test once").click()
    expect(wall(teacher)).to_contain_text(re.compile(r"Emil scored [\d.]+ points (lower|higher) on the test images"))
    expect(wall(teacher)).to_contain_text("by luck alone")
    expect(teacher.button("Open the test once")).to_have_count(0)
    expect(board.first.locator(".dot.kind-1")).to_have_count(1)
    for student in students:
        expect(student.button("Try it")).to_have_count(0)
        expect(student.page.locator(".st-key-search-board .row").first.locator(".dot.kind-1")).to_have_count(1)


def test_those_who_wish_follow_the_teacher(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    ada, bo = (joined(browser, server, code, name, **PHONE) for name in ("Ada", "Bo"))
    ada.page.get_by_text("Follow the teacher").click()
    teacher.page.locator(".st-key-bar").get_by_text("Follow me").click()
    teacher.go("Data")
    expect(ada.page.locator("h1")).to_have_text("Data")
    expect(bo.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")
    slider = teacher.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    slider.focus()
    slider.press("ArrowRight")
    ada.page.wait_for_url(re.compile(r"/data\?threshold=0\.51"), timeout=4_000)
    own = ada.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    expect(own).to_have_value("0.51")
    own.focus()
    own.press("ArrowLeft")
    ada.page.wait_for_timeout(2500)
    expect(own).to_have_value("0.5")
    teacher.go("Train")
    ada.page.wait_for_url(re.compile(r"/train\?threshold=0\.51"), timeout=6_000)
    ada.page.get_by_role("button", name="Let go").click()
    expect(ada.page.get_by_test_id("stMain")).to_contain_text("You are on your own.")
    teacher.go("Data")
    ada.page.wait_for_timeout(2500)
    assert "/train" in ada.page.url
    ada.page.get_by_role("link", name="Your class").click()
    expect(ada.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")
    for one in (teacher, ada, bo):
        assert one.errors == []
        one.close()


def test_the_private_link_works_on_another_computer(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    view(teacher).get_by_role("button", name="Private link").click()
    link = teacher.page.get_by_role("textbox", name="Private link").input_value()
    other = visit(browser, server)
    other.page.goto(link)
    expect(other.page.locator(".invite .code")).to_have_text(f"{code[:3]} {code[3:]}")
    expect(other.page).to_have_url(f"{server.address}/class")
    other.page.reload()
    expect(other.page.locator(".invite .code")).to_have_text(f"{code[:3]} {code[3:]}")
    for one in (teacher, other):
        assert one.errors == []
        one.close()


def test_a_phones_first_page_is_light(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    phone = visit(browser, server, **PHONE)
    frames: list[int] = []
    phone.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda payload: frames.append(len(payload))),
    )
    phone.open(f"/join?class={code}")
    phone.page.wait_for_timeout(1000)
    assert 0 < sum(frames) <= 100_000
    assert not any("plotly" in url for url in phone.requests)
    for one in (teacher, phone):
        one.close()


def test_axe_finds_nothing_on_wall_and_phone(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    ada = joined(browser, server, code, "Ada", **PHONE)
    expect(teacher.page.locator(".names li")).to_have_text(["Ada"])
    found = [f"invited: {one}" for one in found_by_axe(teacher)]
    teacher.button("New round").click()
    form = teacher.page.get_by_role("dialog", name="A new round")
    form.get_by_role("button", name="Ask the class").wait_for()
    teacher.idle()
    found += [f"form: {one}" for one in found_by_axe(teacher)]
    form.get_by_role("button", name="Ask the class").click()
    tap(ada, "3")
    found += [f"asked: {one}" for one in (*found_by_axe(teacher), *found_by_axe(ada))]
    teacher.button("Close").click()
    teacher.button("Show the answer").click()
    expect(ada.page.locator(".taps .right")).to_be_visible()
    found += [f"shown: {one}" for one in (*found_by_axe(teacher), *found_by_axe(ada))]
    for one in (teacher, ada):
        one.close()
    assert not found, "\n".join(found)


def test_a_tap_while_the_network_is_away_arrives_when_it_is_back(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    ada = visit(browser, server, **PHONE)
    sockets: list[Any] = []
    away = False

    def through(route: Any) -> None:
        if away:
            route.close()
        else:
            route.connect_to_server()
            sockets.append(route)

    ada.page.route_web_socket(re.compile("_stcore/stream"), through)
    ada.open(f"/join?class={code}")
    ada.page.get_by_role("button", name="Join", exact=True).click()
    ask(teacher, "Predict", "Ask the class")
    choice, says = ada.page.locator(".taps button").first, ada.page.locator(".taps p")
    expect(choice).to_be_enabled()
    away = True
    sockets[-1].close()
    ada.page.wait_for_timeout(300)
    choice.tap()
    expect(says).to_have_text("Sending …")
    away = False
    expect(says).to_have_text("You say 3. You may still change it.")
    expect(teacher.page.get_by_test_id("stMain")).to_contain_text("1 of 1 have answered")
    expect(view(teacher)).to_contain_text("1 of 1 are here")
    for one in (teacher, ada):
        one.close()
