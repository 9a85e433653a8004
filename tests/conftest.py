"""Shared data, and what to do about a backend that this machine does not have."""

from __future__ import annotations

import os
from types import ModuleType

import pytest
from hypothesis import settings

from qmnist_core.config import DataConfig
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import UnavailableError
from qmnist_core.tensorflow_loader import load_keras, load_tfq

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _no_data_file_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMNIST_DATA", raising=False)


@pytest.fixture(autouse=True)
def _packages_of_the_case(request: pytest.FixtureRequest) -> None:
    """A case for a model or backend needs its package; the other cases of the same test do not."""
    case = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    if case.get("model") in ("cnn", "fair"):
        request.getfixturevalue("keras")
    if case.get("backend") == "tfq":
        request.getfixturevalue("tfq")


@pytest.fixture(scope="session")
def mnist() -> Mnist:
    return load_mnist()


@pytest.fixture(scope="session")
def dataset(mnist: Mnist) -> Dataset:
    """The tutorial's own."""
    return prepare(mnist, DataConfig())


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    try:
        return load_keras()[1]
    except UnavailableError as error:
        return _unavailable(error)


@pytest.fixture(scope="session")
def tfq() -> ModuleType:
    try:
        return load_tfq()
    except UnavailableError as error:
        return _unavailable(error)


def _unavailable(error: UnavailableError) -> ModuleType:
    if os.environ.get("CI"):
        pytest.fail(f"in CI nothing may be missing: {error}")
    pytest.skip(str(error))
