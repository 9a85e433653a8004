"""What a comparison's figures bear out in words, and no more.

One model is ahead of another only where neither their 95 % intervals nor their seeds' ranges overlap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qmnist_core.config import Experiment
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.comparison import Bar
from qmnist_core.words import duration, percent

NAMES = {"qnn": "the QNN", "cnn": "the full CNN", "fair": "the fair network", "logistic": "logistic regression"}
"""The models within a sentence."""
FRACTION = 0.5
"""A share of another's training time that is called a fraction of it: at most half."""


@dataclass(frozen=True)
class Row:
    """One model's trainings."""

    experiment: Experiment
    bar: Bar
    """Its accuracies and parameters, as the chart shows them."""
    n_train: int
    seconds: float
    """Mean training time of one seed, validation included, loading left out."""

    @property
    def input(self) -> str:
        return input_words(self.experiment)

    @property
    def software(self) -> str:
        return software(self.experiment)


def input_words(experiment: Experiment) -> str:
    """What a model reads."""
    size = experiment.input.size
    return f"{size}×{size} {'gray' if experiment.reads_gray else 'binary'}"


def software(experiment: Experiment) -> str:
    """What does the computing, without which a training time says little."""
    if experiment.model == "qnn":
        return {"exact": "exact engine", "tfq": "TFQ", "cirq": "Cirq"}[experiment.backend]
    return "NumPy" if experiment.model == "logistic" else "Keras"


def clearly_above(one: Bar, other: Bar, n_test: int) -> bool:
    """Whether both the interval, to a tenth of a percent as it is printed, and every seed of one lie above those of the
    other."""
    low, high = accuracy_interval(one.mean, n_test)[0], accuracy_interval(other.mean, n_test)[1]
    return round(low, 3) > round(high, 3) and min(one.accuracies) > max(other.accuracies)


def beside_the_qnn(bars: Mapping[str, Bar], n_test: int) -> dict[str, str]:
    """A sentence for each other model: ahead of the QNN, behind it, or not clearly apart."""
    qnn = bars["qnn"]
    sentences = {}
    for model in (model for model in ("cnn", "fair", "logistic") if model in bars):
        other = bars[model]
        verdict = "is not clearly apart from"
        if clearly_above(other, qnn, n_test):
            verdict = "is ahead of"
        elif clearly_above(qnn, other, n_test):
            verdict = "is behind"
        sentences[model] = f"{other.title} {verdict} the QNN: {percent(other.mean)} against {percent(qnn.mean)}."
    return sentences


def conclusion(rows: Mapping[str, Row], n_test: int) -> list[str]:
    """The sentences that the trainings so far bear out, the most telling first.

    rows: by model, those trained at least once.
    """
    if "qnn" not in rows:
        return ["Without the QNN's figures there is nothing to conclude yet."]
    if len(rows) == 1:
        return ["The QNN alone says little: train the others to see it beside them."]
    bars = {model: row.bar for model, row in rows.items()}
    sentences = beside_the_qnn(bars, n_test)
    if "cnn" in rows:
        sentences["cnn"] = _cnn(sentences["cnn"], rows, n_test)
    if "fair" in rows:
        counts = f"{bars['fair'].n_parameters:,} and {bars['qnn'].n_parameters:,} parameters"
        sentences["fair"] += f" Both read the same bits, with {counts}."
    lines = [*sentences.values(), _no_advantage(bars, n_test)]
    if "fair" in rows and rows["qnn"].experiment.backend == "tfq":
        lines.append(_times(rows["fair"], rows["qnn"], n_test))
    return [line for line in lines if line]


def cautions(rows: Mapping[str, Row]) -> list[str]:
    """How far the conclusion goes: what the training times compare, and what is known of other seeds."""
    lines = []
    if "fair" in rows and "qnn" in rows and rows["qnn"].experiment.backend == "exact":
        lines.append(_exact_times(rows["fair"], rows["qnn"]))
    if rows:
        lines.append(_seeds({model: row.bar for model, row in rows.items()}))
    return lines


def _cnn(sentence: str, rows: Mapping[str, Row], n_test: int) -> str:
    """The tutorial's own conclusion where the figures show it, and what else differs."""
    cnn, qnn = rows["cnn"], rows["qnn"]
    if clearly_above(cnn.bar, qnn.bar, n_test):
        sentence = f"On these classical images a classical network wins. {sentence}"
    theirs = f"{cnn.bar.n_parameters:,} parameters on {cnn.input} images"
    return f"{sentence} It has {theirs}, the QNN {qnn.bar.n_parameters:,} on {qnn.input} ones."


def _no_advantage(bars: Mapping[str, Bar], n_test: int) -> str:
    beaten = [NAMES[model] for model in bars if clearly_above(bars["qnn"], bars[model], n_test)]
    if not beaten:
        return ""
    return (
        f"That the QNN is ahead of {' and '.join(beaten)} is a matter of these settings, not of quantum hardware: "
        "an ordinary computer worked out every figure here."
    )


def _times(fair: Row, qnn: Row, n_test: int) -> str:
    """How long the fair network took beside TFQ; the tutorial's own conclusion where the figures show it."""
    fair_time, qnn_time = _time(fair), _time(qnn)
    if fair.seconds <= FRACTION * qnn.seconds and not clearly_above(qnn.bar, fair.bar, n_test):
        verb = "beats" if clearly_above(fair.bar, qnn.bar, n_test) else "matches"
        return (
            f"The fair network {verb} the QNN in a fraction of the time: {fair_time} against {qnn_time}, the "
            "simulator that the tutorial used."
        )
    return (
        f"One training took the QNN {qnn_time}, the simulator that the tutorial used, and the fair network {fair_time}."
    )


def _exact_times(fair: Row, qnn: Row) -> str:
    return (
        f"One training took the QNN {_time(qnn)} and the fair network {_time(fair)}. That compares software, not "
        "models: the tutorial trained its QNN with TFQ, not with this engine. The tfq backend times that."
    )


def _time(row: Row) -> str:
    """A training time, always with the software that took it."""
    return f"{duration(row.seconds)} on {'the ' if row.software == 'exact engine' else ''}{row.software}"


def _seeds(bars: Mapping[str, Bar]) -> str:
    single = [NAMES[model] for model, bar in bars.items() if len(bar.accuracies) == 1]
    if not single:
        return '"Ahead" and "behind" mean here that neither the 95 % intervals nor the seeds\' ranges overlap.'
    of = "each" if len(single) == len(bars) else " and of ".join(single)
    return f"Only one seed of {of} was trained: how far another one would move its figure is not known."
