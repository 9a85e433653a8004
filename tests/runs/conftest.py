from __future__ import annotations

from pathlib import Path

import pytest

from qmnist_core.data.mnist import Mnist
from qmnist_core.runs import Run, save_run
from tests.runs.making import FILES, trained


@pytest.fixture
def saved(tmp_path: Path, mnist: Mnist) -> Path:
    save_run(Run.of(trained(mnist)), tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def files(saved: Path) -> dict[str, bytes]:
    """The four files of a run, by name."""
    return {name: (saved / name).read_bytes() for name in FILES}
