"""A class in browsers: its teacher, its students, some of them on phones, and what each of them does."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, Locator, expect

from tests.browser.server import Server, Visit, named, visit

PHONE = {"width": 390, "height": 844, "has_touch": True, "is_mobile": True}


def started(browser: Browser, server: Server, path: str = "/class") -> tuple[Visit, str]:
    """The teacher, and the class's code."""
    teacher = visit(browser, server, 1280, 720)
    teacher.open(path)
    teacher.button("Start a class").click()
    code = teacher.page.locator(".invite .code")
    expect(code).to_have_text(re.compile(r"^\w{3} \w{3}$"))
    return teacher, code.inner_text().replace(" ", "")


def joined(browser: Browser, server: Server, code: str, name: str, **options: Any) -> Visit:
    student = visit(browser, server, **{"width": 1280, "height": 720, **options})
    student.open(f"/join?class={code}")
    student.page.get_by_label("Your name, if you like").fill(name)
    student.page.get_by_role("button", name="Join", exact=True).click()
    expect_in(student, code)
    return student


def expect_in(student: Visit, code: str) -> None:
    expect(student.page.locator("h1")).to_have_text(f"{code[:3]} {code[3:]}")


def wall(teacher: Visit) -> Locator:
    return teacher.page.get_by_test_id("stMain")


def view(teacher: Visit) -> Locator:
    """The teacher's view."""
    return teacher.page.get_by_test_id("stSidebar")


def ask(teacher: Visit, kind: str, button: str) -> None:
    """Open a round as its form stands."""
    teacher.button("New round").click()
    form = teacher.page.get_by_role("dialog", name="A new round")
    if kind != "Predict":  # which the form begins with
        form.get_by_role("radio", name=named(kind)).click()
        expect(form.get_by_role("radio", name=named(kind))).to_be_checked()
    form.get_by_role("button", name=button).click()
    expect(form).to_have_count(0)


def press(student: Visit, button: Locator) -> None:
    """With a finger on what has a touch screen."""
    (button.tap if student.page.evaluate("navigator.maxTouchPoints") else button.click)()


def tap(student: Visit, choice: str) -> None:
    button = student.page.locator(".taps").get_by_role("button", name=choice, exact=True)
    press(student, button)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(student.page.locator(".taps p")).to_have_text(f"You say {choice}. You may still change it.")


def tiles(tab: Visit) -> Locator:
    """Drawings on a wall."""
    return tab.page.locator(".tile")


def answers(tab: Visit) -> list[str]:
    """Where what the network says of each stands between the two classes."""
    return list(tiles(tab).locator(".dot").evaluate_all("dots => dots.map((dot) => dot.style.left)"))


def lowest(tab: Visit) -> float:
    """The foot of the lowest drawing on the wall, in pixels."""
    return float(tiles(tab).evaluate_all("all => Math.max(...all.map((one) => one.getBoundingClientRect().bottom))"))


def end(teacher: Visit) -> None:
    view(teacher).get_by_role("button", name="End the class").click()
    teacher.page.get_by_role("button", name="Delete everything").click()
    expect(teacher.button("Start a class")).to_be_visible()
