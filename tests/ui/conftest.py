"""Pages without a browser: opened at an address, read as words and as what their components were given."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from qmnist_core.jobs import Client
from qmnist_core.ui.compare import views as compare_views
from qmnist_core.ui.draw import views as draw_views
from qmnist_core.ui.session import state
from qmnist_core.ui.shared import fans, ten

ROOT = Path(__file__).parents[2]


class OpenPage(Protocol):
    def __call__(self, page: str, **address: str) -> AppTest:
        """Open a page; a name that begins with an underscore is of the view: _example is show-example. The menu of a
        run's files is open."""


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    """Whoever has opened pages leaves in the end: what is under way for nobody else is given up."""
    clients: list[Client] = []

    def opened(page: str, **address: str) -> AppTest:
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        if page != "home":
            at.switch_page(f"pages/{page}.py")
        at.session_state["train-files"] = True
        for name, value in address.items():
            at.query_params[f"show{name.replace('_', '-')}" if name.startswith("_") else name] = value
        at.run()
        assert not at.exception
        clients.append(at.session_state.session.client)
        return at

    yield opened
    for client in clients:
        client.away(0)


@pytest.fixture
def words() -> Callable[[AppTest], str]:
    """All that a page says."""

    def said(at: AppTest) -> str:
        elements = [*at.title, *at.markdown, *at.caption, *at.info, *at.success, *at.warning, *at.error]
        return "\n".join(element.value for element in elements).replace("\u00a0", " ")

    return said


def components_of(at: AppTest) -> dict[str, dict[str, Any]]:
    """What a page's charts, pictures, pads and links were given, by their keys."""
    found = {}
    for element in at.get("bidi_component"):
        key = element.proto.id.split("-", 2)[2]  # $$ID-<hash>-<key>
        found[key] = json.loads(element.proto.json)
    return found


def trained(at: AppTest) -> AppTest:
    """A page once all its trainings are over."""
    for viewer in at.session_state.session.client.viewers.values():
        assert viewer.wait(120)
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def components() -> Callable[[AppTest], dict[str, dict[str, Any]]]:
    return components_of


@pytest.fixture
def until_trained() -> Callable[[AppTest], AppTest]:
    """Run a page again until its training is over."""

    def waited(at: AppTest) -> AppTest:
        deadline = time.monotonic() + 120
        viewer = at.session_state.session.client.viewers["live"]
        while viewer.is_active:
            assert time.monotonic() < deadline
            viewer.wait(1)
        at.run()
        assert not at.exception
        return at

    return waited


def _end_server() -> None:
    state.workshop().end()
    state.workshop.clear()


@pytest.fixture(autouse=True, scope="module")
def _own_server() -> Iterator[None]:
    """The tests of one file visit one server, which keeps what it has trained; other files' have another."""
    yield
    _end_server()


@pytest.fixture
def fresh_server() -> None:
    """Nothing has been trained."""
    _end_server()


@pytest.fixture(autouse=True)
def _patient_pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page waits for its trainings on a slow machine as well.

    Tests that want a page with a training under way ask for `unfinished`.
    """
    if "unfinished" not in request.fixturenames:
        monkeypatch.setattr(state, "WAIT_SECONDS", 30.0)


@pytest.fixture(autouse=True)
def _no_tensorflow(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that train by themselves load TensorFlow only in tests that ask for `keras`."""
    if "keras" not in request.fixturenames:
        for views in (compare_views, draw_views):
            monkeypatch.setattr(views, "why_missing", lambda package: f"{package} is not here")


@pytest.fixture
def unfinished() -> None:
    """A page waits as little as it does for people."""


@pytest.fixture(autouse=True, scope="session")
def _packages_looked_through_once() -> Iterator[None]:
    """Streamlit looks through all installed packages for components, anew for each page under test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def _few_seeds(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Curves have a fan, of as few seeds as one may have; tests of fans have whole ones."""
    if request.path.stem != "test_fans":
        monkeypatch.setattr(fans, "SEEDS", fans.FEWEST)


@pytest.fixture(autouse=True)
def _ten_digits_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network of ten digits is trained for one epoch."""
    monkeypatch.setattr(ten, "EPOCHS", 1)
