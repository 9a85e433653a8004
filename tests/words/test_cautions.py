"""What is said of a QNN before its figures are believed, against trainings that learn and that do not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from qmnist_core.address.settings import PRESETS
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.models.qnn import Qnn
from qmnist_core.simulators import expectation
from qmnist_core.training.loop import Training
from qmnist_core.words.cautions import ENOUGH_REACH, blind_words, cautions_of, few_steps_words, idle_words

FEW = DataConfig(n_examples=500)


@pytest.fixture(scope="module")
def few(mnist: Mnist) -> Dataset:
    return prepare(mnist, FEW)


def trained(experiment: Experiment, dataset: Dataset, seeds: int) -> tuple[Training, list[float]]:
    """The last of so many trainings, and the training loss that each ends with."""
    losses = []
    for seed in range(seeds):
        training = Training(dataclasses.replace(experiment, seed=seed), dataset=dataset)
        list(training)
        losses.append(training.model.evaluate(training.model.prepare(training.train_examples))[0])
    return training, losses


def test_blind_layers_are_named_with_their_cure() -> None:
    words = blind_words(CircuitConfig(("XX", "XZ")))
    assert words.startswith("The layers XX XZ give the same ⟨Z⟩ for every image, whatever their exponents")
    assert "The layer XX alone gives the same ⟨Z⟩ for every image, whatever its exponents" in blind_words(
        CircuitConfig(("XX",))
    )
    assert blind_words(CircuitConfig()) == ""
    for layers in (("XX", "XZ"), ("XX",), ("XY", "XZ"), ("ZX", "XX")):
        assert blind_words(CircuitConfig(layers))
        assert not blind_words(CircuitConfig((*layers, "ZZ"))), "what the sentence promises"


def test_idle_layers_are_named_where_the_image_matters() -> None:
    assert idle_words(CircuitConfig(("XX", "ZZ", "XX"))) == (
        "Layer 3 (XX) is idle: its exponents do not change ⟨Z⟩ for any image."
    )
    assert idle_words(CircuitConfig(("XX", "ZZ", "ZX", "XX"))).startswith("Layers 3 (ZX) and 4 (XX) are idle: their")
    assert idle_words(CircuitConfig()) == idle_words(CircuitConfig(("XX", "XZ"))) == ""


def test_a_run_that_cannot_have_learnt_is_said_to_be_too_short(few: Dataset) -> None:
    short = Experiment(data=FEW)
    training, losses = trained(short, few, 10)
    words = few_steps_words(short, training.total_steps)
    assert words.startswith(
        "Too few steps to learn: 48 steps at a learning rate of 0.001 move an exponent by about 0.048 half-turns"
    )
    assert "It takes at least 250 steps at this rate, often more" in words
    assert np.mean(losses) > 0.95
    assert not few_steps_words(short, 250)
    assert not few_steps_words(Experiment(), 972)
    assert not few_steps_words(Experiment.tutorial("fair"), 1)


def test_a_step_or_a_few_are_too_few_at_any_rate(few: Dataset) -> None:
    fast = Experiment(data=FEW, learning_rate=0.3)
    assert few_steps_words(fast, 1).startswith("Too few steps to learn: 1 step. From a uniform start fewer than 20 are")
    training, losses = trained(dataclasses.replace(fast, batch_size=34, epochs=1), few, 10)
    assert training.total_steps == 15
    assert few_steps_words(fast, training.total_steps)
    assert np.mean(losses) > 0.5
    assert not few_steps_words(fast, 20)


def test_the_quick_look_learns_from_ten_seeds(few: Dataset) -> None:
    quick = next(preset.experiment for preset in PRESETS if preset.title == "Quick look")
    training, losses = trained(quick, few, 10)
    assert training.total_steps == 160
    assert cautions_of(quick, 160) == []
    assert max(losses) < 0.5
    assert np.mean(losses) < 0.37, "the tutorial's own ten seeds end at 0.368"


def test_from_small_angles_too_few_steps_change_no_answer(few: Dataset) -> None:
    data = dataclasses.replace(FEW, n_examples=320)
    still = Experiment(data=data, init="small", learning_rate=0.001)
    words = few_steps_words(still, 30)
    assert "16 of them, which start near 0, would each have to move by 0.031 before any answer can change" in words
    assert "It takes at least 32 steps at this rate" in words
    model = Qnn(still)
    prepared = model.prepare(few.train)
    for step in range(30):
        model.train_step(prepared, np.arange(10 * step, 10 * step + 10))
    assert (model.scores(few.test) < 0).all(), "as before the first step"
    assert not few_steps_words(still, 32)
    deep = dataclasses.replace(still, circuit=CircuitConfig(("XX", "ZZ", "ZX")))
    assert few_steps_words(deep, 30) == words, "a layer with X as second letter does not turn the readout"


def test_no_gates_reach_further_than_a_quarter_turn_says() -> None:
    """16 exponents of 1/32 each bring ⟨Z⟩ from −1 to 0, and no exponents that are smaller do."""
    circuit, dark = CircuitConfig(("ZZ",)), np.zeros((1, 16), dtype=np.uint8)
    assert expectation(circuit, np.full((1, 16), 0.5 / 16), dark)[0] == pytest.approx(0, abs=1e-12)
    rng = np.random.default_rng(0)
    for layers in (("XX", "ZZ"), ("ZY", "YZ"), ("YX", "XY", "ZZ")):
        n_turning = 4 * sum(layer[1] != "X" for layer in layers)
        exponents = rng.uniform(-0.5 / n_turning, 0.5 / n_turning, (len(layers), 4))
        assert (expectation(CircuitConfig(layers), exponents, rng.integers(0, 2, (20, 4))) < 0).all()


def test_blind_layers_are_not_told_to_take_more_steps() -> None:
    blind = Experiment(circuit=CircuitConfig(("XX", "XZ")))
    assert cautions_of(blind, 3) == [blind_words(blind.circuit)]
    assert cautions_of(Experiment.tutorial("logistic"), 3) == []
    assert ENOUGH_REACH == 0.25
