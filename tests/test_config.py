from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.errors import ConfigError


def test_defaults_are_the_tutorials() -> None:
    experiment = Experiment()
    assert experiment.data == DataConfig(digits=(3, 6), size=4, threshold=0.5, resize="sample", contradictions="before")
    assert experiment.circuit.layers == ("XX", "ZZ")
    assert (experiment.epochs, experiment.batch_size, experiment.learning_rate) == (3, 32, 0.001)
    assert (Experiment.tutorial("cnn").epochs, Experiment.tutorial("cnn").batch_size) == (1, 128)
    assert (Experiment.tutorial("fair").epochs, Experiment.tutorial("fair").batch_size) == (20, 128)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment.tutorial("cnn", seed=7),
        Experiment(
            backend="tfq",
            data=DataConfig("kmnist.npz", (0, 9), 28, 0.1, "area", "keep", 500),
            circuit=CircuitConfig(("ZX", "YY", "XX"), "angle"),
            init="small",
            learning_rate=0.25,
        ),
    ],
)
def test_round_trips_through_json(experiment: Experiment) -> None:
    assert Experiment.from_dict(json.loads(json.dumps(experiment.to_dict()))) == experiment


def test_missing_settings_take_their_defaults() -> None:
    assert Experiment.from_dict({"seed": 3, "data": {"size": 8}}) == Experiment(seed=3, data=DataConfig(size=8))


def test_the_cnn_reads_full_images_whatever_the_size() -> None:
    assert Experiment.tutorial("cnn", data=DataConfig(size=4)).input.size == 28
    assert Experiment.tutorial("fair", data=DataConfig(size=5)).input.size == 5


@pytest.mark.parametrize(
    ("make", "settings", "message"),
    [
        (DataConfig, {"digits": (3, 3)}, "digits must be two different classes, got 3 twice"),
        (DataConfig, {"digits": (3, 10)}, "digits must be a whole number from 0 to 9, got 10"),
        (DataConfig, {"digits": (1, 2, 3)}, "digits must be two classes such as 3 6, got 3"),
        (DataConfig, {"digits": 3}, "digits must be a list, got 3"),
        (DataConfig, {"size": 1}, "size must be a whole number from 2 to 28, got 1"),
        (DataConfig, {"size": 4.0}, "size must be a whole number from 2 to 28, got 4.0"),
        (DataConfig, {"size": True}, "size must be a whole number from 2 to 28, got True"),
        (DataConfig, {"threshold": 1.5}, "threshold must be a number from 0 to 1, got 1.5"),
        (DataConfig, {"threshold": 10**400}, "threshold must be a number from 0 to 1, got 1000"),
        (DataConfig, {"threshold": float("nan")}, "threshold must be a number from 0 to 1, got nan"),
        (DataConfig, {"resize": "cubic"}, "resize must be one of sample, area, got 'cubic'"),
        (DataConfig, {"contradictions": "no"}, "contradictions must be one of before, after, keep, got 'no'"),
        (DataConfig, {"n_examples": 0}, "the number of examples must be a whole number from 1 to 10,000,000, got 0"),
        (DataConfig, {"file": 3}, "the data set must be the name or the path of a data set, got 3"),
        (CircuitConfig, {"layers": ()}, "layers must name at least one layer, got none: try XX,ZZ"),
        (CircuitConfig, {"layers": ("XX", "QQ")}, "layers must be one of XX, XY, .* got 'QQ'"),
        (CircuitConfig, {"layers": ("XX",) * 101}, "layers can be 100 at most, got 101"),
        (CircuitConfig, {"encoding": "phase"}, "encoding must be one of bits, angle, got 'phase'"),
        (Experiment, {"model": "svm"}, "model must be one of qnn, cnn, fair, logistic, got 'svm'"),
        (Experiment, {"backend": "qulacs"}, "backend must be one of exact, tfq, cirq, got 'qulacs'"),
        (Experiment, {"init": "zero"}, "init must be one of uniform, small, got 'zero'"),
        (Experiment, {"epochs": 0}, "epochs must be a whole number from 1 to 10,000, got 0"),
        (Experiment, {"batch_size": -1}, "the batch size must be a whole number from 1 to 10,000,000, got -1"),
        (Experiment, {"learning_rate": 0}, "the learning rate must be above 0, got 0"),
        (Experiment, {"learning_rate": "fast"}, "the learning rate must be a number from 0 to 10, got 'fast'"),
        (Experiment, {"seed": -1}, "seed must be a whole number from 0 to 4,294,967,295, got -1"),
        (Experiment, {"data": {"size": 4}}, "data must be a DataConfig, got dict"),
    ],
)
def test_bad_settings_are_named(make: Any, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make(**settings)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "experiment must be an object of settings, got list"),
        ({"sede": 1}, "experiment has no setting 'sede': it has model, backend"),
        ({"data": {"dim": 4}}, "data has no setting 'dim': it has file, digits, size"),
    ],
)
def test_foreign_settings_are_named(values: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Experiment.from_dict(values)


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Experiment().seed = 1  # type: ignore[misc]
