"""Two processes of the dashboard, each on the core that deploy/ gives it, behind deploy/'s nginx."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.browser.proxy import running_nginx
from tests.browser.server import ROOT, Server, free_port, serving
from tests.deploy.pieces import compose, nginx_conf

HOST = "qnn.localhost"
"""A name that the dashboard answers to only where it is told to, and that a browser finds without asking."""
COOKIE = "qmnist_process"


@dataclass
class Cluster:
    """Two dashboards, by what the cookie calls them, and nginx, seen through its address."""

    processes: dict[str, Server]
    front: Server
    log: Path

    def seen_by(self, part: str = "") -> list[str]:
        """Which process answered each request so far whose address has this part."""
        names = {str(urlsplit(server.address).port): name for name, server in self.processes.items()}
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [names[line.rpartition(":")[2]] for line in lines if part in line]


@contextmanager
def clustered(folder: Path, **environment: str) -> Iterator[Cluster]:
    """Start them. folder: for their logs. environment: of the two processes."""
    port = free_port()
    services = compose(QMNIST_HOST=HOST, QMNIST_PASSWORD="-")
    names = services["app1"]["environment"]["STREAMLIT_SERVER_ALLOWED_HOSTS"]
    environment = {**environment, "STREAMLIT_SERVER_ALLOWED_HOSTS": names}
    chooses = (os.cpu_count() or 1) > 1 and shutil.which("taskset")
    with ExitStack() as stack:
        processes = {}
        for number in ("1", "2"):
            under = ["taskset", "--cpu-list", services[f"app{number}"]["cpuset"]] if chooses else []
            started = serving(folder / f"{number}.txt", address="localhost", folder=ROOT, under=under, **environment)
            processes[number] = stack.enter_context(started)
        ports = {f"APP{number}": f"127.0.0.1:{urlsplit(one.address).port}" for number, one in processes.items()}
        log = folder / "access.log"
        http = nginx_conf(**ports, PORT=str(port), RESOLVER="127.0.0.1", ACCESS_LOG=f"{log} process")
        stack.enter_context(running_nginx(folder, http, f"http://localhost:{port}"))
        front = Server(f"http://{HOST}:{port}", processes["1"].log, processes["1"].process)
        yield Cluster(processes, front, log)
