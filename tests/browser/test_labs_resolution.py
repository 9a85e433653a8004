"""The page on image sizes in a real browser."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from qmnist_core.config import Experiment
from qmnist_core.data.mnist import load_mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.models.qnn import Qnn
from qmnist_core.studies.whole import SMOOTH_BATCH, learnt, whole_image
from qmnist_core.training.loop import Training
from tests.browser.server import Server, Visit, visit


def test_the_map_that_the_browser_draws_is_phi(tab: Visit) -> None:
    tab.page.set_viewport_size({"width": 1280, "height": 720})
    tab.open("/resolution")
    expect(tab.page.locator(".st-key-resolution-score b")).to_have_text("99.1\u00a0%", timeout=60_000)
    canvas = tab.page.locator(".st-key-resolution-map canvas")
    box = tab.resting_box(canvas)
    assert box["width"] >= 420
    assert box["y"] + box["height"] <= 656
    experiment = whole_image(Experiment(), SMOOTH_BATCH)
    dataset = prepare(load_mnist(), experiment.data)
    training = Training(experiment, dataset=dataset)
    list(training)
    assert isinstance(training.model, Qnn)
    angles = learnt(experiment, training.model.exponents, dataset).angles
    pointed = tab.page.locator(".st-key-resolution-map .pointed")
    for row, column in ((8, 14), (17, 12), (20, 9)):
        canvas.hover(position={"x": (column + 0.5) * box["width"] / 28, "y": (row + 0.5) * box["height"] / 28})
        value = f"{angles[28 * row + column]:.3f}".replace("-", "−")
        expect(pointed).to_have_text(f"pixel ({row}, {column}): {value} rad")
    tab.page.keyboard.press("Home")
    tab.page.wait_for_url(re.compile("show-map-step=0"))
    expect(tab.page.locator(".st-key-resolution-score b")).not_to_have_text("99.1\u00a0%")


def test_a_phone_shows_the_map_and_the_accuracy_at_once(browser: Browser, server: Server) -> None:
    tab = visit(browser, server, 390, 844)
    tab.open("/resolution")
    score = tab.page.locator(".st-key-resolution-score b")
    expect(score).to_have_text("99.1\u00a0%", timeout=60_000)
    key = tab.resting_box(tab.page.locator(".st-key-resolution-map .key"))
    box = tab.resting_box(score)
    assert key["y"] + key["height"] < box["y"]
    assert box["y"] + box["height"] <= 844 - 104  # the dock's edge
    tab.close()


def test_figures_grow_in_place_while_a_sweep_is_measured_and_stop(browser: Browser, server: Server) -> None:
    tab = visit(browser, server)
    tab.open(
        "/resolution?show-resolution=sizes&show-sizes=2-4-8-28&layers=XX-ZZ-XX-ZZ&show-sweep-seeds=5&show-encodings=angle"
    )
    main = tab.page.get_by_test_id("stMain")
    bar = main.get_by_test_id("stProgress").last
    expect(bar).to_have_text(re.compile(r"\d of 20 trainings measured"))
    main.get_by_role("button", name=re.compile("(^| )Measure: 20 trainings, about")).click()
    expect(bar).to_have_text(re.compile(r"[1-9]\d? of 20 trainings measured; now"))
    tab.mark(".st-key-resolution-accuracy")
    expect(bar).to_have_text(re.compile(r"([6-9]|1\d) of 20 trainings measured; now"))
    tab.expect_marked(".st-key-resolution-accuracy")
    tab.button("Stop").click()
    expect(bar).to_have_text(re.compile(r"Stopped: \d+ of 20 trainings measured\. They are kept\."))
    for width in (1280, 390):
        tab.page.set_viewport_size({"width": width, "height": 800})
        tab.page.wait_for_timeout(300)
        tab.expect_to_fit()
    assert tab.errors == []
    assert tab.outside_requests() == []
    tab.close()
