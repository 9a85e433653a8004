"""What was declared once, in `tests.made_up`, works or is refused wherever such a thing appears."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import cirq
import numpy as np
import pytest

from qmnist_core import catalogue
from qmnist_core.address.settings import SETTINGS, from_address, to_address
from qmnist_core.catalogue import MODELS, Model
from qmnist_core.cli import main, options
from qmnist_core.config import CircuitConfig, Experiment, NoiseConfig
from qmnist_core.errors import ConfigError
from qmnist_core.look.text import summary
from qmnist_core.models import build_model
from qmnist_core.report.page import _settings
from qmnist_core.runs.reproduce import script
from qmnist_core.setting import Kind
from qmnist_core.simulators.noise import noisy_expectation
from qmnist_core.ui.frame import panel
from qmnist_core.ui.session import state
from tests.simulators import noisy
from tests.simulators.test_noise import density_matrix_expectations


def test_the_noise_engine_takes_the_channel_and_cirq_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(4)
    noise = NoiseConfig.of_infidelity("flips", 0.02)
    case = CircuitConfig(("XX", "ZY")), rng.uniform(-1, 1, (2, 3)), rng.integers(0, 2, (2, 3)), noise
    values = noisy_expectation(*case)
    with pytest.raises(ConfigError, match="noise must be one of depolarising, dephasing, damping, got 'flips'"):
        density_matrix_expectations(case)
    monkeypatch.setitem(noisy.ON_TWO_QUBITS, "flips", lambda p, data, readout: cirq.bit_flip(p).on_each(data, readout))
    np.testing.assert_allclose(values, density_matrix_expectations(case), rtol=0, atol=1e-10)


def test_the_noise_page_and_its_address_have_the_channel(open_page: Any, words: Any) -> None:
    at = open_page("noise", _kind="flips")
    assert at.session_state.session.client.watchers["noise curve"].wait(60)
    at.run()
    assert not at.exception
    assert "bit flips noise" in words(at)
    assert "an X with probability **p =" in words(at)
    assert at.query_params["show-kind"] == "flips"


def test_the_command_line_trains_the_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--model", "centroid", "--examples", "100", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["config"]["epochs"] == 2
    assert main(["train", "--model", "centroid", "--layers", "XX"]) != 0
    assert "--layers is for the QNN, and --model is centroid" in capsys.readouterr().err


def test_pages_have_the_model(open_page: Any, words: Any, components: Any) -> None:
    compared = open_page("compare", examples="100", epochs="1")
    tables = [element.proto.body for element in compared.get("html")]
    assert any("Nearest centroid" in body and MODELS["centroid"].colour in body for body in tables)
    assert "Nearest centroid (ours) is" in words(compared)
    shown = components(open_page("draw"))["draw-verdicts"]["shown"]
    assert "Nearest centroid" in [card["name"] for card in shown]


def test_a_model_that_nothing_builds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="the hunch is no circuit, which a backend builds: name what"):
        Model("Hunch", "hunch", "the hunch", "", "#000000", epochs=1, batch_size=1)
    lost = replace(MODELS["centroid"], build="qmnist_core.models.hunch:Hunch")
    monkeypatch.setitem(MODELS, "hunch", lost)
    with pytest.raises(ConfigError, match=r"the catalogue names qmnist_core\.models\.hunch:Hunch, which is not there"):
        build_model(Experiment(model="hunch"))


def test_a_backend_that_nobody_measured_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(catalogue.BACKENDS, "chip", catalogue.BACKENDS["cirq"])
    with pytest.raises(ConfigError, match="nobody has measured what a state vector costs on the chip backend"):
        build_model(Experiment(backend="chip"))


def test_a_backend_that_is_not_there_is_left_for_the_exact_one(
    open_page: Any, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(catalogue.BACKENDS, "chip", replace(catalogue.BACKENDS["exact"], package="chips"))
    for reader in (state, panel):
        monkeypatch.setattr(reader, "why_missing", lambda package: f"{package} are not here")
    assert "The address says backend=chip: chips are not here. The exact backend is used." in words(
        open_page("lessons", backend="chip")
    )


def test_the_setting_is_in_addresses_reports_summaries_and_scripts() -> None:
    experiment, problems = from_address({"patience": "7"})
    assert not problems
    assert experiment.patience == 7  # type: ignore[attr-defined]
    assert to_address(experiment) == {"patience": "7"}
    assert Experiment.from_dict(experiment.to_dict()) == experiment
    assert "patience 7" in summary(experiment)
    assert "patience=7" in script(experiment, (1.0, 0.5))
    rows, changed = _settings(experiment)
    assert [rows[i] for i in changed] == [["Patience", "7", "5"]]
    assert from_address({"patience": "12"})[1] == [
        "The address says patience=12: patience must be a whole number from 1 to 9, got 12. The default 5 is used."
    ]


def test_the_command_line_has_the_setting(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--examples", "100", "--epochs", "1", "--patience", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["config"]["patience"] == 3
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    assert "How many epochs without progress one waits." in capsys.readouterr().out


def test_the_panel_has_the_setting(open_page: Any) -> None:
    at = open_page("train", patience="7")
    widget = at.number_input(key="panel-patience")
    assert (widget.label, widget.value, widget.min, widget.max) == ("Patience", 7, 1, 9)
    widget.set_value(8).run()
    assert at.query_params["patience"] == "8"


def test_a_kind_of_setting_without_a_widget_or_an_option_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Colour(Kind):
        """Nobody wrote how it looks."""

    odd = replace(SETTINGS["patience"], kind=Colour())
    monkeypatch.setitem(SETTINGS, "patience", odd)
    with pytest.raises(ConfigError, match="the panel has no widget for a setting of kind Colour: patience"):
        panel.setting_widget("patience")
    with pytest.raises(ConfigError, match="the command line has no option for a setting of kind Colour: Patience"):
        options._form(odd)
