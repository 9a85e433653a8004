"""A class searches for the best settings: a teacher and two students on phones, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from qmnist_core.address.settings import SETTINGS
from tests.browser.server import Server, Visit, named, serving, visit
from tests.browser.test_class import PHONE, joined


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "log.txt") as server:
        yield server
        assert server.complaints() == []


def try_it(student: Visit) -> None:
    button = student.button("Try it")
    expect(button).to_be_enabled()
    button.tap()


def test_a_class_searches_and_opens_the_test_once(browser: Browser, server: Server) -> None:
    teacher = visit(browser, server, 1280, 720)
    teacher.open("/class?examples=500&epochs=1")
    teacher.button("Start a class").click()
    code = teacher.page.locator(".invite .code")
    expect(code).to_have_text(re.compile(r"^\w{3} \w{3}$"))
    ada, bo = (joined(browser, server, code.inner_text().replace(" ", ""), name, **PHONE) for name in ("Ada", "Bo"))
    wall = teacher.page.get_by_test_id("stMain")

    teacher.button("New round").click()
    form = teacher.page.get_by_role("dialog", name="A new round")
    form.get_by_role("radio", name=named("Search")).click()
    form.get_by_role("button", name="Start the search").click()
    expect(form).to_have_count(0)
    expect(wall).to_contain_text("Change the settings on your phone, and try them.")

    # Everybody tries the settings as they are given, and Ada others as well.
    board = wall.locator(".st-key-search-wall .row")
    for n, student in enumerate((ada, bo), 1):
        try_it(student)
        expect(student.page.get_by_test_id("stMain")).to_contain_text("Your last network")
        expect(board).to_have_count(n)
        student.expect_to_fit()
    epochs = ada.page.get_by_role("spinbutton", name=SETTINGS["epochs"].title)
    epochs.fill("5")
    epochs.press("Enter")
    expect(ada.page.get_by_text("Training takes about")).to_be_visible()
    try_it(ada)
    expect(wall).to_contain_text("3 networks by 2 members")
    expect(board.locator(".name")).to_have_text(["1. Ada", "2. Bo"])
    expect(board.locator(".about")).to_have_text([re.compile("epochs 5"), "as given"])
    expect(ada.page.locator(".st-key-search-board .row.own .name")).to_have_text("1. Ada")
    expect(bo.page.locator(".st-key-search-board .row.own .name")).to_have_text("2. Bo")

    # The test is opened, and with that the search is over.
    teacher.button("Open the test once").click()
    expect(wall).to_contain_text(re.compile(r"Ada scored [\d.]+ points (lower|higher) on the test images"))
    expect(wall).to_contain_text("the mean of everybody's best")
    expect(wall).to_contain_text("by luck alone")
    expect(teacher.button("Open the test once")).to_have_count(0)
    expect(board.first.locator(".dot.kind-1")).to_have_count(1)
    for student in (ada, bo):
        expect(student.button("Try it")).to_have_count(0)
        expect(student.page.locator(".st-key-search-board .row").first.locator(".dot.kind-1")).to_have_count(1)
    for one in (teacher, ada, bo):
        assert one.errors == []
        assert one.outside_requests() == []
        one.page.context.close()
