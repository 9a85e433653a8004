"""What the catalogue names is there, and naming it loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qmnist_core.catalogue import BACKENDS, MODELS, load
from qmnist_core.errors import ConfigError
from qmnist_core.tensorflow_loader import why_missing

PLACES = [model.build for model in MODELS.values() if model.build]
PLACES += [place for backend in BACKENDS.values() for place in (backend.simulator, backend.model)]


@pytest.mark.parametrize("place", sorted(set(PLACES)))
def test_what_builds_a_thing_is_there(place: str) -> None:
    assert callable(load(place))


def test_a_place_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigError, match=r"the catalogue names qmnist_core\.models\.qnn:Chip, which is not there"):
        load("qmnist_core.models.qnn:Chip")


def test_the_packages_it_names_are_known() -> None:
    packages = [model.package for model in MODELS.values()] + [backend.package for backend in BACKENDS.values()]
    for package in filter(None, packages):
        why_missing(package)
    with pytest.raises(ConfigError, match="package must be one of keras, tfq, got 'torch'"):
        why_missing("torch")


def test_reading_it_loads_no_model() -> None:
    program = "import sys, qmnist_core.catalogue; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"qmnist_core.models", "qmnist_core.simulators", "tensorflow", "cirq"} & set(done.stdout.split())
