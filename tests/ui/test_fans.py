"""The trainings from all seeds behind the curves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import prepare
from qmnist_core.studies.fan import Fan, fan
from qmnist_core.ui.shared import fans
from tests.ui.conftest import OpenPage

Components = Callable[[AppTest], dict[str, dict[str, Any]]]


def fan_on(at: AppTest, components: Components, curves: str, line: int = 0) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = components(at)[curves]["lines"][line]["fan"]
        if found is not None:
            given: dict[str, Any] = found
            return given
        time.sleep(0.1)
        at.run()
    raise AssertionError(f"{curves} has no fan")


@pytest.mark.parametrize(("page", "curves"), [("home", "home-curves"), ("train", "train-curves")])
def test_the_curves_have_the_fan_of_their_settings(
    open_page: OpenPage, components: Components, mnist: Mnist, page: str, curves: str
) -> None:
    shown = fan_on(open_page(page), components, curves)
    assert shown["n"] == fans.SEEDS
    experiment = Experiment()
    *_, found = (one for one in fan(experiment, prepare(mnist, experiment.input), fans.SEEDS) if isinstance(one, Fan))
    assert shown["steps"] == found.steps.tolist()
    for figures, name in ((found.accuracy, "accuracy"), (found.loss, "loss")):
        quartiles = [figures.min(0), *np.quantile(figures, (0.25, 0.75), axis=0), figures.max(0)]
        np.testing.assert_allclose(shown[name], quartiles, rtol=0, atol=1e-4)


def test_compare_says_how_far_apart_its_seeds_end(open_page: OpenPage, mnist: Mnist) -> None:
    *_, found = (one for one in fan(Experiment(), prepare(mnist, DataConfig()), fans.SEEDS) if isinstance(one, Fan))
    ends = found.accuracy[:, -1]
    at = open_page("compare")
    deadline = time.monotonic() + 60
    while not any(f"{fans.SEEDS} seeds" in one.value for one in at.markdown):
        assert time.monotonic() < deadline
        time.sleep(0.1)
        at.run()
    (headline,) = (one.value.replace("\u00a0", " ") for one in at.markdown if "QNN (" in one.value)
    assert f"; {fans.SEEDS} seeds {100 * ends.min():.1f} to {100 * ends.max():.1f} %)" in headline


def test_another_seed_has_the_same_fan(open_page: OpenPage, components: Components) -> None:
    at = open_page("train")
    first = fan_on(at, components, "train-curves")
    at.query_params["seed"] = "5"
    at.run()
    assert components(at)["train-curves"]["lines"][0]["fan"] == first


def test_both_starts_have_one(open_page: OpenPage, components: Components) -> None:
    at = open_page("plateau")
    uniform, small = (fan_on(at, components, "plateau-accuracy", line) for line in (0, 1))
    assert uniform["accuracy"][3][-1] < 0.6 < 0.9 < small["accuracy"][0][-1]


def test_what_takes_too_long_has_fewer_seeds_or_none() -> None:
    assert fans.seeds(Experiment(), 10_338) == fans.SEEDS
    deep = Experiment(circuit=CircuitConfig(("XX", "ZZ") * 3))
    assert fans.FEWEST <= fans.seeds(deep, 10_338) < fans.SEEDS
    deeper = Experiment(circuit=CircuitConfig(("XX", "ZZ") * 4), data=DataConfig(size=8))
    assert fans.seeds(deeper, 10_338) == 0
