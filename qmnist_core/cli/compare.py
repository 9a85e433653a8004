"""`compare`: the tutorial's comparison, all models on the same task."""

from __future__ import annotations

import argparse
import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qmnist_core.cli.options import (
    Verbs,
    add_backend_option,
    add_digits_option,
    add_file_option,
    add_verb,
    data_config,
)
from qmnist_core.cli.text import duration, percent, percent_range, table
from qmnist_core.config import MODELS, DataConfig, Experiment
from qmnist_core.errors import ConfigError
from qmnist_core.metrics import accuracy_interval
from qmnist_core.models import TITLES

if TYPE_CHECKING:
    from qmnist_core.mnist import Mnist

DESCRIPTION = """\
Train the QNN, the full CNN, the fair network and logistic regression with the tutorial's settings, several
times with different seeds; print test accuracy, parameters and training time, and save a bar chart that
opens in any browser, offline. The options under "shorten the QNN" act on the QNN alone."""


@dataclass(frozen=True)
class Row:
    """One model's trainings."""

    experiment: Experiment
    n_parameters: int
    n_train: int
    accuracies: list[float]
    """Test accuracy for each seed, 0–1."""
    seconds: float
    """Mean training time of one seed, validation included, loading left out."""

    @property
    def accuracy(self) -> float:
        return sum(self.accuracies) / len(self.accuracies)

    @property
    def input(self) -> str:
        size = self.experiment.input.size
        return f"{size}×{size} {'gray' if self.experiment.model == 'cnn' else 'binary'}"


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "compare", "train all four models and compare them", DESCRIPTION, run)
    shorten = parser.add_argument_group("shorten the QNN")
    add_backend_option(shorten)
    shorten.add_argument("--examples", type=int, metavar="N", help="train the QNN on the first N images only")
    shorten.add_argument("--epochs", type=int, metavar="E", help="passes of the QNN (default 3)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="train each model N times (default 3)")
    add_digits_option(parser)
    add_file_option(parser)
    parser.add_argument(
        "--out", default="comparison.html", metavar="FILE", help="the chart (default comparison.html, replaced)"
    )


def run(options: argparse.Namespace) -> int:
    from qmnist_core.dataset import prepare
    from qmnist_core.mnist import load_mnist

    if not 1 <= options.seeds <= 100:
        raise ConfigError(f"--seeds must be a whole number from 1 to 100, got {options.seeds}")
    data = data_config(options)
    if not Path(options.out).absolute().parent.is_dir():
        raise ConfigError(f"there is no folder for the chart {options.out}: choose another file with --out")
    experiments = [_experiment(model, options, data) for model in MODELS]
    mnist = load_mnist(data.file)
    dataset = prepare(mnist, data)
    ceiling, n_test = dataset.counts.accuracy_ceiling, len(dataset.test)
    rows = [_train(experiment, options.seeds, mnist) for experiment in experiments]
    _save_chart(options.out, rows, data.digits, n_test, ceiling)
    if options.json:
        print(json.dumps({"models": [_record(row) for row in rows], "accuracy_ceiling": ceiling, "chart": options.out}))
        return 0
    print(_text(rows, n_test, ceiling))
    print(f"chart: {options.out}")
    return 0


def _experiment(model: str, options: argparse.Namespace, data: DataConfig) -> Experiment:
    if model != "qnn":
        return Experiment.tutorial(model, data=data)
    given = {"backend": options.backend, "epochs": options.epochs}
    shortened = dataclasses.replace(data, n_examples=options.examples)
    return Experiment.tutorial(
        model, data=shortened, **{name: value for name, value in given.items() if value is not None}
    )


def _train(experiment: Experiment, n_seeds: int, mnist: Mnist) -> Row:
    from qmnist_core.cli.progress import follow
    from qmnist_core.events import Finished
    from qmnist_core.training import Training

    accuracies, seconds = [], 0.0
    for seed in range(n_seeds):
        training = Training(dataclasses.replace(experiment, seed=seed), mnist)
        follow(training, f"{experiment.model}, seed {seed}")
        outcome = training.outcome
        if not isinstance(outcome, Finished):
            raise KeyboardInterrupt
        accuracies.append(outcome.accuracy)
        seconds += outcome.seconds / n_seeds
    return Row(experiment, training.model.n_parameters, len(training.train_examples), accuracies, seconds)


def _record(row: Row) -> dict[str, Any]:
    return {
        "model": row.experiment.model,
        "config": row.experiment.to_dict(),
        "n_parameters": row.n_parameters,
        "n_train": row.n_train,
        "accuracy": row.accuracy,
        "accuracies": row.accuracies,
        "seconds": row.seconds,
    }


def _save_chart(path: str, rows: list[Row], digits: tuple[int, int], n_test: int, ceiling: float) -> None:
    from qmnist_core.plots.comparison import Bar, comparison_figure
    from qmnist_core.plots.style import CONFIG

    bars = [Bar(row.experiment.model, TITLES[row.experiment.model], row.n_parameters, row.accuracies) for row in rows]
    try:
        comparison_figure(bars, digits, n_test, ceiling).write_html(path, include_plotlyjs=True, config=CONFIG)
    except OSError as error:
        raise ConfigError(f"the chart cannot be saved to {path} ({error}): choose another file with --out") from None


def _text(rows: list[Row], n_test: int, ceiling: float) -> str:
    heading = (
        "model",
        "parameters",
        "input",
        "images",
        "test accuracy",
        "95 % interval",
        "over seeds",
        "time a training",
    )
    body = [
        (
            TITLES[row.experiment.model],
            f"{row.n_parameters:,}",
            row.input,
            f"{row.n_train:,}",
            percent(row.accuracy),
            percent_range(*accuracy_interval(row.accuracy, n_test)),
            percent_range(min(row.accuracies), max(row.accuracies)),
            duration(row.seconds),
        )
        for row in rows
    ]
    return "\n".join(
        [
            table([heading, *body]),
            f"Test accuracy is the mean over the seeds, on {n_test:,} images.",
            f"No classifier of the 4×4 binary images can score above {100 * ceiling:.2f} %.",
            "Logistic regression is not in the tutorial; it has as many numbers as the QNN has effective ones.",
            *_conclusions({row.experiment.model: row for row in rows}, n_test),
        ]
    )


def _conclusions(rows: dict[str, Row], n_test: int) -> list[str]:
    """What the figures say, no more: a difference counts where the 95 % intervals do not overlap."""
    qnn = rows["qnn"]
    low, high = accuracy_interval(qnn.accuracy, n_test)
    lines = []
    for model in ("cnn", "fair", "logistic"):
        other = rows[model]
        other_low, other_high = accuracy_interval(other.accuracy, n_test)
        verdict = "is ahead of" if other_low > high else "is behind" if other_high < low else "is level with"
        lines.append(
            f"{TITLES[model]} {verdict} the QNN: {percent(other.accuracy)} against {percent(qnn.accuracy)}, "
            f"trained in {duration(other.seconds)} against {duration(qnn.seconds)}."
        )
    return lines
