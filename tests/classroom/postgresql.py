"""A PostgreSQL server of the tests' own, in a folder of its own."""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


def _program(name: str) -> str:
    """Debian keeps the server's programs where no PATH leads."""
    path = os.pathsep.join(["", *sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)])
    program = shutil.which(name) or shutil.which(name, path=path)
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("in CI nothing may be missing: PostgreSQL")
        pytest.skip("PostgreSQL is not installed: whether classes can be kept in it is NOT tested here")
    return program


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def running_server() -> Iterator[str]:
    """The address of a new server's database, without the user's files; the server ends afterwards."""
    make, control = _program("initdb"), _program("pg_ctl")
    under = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it refuses to run as root
    # Not pytest's folder, which only its own user may enter, and whose long name does not fit into a socket's.
    folder = Path(tempfile.mkdtemp(prefix="qmnist-"))
    if under:
        shutil.chown(folder, "postgres")
    data, port = folder / "data", _free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str) -> None:
        # A server that inherits the output's pipe would keep whoever reads it waiting: it has a log.
        with open(os.devnull, "wb") as nowhere:
            subprocess.run([*under, *command], check=True, cwd="/", stdout=nowhere, stderr=nowhere, timeout=60)

    try:
        run(make, "--pgdata", str(data), "--username", "qmnist", "--auth", "trust", "--encoding", "UTF8", "--no-sync")
        run(control, "start", "--wait", "--pgdata", str(data), "--log", str(folder / "log"), "--options", options)
        try:
            yield f"postgresql://qmnist:a-password@127.0.0.1:{port}/postgres"
        finally:
            run(control, "stop", "--wait", "--pgdata", str(data), "--mode", "immediate")
    finally:
        shutil.rmtree(folder)
