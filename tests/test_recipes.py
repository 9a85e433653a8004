"""CONTRIBUTING's recipes, followed to the letter in a copy of the checkout, each in as many files as it should cost."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("qmnist_core", "pages", "tests", ".streamlit", "app.py", "pyproject.toml")
STEP = re.compile(r"^(?:New file|Into `([\w ]+)` in) `([\w/.]+)`:\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPEN = """
from streamlit.testing.v1 import AppTest

from qmnist_core import tensorflow_loader

tensorflow_loader.why_missing = lambda package: f"{{package}} would still be training when this ends"
at = AppTest.from_file("app.py", default_timeout=60).switch_page("pages/{page}.py")
for name, value in {address}.items():
    at.query_params[name] = value
at.run()
assert not at.exception, at.exception
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy, with what is compiled already, but for what a neighbour is writing."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            left_out = shutil.ignore_patterns("*.tmp.*", "*.pyc.*", "browser", "node_modules")
            shutil.copytree(ROOT / name, tmp_path / name, ignore=left_out)
        else:
            shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def follow(recipe: str, checkout: Path) -> int:
    """Do what a recipe says; returns how many files that touched."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^## {recipe}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    steps = STEP.findall(section)
    for place, file, code in steps:
        if place:
            before = (checkout / file).read_text(encoding="utf-8")
            (checkout / file).write_text(into(place, before, code), encoding="utf-8")
        else:
            (checkout / file).write_text(code, encoding="utf-8")
    return len({file for _, file, _ in steps})


def into(place: str, source: str, code: str) -> str:
    """Code at the end of a table, or before a class's first method."""
    table, body = rf"^( *){place}\b[^\n]*\{{\n.*?(?=^\1\}})", rf"^{place}\b.*?\n(?=    def )"
    pattern = body if place.startswith("class ") else table
    found = re.search(pattern, source, re.MULTILINE | re.DOTALL)
    assert found, f"there is no {place}"
    return source[: found.end()] + code + source[found.end() :]


def said(checkout: Path, *command: str) -> str:
    done = subprocess.run([sys.executable, *command], cwd=checkout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def page(checkout: Path, page: str, ask: str, **address: str) -> str:
    return said(checkout, "-c", OPEN.format(page=page, address=address) + f"print({ask})").strip()


def test_a_page(checkout: Path) -> None:
    assert follow("Add a page", checkout) == 2
    assert page(checkout, "brightness", "at.title[0].value, at.metric[0].label") == "Brightness Lit pixels"
    links = page(checkout, "data", "[one.proto.label for one in at.main.get('page_link')]")
    assert "Brightness" in links, "the others lead to it"


def test_a_model(checkout: Path) -> None:
    assert follow("Add a model", checkout) == 2
    trained = said(checkout, "-m", "qmnist_core", "train", "--model", "flat", "--epochs", "1", "--json")
    assert json.loads(trained)["config"]["model"] == "flat"
    assert "Flat start" in page(checkout, "compare", "[one.proto.json for one in at.get('bidi_component')]")


def test_a_noise_channel(checkout: Path) -> None:
    assert follow("Add a noise channel", checkout) == 2
    said(checkout, "-m", "pytest", "-q", "tests/test_channels.py", "tests/simulators/test_noise.py", "-k", "local")
    assert "local depolarising" in page(checkout, "noise", "[one.options for one in at.selectbox]")


def test_a_setting(checkout: Path) -> None:
    assert follow("Add a setting", checkout) == 1
    assert "--patience" in said(checkout, "-m", "qmnist_core", "train", "--help")
    widgets = "[(one.label, one.value) for one in at.sidebar.number_input if one.label == 'Patience']"
    assert page(checkout, "train", widgets, patience="7") == "[('Patience', 7)]"
