"""The lab on noise and shots."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.address.views import INFIDELITIES
from qmnist_core.config import NoiseConfig
from qmnist_core.data.pipeline import Dataset
from qmnist_core.look.text import unbroken
from qmnist_core.plots.noise import chance
from qmnist_core.simulators.noise import noisy_expectation
from qmnist_core.simulators.shots import flip_probability
from qmnist_core.studies import noise as noise_study
from tests.waiting import until

Words = Callable[[AppTest], str]


def settled(at: AppTest, place: str) -> AppTest:
    assert at.session_state.session.client.watchers[place].wait(60)
    at.run()
    assert not at.exception
    return at


def test_it_shows_what_noise_leaves(open_page: Any, words: Words, components: Any) -> None:
    at = settled(open_page("noise", _infidelity="0.01"), "noise curve")
    said = words(at)
    assert "32 gates with depolarising noise, each of average infidelity 1 %." in said
    assert "after each gate, with probability **p = 1.25 %**, one of the 15 two-qubit Paulis" in said
    assert "Everything else is assumed to be perfect, the measurement too." in said
    assert "**With unlimited shots the noise changes no answer**: every ⟨Z⟩ stays on its side of 0." in said
    assert {metric.label: metric.value for metric in at.metric}["Margin left"] == "65.1 %"
    given = components(at)["noise-curve"]
    assert [level["infidelity"] for level in given["levels"]] == list(INFIDELITIES)
    assert given["levels"][7]["margin"] == "65.1\u00a0%"
    assert given["chosen"] == 0.01
    _, example = at.session_state.session.example
    assert f"Test image {example + 1:,}, a {given['truth']}" in said
    assert given["levels"][0]["value"] == pytest.approx(given["clean"])


def test_it_opens_where_the_answers_begin_to_suffer(open_page: Any, components: Any) -> None:
    given = components(settled(open_page("noise"), "noise curve"))["noise-curve"]
    shots = [level["shots"] for level in given["levels"]]
    worse = [level["infidelity"] for level in given["levels"] if shots[0] - level["shots"] >= 0.01]
    assert given["chosen"] == given["breaking"] == worse[0] == 0.05
    assert shots[0] - shots[9] == pytest.approx(0.024, abs=5e-4)
    calm = components(settled(open_page("noise", _shots="1000001"), "noise curve"))["noise-curve"]
    assert (calm["breaking"], calm["chosen"]) == (None, 0.1)


def test_the_image_has_its_value_and_its_chance_at_every_infidelity(
    open_page: Any, components: Any, dataset: Dataset
) -> None:
    at = settled(open_page("noise", _example="4", _shots="11"), "noise curve")
    given = components(at)["noise-curve"]
    points = at.session_state.session.client.watchers["noise curve"].job.results()
    for level, point in zip(given["levels"], points, strict=True):
        assert level["value"] == pytest.approx(point.values[4])
        flips = float(flip_probability(point.values[4], 11))
        right = 1 - flips if (point.values[4] > 0) == bool(dataset.test.labels[4]) else flips
        assert level["right"] == unbroken(chance(right))


def test_settings_are_in_the_address_and_checked(open_page: Any, words: Words) -> None:
    at = settled(open_page("noise", _kind="damping", _shots="11", _sure="0.99"), "noise curve")
    assert "amplitude damping noise" in words(at)
    assert "own answer with 99 % probability takes" in words(at)
    at.selectbox(key="noise-shots").set_value(31).run()
    assert at.query_params["show-shots"] == "31"
    bad = open_page("noise", _infidelity="7", _kind="cosmic", _shots="x")
    for problem in ("show-infidelity=7: it is one of 0.0, 0.0001", "show-kind=cosmic", "show-shots=x"):
        assert problem in words(bad)


@pytest.mark.parametrize(
    ("kind", "rate", "today", "meant"),
    [
        ("depolarising", "0.01", "0.01", "of depolarising, 1 %, which is an average gate infidelity of 0.8 %"),
        ("dephasing", "0.01", "0.02", "of dephasing, 1 %, which is an average gate infidelity of 1.59 %"),
        ("dephasing", "0.1", "0.1", "of dephasing, 10 %, which is an average gate infidelity of 15.2 %"),
        ("damping", "0.001", "0.001", "of amplitude damping, 0.1 %, which is an average gate infidelity of 0.08 %"),
        ("damping", "0", "0.0", "of amplitude damping, 0 %, which is an average gate infidelity of 0 %"),
    ],
)
def test_an_error_rate_of_before_is_put_into_todays_words(
    open_page: Any, words: Words, kind: str, rate: str, today: str, meant: str
) -> None:
    at = open_page("noise", _kind=kind, _rate=rate)
    said = words(at)
    assert f"The address says show-rate={rate}: this was the parameter {meant}" in said
    assert f"The nearest that can be chosen, {100 * float(today):g} %, is used." in said
    assert (at.query_params["show-infidelity"], "show-rate" in at.query_params) == (today, False)


def test_an_error_rate_of_before_gives_way_to_an_infidelity_and_is_checked(open_page: Any, words: Words) -> None:
    at = open_page("noise", _rate="0.1", _infidelity="0.002")
    assert at.query_params["show-infidelity"] == "0.002"
    assert "show-rate=0.1: there is show-infidelity as well, which is what it is called now. It is ignored." in words(
        at
    )
    at = open_page("noise", _rate="7")
    assert "show-infidelity" not in at.query_params
    assert "show-rate=7: one of 0, 0.0, 0.0001" in words(at)


def test_noise_that_changes_answers_is_said_in_both_directions(open_page: Any, words: Words) -> None:
    said = words(settled(open_page("noise", _kind="damping", _infidelity="0.1"), "noise curve"))
    assert "**With unlimited shots the noise changes 7 answers**: 3 from right to wrong, 4 from wrong to right." in said
    assert "With 1,001 shots per image, 84.9 % are expected to be right; without noise, 90.5 %." in said


def test_noise_that_alone_brings_in_the_image_is_said(open_page: Any, words: Words) -> None:
    """Under damping some layers see the image that do not without it; under dephasing these do not."""
    only = "**Only the noise makes ⟨Z⟩ depend on the image**"
    for kind, layers, found in (
        ("damping", "XZ-YX-YZ", True),
        ("dephasing", "XZ-YX-YZ", False),
        ("damping", "XX-ZZ", False),
    ):
        at = settled(open_page("noise", _kind=kind, layers=layers, examples="300", _infidelity="0.01"), "noise curve")
        assert (only in words(at)) == found


def test_no_changed_answer_stands_beside_what_few_shots_cost(open_page: Any, words: Words) -> None:
    said = words(settled(open_page("noise", _infidelity="0.1"), "noise curve"))
    assert (
        "**With unlimited shots the noise changes no answer**: every ⟨Z⟩ stays on its side of 0. With 1,001 shots"
        in said
    )
    assert "58.3 % are expected to be right; without noise, 90.5 %." in said


def test_more_shots_are_counted_on_what_is_computed(open_page: Any) -> None:
    at = settled(open_page("noise", _infidelity="0.01"), "noise curve")
    job = at.session_state.session.client.watchers["noise curve"].job
    few = {metric.label: metric.value for metric in at.metric}["1,001 shots"]
    at.selectbox(key="noise-shots").set_value(1).run()
    one = {metric.label: metric.value for metric in at.metric}["1 shot"]
    assert float(one.removesuffix(" %")) < float(few.removesuffix(" %"))
    assert at.session_state.session.client.watchers["noise curve"].job is job


def test_it_says_of_how_many_images_the_figures_are(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Classified correctly, of 1,968 test images:" in words(settled(open_page("noise"), "noise curve"))
    monkeypatch.setattr(noise_study, "_rows_a_slice", lambda *circuit: 32)
    at = settled(open_page("noise", size="8", examples="50", _kind="damping"), "noise curve")
    assert "Classified correctly, of the first 123 of 1,968 test images, to save time:" in words(at)
    assert "Without noise and with unlimited shots the network classifies" in words(at)
    assert ", 123 images) correctly." in words(at)


def test_the_curve_stops_keeps_what_it_has_and_starts_again(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, unfinished: None
) -> None:
    going, seen = threading.Event(), noisy_expectation

    def slow(circuit: Any, exponents: Any, bits: Any, noise: NoiseConfig) -> Any:
        if noise.strength > 0.0003:
            going.wait(60)
        return seen(circuit, exponents, bits, noise)

    monkeypatch.setattr(noise_study, "noisy_expectation", slow)
    at = open_page("noise", examples="300", _infidelity="0.0002")
    at.session_state.session.client.viewers["live"].wait(60)
    at.run()
    watcher = at.session_state.session.client.watchers["noise curve"]
    until(lambda: watcher.revealed >= 3)
    at.run()
    assert at.get("progress")[0].proto.text.startswith("Computed: 3 of 11 infidelities")
    at.button(key="noise-stop").click().run()
    going.set()
    for _ in range(2):  # and another run of the page does not begin it again
        assert at.get("progress")[0].proto.text == "Stopped: 3 of 11 infidelities are computed"
        assert "each of average infidelity 0.02 %" in words(at)
        at.run()
    at.session_state.session.view["show-infidelity"] = "0.1"
    at.run()
    assert "It was stopped before this infidelity was computed" in words(at)
    at.button(key="noise-again").click().run()
    at = settled(at, "noise curve")
    assert "each of average infidelity 10 %" in words(at)
    assert not at.get("progress")


def test_a_misclassified_image_is_told_once(open_page: Any, words: Words) -> None:
    said = words(
        settled(open_page("noise", _example="50", _kind="damping", _infidelity="0.01", _shots="11"), "noise curve")
    )
    assert re.search(r"11 shots say the other digit, 3, which it is, in \*\*[\d.]+ %\*\* of the cases\.", said)
    said = words(
        settled(open_page("noise", examples="500", _example="2", _kind="damping", _infidelity="0.001"), "noise curve")
    )
    assert "1,001 shots say the other digit in **9.4 %** of the cases, and 6, which it is, in 90.6 %." in said


def test_785_qubits(open_page: Any, words: Words) -> None:
    at = open_page("noise", size="28", init="small", examples="500", _infidelity="0.001")
    at.session_state.session.client.viewers["live"].wait(30)
    at = settled(at.run(), "noise curve")
    assert "1,568 gates with depolarising noise, each of average infidelity 0.1 %" in words(at)


def test_what_is_too_much_is_said(open_page: Any, words: Words) -> None:
    at = open_page("noise", size="28", init="small", examples="50", layers="XX-ZZ-XX-ZZ-XX-ZZ", _kind="damping")
    at.session_state.session.client.viewers["live"].wait(60)
    at.run()
    assert not at.exception
    assert "too long to follow for even 100 test images: use fewer layers or a smaller size" in words(at)


def test_the_advisor_draws_what_can_be_read(
    open_page: Any, words: Words, components: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmnist_core.ui.noise.views.SIZES", (2, 4))
    at = open_page("noise", examples="300", _infidelity="0.001", _noise="size", _deeper="1")
    at = settled(at, "noise advice")
    table = at.table[0].value
    assert list(table["Size"]) == ["2×2", "4×4"] * 2
    assert next(iter(table["Right without noise"])).endswith("\u00a0%")
    assert (
        "The largest of this table for which 10,000 shots per image suffice on half of the images: "
        "4×4 with 4 layers (64 gates); on 95 % of them: 4×4 with 4 layers (64 gates)." in words(at)
    )
    assert "up to **4×4 with 4 layers**, 10,000 shots read 95 % of the images." in words(at)
    figure = json.loads(components(at)["noise-advice"]["figure"])
    assert [trace["x"] for trace in figure["data"]] == [[2, 4]] * 4
    at.toggle(key="noise-deeper").set_value(False).run()
    at = settled(at, "noise advice")
    assert list(at.table[0].value["Size"]) == ["2×2", "4×4"], "two layers alone"
    for half, most in zip(table["Shots, median image"], table["Shots, 95\u00a0% of images"], strict=True):
        assert int(half.split()[0].replace(",", "")) <= int(most.split()[0].replace(",", ""))


def test_a_stopped_advisor_speaks_of_what_it_has_computed(
    open_page: Any, words: Words, monkeypatch: pytest.MonkeyPatch, unfinished: None
) -> None:
    monkeypatch.setattr("qmnist_core.ui.noise.views.SIZES", (2, 4))
    going, seen = threading.Event(), noise_study._advice

    def slow(training: Any, *rest: Any) -> Any:
        if training.experiment.data.size == 4:
            going.wait(60)
        return seen(training, *rest)

    monkeypatch.setattr(noise_study, "_advice", slow)
    at = open_page("noise", examples="300", epochs="1", _infidelity="0.001", _noise="size", _deeper="1")
    watcher = at.session_state.session.client.watchers["noise advice"]
    until(lambda: watcher.revealed >= 3)  # a row, and the next network's training
    at.button(key="advice-stop").click().run()
    going.set()
    assert "Stopped after 1 of 4 networks: the chart and the text cover only these." in words(at)
    assert list(at.table[0].value["Size"]) == ["2×2"]
    assert "The largest of the networks computed so far for which 10,000 shots" in words(at)
