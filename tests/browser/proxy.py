"""A web server in front of the dashboard that takes a prefix off each address, as JupyterHub and nginx do."""

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
  access_log off;
  client_max_body_size 40m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
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
}}
"""


@contextlib.contextmanager
def behind_nginx(server: Server, folder: Path, prefix: str) -> Iterator[Server]:
    """The same dashboard, seen through a real nginx below a prefix such as "/user/eve/qnn"."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("in CI nothing may be missing: nginx")
        pytest.skip("nginx is not installed: whether the dashboard works behind a proxy is NOT tested here")
    port, behind = free_port(), urlsplit(server.address).netloc
    config = folder / "nginx.conf"
    config.write_text(
        CONFIG.format(folder=folder, user=getpass.getuser(), port=port, prefix=prefix, behind=behind), encoding="utf-8"
    )
    process = subprocess.Popen([program, "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(config)])
    try:
        seen = replace(server, address=f"http://127.0.0.1:{port}{prefix}")
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{seen.address}/_stcore/health", timeout=2):
                break
            time.sleep(0.05)
        yield seen
    finally:
        process.terminate()
        process.wait(20)
