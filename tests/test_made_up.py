"""The open sets stay open: what is declared in one place works everywhere, or says clearly why it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_what_is_declared_once_works_everywhere() -> None:
    """In a process of its own, for tables are read when modules are."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.made_up", "-p", "no:xdist", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "tests/ui/made_up_everywhere.py"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
