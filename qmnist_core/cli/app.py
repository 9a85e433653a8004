"""`app`: start the dashboard."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import qmnist_core
from qmnist_core.cli.options import Verbs

DESCRIPTION = """\
Start the dashboard's web server on this computer, and open it in a browser. Streamlit's own settings apply,
such as the environment variable STREAMLIT_SERVER_PORT. End it with Ctrl-C."""


def add_to(verbs: Verbs) -> None:
    parser: argparse.ArgumentParser = verbs.add_parser("app", help="start the dashboard", description=DESCRIPTION)
    parser.set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    return subprocess.call([sys.executable, "-m", "streamlit", "run", str(app_file())])


def app_file() -> Path:
    """Home's file: inside an installed package, beside the package in a checkout."""
    package = Path(qmnist_core.__file__).parent
    installed = package / "dashboard" / "app.py"
    return installed if installed.exists() else package.parent / "app.py"
