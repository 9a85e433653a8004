"""Shared data, and what to do about a backend that this machine does not have."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import settings

from qmnist_core.catalogue import BACKENDS, MODELS
from qmnist_core.config import DataConfig
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import UnavailableError
from qmnist_core.tensorflow_loader import load_keras, load_tfq

pytest.register_assert_rewrite("tests.browser.server", "tests.browser.classroom")  # what they assert is shown
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
# A job that a shell has put into the background ignores Ctrl-C, and so does all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


TESTS = Path(__file__).parent
FAST = (
    *("address", "look", "pictures", "plots", "report", "words"),
    *("circuits/test_build.py", "circuits/test_paths.py"),
    *("test_architecture.py", "test_catalogue.py", "test_channels.py", "test_config.py", "test_files.py"),
    "test_setting.py",
)
"""Where each test takes a moment."""
NEEDED = {"tensorflow": {"keras", "tfq"}, "browser": {"browser", "tab", "server", "cluster"}}
"""Fixtures by the marker of the tests that use them."""


def packages_of(case: Mapping[str, object]) -> set[str]:
    """What the model and the backend of a test's case need."""
    named = [(MODELS[name].package, case.get("model") == name) for name in MODELS]
    named += [(BACKENDS[name].package, case.get("backend") == name) for name in BACKENDS]
    return {package for package, is_wanted in named if package is not None and is_wanted}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by where it lies and by what it needs."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        case = item.callspec.params if hasattr(item, "callspec") else {}
        needs = {name for name, of in NEEDED.items() if fixtures & of}
        needs |= {"tensorflow"} if packages_of(case) else set()
        place = item.path.relative_to(TESTS)
        if not needs and any(place.is_relative_to(fast) for fast in FAST):
            needs = {"fast"}
        for name in needs:
            item.add_marker(name)


@pytest.fixture(autouse=True)
def _no_data_file_of_the_developers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMNIST_DATA", raising=False)


@pytest.fixture(scope="session")
def _folder_of_classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("classes")


@pytest.fixture(autouse=True)
def _no_classes_of_the_developers(_folder_of_classes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Classes that tests make are kept in a folder of theirs, never in the user's."""
    monkeypatch.setenv("QMNIST_DATABASE", f"sqlite:///{_folder_of_classes / 'classes.sqlite'}")


@pytest.fixture(autouse=True)
def _packages_of_the_case(request: pytest.FixtureRequest) -> None:
    """A case for a model or backend needs its package; the other cases of the same test do not."""
    case = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    for package in packages_of(case):
        request.getfixturevalue(package)


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
