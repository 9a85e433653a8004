"""A run as one HTML page that holds all it needs: it opens offline, prints, and loads nothing from elsewhere.

Whatever comes from a run is escaped, and the page's own policy forbids it to load or send anything.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from qmnist_core import metrics
from qmnist_core.address.settings import DATA, PRESETS, SETTINGS
from qmnist_core.arrays import Scores, Targets
from qmnist_core.config import Experiment
from qmnist_core.data.class_names import Names
from qmnist_core.data.pipeline import Counts, Dataset
from qmnist_core.look.palette import GRID, GROUND, INK
from qmnist_core.look.text import duration, percent, percent_range, summary
from qmnist_core.pictures.diagrams import MAX_DRAWN, model_diagram
from qmnist_core.plots.confusion import confusion_figure
from qmnist_core.plots.curves import Curve, learning_curves
from qmnist_core.plots.exponents import exponent_maps
from qmnist_core.plots.outputs import output_histogram
from qmnist_core.plots.pipeline import stages
from qmnist_core.plots.style import CONFIG, SCRIPT, Figure, as_json
from qmnist_core.runs.record import Record, run_name
from qmnist_core.runs.reproduce import software
from qmnist_core.setting import Setting
from qmnist_core.sources import is_upload, short_name
from qmnist_core.templates import render
from qmnist_core.words.cautions import cautions_of
from qmnist_core.words.ceiling import in_short, seen_once

FOLDER = Path(__file__).parent
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
MAX_OPEN_ROWS = 12
"""A longer history is folded up at first."""


def report_html(record: Record, dataset: Dataset, when: datetime, script: str = "") -> str:
    """A page of about 2 MB, nearly all of it the script that draws the charts.

    record: a run with at least one snapshot of its exponents; it is told as it was then. dataset: that of the run's
    settings. when: it is written. script: Python that trains the run again, to be shown.
    """
    record = record.settled()
    experiment, exponents, counts = record.experiment, record.history.moments[-1].exponents, dataset.counts
    data, circuit = experiment.data, experiment.circuit
    scores = record.network().scores(dataset.test)
    figures = _figures(record, dataset, scores)
    settings, changed = _settings(experiment)
    page = render(
        FOLDER / "page.html",
        policy=POLICY,
        **{"ground": GROUND, "ink": INK, "grid": GRID},
        css=_source("page.css"),
        js=_source("page.js"),
        plotly=SCRIPT.read_text(encoding="utf-8"),
        figures=_in_script(figures.values()),
        config=json.dumps(CONFIG),
        charts={name: (number, figure["layout"]) for number, (name, figure) in enumerate(figures.items())},
        name=run_name(experiment),
        names=dataset.names,
        title=_data_name(experiment),
        size=data.size,
        n_pixels=data.n_pixels,
        n_exponents=exponents.size,
        n_train=len(dataset.train),
        n_test=len(dataset.test),
        finished=record.state == "finished",
        step=record.step,
        total_steps=record.total_steps,
        accuracy=percent(metrics.accuracy(scores, dataset.test.targets)),
        ceiling=in_short(counts),
        cautions=cautions_of(experiment, record.step),
        summary=summary(experiment),
        key_figures=_key_figures(record, scores, dataset.test.targets),
        by_step=len(record.history.losses) > 0,
        history=_history(record),
        max_open_rows=MAX_OPEN_ROWS,
        all_drawn=data.n_pixels <= MAX_DRAWN,
        circuit=model_diagram(circuit.layers, data.n_pixels, exponents),
        settings=settings,
        changed=changed,
        counts=_counts(counts, dataset.names, _data_name(experiment)),
        versions=_versions(record, when),
        script=script,
    )
    return page.encode("utf-8", "replace").decode()


@cache
def _source(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _figures(record: Record, dataset: Dataset, scores: Scores) -> dict[str, Figure]:
    """The page's charts, in their order."""
    experiment, test = record.experiment, dataset.test
    names, size, ceiling = dataset.names, experiment.data.size, dataset.counts.accuracy_ceiling
    return {
        "curves": learning_curves(
            [Curve(record.history, "this run")],
            "step" if len(record.history.losses) else "epoch",
            total_steps=record.total_steps,
            epochs=experiment.epochs,
            ceiling=ceiling if ceiling < 1 else None,
            size=size,
        ),
        "exponents": exponent_maps(record.history.moments[-1].exponents, experiment.circuit.layers, size),
        "outputs": output_histogram(scores, test.labels, names),
        "confusion": confusion_figure(metrics.confusion(scores, test.targets), names),
    }


def _in_script(figures: Iterable[Figure]) -> str:
    """A list in JSON, in which nothing can end the script element that holds it."""
    text = f"[{','.join(map(as_json, figures))}]"
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _key_figures(record: Record, scores: Scores, targets: Targets) -> list[tuple[str, str, str]]:
    share, n_test = metrics.accuracy(scores, targets), len(targets)
    interval = percent_range(*metrics.accuracy_interval(share, n_test))
    return [
        ("Test accuracy", percent(share), f"95 % interval {interval}, {n_test:,} images"),
        ("Test loss", f"{metrics.hinge_loss(scores, targets):.4f}", "hinge loss: 0 is perfect, 1 is an answer of 0"),
        ("Steps", f"{record.step:,}", f"of {record.total_steps:,}, {duration(record.seconds)} of computing"),
        ("Seed", str(record.experiment.seed), "fixes the first exponents and the order of images"),
    ]


def _history(record: Record) -> list[list[str]]:
    return [
        [
            str(epoch.epoch),
            *(_share(epoch.accuracy), _decimals(epoch.loss), _share(epoch.val_accuracy)),
            *(_decimals(epoch.val_loss), f"{epoch.seconds:.3f}"),
        ]
        for epoch in record.history.epochs
    ]


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "–"


def _decimals(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "–"


def _settings(experiment: Experiment) -> tuple[list[list[str]], list[int]]:
    """Rows, and which of them differ from the tutorial."""
    usual = PRESETS[0].experiment
    rows, changed = [], []
    for i, setting in enumerate(SETTINGS.values()):
        value, default = setting.get(experiment), setting.get(usual)
        rows.append([setting.title, *(_written(setting, one) for one in (value, default))])
        if value != default:
            changed.append(i)
    return rows, changed


def _written(setting: Setting, value: Any) -> str:
    """A data set's path may tell more of a computer than a report should."""
    return short_name(setting.write(value)) if setting is DATA else setting.write(value)


def _counts(counts: Counts, names: Names, title: str) -> list[list[str]]:
    rows = [
        [stage.label, f"{stage.n_train:,}" if stage.n_train else "", f"{stage.n_test:,}" if stage.n_test else ""]
        for stage in stages(counts, names, title)
    ]
    rows += [
        ["images without one lit pixel", f"{counts.n_blank_train:,}", f"{counts.n_blank_test:,}"],
        [
            "best score with the labels known (all images of the two classes)",
            percent(counts.accuracy_ceiling_train),
            percent(counts.accuracy_ceiling),
        ],
        ["bit patterns that occur only once", "", seen_once(counts)],
        ["accuracy of a table of the training patterns", "", percent(counts.lookup_accuracy)],
    ]
    return rows


def _data_name(experiment: Experiment) -> str:
    """What the data set is called, without the folders on the way to it."""
    file = experiment.data.file
    return "MNIST" if file is None else short_name(file)


def _data_words(experiment: Experiment) -> str:
    file = experiment.data.file
    if file is None:
        return "MNIST by LeCun, Cortes and Burges"
    return f"{'an upload, ' if is_upload(file) else ''}{_data_name(experiment)}"


def _versions(record: Record, when: datetime) -> list[list[str]]:
    backend = record.experiment.backend
    here = software(backend)
    rows = [["Trained with", here], ["Written", f"{when:%Y-%m-%d %H:%M} {when.tzname() or ''}".strip()]]
    if record.saved_by is not None:
        rows[0][1] = f"qmnist_core {record.saved_by}, as its file says; it does not say which Python and NumPy"
        rows.insert(1, ["This page made with", software("exact")])
    if backend != "exact":
        rows.append(["Test figures", "by the exact engine, at the exponents that the training reached"])
    rows.append(["Experiment", "TensorFlow Quantum’s MNIST tutorial, after Farhi and Neven, arXiv:1802.06002"])
    rows.append(["Data", _data_words(record.experiment)])
    return rows
