"""What a class did, as one page: whole, safe whatever people wrote, and without what was hidden."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from qmnist_core.arrays import Gray
from qmnist_core.classroom import Class, Store
from qmnist_core.report.classroom import OnDrawings, class_html
from tests.report.test_page import Page

WHEN = datetime(2026, 11, 26, 9, 30)


def digit() -> Gray:
    pixels = np.zeros((28, 28), np.uint8)
    pixels[4:20, 10:14] = 255
    return pixels


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'classes.sqlite'}")


@pytest.fixture
def class_(store: Store) -> Class:
    return store.make()[0]


def test_a_class_that_did_nothing(store: Store, class_: Class) -> None:
    assert "Nothing was asked." in class_html(store, class_, WHEN)


def test_all_rounds_are_told_and_nothing_hidden(store: Store, class_: Class) -> None:
    ada, _ = store.enter(class_, "<b>Ada</b>")
    eve, _ = store.enter(class_, "Eve")
    store.hide_member(class_, eve.id)
    ask = {"question": "What & why?", "pixels": base64.b64encode(digit().tobytes()).decode(), "right": 1}
    round_ = store.open_round(class_, "predict", ask, ("3", "<i>6</i>"))
    store.answer(ada, round_.id, 0)
    store.answer(eve, round_.id, 1)
    store.second_turn(class_, round_.id)
    store.answer(ada, round_.id, 1)
    drawn = store.open_round(class_, "draw", {}, ("3", "6"))
    store.draw(ada, drawn.id, digit(), 0)
    store.set_drawing_state(class_, store.draw(eve, drawn.id, digit(), 1).id, "hidden")
    search = store.open_round(class_, "search", {})
    store.enter_search(ada, search.id, "size=6", 0.9, 1000)
    html = class_html(store, class_, WHEN, {drawn.id: [OnDrawings("QNN <4×4>", (0.75, 8), (0.9, 1968))]})
    page = Page(html)
    assert "QNN <4×4> 75.0 % (95 % interval 40.9 to 92.9 %, 8 images) 90.0 %" in " ".join(" ".join(page.said).split())
    assert "<b>Ada" not in html
    assert "<i>" not in html
    assert "Eve" not in html
    assert "2 students, 26 November 2026, 09:30. <b>Ada</b>." in " ".join(" ".join(page.said).split())
    assert ["3", "1 (50 %)", "0 (0 %)"] in [[cell.strip() for cell in row] for row in page.rows]
    assert ["<i>6</i> ✓", "1 (50 %)", "1 (100 %)"] in [[cell.strip() for cell in row] for row in page.rows]
    assert html.count('<img src="data:image/png;base64,') == 1
    assert html.count('class="asked"') == 1
    assert any("90.0 %" in cell and "95 % interval" in cell for row in page.rows for cell in row)
    assert not page.scripts
    assert 'src="http' not in html
