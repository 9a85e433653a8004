"""Saved runs: a folder each, in plain formats, written whole or not at all; or all four files in one ZIP."""

from __future__ import annotations

from qmnist_core.runs.contents import history_csv
from qmnist_core.runs.folder import check_destination, load_run, save_run
from qmnist_core.runs.packed import pack_run, unpack_run
from qmnist_core.runs.run import Run

__all__ = ["Run", "check_destination", "history_csv", "load_run", "pack_run", "save_run", "unpack_run"]
