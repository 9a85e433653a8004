"""What the README tells people to type is understood, and its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qmnist_core.cli import build_parser
from qmnist_core.lessons import read_lesson
from qmnist_core.views import VIEWS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^(?:\.venv/bin/)?python -m qmnist_core ([^#\n]+)", README, flags=re.MULTILINE)


def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 10


def test_its_pictures_and_links_lead_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("http")]
    assert len([link for link in links if link.endswith(".png")]) == 2
    for link in links:
        assert (Path(__file__).parents[1] / link).is_file(), link


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_understood(command: str) -> None:
    assert callable(build_parser().parse_args(command.split()).run)


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out.startswith("[")


def test_the_lesson_can_be_used(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, flags=re.DOTALL)
    file = tmp_path / "threshold.json"
    file.write_text(example, encoding="utf-8")
    assert read_lesson(file, ("data",)).steps[0].address == {"threshold": "0.9", "size": "6"}


def test_all_that_a_lesson_can_show_is_listed() -> None:
    for page, views in VIEWS.items():
        names = [f"`show-{name}`" for name, view in views.items() if not view.former]
        if names:
            assert f"| `{page}` | {', '.join(names)} |" in README
