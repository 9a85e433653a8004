"""The report of a run is whole, right, safe whatever the run says, and needs nothing but itself."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from html.parser import HTMLParser
from importlib import metadata
from typing import Any

import numpy as np
import pytest

from qmnist_core import __version__
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.data.mnist import Mnist, read_upload
from qmnist_core.data.pipeline import prepare
from qmnist_core.jobs import Workshop
from qmnist_core.look.text import percent, percent_range
from qmnist_core.plots.style import SCRIPT
from qmnist_core.report.page import report_html
from qmnist_core.runs import Run, pack_run, unpack_run
from qmnist_core.runs.record import Record
from qmnist_core.training.loop import Training
from tests.data.packing import folders

WHEN = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """A page's elements, its words as they are read, and its scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.said: list[str] = []
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif self.open and self.open[-1] != "style":
            self.said.append(data)
            if self.open[-1] in ("td", "th"):
                self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.said))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def figures(self) -> list[dict[str, Any]]:
        figures: list[dict[str, Any]] = json.loads(self.scripts[1])
        return figures


@pytest.fixture(scope="module")
def seen(mnist: Mnist) -> Callable[..., Record]:
    workshop = Workshop(lambda experiment: prepare(mnist, experiment.data))

    def trained(experiment: Experiment) -> Record:
        viewer = workshop.follow(experiment)
        assert viewer.wait(60)
        return Record.of_viewer(viewer)

    return trained


def page_of(record: Record, mnist: Mnist, script: str = "") -> Page:
    return Page(report_html(record, prepare(mnist, record.experiment.data), WHEN, script))


SOME = Experiment(data=DataConfig(n_examples=500), seed=7)


@pytest.fixture(scope="module")
def record(seen: Callable[..., Record]) -> Record:
    return seen(SOME)


@pytest.fixture(scope="module")
def page(record: Record, mnist: Mnist) -> Page:
    return page_of(record, mnist, "print('a < b')\n")


def test_it_says_how_well_the_network_reads(page: Page, mnist: Mnist) -> None:
    training = Training(SOME, mnist)
    list(training)
    outcome: Any = training.outcome
    assert f"It classifies {percent(outcome.accuracy)} of 1,968 test images correctly" in page.text
    assert f"Test loss {outcome.loss:.4f}" in page.text
    low, high = re.findall(r"95 % interval ([\d.]+) to ([\d.]+) %", page.text)[0]
    assert float(low) < 100 * outcome.accuracy < float(high)
    assert percent_range(float(low) / 100, float(high) / 100) in page.text
    assert "It was trained to the end, 48 steps" in page.text
    assert "Too few steps to learn: 48 steps at a learning rate of 0.001" in page.text
    assert "The ceiling, 92.3 %, is hindsight: the best score on these 1,968 test images" in page.text


def test_it_says_of_layers_that_no_image_reaches_what_they_are(seen: Callable[..., Record], mnist: Mnist) -> None:
    blind = Experiment(data=DataConfig(n_examples=500), circuit=CircuitConfig(("XX", "XZ")))
    assert "The layers XX XZ give the same ⟨Z⟩ for every image" in page_of(seen(blind), mnist).text


def test_it_holds_settings_counts_history_and_versions(page: Page, record: Record, mnist: Mnist) -> None:
    assert ["Seed", "7", "0"] in page.rows
    assert ["Examples used", "500", "all"] in page.rows
    assert ["Layers", "XX-ZZ", "XX-ZZ"] in page.rows
    counts = prepare(mnist, SOME.data).counts
    assert ["are 3 or 6", "12,049", "1,968"] in page.rows
    assert ["used for training", "500", ""] in page.rows
    assert ["images without one lit pixel", str(counts.n_blank_train), str(counts.n_blank_test)] in page.rows
    for epoch in record.history.epochs:
        row = next(row for row in page.rows if row[0] == str(epoch.epoch))
        assert row[1:5] == [
            percent(epoch.accuracy),
            f"{epoch.loss:.4f}",
            percent(epoch.val_accuracy),
            f"{epoch.val_loss:.4f}",
        ]
    made = dict(row for row in page.rows if len(row) == 2)
    assert (
        made["Trained with"]
        == f"qmnist_core {__version__}, Python {platform.python_version()}, NumPy {np.__version__}, "
        f"Numba {metadata.version('numba')}"
    )
    assert made["Written"] == "2026-11-22 09:30 UTC"
    assert "print('a < b')" in page.text


def test_its_charts_have_their_data_and_words(page: Page, record: Record) -> None:
    curves, maps, outputs, confusion = page.figures
    losses = [trace for trace in curves["data"] if trace.get("name") == "training batches" and trace["yaxis"] == "y2"]
    np.testing.assert_allclose(losses[0]["y"], record.history.losses, atol=1e-4)
    assert [trace["name"] for trace in maps["data"]] == ["layer 1: XX", "layer 2: ZZ"]
    assert sum(abs(n) for trace in outputs["data"] for n in trace["y"]) == 1968
    assert len(confusion["data"]) == 4
    captions = page.named("figcaption")
    charts = [attributes for attributes in page.named("div") if attributes.get("class") == "chart"]
    assert [chart["aria-labelledby"] for chart in charts] == [caption["id"] for caption in captions]
    assert len(charts) == 4
    for figure in page.figures:
        assert re.sub(r"\s+", " ", figure["layout"]["meta"]["alt"]) in page.text
    assert any("Model circuit" in words for words in page.said)  # the drawing's own title


def test_it_asks_nobody_for_anything(record: Record, mnist: Mnist) -> None:
    plotly = SCRIPT.read_text(encoding="utf-8")
    html = report_html(record, prepare(mnist, record.experiment.data), WHEN)
    assert html.count(plotly) == 1
    own = html.replace(plotly, "")
    assert len(own) < 200_000
    page = Page(own)
    for tag, attributes in page.elements:
        assert tag not in {"link", "iframe", "object", "embed", "base", "img", "image", "use", "form"}
        assert not {"src", "href", "xlink:href", "srcset", "action", "data", "poster"} & set(attributes), tag
    assert "url(" not in own
    assert "@import" not in own
    assert set(re.findall(r"https?://[^\s\"'<]+", own)) <= {"http://www.w3.org/2000/svg"}
    (policy,) = [meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert str(policy).startswith("default-src 'none'; ")
    assert "http" not in str(policy)


EVIL = '</script><script>alert(1)</script><img src=x onerror="alert(1)">&\'\udc80'


def test_whatever_a_run_says_is_only_words(record: Record, mnist: Mnist) -> None:
    experiment = replace(record.experiment, data=replace(record.experiment.data, file=f"/tmp/{EVIL}.npz"))
    history = replace(record.history, losses=[], accuracies=[])
    evil = replace(record, experiment=experiment, state=EVIL, saved_by=EVIL, history=history)
    html = report_html(evil, prepare(mnist, experiment.data), WHEN, EVIL)
    page = Page(html)
    assert [tag for tag, _ in page.elements if tag in ("script", "img")] == ["script"] * 3
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert html.encode("utf-8")
    assert "qmnist_core </script><script>alert(1)" in page.text
    assert len(page.figures) == 4


def test_a_stopped_run_is_told_as_it_was_then(record: Record, mnist: Mnist) -> None:
    moments = record.history.moments[:11]
    page = page_of(replace(record, state="stopped", history=replace(record.history, moments=moments)), mnist)
    assert "It was stopped after 10 of 48 steps; everything here is as it was then." in page.text
    assert "No epoch was finished." in page.text
    (losses,) = [t for t in page.figures[0]["data"] if t.get("name") == "training batches" and t["yaxis"] == "y2"]
    assert losses["x"] == list(range(1, 11))


def test_a_saved_run_says_what_is_known_of_it(mnist: Mnist) -> None:
    training = Training(SOME, mnist)
    list(training)
    run = unpack_run(pack_run(Run.of(training)))
    run = replace(run, metrics={**run.metrics, "version": "0.0.9"})
    page = page_of(Record.of_run(run, 500), mnist)
    made = dict(row for row in page.rows if len(row) == 2)
    assert made["Trained with"] == "qmnist_core 0.0.9, as its file says; it does not say which Python and NumPy"
    assert made["This page made with"].startswith(f"qmnist_core {__version__}, Python ")
    assert "of the training images over each epoch" in page.text
    assert len(page.figures) == 4


def test_tensorflow_is_named_where_it_trained(record: Record, mnist: Mnist) -> None:
    page = page_of(replace(record, experiment=replace(record.experiment, backend="tfq")), mnist)
    made = dict(row for row in page.rows if len(row) == 2)
    assert re.search(r"TensorFlow Quantum \(?[\w. ]+\)?, TensorFlow ", made["Trained with"])
    assert made["Test figures"] == "by the exact engine, at the exponents that the training reached"


def test_large_images_and_many_layers(seen: Callable[..., Record], mnist: Mnist) -> None:
    experiment = Experiment(
        data=DataConfig(digits=(1, 7), size=28, n_examples=64),
        circuit=CircuitConfig(("XX", "ZZ", "YX")),
        init="small",
        epochs=13,
    )
    page = page_of(seen(experiment), mnist)
    assert "1 or 7? A quantum neural network’s run" in page.text
    assert "A quantum circuit of 785 qubits with 2,352 adjustable exponents" in page.text
    assert "Only the first and last few wires are drawn." in page.text
    assert "open" not in page.named("details")[0]  # a long history is folded
    assert len([trace for trace in page.figures[1]["data"] if trace["type"] == "heatmap"]) == 3


def test_it_names_the_data_and_their_classes() -> None:
    pets = read_upload(folders(40, cat=0, dog=110), "pets.zip")
    data = DataConfig(file="/home/me/pets.zip", digits=(0, 1), contradictions="keep")
    training = Training(Experiment(data=data), pets)
    list(training)
    run = unpack_run(pack_run(Run.of(training)))
    page = page_of(Record.of_run(run, len(training.train_examples)), pets)
    assert "cat or dog? A quantum neural network’s run" in page.text
    assert "images of pets.zip, each 4×4" in page.text
    assert "above 0 the network says cat, otherwise dog" in page.text
    assert "handwritten" not in page.text
    assert "/home/me" not in page.text
    assert any("images of cat" in str(trace) for trace in page.figures[2]["data"])
