"""A lesson followed from its link to its end, and a teacher's link with most settings locked, in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, FloatRect, Locator, expect

from qmnist_core.address.views import in_todays_words
from qmnist_core.lessons import find_lesson
from qmnist_core.ui.frame.site import PAGES
from tests.browser.axe import found_by_axe
from tests.browser.server import TITLES, Server, Visit, named, serving, tab_at, visit

LESSON = "1-from-image-to-circuit"
KEPT = ("Image size", "Seed")
IN_SIGHT = """
element => {
  const { top, bottom } = element.getBoundingClientRect();
  const sheet = document.querySelector(".st-key-lesson").getBoundingClientRect();
  const end = sheet.left === 0 && sheet.width === innerWidth ? sheet.top : innerHeight;
  return top >= 0 && Math.min(bottom, top + 100) <= end;
}
"""
"""Of what is marked: its beginning, and not behind a phone's sheet."""


def panel(tab: Visit) -> Locator:
    return tab.page.locator(".st-key-lesson")


def choices(tab: Visit) -> Locator:
    return panel(tab).locator(".choices button")


def way(tab: Visit, label: str) -> Locator:
    """The step's button; its name goes on with its key."""
    return tab.page.locator(f".st-key-lesson-{label} button")


def box(place: Locator) -> FloatRect:
    found = place.bounding_box()
    assert found is not None
    return found


def wait_for_address(tab: Visit, page: str, address: dict[str, str]) -> None:
    """A page with these settings in its address."""
    path = "/" if page == "home" else f"/{page}"

    def is_there(url: str) -> bool:
        parts = urlsplit(url)
        return parts.path == path and address.items() <= dict(parse_qsl(parts.query)).items()

    tab.page.wait_for_url(is_there, wait_until="commit")


def test_a_student_follows_a_lesson_from_its_link_to_its_end(browser: Browser, server: Server, tab: Visit) -> None:
    tab.open("/lessons")
    card = tab.page.locator(f".st-key-lesson-card-{LESSON}")
    card.get_by_role("button", name="For students").click()
    link = f"{server.address}/?show-example=2&show-lesson={LESSON}&show-part=1"
    expect(tab.page.get_by_test_id("stPopoverBody").get_by_role("textbox", name="Link")).to_have_value(link)
    student = visit(browser, server, 1280, 720)
    student.page.goto(link)
    lesson, main = find_lesson(LESSON, PAGES), student.page.get_by_test_id("stMain")
    for number, step in enumerate(lesson.steps, start=1):
        expect(panel(student)).to_contain_text(f"Step {number} of {len(lesson.steps)}")
        expect(panel(student).get_by_role("heading", level=2)).to_have_text(step.title)
        expect(main.get_by_role("heading", level=1)).to_have_text(TITLES["" if step.page == "home" else step.page])
        address = in_todays_words({**step.address, "show-lesson": LESSON, "show-part": str(number)})
        wait_for_address(student, step.page, address)
        student.idle()
        assert box(panel(student)) == {"x": 0, "y": 0, "width": 300, "height": 720}
        assert box(main)["x"] == 300, "beside the page"
        answer = panel(student).locator(".answer")
        expect(answer).not_to_be_visible()
        expect(panel(student).get_by_text("Show the answer")).not_to_be_visible()
        expect(choices(student).last, "without scrolling").to_be_in_viewport(ratio=0.9)
        choices(student).nth(number % len(step.choices)).click()
        expect(answer).to_be_visible()
        if number % 2:  # by mouse and by key
            way(student, "Next" if number < len(lesson.steps) else "Finish").click()
        else:
            student.page.keyboard.press("n")
    expect(main.get_by_role("heading", level=1)).to_have_text("Lessons")
    expect(panel(student)).to_have_count(0)
    expect(main.get_by_role("button", name=named("Start again"))).to_have_count(1)
    assert student.errors == []
    assert student.outside_requests() == []
    student.close()


def test_a_step_shows_what_it_speaks_of_and_plays(tab: Visit) -> None:
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.page.add_init_script(
        "const animate = Element.prototype.animate;"
        "Element.prototype.animate = function (...said) {"
        "  (window.ringed ??= []).push(this.className); return animate.apply(this, said); };"
    )
    tab.open("/train?show-step=0&show-lesson=2-teach-it-and-find-its-limit&show-part=1")
    tab.page.wait_for_function("window.qmnistPlay?.playing")
    tab.page.wait_for_function("(window.ringed ?? []).some(name => name.includes('st-key-train-histogram'))")
    tab.page.keyboard.press(" ")
    tab.page.wait_for_function("!window.qmnistPlay.playing")
    step = tab.page.evaluate("window.qmnistPlay.step")
    assert 0 < step < 972
    way(tab, "Next").click()
    expect(panel(tab)).to_contain_text("Step 2 of 8")
    tab.page.wait_for_function("window.qmnistPlay.step === 972")
    tab.page.wait_for_function("window.ringed.some(name => name.includes('st-key-train-curves'))")
    way(tab, "Back").click()
    tab.page.wait_for_function("window.qmnistPlay.playing && window.qmnistPlay.step < 900")


def test_one_chooses_before_the_answer_shows(tab: Visit) -> None:
    """A wrong choice by mouse, then a right one by keyboard; both are there again on the way back."""
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    steps = find_lesson(LESSON, PAGES).steps
    (wrong, right), answer = (0, steps[1].right), panel(tab).locator(".answer")
    assert right == 1
    tab.open(f"/data?show-lesson={LESSON}&show-part=2")
    expect(choices(tab)).to_have_text(list(steps[1].choices))
    heights = [box(button)["height"] for button in choices(tab).all()]
    assert min(heights) >= 44
    expect(answer).not_to_be_visible()
    assert found_by_axe(tab) == []
    page = box(tab.page.get_by_test_id("stMain"))
    choices(tab).nth(wrong).click()
    expect_chosen(tab, wrong, right)
    assert box(tab.page.get_by_test_id("stMain")) == page, "nothing is pushed"
    expect(panel(tab).get_by_role("group", name="Your choice is wrong")).to_be_visible()
    tab.idle()
    expect_chosen(tab, wrong, right)
    assert found_by_axe(tab) == []

    tab.page.keyboard.press("n")
    expect(panel(tab)).to_contain_text("Step 3 of 8")
    expect(answer).not_to_be_visible()
    right_there = steps[2].right
    assert right_there is not None
    tab.idle()
    panel(tab).get_by_role("button", name="Look at").focus()
    for _ in range(right_there + 1):
        tab.page.keyboard.press("Tab")
    expect(choices(tab).nth(right_there)).to_be_focused()
    tab.page.keyboard.press("Space")
    expect_chosen(tab, right_there, right_there)
    expect(panel(tab).get_by_role("group", name="Your choice is right")).to_be_focused()
    tab.idle()
    tab.page.keyboard.press("b")
    expect(panel(tab)).to_contain_text("Step 2 of 8")
    expect_chosen(tab, wrong, right)
    way(tab, "Next").click()
    expect(panel(tab)).to_contain_text("Step 3 of 8")
    expect_chosen(tab, right_there, right_there)
    way(tab, "Next").click()
    expect(panel(tab)).to_contain_text("Step 4 of 8")
    expect(choices(tab).first).to_be_enabled()
    expect(answer).not_to_be_visible()


def expect_chosen(tab: Visit, chosen: int, right: int) -> None:
    """The choice and the right one are marked, none can be taken any more, and the answer shows."""
    notes = [
        ", ".join(word for word, is_so in (("right", i == right), ("your choice", i == chosen)) if is_so)
        for i in range(choices(tab).count())
    ]
    signs = ["✓" if i == right else "✗" if i == chosen else "" for i in range(len(notes))]
    expect(choices(tab).locator(".note")).to_have_text(notes)
    expect(choices(tab).locator(".sign")).to_have_text(signs)
    for button in choices(tab).all():
        expect(button).to_be_disabled()
    expect(panel(tab).locator(".answer")).to_be_visible()


def test_a_question_without_choices_has_its_answer_behind_a_button(browser: Browser, tmp_path: Path) -> None:
    texts = {"text": "T.", "look": "it.", "question": "Which?", "answer": "This one."}
    asked = {"choices": ["This", "That"], "right": "That"}
    steps = [{"title": "One", "page": "data", **texts}, {"title": "Two", "page": "data", **texts, **asked}]
    own = {"title": "Mine", "summary": "Short.", "minutes": 5, "steps": [*steps, steps[0]]}
    (tmp_path / "mine.json").write_text(json.dumps(own), encoding="utf-8")
    with serving(tmp_path / "log.txt", QMNIST_LESSONS=str(tmp_path)) as server, tab_at(browser, server) as tab:
        tab.open("/data?show-lesson=mine&show-part=1")
        for number in (1, 2, 3):
            expect(panel(tab)).to_contain_text(f"Step {number} of 3")
            expect(panel(tab).locator(".answer")).not_to_be_visible()
            if number == 2:
                choices(tab).first.click()
                expect_chosen(tab, 0, 1)
            else:
                expect(panel(tab).locator(".choices")).not_to_be_visible()
                panel(tab).get_by_text("Show the answer").click()
                expect(panel(tab).locator(".answer")).to_be_visible()
            tab.page.keyboard.press("n")


def test_the_settings_take_the_lessons_place_and_give_it_back(tab: Visit) -> None:
    tab.open(f"/data?show-lesson={LESSON}&show-part=2")
    sidebar = tab.page.get_by_test_id("stSidebar")
    expect(sidebar).not_to_be_visible()
    panel(tab).get_by_role("radio", name="Settings").click()
    expect(panel(tab)).to_have_count(0)
    expect(sidebar.get_by_role("spinbutton", name="Seed")).to_be_visible()
    assert box(tab.page.get_by_test_id("stMain"))["x"] == 300
    sidebar.get_by_role("radio", name="Lesson").click()
    expect(panel(tab)).to_be_visible()
    expect(sidebar).not_to_be_visible()


def test_on_a_phone_a_sheet_opens_and_shuts(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390, 844, is_mobile=True, has_touch=True)
    tab.open(f"/?show-example=2&show-lesson={LESSON}&show-part=1")
    dock, text = tab.page.locator(".st-key-dock"), panel(tab).locator(".text")
    expect(text).not_to_be_visible()
    tab.page.wait_for_function("document.querySelector('.st-key-lesson').offsetHeight <= 110")
    shut = box(panel(tab))
    assert abs(shut["y"] + shut["height"] - box(dock)["y"]) <= 2, "above the dock"
    toggle = panel(tab).get_by_role("button", name="The step's text")
    toggle.click()
    expect(text).to_be_visible()
    assert box(panel(tab))["height"] <= 0.6 * 844
    choices(tab).first.tap()
    expect_chosen(tab, 0, 2)
    assert min(box(button)["height"] for button in choices(tab).all()) >= 44
    assert box(panel(tab))["height"] <= 0.6 * 844
    tab.expect_to_fit()
    panel(tab).get_by_role("button", name="Look at").click()
    expect(text).not_to_be_visible()
    tab.page.wait_for_timeout(600)
    assert tab.page.locator(".st-key-strip-home").evaluate(IN_SIGHT)
    tab.expect_to_fit()
    assert tab.errors == []
    tab.close()


def test_the_browser_remembers_how_far_one_was(browser: Browser, server: Server) -> None:
    tab = visit(browser, server)
    tab.open(f"/data?show-lesson={LESSON}&show-part=2")
    way(tab, "Next").click()
    expect(panel(tab)).to_contain_text("Step 3 of 8")
    tab.idle()
    tab.open("/lessons")  # another session
    card = tab.page.locator(f".st-key-lesson-card-{LESSON}")
    card.get_by_role("button", name=named("Go on at step 3 of 8")).click()
    expect(panel(tab)).to_contain_text("Step 3 of 8")
    wait_for_address(tab, "data", {"threshold": "0.9"})
    assert tab.errors == []
    tab.close()


def test_a_link_is_copied_also_where_the_browser_has_no_clipboard(browser: Browser, server: Server) -> None:
    """As on a classroom's server, which has no https."""
    for has_clipboard in (True, False):
        tab = visit(browser, server, permissions=["clipboard-write"])
        if not has_clipboard:
            tab.page.add_init_script("delete Navigator.prototype.clipboard")
        tab.open("/data?threshold=0.3")
        tab.page.get_by_role("button", name="Share").click()
        dialog = tab.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Copy link").click()
        expect(dialog.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
        tab.page.evaluate("document.body.append(document.createElement('textarea'))")
        pasted = tab.page.locator("body > textarea")
        pasted.evaluate("field => field.closest('body').querySelectorAll('[inert]').forEach(e => { e.inert = false; })")
        pasted.press("Control+V")
        expect(pasted).to_have_value(f"{server.address}/data?threshold=0.3")
        assert tab.errors == []
        tab.close()


def test_a_teacher_locks_all_but_two_settings_and_a_student_sees_these(
    browser: Browser, server: Server, tab: Visit
) -> None:
    tab.open("/data?threshold=0.3")
    tab.page.get_by_role("button", name="Share").click()
    dialog = tab.page.get_by_role("dialog")
    link = dialog.get_by_role("textbox", name="Link")
    expect(link).to_have_value(f"{server.address}/data?threshold=0.3")
    dialog.get_by_role("button", name="Nothing").click()
    for title, so_far in zip(KEPT, ("none", "size"), strict=True):
        expect(link).to_have_value(f"{server.address}/data?threshold=0.3&show-only={so_far}")
        dialog.get_by_role("button", name=title).click()
    expect(link).to_have_value(f"{server.address}/data?threshold=0.3&show-only=size-seed")
    expect(dialog).to_contain_text("This link works on this computer only.")
    student = visit(browser, server)
    student.open(link.input_value().removeprefix(server.address))
    settings = student.page.get_by_test_id("stSidebar")
    expect(settings).to_contain_text(
        "Your teacher has set the rest: data set MNIST, examples used all, digits 3 and 6, resizing sample, "
    )
    expect(settings.get_by_test_id("stWidgetLabel")).to_have_text(list(KEPT))
    expect(student.page.get_by_role("button", name="Share")).to_have_count(0)
    expect(student.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")).to_be_disabled()
    settings.get_by_role("slider", name="Image size").press("ArrowRight")
    wait_for_address(student, "data", {"threshold": "0.3", "size": "5", "show-only": "size-seed"})
    student.go("Train")
    expect(settings.get_by_test_id("stWidgetLabel")).to_have_text(list(KEPT))
    assert student.errors == []
    assert student.outside_requests() == []
    student.close()
    tab.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    wait_for_address(tab, "data", {"threshold": "0.3"})
