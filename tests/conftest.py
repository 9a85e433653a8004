"""Shared data, and what to do about a backend that this machine does not have."""

from __future__ import annotations

import os
from types import ModuleType

import pytest

from qmnist_core.config import DataConfig
from qmnist_core.dataset import Dataset, prepare
from qmnist_core.errors import UnavailableError
from qmnist_core.mnist import Mnist, load_mnist
from qmnist_core.tensorflow_loader import load_keras, load_tfq


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
