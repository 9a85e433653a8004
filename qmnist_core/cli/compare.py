"""`compare`: the tutorial's comparison, all models on the same task."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qmnist_core.catalogue import MODELS
from qmnist_core.cli.options import (
    Verbs,
    add_setting,
    add_verb,
    data_config,
    given_options,
)
from qmnist_core.cli.progress import begin, follow
from qmnist_core.cli.text import table
from qmnist_core.config import DataConfig, Experiment
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import Counts, prepare
from qmnist_core.errors import ConfigError, UnavailableError
from qmnist_core.look.text import duration, percent, percent_range
from qmnist_core.metrics import accuracy_interval, mcnemar
from qmnist_core.plots.comparison import comparison_figure
from qmnist_core.plots.style import CONFIG
from qmnist_core.studies.comparison import Standing
from qmnist_core.training.events import Finished
from qmnist_core.training.loop import Training
from qmnist_core.words.ceiling import in_short
from qmnist_core.words.comparison import BesideQnn, Row, beside_the_qnn, meanings, sentences, tutorials_way

DESCRIPTION = """\
Train the QNN, the full CNN, the fair network and logistic regression with the tutorial's settings, several
times with different seeds; print test accuracy, parameters and training time, compare each with the QNN image
by image, and save a bar chart that opens in any browser, offline. The options under "shorten the QNN" affect
the QNN alone. Ctrl-C stops and compares what is done.

With --json each model but the QNN has "paired", of the first seed: on how many test images only it or only the
QNN is right, and McNemar's exact p; and "paired_seeds", over all seeds: the mean difference of accuracy with its
95 % interval for other images (and other seeds, with two or more), p of the networks as trained, and p_any_seed
of the models with any seeds."""


def add_to(verbs: Verbs) -> None:
    parser = add_verb(verbs, "compare", "train all four models and compare them", DESCRIPTION, run)
    shorten = parser.add_argument_group("shorten the QNN")
    add_setting(shorten, "backend")
    shorten.add_argument("--examples", type=int, metavar="N", help="train the QNN on the first N images only")
    shorten.add_argument("--epochs", type=int, metavar="E", help="passes of the QNN (default 3)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="train each model N times (default 3)")
    add_setting(parser, "data.digits")
    add_setting(parser, "data.file")
    parser.add_argument(
        "--out", default="comparison.html", metavar="FILE", help="the chart (default comparison.html, replaced)"
    )


def run(options: argparse.Namespace) -> int:
    if not 1 <= options.seeds <= 100:
        raise ConfigError(f"--seeds must be a whole number from 1 to 100, got {options.seeds}")
    chart = Path(options.out)
    if chart.suffix != ".html" or (chart.exists() and not chart.is_file()):
        raise ConfigError(f"--out must name an .html file for the chart, got {options.out!r}")
    if not os.access(chart.absolute().parent, os.W_OK):
        raise ConfigError(
            f"the chart cannot be saved to {chart}, no folder to write to: choose another file with --out"
        )
    data = data_config(options)
    experiments = [_experiment(model, options, data) for model in MODELS]
    mnist = load_mnist(data.file)
    dataset = prepare(mnist, data)

    rows: list[Row] = []
    unavailable: dict[str, str] = {}
    stopped = False
    for experiment in experiments:
        try:
            row, stopped = _train(experiment, options.seeds, mnist)
        except UnavailableError as error:
            if experiment.is_quantum:  # its backend was asked for
                raise
            unavailable[experiment.model] = str(error)
            continue
        if row is not None:
            rows.append(row)
        if stopped:
            break
    if not rows:
        raise KeyboardInterrupt
    _report(options, rows, unavailable, stopped, dataset.counts)
    from plotly.io import write_html

    figure = comparison_figure(
        [row.standing for row in rows], dataset.names, len(dataset.test), dataset.counts.accuracy_ceiling
    )
    try:
        write_html(figure, chart, include_plotlyjs=True, config=CONFIG)
    except OSError as error:
        raise ConfigError(f"the chart cannot be saved to {chart} ({error}): choose another file with --out") from None
    if not options.json:
        print(f"chart: {chart}")
    return 0


def _experiment(model: str, options: argparse.Namespace, data: DataConfig) -> Experiment:
    if model != "qnn":
        return Experiment.tutorial(model, data=data)
    shortened = dataclasses.replace(data, n_examples=options.examples)
    return Experiment.tutorial(model, data=shortened, **given_options(options, ("backend", "epochs")))


def _train(experiment: Experiment, n_seeds: int, mnist: Mnist) -> tuple[Row | None, bool]:
    """Train with seeds 0, 1, …; the row of those that were done, if any, and whether Ctrl-C stopped it."""
    accuracies, scores, seconds, n_parameters, n_train, stopped = [], {}, 0.0, 0, 0, False
    for seed in range(n_seeds):
        seeded = dataclasses.replace(experiment, seed=seed)
        try:
            training = begin(seeded, mnist) if seed == 0 else Training(seeded, mnist)
            follow(training, f"{experiment.model}, seed {seed}")
        except KeyboardInterrupt:
            stopped = True
            break
        if isinstance(training.outcome, Finished):
            scores[seed] = training.outcome.scores
            accuracies.append(training.outcome.accuracy)
            seconds += training.outcome.seconds
            n_parameters, n_train = training.model.n_parameters, len(training.train_examples)
        stopped = training.stop_requested
        if stopped:
            break
    if not accuracies:
        return None, stopped
    standing = Standing(experiment.model, MODELS[experiment.model].full_title, n_parameters, accuracies)
    targets = training.test_examples.targets
    return Row(experiment, standing, n_train, seconds / len(accuracies), scores, targets), stopped


def _report(
    options: argparse.Namespace,
    rows: list[Row],
    unavailable: dict[str, str],
    stopped: bool,
    counts: Counts,
) -> None:
    by_model = {row.experiment.model: row for row in rows}
    pairs = beside_the_qnn(by_model)
    if options.json:
        record = {
            "models": [_record(row, pairs.get(model)) for model, row in by_model.items()],
            "unavailable": unavailable,
            "stopped": stopped,
            "accuracy_ceiling": counts.accuracy_ceiling,
            "chart": options.out,
        }
        print(json.dumps(record))
        return
    print(_text(by_model, pairs, counts))
    for model, reason in unavailable.items():
        print(f"{MODELS[model].full_title} is unavailable: {reason}.")
    if stopped:
        print("Stopped on request: what was not finished by then is missing.")


def _record(row: Row, beside: BesideQnn | None) -> dict[str, Any]:
    record = {
        "model": row.experiment.model,
        "config": row.experiment.to_dict(),
        "n_parameters": row.standing.n_parameters,
        "n_train": row.n_train,
        "accuracy": row.standing.mean,
        "accuracies": row.standing.accuracies,
        "keras_accuracy": row.keras_accuracy,
        "seconds": row.seconds,
    }
    if beside is not None:
        (_, only_this), (only_qnn, _) = beside.table.tolist()
        p = mcnemar(only_this, only_qnn)
        record["paired"] = {"only_this": only_this, "only_qnn": only_qnn, "p": p}
        record["paired_seeds"] = dataclasses.asdict(beside.paired)
    return record


def _text(rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn], counts: Counts) -> str:
    n_test = counts.n_test_filtered
    heading = ("model", "parameters", "input", "images", "test accuracy", "95 % *", "over seeds", "time **", "by")
    body = [
        (
            row.standing.title,
            f"{row.standing.n_parameters:,}",
            row.input,
            f"{row.n_train:,}",
            percent(row.standing.mean),
            percent_range(*accuracy_interval(row.standing.mean, n_test)),
            percent_range(min(row.standing.accuracies), max(row.standing.accuracies))
            if len(row.standing.accuracies) > 1
            else "one seed",
            duration(row.seconds),
            row.software,
        )
        for row in rows.values()
    ]
    figures = table([heading, *body], left=(0, 8))
    width = len(figures.split("\n")[1])
    said = [*tutorials_way(rows), *sentences(rows, pairs).values(), *meanings(pairs)]
    return "\n".join(
        [
            figures,
            textwrap.fill(in_short(counts), width),
            "Logistic regression is not in the tutorial; it has as many parameters as the QNN has effective ones.",
            f"*  uncertainty from the choice of {n_test:,} test images; the spread over seeds adds to it",
            "** of one training; it measures the software as much as the model: `benchmark` times the QNN on TFQ too",
            *(textwrap.fill(sentence, width) for sentence in said),
        ]
    )
