"""What a class takes home, read back."""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from qmnist_core.classroom import Class, Store, answers_csv, drawings_zip, entries_csv
from tests.classroom.conftest import digit

HOSTILE = "=1+cmd|' /C'!A0"


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_answers(store: Store, class_: Class) -> None:
    ada, bob = (store.enter(class_, name)[0] for name in ('Ada, "the" first', HOSTILE))
    round_ = store.open_round(class_, "predict", {}, ("3", "@SUM(A1)"))
    store.answer(ada, round_.id, 1)
    store.answer(bob, round_.id, 0)
    store.second_turn(class_, round_.id)
    store.answer(ada, round_.id, 0)
    one = {"round": str(round_.id), "opened": "2001-09-09T01:46:40+00:00", "turn": "1"}
    assert read(answers_csv(store, class_)) == [
        {**one, "member": str(ada.id), "name": 'Ada, "the" first', "answer": "'@SUM(A1)"},
        {**one, "member": str(bob.id), "name": f"'{HOSTILE}", "answer": "3"},
        {**one, "turn": "2", "member": str(ada.id), "name": 'Ada, "the" first', "answer": "3"},
    ]


@pytest.mark.parametrize("settings", ["=A1", "+1", "-1", "@x", " =A1", "＝A1", "?a=1"])
def test_entries_without_formulas(store: Store, class_: Class, settings: str) -> None:
    ada = store.enter(class_, "Ada")[0]
    store.hide_member(class_, ada.id)
    round_ = store.open_round(class_, "search", {})
    entry = store.enter_search(ada, round_.id, settings, 0.875, 2000)
    store.open_test(class_, round_.id, {entry.id: 0.8})
    (line,) = read(entries_csv(store, class_))
    assert line["settings"] == (settings if settings == "?a=1" else f"'{settings}")
    assert line["name"] == "", "a hidden name stays hidden"
    assert (line["validation accuracy"], line["validation images"], line["test accuracy"]) == ("0.875", "2000", "0.8")


def test_drawings_to_the_pixel(store: Store, class_: Class) -> None:
    ada = store.enter(class_, "-Ada")[0]
    rounds = [store.open_round(class_, kind, {}, ("=3", "6")) for kind in ("draw", "teach")]
    first = rounds[1]
    drawn = [store.draw(ada, first.id, digit(seed), label) for seed, label in ((0, 0), (1, None))]
    store.set_drawing_state(class_, drawn[1].id, "hidden")
    with zipfile.ZipFile(io.BytesIO(drawings_zip(store, class_))) as archive:
        lines = read(archive.read("drawings.csv").decode())
        assert [(line["name"], line["label"], line["state"]) for line in lines] == [
            ("'-Ada", "'=3", "shown"),
            ("'-Ada", "", "hidden"),
        ]
        assert archive.namelist() == [*(line["file"] for line in lines), "drawings.csv"]
        for line, drawing in zip(lines, drawn, strict=True):
            assert line["file"] == f"round-{first.id}/drawing-{drawing.id}.png"
            with Image.open(io.BytesIO(archive.read(line["file"]))) as image:
                assert (image.format, image.mode) == ("PNG", "L")
                np.testing.assert_array_equal(np.asarray(image), drawing.pixels)


def test_a_class_that_did_nothing(store: Store, class_: Class) -> None:
    assert read(answers_csv(store, class_)) == read(entries_csv(store, class_)) == []
    with zipfile.ZipFile(io.BytesIO(drawings_zip(store, class_))) as archive:
        assert archive.namelist() == ["drawings.csv"]
