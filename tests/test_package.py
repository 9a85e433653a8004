"""The package as it is installed: whole, and started without the checkout."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import numpy as np
import pytest
from packaging.requirements import Requirement

from qmnist_core import __version__

ROOT = Path(__file__).parents[1]
LISTED = ROOT / "requirements.in"
COMPILED = "qmnist_core/simulators/compiled.py"
HOME = """
import qmnist_core.cli.app
from streamlit.testing.v1 import AppTest

at = AppTest.from_file(str(qmnist_core.cli.app.app_file()), default_timeout=60).run()
print([title.value for title in at.title], len(at.exception))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a virtual environment with the package's wheel, which borrows all else from this one."""
    folder = tmp_path_factory.mktemp("package")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    built = ["--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*pip, "wheel", *built, str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.startswith(f"qmnist-{__version__}-")
    venv.create(folder / "venv")
    programs = folder / "venv" / "bin"
    subprocess.run(
        [*pip, "--python", str(programs / "python"), "install", "--no-deps", "--no-index", wheel], check=True
    )
    (own,) = (folder / "venv" / "lib").glob("*/site-packages")
    for compiled in (ROOT / COMPILED).parent.glob("__pycache__/compiled.*.nb[ic]"):
        made = (own / COMPILED).parent / "__pycache__" / compiled.name
        made.parent.mkdir(exist_ok=True)
        shutil.copy(compiled, made)  # known by its source's time, so that it need not be made again
    shutil.copystat(ROOT / COMPILED, own / COMPILED)
    (own / "borrowed.pth").write_text(f"{Path(np.__file__).parents[1]}\n", encoding="utf-8")
    return programs


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, Any]:
    """A folder that is not the checkout, and nothing that points to it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return {"cwd": tmp_path, "env": environment, "text": True}


@pytest.fixture
def address(installed: Path, elsewhere: Any) -> Iterator[str]:
    """Of a dashboard that `qmnist app` has started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    elsewhere["env"] |= settings
    server = subprocess.Popen([installed / "qmnist", "app"], start_new_session=True, **elsewhere)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGINT)
        server.wait(30)


def answer(url: str, seconds: float = 60) -> str:
    """What a server says, as soon as there is one."""
    end = time.monotonic() + seconds
    while True:
        try:
            with urlopen(url, timeout=10) as response:
                return str(response.read().decode())
        except (URLError, TimeoutError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_the_command_counts_images(installed: Path, elsewhere: Any) -> None:
    done = subprocess.run([installed / "qmnist", "data", "--json"], check=True, stdout=subprocess.PIPE, **elsewhere)
    assert json.loads(done.stdout)["n_train_raw"] == 60_000


def test_the_command_starts_the_dashboard(address: str) -> None:
    assert answer(f"{address}/_stcore/health") == "ok"
    assert "<title>" in answer(address)
    assert "<title>" in answer(f"{address}/train"), "a page's own address, before any other was asked for"


def test_home_runs(installed: Path, elsewhere: Any) -> None:
    done = subprocess.run([installed / "python", "-c", HOME], check=True, stdout=subprocess.PIPE, **elsewhere)
    assert done.stdout.strip() == "['Playground'] 0"


def test_it_needs_what_the_short_list_names(installed: Path, elsewhere: Any) -> None:
    """What not everybody needs, only with an extra."""
    ask = "from importlib.metadata import requires; print(*requires('qmnist'), sep='\\n')"
    done = subprocess.run([installed / "python", "-c", ask], check=True, stdout=subprocess.PIPE, **elsewhere)
    needs = done.stdout.splitlines()
    listed = [Requirement(line) for line in LISTED.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert {Requirement(need).name for need in needs} == {one.name for one in listed}
    extra = {Requirement(need).name for need in needs if "extra ==" in need}
    assert extra == {"tensorflow", "tf-keras", "tensorflow-quantum", "distributed"}
