"""The lab on noise and shots."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.ui import state

Words = Callable[[AppTest], str]


def settled(at: AppTest, place: str) -> AppTest:
    assert at.session_state.client.watchers[place].wait(60)
    at.run()
    assert not at.exception
    return at


def test_it_shows_what_noise_leaves(open_page: Any, words: Words, components: Any) -> None:
    at = settled(open_page("noise", _rate="0.01"), "noise curve")
    said = words(at)
    assert "32 gates, each with 1 % of depolarising noise" in said
    assert "The noise changes no answer here" in said
    assert {metric.label: metric.value for metric in at.metric}["Margin left"] == "71.0 %"
    curve = json.loads(components(at)["noise-curve"]["figure"])
    assert len(curve["data"][0]["x"]) == 10
    assert "Test image 1, a 6" in said


def test_settings_are_in_the_address_and_checked(open_page: Any, words: Words) -> None:
    at = settled(open_page("noise", _kind="damping", _shots="11", _sure="0.99"), "noise curve")
    assert "amplitude damping noise" in words(at)
    assert "To be 99 % sure" in words(at)
    at.select_slider(key="noise-rate").set_value(0.1).run()
    assert at.query_params["show-rate"] == "0.1"
    bad = open_page("noise", _rate="7", _kind="cosmic", _shots="x")
    for problem in ("show-rate=7: it is one of 0.0, 0.0001", "show-kind=cosmic", "show-shots=x"):
        assert problem in words(bad)


def test_785_qubits(open_page: Any, words: Words) -> None:
    at = open_page("noise", size="28", init="small", examples="500", _rate="0.001")
    at.session_state.client.viewers["qnn"].wait(30)
    at = settled(at.run(), "noise curve")
    assert "1,568 gates, each with 0.1 %" in words(at)


def test_what_is_too_much_is_said(open_page: Any, words: Words) -> None:
    at = open_page("noise", size="28", init="small", examples="50", layers="XX-ZZ-XX-ZZ-XX-ZZ", _kind="damping")
    at.session_state.client.viewers["qnn"].wait(60)
    at.run()
    assert not at.exception
    assert "takes too long to follow: use fewer layers or a smaller size" in words(at)


def test_the_advisor_computes_stops_and_starts_again(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmnist_core.ui.noise_views.SIZES", (2, 4))
    at = open_page("noise", examples="300")
    at.button(key="advice-go").click().run()
    at = settled(at, "noise advice")
    table = at.table[0].value
    assert list(table["Size"]) == ["2×2", "4×4"] * 2
    assert "largest of this table that can be read is 4×4" in words(at)
    assert state.workshop() is not None
