"""Predict: what a phone asks the store for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.classroom import Class, Round, Store
from tests.ui.classroom.conftest import again, session_of
from tests.ui.conftest import components_of


def test_a_phone_reads_no_answers_but_its_own(
    phone: Callable[..., AppTest],
    store: Store,
    class_: Class,
    open_round: Callable[..., Round],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    round_ = open_round("predict", {"question": "Which?"}, ("3", "6"))
    store.answer(store.enter(class_, "Bo")[0], round_.id, 0)

    def refused(*_: Any) -> None:
        raise AssertionError("the answers of all are read")

    monkeypatch.setattr(Store, "answers", refused)
    at = phone()
    assert components_of(at)["phone-taps"]["chosen"] is None
    pupil = session_of(at).pupil
    assert pupil is not None
    store.answer(pupil.member, round_.id, 1)
    assert components_of(again(at))["phone-taps"]["chosen"] == 1
