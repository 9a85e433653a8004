"""A class plays: a teacher and three students, each in a browser of their own, two of them on phones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.server import Server, Visit, serving, visit
from tests.browser.test_access import AXE, found_in
from tests.browser.test_share import read_off

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "log.txt") as server:
        yield server
        assert server.complaints() == []


def started(browser: Browser, server: Server) -> tuple[Visit, str]:
    """The teacher, and the class's code."""
    teacher = visit(browser, server, 1280, 720)
    teacher.open("/class")
    teacher.button("Start a class").click()
    code = teacher.page.locator(".invite .code")
    expect(code).to_have_text(re.compile(r"^\w{3} \w{3}$"))
    return teacher, code.inner_text().replace(" ", "")


def joined(browser: Browser, server: Server, code: str, name: str, **options: Any) -> Visit:
    student = visit(browser, server, **{"width": 1280, "height": 720, **options})
    student.open(f"/join?class={code}")
    student.page.get_by_label("Your name, if you like").fill(name)
    student.page.get_by_role("button", name="Join", exact=True).click()
    expect(student.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")
    return student


def tap(student: Visit, choice: str) -> None:
    button = student.page.locator(".taps").get_by_role("button", name=choice, exact=True)
    (button.tap if student.page.evaluate("navigator.maxTouchPoints") else button.click)()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(student.page.locator(".taps p")).to_have_text(f"You say {choice}. You may still change it.")


def view(teacher: Visit) -> Locator:
    return teacher.page.get_by_test_id("stSidebar")


def test_a_class_plays(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    wall = teacher.page.get_by_test_id("stMain")
    assert read_off(wall.locator(".qr").screenshot()) == f"{server.address}/join?class={code}"
    expect(wall.locator(".place")).to_have_text(f"{server.address.removeprefix('http://')}/join")

    ada = joined(browser, server, code, "Ada", **PHONE)
    bo = visit(browser, server, **PHONE)  # types the code
    bo.open("/join")
    bo.page.get_by_label("Code on the screen").fill(f"{code[:3]} {code[3:]}".lower())
    bo.page.get_by_label("Your name, if you like").fill("Bo")
    bo.page.keyboard.press("Enter")
    expect(bo.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")
    cy = joined(browser, server, code, "<b>Cy</b>")
    students = (ada, bo, cy)
    expect(wall.locator(".names li")).to_have_text(["Ada", "Bo", "<b>Cy</b>"])

    # A name is hidden.
    view(teacher).get_by_role("button", name="Hide: <b>Cy</b>").click()
    expect(wall.locator(".names li")).to_have_text(["Ada", "Bo"])

    # A digit is asked about.
    teacher.button("New round").click()
    form = teacher.page.get_by_role("dialog", name="A new round")
    form.get_by_role("button", name="Ask the class").click()
    expect(form).to_have_count(0)
    expect(wall).to_contain_text("0 of 3 have answered")
    for student in students:
        expect(student.page.locator(".taps button")).to_have_text(["3", "6"])
    size = ada.page.locator(".taps button").first.bounding_box()
    assert size is not None
    assert size["height"] >= 64
    for student, choice in zip(students, "336", strict=True):
        tap(student, choice)
    expect(wall).to_contain_text("3 of 3 have answered")
    tap(bo, "6")  # thinks better of it
    teacher.button("Close").click()
    bars = wall.locator(".bars .count")
    expect(bars).to_have_text(["1 (33 %)", "2 (67 %)"])
    expect(bo.page.locator(".taps p")).to_have_text("You said 6. Look at the screen.")
    expect(bo.page.locator(".taps button").first).to_be_disabled()

    # Somebody closes the page and opens it again, without the code; somebody loses the network.
    bo.page.goto("about:blank")
    bo.open("/join")
    expect(bo.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")
    expect(bo.page.locator(".taps p")).to_have_text("You said 6. Look at the screen.")
    ada.page.context.set_offline(True)

    # Once more, after talking.
    teacher.button("Once more").click()
    expect(bo.page.get_by_test_id("stMain")).to_contain_text("You said 6 before.")
    tap(bo, "3")
    ada.page.context.set_offline(False)
    ada.page.reload()
    expect(ada.page.get_by_test_id("stMain")).to_contain_text("You said 3 before.")
    tap(ada, "3")
    expect(view(teacher)).to_contain_text("of 3 are here")
    expect(wall).to_contain_text(re.compile("2 of [23] have answered"))
    teacher.button("Close").click()
    expect(bars).to_have_text(["1 (33 %)", "2 (100 %)", "2 (67 %)", "0 (0 %)"])
    expect(wall).not_to_contain_text("The network says")
    teacher.button("Show the answer").click()
    expect(wall).to_contain_text(re.compile(r"The network says [36], ⟨Z⟩ = .*; it is a [36]\."))
    expect(ada.page.locator(".taps p")).to_have_text(re.compile(r"^You said 3; the network says [36]; it is a [36]\."))
    expect(ada.page.locator(".taps button.right")).to_have_count(1)
    for one in (teacher, *students):
        assert [error for error in one.errors if "ERR_INTERNET_DISCONNECTED" not in error] == []

    # The end.
    view(teacher).get_by_role("button", name="End the class").click()
    teacher.page.get_by_role("button", name="Delete everything").click()
    expect(teacher.button("Start a class")).to_be_visible()
    for student in students:
        expect(student.page.get_by_test_id("stMain")).to_contain_text("This class has ended")
    names = {cookie["name"] for one in (teacher, *students) for cookie in one.page.context.cookies()}
    assert not {"qmnist-teacher", "qmnist-member"} & names
    for one in (teacher, *students):
        one.page.context.close()


def test_those_who_wish_follow_the_teacher(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    ada, bo = (joined(browser, server, code, name, **PHONE) for name in ("Ada", "Bo"))
    ada.page.get_by_text("Follow the teacher").click()
    view(teacher).get_by_text("Follow me").click()
    teacher.go("Data")
    expect(ada.page.locator("h1")).to_have_text("Data", timeout=4_000)
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
        one.page.context.close()


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
        one.page.context.close()


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
        one.page.context.close()


def test_axe_finds_nothing_on_wall_and_phone(browser: Browser, server: Server) -> None:
    teacher, code = started(browser, server)
    ada = joined(browser, server, code, "Ada", **PHONE)
    expect(teacher.page.locator(".names li")).to_have_text(["Ada"])
    found = [f"invited: {one}" for one in axe(teacher)]
    teacher.button("New round").click()
    form = teacher.page.get_by_role("dialog", name="A new round")
    form.get_by_role("button", name="Ask the class").wait_for()
    teacher.idle()
    found += [f"form: {one}" for one in axe(teacher)]
    form.get_by_role("button", name="Ask the class").click()
    tap(ada, "3")
    found += [f"asked: {one}" for one in (*axe(teacher), *axe(ada))]
    teacher.button("Close").click()
    teacher.button("Show the answer").click()
    expect(ada.page.locator(".taps .right")).to_be_visible()
    found += [f"shown: {one}" for one in (*axe(teacher), *axe(ada))]
    for one in (teacher, ada):
        one.page.context.close()
    assert not found, "\n".join(found)


def axe(tab: Visit) -> list[str]:
    """What axe finds of a page, in both themes."""
    found = []
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        tab.page.wait_for_timeout(800)
        tab.page.evaluate(AXE)
        found += [f"{scheme}: {one}" for one in found_in(tab.page)]
    return found


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
    teacher.button("New round").click()
    teacher.page.get_by_role("dialog").get_by_role("button", name="Ask the class").click()
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
        one.page.context.close()
