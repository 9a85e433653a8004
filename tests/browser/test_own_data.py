"""A data set of one's own: uploaded, seen by its names, and gone nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.server import Server, Visit, visit
from tests.data.packing import folders


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "pets.zip"
    file.write_bytes(folders(20, cat=0, dog=110))
    return file


def uploaded(tab: Visit, file: Path) -> None:
    """By the button on the Data page."""
    tab.open("/data")
    tab.button("Own data").click()
    dialog = tab.page.get_by_role("dialog")
    dialog.locator("input[type=file]").set_input_files(file)
    expect(dialog).to_contain_text("pets is shown: 32 images to train on, 8 to test, of 2 classes: cat, dog.")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    tab.idle()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_labelled_folders_are_seen_by_their_names(
    browser: Browser, server: Server, pets: Path, width: int, height: int
) -> None:
    tab = visit(browser, server, width, height)
    uploaded(tab, pets)
    for name in ("cat", "dog"):
        expect(tab.page.locator(".name", has_text=name)).to_have_count(1)
    assert "digit" not in tab.text().lower()
    tab.expect_to_fit()
    tab.page.evaluate("window.scrollTo(0, 0)")
    if width > 1000:
        tab.go("Playground")
        expect(tab.page.locator(".st-key-figure-histogram")).to_contain_text("says dog")
        expect(tab.page.locator(".st-key-figure-strip")).to_contain_text("it is a ")
        digit = tab.page.locator(".st-key-figure-strip .digit")
        box, stage = digit.bounding_box(), tab.page.locator(".st-key-figure-strip").bounding_box()
        assert box is not None
        assert stage is not None
        assert box["x"] + box["width"] <= stage["x"] + stage["width"] + 1, "a name fits its place"
        assert "digit" not in tab.text().lower()
        tab.expect_to_fit()
    assert tab.outside_requests() == []
    assert tab.errors == []
    tab.close()


def test_nobody_else_can_open_it(browser: Browser, server: Server, pets: Path) -> None:
    tab = visit(browser, server)
    uploaded(tab, pets)
    there = tab.page.url.removeprefix(server.address)
    assert "data=upload-" in there
    other = visit(browser, server)
    other.open(there)
    expect(other.page.get_by_text("an upload stays in its own session")).to_be_visible()
    assert "cat" not in other.text()
    for one in (tab, other):
        one.close()
