"""A real nginx in front of the dashboard."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.server import Server, free_port

CONFIG = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
user {user};
events {{}}
http {{
  log_format process "$request_uri $status $upstream_addr";
  access_log {folder}/access.log process;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {http}
}}
"""
PREFIX = """
  client_max_body_size 40m;
  map $http_upgrade $connection_upgrade {{ default upgrade; "" close; }}
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{
      proxy_pass http://{behind}/;
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }}
  }}
"""


@contextlib.contextmanager
def behind_nginx(server: Server, folder: Path, prefix: str) -> Iterator[Server]:
    """The same dashboard below a prefix such as "/user/eve/qnn", which nginx takes off each address, as JupyterHub
    does."""
    port = free_port()
    http = PREFIX.format(port=port, prefix=prefix, behind=urlsplit(server.address).netloc)
    seen = replace(server, address=f"http://127.0.0.1:{port}{prefix}")
    with running_nginx(folder, http, seen.address):
        yield seen


@contextlib.contextmanager
def running_nginx(folder: Path, http: str, address: str) -> Iterator[None]:
    """Start nginx, and wait until the dashboard answers at an address.

    http: what its configuration says in the block of this name. folder: it keeps its files there; `access.log` tells
    which server got each request.
    """
    command = nginx(folder, http)
    process = subprocess.Popen(command)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                break
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def nginx(folder: Path, http: str) -> list[str]:
    """The command that starts nginx with a configuration."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("in CI nothing may be missing: nginx")
        pytest.skip("nginx is not installed: whether the dashboard works behind a proxy is NOT tested here")
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, user=getpass.getuser(), http=http), encoding="utf-8")
    return [program, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)]
