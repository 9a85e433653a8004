"""A Dask cluster on this computer, its scheduler and workers as they are started by hand."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.browser.server import free_port

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler, and its address."""
    port = free_port()
    with _running(folder, "scheduler", "--host", "127.0.0.1", "--port", str(port)) as process:
        yield f"tcp://127.0.0.1:{port}", process


@contextlib.contextmanager
def worker(folder: Path, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process with one thread."""
    options = ("--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--local-directory", str(folder))
    with _running(folder, "worker", address, *options) as process:
        yield process


@contextlib.contextmanager
def _running(folder: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    with open(folder / "log", "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *command, "--no-dashboard"],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
