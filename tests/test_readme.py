"""What the README tells people to type is understood, and its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from qmnist_core import metrics
from qmnist_core.address.settings import from_address
from qmnist_core.address.views import VIEWS
from qmnist_core.cli import build_parser
from qmnist_core.config import Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.lessons import read_lesson
from qmnist_core.lessons.marks import MARKS
from qmnist_core.look.text import percent, percent_range
from qmnist_core.training.loop import Training
from qmnist_core.words.comparison import p_words

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


def test_its_comparison_is_what_comes_out(dataset: Dataset) -> None:
    """Of the models that train in a blink; the networks take minutes."""
    targets, rights, spreads = dataset.test.targets, {}, {}
    for model in ("qnn", "logistic"):
        networks = [Training(Experiment.tutorial(model, seed=seed), dataset=dataset) for seed in range(10)]
        for network in networks:
            list(network)
        rights[model] = np.array([metrics.right(network.model.scores(dataset.test), targets) for network in networks])
        shares = rights[model].mean(axis=1)
        spreads[model] = [percent(shares.mean()), percent_range(shares.min(), shares.max())]
    rows = {line.split("  ")[0]: line for line in README.splitlines() if "4×4 binary" in line}
    for model, title in (("qnn", "QNN"), ("logistic", "Logistic regression (ours)")):
        assert all(figure in rows[title] for figure in spreads[model])
    paired = metrics.paired_over_seeds(rights["logistic"], rights["qnn"])
    said = " ".join(README.split())
    assert paired.p_any_seed is not None
    assert (
        f"is clearly ahead of the QNN in the 10 trainings of each: {spreads['logistic'][0]} against "
        f"{spreads['qnn'][0]} ({p_words(paired.p)}). "
        f"The same is to be expected with other seeds ({p_words(paired.p_any_seed)})."
    ) in said
    (_, only_logistic), (only_qnn, _) = metrics.disagreements(rights["logistic"][0], rights["qnn"][0]).tolist()
    p = p_words(metrics.mcnemar(only_logistic, only_qnn))
    assert f"on {only_logistic} images only the first is right and on {only_qnn} only the second" in said
    assert f"(McNemar's exact test, {p})" in said


def test_the_lesson_can_be_used(tmp_path: Path, mnist: Mnist) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, flags=re.DOTALL)
    file = tmp_path / "threshold.json"
    file.write_text(example, encoding="utf-8")
    first, second = read_lesson(file, ("data", "train")).steps
    assert first.address == {"threshold": "0.9", "size": "6"}
    assert (first.mark, second.mark, second.play) == ("ceiling", "outputs", True)
    assert (first.choices, first.right, second.choices) == (("At 0", "At 0.5", "At 0.9"), 0, ())
    shown = from_address(first.address)[0].data
    ceilings = prepare(mnist, shown).gray.ceilings([float(choice.split()[1]) for choice in first.choices])
    assert ceilings.argmax() == first.right


def test_all_that_a_lesson_can_show_is_listed() -> None:
    for page, views in VIEWS.items():
        names = [f"`show-{name}`" for name, view in views.items() if not view.former]
        if names:
            marks = ", ".join(f"`{mark}`" for mark in MARKS[page])
            assert f"| `{page}` | {', '.join(names)} | {marks} |" in README
