"""What the Data, Compare and Draw pages do in a real browser."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from qmnist_core.data.mnist import Mnist
from tests.browser.drawing import SIX, THREE, Point, draw_with_mouse, draw_with_touch
from tests.browser.server import Server, Visit, visit


def metric(tab: Visit, label: str) -> Any:
    return tab.page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def verdict(tab: Visit, model: str) -> Any:
    return tab.page.get_by_role("group", name=model, exact=True)


def headline(tab: Visit) -> Any:
    return tab.page.locator(".verdicts .headline")


THREE_BY_KEYS = [
    ("ArrowLeft", 4), ("Space", 1), ("ArrowRight", 9), ("ArrowDown", 7), ("ArrowLeft", 7), ("ArrowRight", 7),
    ("ArrowDown", 7), ("ArrowLeft", 9), ("Space", 1),
]  # fmt: skip
"""Keys and how often each is pressed."""


def test_the_threshold_moves_images_counts_and_collisions(tab: Visit) -> None:
    tab.open("/data")
    expect(metric(tab, "Training images")).to_have_text("10,338")
    expect(metric(tab, "Test patterns")).to_have_text("115")
    expect(metric(tab, "Colliding patterns")).to_have_text("44")
    ceiling = tab.page.locator(".ceiling b")
    expect(ceiling).to_have_text("92.3 %")
    slider = tab.page.get_by_test_id("stMain").get_by_role("slider", name="Threshold")
    slider.focus()
    for hundredths in range(51, 56):
        slider.press("ArrowRight")
        expect(slider).to_have_value(f"{hundredths / 100:g}")
        tab.idle()
    expect(metric(tab, "Colliding patterns")).not_to_have_text("44")
    tab.page.wait_for_url(re.compile("threshold=0.55"))
    expect(ceiling).not_to_have_text("92.3 %")
    expect(metric(tab, "Training images")).to_have_text("10,338")


def test_bits_and_ceiling_follow_the_hand_without_the_server(tab: Visit) -> None:
    tab.open("/data")
    ceiling, bits = tab.page.locator(".ceiling b"), tab.page.locator(".bits svg").first
    expect(ceiling).to_have_text("92.3 %")
    expect(bits).to_have_attribute("aria-label", "Bits: 2 of 16 lit")
    slider = tab.page.locator(".st-key-page-threshold [role=group]").bounding_box()
    assert slider is not None
    thumb = tab.page.locator(".st-key-page-threshold [style*='left: 50%']").bounding_box()
    assert thumb is not None
    y = thumb["y"] + thumb["height"] / 2
    tab.page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    tab.page.mouse.down()
    tab.page.mouse.move(slider["x"] + 2, y, steps=5)
    expect(bits).not_to_have_attribute("aria-label", "Bits: 2 of 16 lit")
    expect(ceiling).to_have_text("95.5 %")
    tab.page.mouse.up()
    tab.page.wait_for_url(re.compile("threshold=0"))
    expect(ceiling).to_have_text("95.5 %")


def test_all_four_are_compared(tab: Visit) -> None:
    tab.open("/compare?examples=300&epochs=1")
    expect(tab.page.get_by_test_id("stMain")).to_contain_text("Logistic regression")
    before = [tab.page.locator(kept).bounding_box() for kept in (".st-key-compare-chart", ".st-key-disagreements")]
    expect(tab.page.get_by_role("button", name="All trained")).to_be_visible(timeout=180_000)
    after = [tab.page.locator(kept).bounding_box() for kept in (".st-key-compare-chart", ".st-key-disagreements")]
    assert before == after, "places are kept"
    for width, height in ((1920, 1080), (1280, 720)):
        tab.page.set_viewport_size({"width": width, "height": height})
        tab.page.wait_for_function(
            "() => { const place = document.querySelector('.st-key-disagreements');"
            " const kept = parseFloat(getComputedStyle(place).minHeight);"
            " return Math.abs(place.getBoundingClientRect().height - kept) < 1; }"
        )
    top = tab.page.locator(".st-key-result").bounding_box()
    assert top is not None
    assert all(box is not None and box["y"] + box["height"] < top["y"] + 535 for box in after), "in the first screen"
    expect(tab.page.locator(".st-key-result")).to_contain_text("Clearly ahead of the QNN")
    for words in ("QNN", "Full CNN", "1,198,721", "Fair network", "37", "Logistic regression"):
        expect(tab.page.get_by_test_id("stMain")).to_contain_text(words)
    expect(tab.page.locator(".qmnist-chart").first.locator(".barlayer .point")).to_have_count(4)
    both_wrong = tab.page.locator(".st-key-compare-answers .barlayer .point").nth(3)
    both_wrong.evaluate("cell => cell.scrollIntoView({ block: 'center' })")  # not beneath the dock
    box = tab.resting_box(both_wrong)
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tab.page.wait_for_url(re.compile("show-answers=3"))
    expect(tab.page.locator(".st-key-compare-cell").get_by_role("combobox")).to_have_value("Neither")


@pytest.mark.parametrize(("strokes", "digit"), [(THREE, "3"), (SIX, "6")], ids=["3", "6"])
@pytest.mark.parametrize("by", ["mouse", "touch"])
def test_a_drawn_digit_is_read(
    browser: Browser, server: Server, strokes: list[list[Point]], digit: str, by: str
) -> None:
    touch = by == "touch"
    tab = visit(browser, server, 390 if touch else 1280, 844, has_touch=touch, is_mobile=touch)
    tab.open("/draw")
    (draw_with_touch if touch else draw_with_mouse)(tab, strokes)
    expect(headline(tab)).to_have_text(re.compile(f"^[345] of [345] say {digit}$"))
    for model in ("QNN 4×4", "QNN 28×28", "Full CNN"):
        expect(verdict(tab, model).locator(".digit")).to_have_text(digit, timeout=240_000)
    expect(verdict(tab, "Fair network").locator(".digit")).to_have_text(re.compile("^[36]$"))
    size = tab.page.viewport_size
    assert size is not None
    foot = tab.page.locator(".st-key-dock").bounding_box()
    assert foot is not None
    for seen in (tab.page.locator(".qmnist-pad canvas"), headline(tab), verdict(tab, "Logistic regression")):
        box = seen.bounding_box()
        assert box is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= foot["y"], "in sight while one draws"
    link = tab.page.url
    tab.page.reload()
    expect(headline(tab)).to_have_text(re.compile(f"say {digit}$"))
    assert tab.page.url == link
    tab.page.get_by_role("button", name="Clear").click()
    expect(headline(tab)).to_have_text("3 or 6?")
    expect(tab.page).not_to_have_url(re.compile("show-drawn"))
    assert tab.errors == []
    tab.close()


def test_a_digit_is_drawn_by_keys(tab: Visit) -> None:
    tab.open("/draw?examples=500")
    pad = tab.page.locator(".qmnist-pad canvas")
    pad.focus()
    step = tab.page.locator(".st-key-dock .step")
    expect(step).to_have_text("Step 48 of 48")
    for key, times in THREE_BY_KEYS:
        for _ in range(times):
            pad.press(key)
    expect(headline(tab)).to_have_text(re.compile("say 3$"))
    expect(step, "its keys are not the dock's").to_have_text("Step 48 of 48")
    link = tab.page.url
    assert "show-drawn=" in link
    pad.press("Delete")
    expect(headline(tab)).to_have_text("3 or 6?")
    tab.open(link.partition(tab.page.url.partition("/draw")[0])[2])
    expect(headline(tab)).to_have_text(re.compile("say 3$"))


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_uploads_good_and_bad(tab: Visit, tmp_path: Path, mnist: Mnist) -> None:
    row = int(np.flatnonzero(mnist.y_test == 3)[0])
    good = Image.fromarray(255 - mnist.x_test[row]).resize((200, 200))
    files = {
        "three.png": (png(good), None),
        "words.png": (b"these are words", "The picture is not of a kind that can be read here"),
        "blank.png": (png(Image.new("L", (100, 100), 255)), "no digit"),
        "cut.png": (png(good)[:200], "The picture is damaged or cut short"),
        "huge.png": (png(Image.new("1", (9000, 9000), 1)), "9000×9000 pixels: shrink the picture"),
    }
    tab.open("/draw?show-source=upload")
    main = tab.page.get_by_test_id("stMain")
    for name, (content, refusal) in files.items():
        (tmp_path / name).write_bytes(content)
        tab.page.locator("input[type=file]").set_input_files(tmp_path / name)
        if refusal is None:
            expect(verdict(tab, "QNN 4×4").locator(".digit")).to_have_text(re.compile("^[36]$"))
        else:
            expect(main).to_contain_text(refusal)
        assert "Traceback" not in tab.text()
