"""A lesson followed from its link to its end, and a teacher's link with most settings locked, in a real browser."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Locator, expect

from qmnist_core.address.settings import SETTINGS
from qmnist_core.lessons import find_lesson
from qmnist_core.ui.frame.site import PAGES
from tests.browser.server import TITLES, Server, Visit, named, visit

LESSON = "1-from-image-to-circuit"
KEPT = ("Image size", "Seed")


def banner(tab: Visit) -> Locator:
    return tab.page.locator(".st-key-lesson")


def way(tab: Visit, label: str) -> Locator:
    """The button, or the link to another page, in the step's banner."""
    here = banner(tab)
    return here.get_by_role("button", name=named(label)).or_(here.get_by_role("link", name=named(label)))


def wait_for_address(tab: Visit, page: str, address: dict[str, str]) -> None:
    """A page with these settings in its address, and no others."""
    path = "/" if page == "home" else f"/{page}"

    def is_there(url: str) -> bool:
        parts = urlsplit(url)
        return parts.path == path and dict(parse_qsl(parts.query)) == address

    tab.page.wait_for_url(is_there, wait_until="commit")


def test_a_student_follows_a_lesson_from_its_link_to_its_end(browser: Browser, server: Server, tab: Visit) -> None:
    tab.open("/lessons")
    card = tab.page.locator(f".st-key-lesson-card-{LESSON}")
    card.get_by_role("button", name="Link for students").click()
    link = f"{server.address}/?show-example=2&show-lesson={LESSON}&show-part=1"
    expect(tab.page.get_by_test_id("stPopoverBody").get_by_role("textbox", name="Link")).to_have_value(link)
    student = visit(browser, server)
    student.page.goto(link)
    lesson, main = find_lesson(LESSON, PAGES), student.page.get_by_test_id("stMain")
    for number, step in enumerate(lesson.steps, start=1):
        expect(banner(student)).to_contain_text(f"Step {number} of {len(lesson.steps)}")
        expect(banner(student).get_by_role("heading", level=3)).to_have_text(step.title)
        expect(main.get_by_role("heading", level=1)).to_have_text(TITLES["" if step.page == "home" else step.page])
        wait_for_address(student, step.page, {**step.address, "show-lesson": LESSON, "show-part": str(number)})
        if number == 3:
            answer = student.page.get_by_text("It is the best score on these 1,968 test images with their labels known")
            expect(answer).not_to_be_visible()
            banner(student).get_by_text("Show the answer").click()
            expect(answer).to_be_visible()
            expect(main.get_by_test_id("stMetricValue").last).to_have_text("85.7 %")
        if number == 7:
            expect(main.get_by_role("tab", name="One exponent")).to_have_attribute("aria-selected", "true")
        student.idle()
        way(student, "Next" if number < len(lesson.steps) else "Finish").click()
    expect(main.get_by_role("heading", level=1)).to_have_text("Lessons")
    wait_for_address(student, "lessons", {})
    expect(banner(student)).to_have_count(0)
    assert student.errors == []
    assert student.outside_requests() == []
    student.page.context.close()


def test_a_link_is_copied_also_where_the_browser_has_no_clipboard(browser: Browser, server: Server) -> None:
    """As on a classroom's server, which has no https."""
    for has_clipboard in (True, False):
        tab = visit(browser, server, permissions=["clipboard-write"])
        if not has_clipboard:
            tab.page.add_init_script("delete Navigator.prototype.clipboard")
        tab.open("/data?threshold=0.3")
        tab.page.get_by_test_id("stSidebar").get_by_role("button", name="Share").click()
        dialog = tab.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Copy link").click()
        expect(dialog.get_by_role("status").filter(has_text="Copied.")).to_be_visible()
        dialog.get_by_role("combobox").focus()
        tab.page.keyboard.press("Control+V")
        expect(dialog.get_by_role("combobox")).to_have_value(f"{server.address}/data?threshold=0.3")
        assert tab.errors == []
        tab.page.context.close()


def test_a_teacher_locks_all_but_two_settings_and_a_student_sees_these(
    browser: Browser, server: Server, tab: Visit
) -> None:
    tab.open("/data?threshold=0.3")
    tab.page.get_by_test_id("stSidebar").get_by_role("button", name="Share").click()
    dialog = tab.page.get_by_role("dialog")
    link = dialog.get_by_role("textbox", name="Link")
    expect(link).to_have_value(f"{server.address}/data?threshold=0.3")
    for setting in SETTINGS.values():
        if setting.title not in KEPT:
            dialog.get_by_role("button", name=f"Remove {setting.title}").click()
    expect(link).to_have_value(f"{server.address}/data?threshold=0.3&show-only=size-seed")
    expect(dialog).to_contain_text("This link works on this computer only.")
    student = visit(browser, server)
    student.open(link.input_value().removeprefix(server.address))
    panel = student.page.get_by_test_id("stSidebar")
    expect(panel).to_contain_text("Your teacher has set the rest: digits 3-6, resizing sample, threshold 0.3, ")
    expect(panel.get_by_test_id("stWidgetLabel")).to_have_text(list(KEPT))
    expect(panel.get_by_test_id("stExpander")).to_have_count(2)
    for gone in ("Share", "Tutorial", "Reset everything"):
        expect(panel.get_by_role("button", name=gone)).to_have_count(0)
    threshold = student.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    expect(threshold).to_be_disabled()
    panel.get_by_role("slider", name="Image size").press("ArrowRight")
    wait_for_address(student, "data", {"threshold": "0.3", "size": "5", "show-only": "size-seed"})
    student.go("Train")
    expect(panel.get_by_test_id("stWidgetLabel")).to_have_text(list(KEPT))
    assert student.errors == []
    assert student.outside_requests() == []
    student.page.context.close()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    expect(tab.page.get_by_test_id("stSidebar").get_by_role("button", name="Share")).to_be_enabled()
    wait_for_address(tab, "data", {"threshold": "0.3"})
