"""A run as one HTML page that holds all it needs: it opens offline, prints, and asks nobody for anything.

Whatever comes from a run is escaped, and the page's own policy forbids it to load or send anything.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from qmnist_core import metrics
from qmnist_core.address.settings import PRESETS, SETTINGS
from qmnist_core.data.pipeline import Counts, Dataset
from qmnist_core.look.palette import GRID, GROUND, INK
from qmnist_core.look.text import duration, percent, percent_range, summary
from qmnist_core.pictures.diagrams import MAX_DRAWN, model_diagram
from qmnist_core.plots.confusion import confusion_figure
from qmnist_core.plots.curves import Curve, learning_curves
from qmnist_core.plots.exponents import exponent_maps
from qmnist_core.plots.outputs import output_histogram
from qmnist_core.plots.pipeline import stages
from qmnist_core.plots.style import CONFIG, Figure, as_json
from qmnist_core.runs.record import Record, run_name
from qmnist_core.runs.reproduce import software
from qmnist_core.words.cautions import cautions_of
from qmnist_core.words.ceiling import in_short, seen_once

POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
WIDTH = 700
"""Of the text, in pixels: that of a printed page, so that charts need not be drawn anew for the printer."""
NARROW = 460
"""Of a chart that is about as high as wide."""
MAX_OPEN_ROWS = 12
"""A longer history is folded up at first."""

CSS = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
body {{ margin: 0; background: {GROUND}; color: {INK}; font: 17px/1.5 system-ui, -apple-system, "Segoe UI", Roboto,
  "Helvetica Neue", sans-serif; }}
main {{ max-width: {WIDTH + 48}px; margin: 0 auto; padding: 32px 24px 64px; }}
h1 {{ font-size: 2rem; line-height: 1.2; margin: 0 0 .6rem; }}
h2 {{ font-size: 1.35rem; margin: 2.6rem 0 .4rem; padding-top: .9rem; border-top: 1px solid {GRID}; }}
p {{ margin: .5rem 0; }}
.small {{ font-size: .88rem; color: #555b63; }}
.figures {{ display: flex; flex-wrap: wrap; gap: .8rem; margin: 1.4rem 0 .4rem; padding: 0; }}
.figures div {{ flex: 1 1 150px; border: 1px solid {GRID}; border-radius: 10px; padding: .7rem .9rem; }}
.figures dt {{ font-size: .88rem; color: #555b63; }}
.figures dd {{ margin: 0; font-size: 1.55rem; font-weight: 650; }}
.figures dd + dd {{ font-size: .85rem; font-weight: 400; line-height: 1.35; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; width: 100%; margin: .6rem 0; font-variant-numeric: tabular-nums; }}
th, td {{ text-align: left; padding: .32rem .8rem .32rem 0; border-bottom: 1px solid {GRID}; vertical-align: top; }}
th {{ font-weight: 600; }}
thead th {{ font-size: .88rem; color: #555b63; }}
tbody th {{ font-weight: 400; }}
.number {{ text-align: right; padding-right: 0; padding-left: .8rem; white-space: nowrap; }}
.changed {{ font-weight: 650; }}
figure {{ margin: 1rem 0; }}
figure.narrow .chart {{ max-width: {NARROW}px; }}
figcaption {{ margin-top: .4rem; font-size: .88rem; color: #555b63; }}
.circuit svg {{ display: block; width: 100%; min-width: 640px; height: auto; }}
summary {{ cursor: pointer; font-weight: 600; padding: .3rem 0; }}
pre {{ background: #f3f4f7; border-radius: 10px; padding: .6rem;
  font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace;
  white-space: pre-wrap; overflow-wrap: anywhere; }}
@page {{ margin: 14mm 12mm; }}
@media print {{
  body {{ font-size: 11pt; }}
  main {{ padding: 0; max-width: none; }}
  figure, tr, pre, .figures, svg {{ break-inside: avoid; }}
  h2, thead {{ break-after: avoid; }}
  .wide {{ overflow: visible; }}
  .circuit svg {{ min-width: 0; }}
  * {{ -webkit-print-color-adjust: exact; print-color-adjust: exact; }}
}}
"""

DRAW = """
const figures = JSON.parse(document.getElementById("figures").textContent);
document.querySelectorAll(".chart").forEach((place, i) => {
  Plotly.newPlot(place, figures[i].data, figures[i].layout, %s);
});
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("details")) folded.open = true;
});
"""


def report_html(record: Record, dataset: Dataset, when: datetime, script: str = "") -> str:
    """A page of about 5 MB, nearly all of it the script that draws the charts.

    record: a run with at least one snapshot of its exponents; it is told as it was then. dataset: that of the run's
    settings. when: it is written. script: Python that trains the run again, to be shown.
    """
    from plotly.offline import get_plotlyjs

    record = record.settled()
    experiment, exponents, test = record.experiment, record.history.moments[-1].exponents, dataset.test
    digits, size, layers = experiment.data.digits, experiment.data.size, experiment.circuit.layers
    scores = record.network().scores(test)
    loss, share = metrics.hinge_loss(scores, test.targets), metrics.accuracy(scores, test.targets)
    ceiling = dataset.counts.accuracy_ceiling
    by = "step" if len(record.history.losses) else "epoch"
    charts = _Charts()
    body = [
        f"<h1>{digits[0]} or {digits[1]}? A quantum neural network’s run</h1>",
        _paragraphs(
            f"A quantum circuit of {experiment.data.n_pixels + 1:,} qubits with {exponents.size:,} adjustable "
            f"exponents was trained on {len(dataset.train):,} images of handwritten digits, each {size}×{size} black "
            f"and white pixels. {_how_far(record)} It reads {percent(share)} of {len(test):,} test images rightly, "
            f"none of which it was trained on. {in_short(dataset.counts)}",
        ),
        _paragraphs(*cautions_of(experiment, record.step)),
        _small(f"Settings in short: {summary(experiment)}."),
        _key_figures(record, share, loss, len(test)),
        "<h2>How it learnt</h2>",
        _paragraphs(_curve_words(record, by)),
        charts.add(
            learning_curves(
                [Curve(record.history, "this run")],
                by,
                total_steps=record.total_steps,
                epochs=experiment.epochs,
                ceiling=ceiling if ceiling < 1 else None,
                size=size,
            )
        ),
        _history(record),
        "<h2>What it learnt</h2>",
        _paragraphs(
            "Each layer is one gate between every pixel’s qubit and the readout qubit, raised to an exponent of its "
            "own. These are the exponents, each at its pixel’s place, in half-turns, whole periods of 2 taken off."
        ),
        charts.add(exponent_maps(exponents, layers, size)),
        "<h2>What it answers</h2>",
        _paragraphs(
            f"⟨Z⟩ of every test image: above 0 the network says {digits[0]}, otherwise {digits[1]}. The second chart "
            f"counts the four cases."
        ),
        charts.add(output_histogram(scores, test.labels, digits)),
        charts.add(confusion_figure(metrics.confusion(scores, test.targets), digits), narrow=True),
        "<h2>The circuit</h2>",
        _circuit(record),
        "<h2>Settings</h2>",
        _settings(record),
        "<h2>Images</h2>",
        _paragraphs("How many are left after each step from the data to what the network reads."),
        _counts(dataset.counts, digits),
        "<h2>How it was made</h2>",
        _versions(record, when),
    ]
    if script:
        body += [
            "<h2>Train it again</h2>",
            _paragraphs(
                "This script trains the same run with qmnist_core, and checks that it comes to the same figures."
            ),
            f"<pre>{_text(script)}</pre>",
        ]
    title = _text(f"QNN on MNIST: {run_name(experiment)}")
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            f"<style>{CSS}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            f"<script>{get_plotlyjs()}</script>",
            f'<script type="application/json" id="figures">{charts.json()}</script>',
            f"<script>{DRAW % json.dumps(CONFIG)}</script>",
            "</body>",
            "</html>\n",
        ]
    )


class _Charts:
    """The page's charts, in their order."""

    def __init__(self) -> None:
        self._figures: list[Figure] = []

    def add(self, figure: Figure, narrow: bool = False) -> str:
        """The place of a chart, with its content in words, which is all there is where scripts do not run."""
        name, layout = f"chart-{len(self._figures)}", figure["layout"]
        self._figures.append(figure)
        return (
            f'<figure{" class=narrow" if narrow else ""}><div class="chart" role="img" aria-labelledby="{name}" '
            f'style="min-height: {layout["height"]:g}px"></div>'
            f'<figcaption id="{name}">{_text(layout["meta"]["alt"])}</figcaption></figure>'
        )

    def json(self) -> str:
        """A list, in which nothing can end the script element that holds it."""
        text = f"[{','.join(map(as_json, self._figures))}]"
        return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _text(value: object) -> str:
    """Safe between tags and in quotes, and always UTF-8."""
    return escape(str(value).encode("utf-8", "replace").decode())


def _paragraphs(*paragraphs: str) -> str:
    return "".join(f"<p>{_text(words)}</p>" for words in paragraphs)


def _small(words: str) -> str:
    return f'<p class="small">{_text(words)}</p>'


def _how_far(record: Record) -> str:
    done = f"{record.step:,} of {record.total_steps:,} steps"
    if record.state == "finished":
        return f"It was trained to its end, {record.total_steps:,} steps."
    return f"It was stopped after {done}; everything here is as it was then."


def _curve_words(record: Record, by: str) -> str:
    if by == "step":
        return "Accuracy and loss of the training batches at each step, and of the test images after each epoch."
    return "Accuracy and loss, of the training images over each epoch and of the test images after it."


def _key_figures(record: Record, share: float, loss: float, n_test: int) -> str:
    interval = percent_range(*metrics.accuracy_interval(share, n_test))
    figures = [
        ("Test accuracy", percent(share), f"95 % interval {interval}, {n_test:,} images"),
        ("Test loss", f"{loss:.4f}", "hinge loss: 0 is perfect, 1 is an answer of 0"),
        ("Steps", f"{record.step:,}", f"of {record.total_steps:,}, {duration(record.seconds)} of computing"),
        ("Seed", str(record.experiment.seed), "fixes the first exponents and the order of images"),
    ]
    cells = (
        f"<div><dt>{_text(name)}</dt><dd>{_text(n)}</dd><dd>{_text(about)}</dd></div>" for name, n, about in figures
    )
    return f'<dl class="figures">{"".join(cells)}</dl>'


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int], marked: Sequence[int] = ()
) -> str:
    """A table. numbers: columns on the right. marked: rows whose second cell is bold."""

    def cells(row: Sequence[str], tag: str, bold: bool) -> str:
        out = []
        for i, cell in enumerate(row):
            kinds = [*(["number"] if i in numbers else []), *(["changed"] if bold and i == 1 else [])]
            kind = f' class="{" ".join(kinds)}"' if kinds else ""
            name = "th" if i == 0 else tag
            scope = ' scope="row"' if i == 0 and tag == "td" else ' scope="col"' if tag == "th" else ""
            out.append(f"<{name}{scope}{kind}>{_text(cell)}</{name}>")
        return f"<tr>{''.join(out)}</tr>"

    body = "".join(cells(row, "td", i in marked) for i, row in enumerate(rows))
    return f'<div class="wide"><table><thead>{cells(head, "th", False)}</thead><tbody>{body}</tbody></table></div>'


def _history(record: Record) -> str:
    if not record.history.epochs:
        return _small("Not one epoch was finished.")
    rows = [
        [
            str(epoch.epoch),
            *(_share(epoch.accuracy), _decimals(epoch.loss), _share(epoch.val_accuracy)),
            *(_decimals(epoch.val_loss), f"{epoch.seconds:.3f}"),
        ]
        for epoch in record.history.epochs
    ]
    head = ["epoch", "training accuracy", "loss", "test accuracy", "loss", "seconds"]
    opened = " open" if len(rows) <= MAX_OPEN_ROWS else ""
    return f"<details{opened}><summary>Epoch by epoch</summary>{_table(head, rows, range(1, 6))}</details>"


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "–"


def _decimals(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "–"


def _circuit(record: Record) -> str:
    experiment = record.experiment
    drawing = model_diagram(experiment.circuit.layers, experiment.data.n_pixels, record.history.moments[-1].exponents)
    some = "" if experiment.data.n_pixels <= MAX_DRAWN else " Only the first and last few wires are drawn."
    words = (
        "The readout starts with X and H; the layers follow in order, then H and a measurement of Z. Before that, an X "
        f"gate on each lit pixel’s qubit writes the image.{some}"
    )
    return f'{_paragraphs(words)}<figure class="circuit wide">{drawing}</figure>'


def _settings(record: Record) -> str:
    usual = PRESETS[0].experiment
    rows, changed = [], []
    for i, setting in enumerate(SETTINGS.values()):
        value, default = setting.get(record.experiment), setting.get(usual)
        rows.append([setting.title, setting.write(value), setting.write(default)])
        if value != default:
            changed.append(i)
    file = record.experiment.data.file
    rows.append(["Data file", "MNIST" if file is None else file.replace("\\", "/").rsplit("/", 1)[-1], "MNIST"])
    return _table(["setting", "this run", "in the tutorial"], rows, (), changed)


def _counts(counts: Counts, digits: tuple[int, int]) -> str:
    rows = [
        [stage.label, f"{stage.n_train:,}" if stage.n_train else "", f"{stage.n_test:,}" if stage.n_test else ""]
        for stage in stages(counts, digits)
    ]
    rows += [
        ["images without one lit pixel", f"{counts.n_blank_train:,}", f"{counts.n_blank_test:,}"],
        [
            "best score with the labels known (all images of the two digits)",
            percent(counts.accuracy_ceiling_train),
            percent(counts.accuracy_ceiling),
        ],
        ["bit patterns that occur only once", "", seen_once(counts)],
        ["accuracy of a table of the training patterns", "", percent(counts.lookup_accuracy)],
    ]
    return _table(["", "to train", "to test"], rows, (1, 2))


def _versions(record: Record, when: datetime) -> str:
    backend = record.experiment.backend
    here = software(backend)
    rows = [["Trained with", here], ["Written", f"{when:%Y-%m-%d %H:%M} {when.tzname() or ''}".strip()]]
    if record.saved_by is not None:
        rows[0][1] = f"qmnist_core {record.saved_by}, as its file says; it does not say which Python and NumPy"
        rows.insert(1, ["This page made with", software("exact")])
    if backend != "exact":
        rows.append(["Test figures", "by the exact engine, at the exponents that the training reached"])
    rows.append(["Experiment", "TensorFlow Quantum’s MNIST tutorial, after Farhi and Neven, arXiv:1802.06002"])
    rows.append(["Data", "MNIST by LeCun, Cortes and Burges" if record.experiment.data.file is None else "a file"])
    return _table(["", ""], rows, ())
