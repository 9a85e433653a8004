"""The comparison chart in a real browser: it is drawn, legible, and asks nobody for anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from plotly.io import write_html

from qmnist_core.plots.comparison import comparison_figure
from qmnist_core.plots.style import CONFIG
from qmnist_core.studies.comparison import Standing


@pytest.mark.parametrize("width", [1280, 390])
def test_the_chart_is_drawn_offline(browser: Browser, tmp_path: Path, width: int) -> None:
    bars = [
        Standing("qnn", "QNN", 32, [0.88, 0.9]),
        Standing("cnn", "Full CNN", 1_198_721, [0.998]),
        Standing("fair", "Fair network", 37, [0.91]),
        Standing("logistic", "Logistic regression (ours)", 17, [0.92]),
    ]
    file = tmp_path / "chart.html"
    write_html(comparison_figure(bars, (3, 6), 1968, 0.9228), file, include_plotlyjs=True, config=CONFIG)
    page = browser.new_page(viewport={"width": width, "height": 800})
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_selector(".barlayer .point")
    assert page.locator(".barlayer .point").count() == 4
    assert page.locator(".scatterlayer .point").count() == 5
    text = " ".join(page.locator(".main-svg").all_text_contents())
    for words in ("99.8 %", "1,198,721 parameters", "ceiling of 4×4 images: 92.3 %", "test accuracy, axis from 0"):
        assert words in text
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert errors == []
