from __future__ import annotations

import pytest

from qmnist_core.config import Experiment
from qmnist_core.models import TITLES
from qmnist_core.plots.comparison import Bar
from qmnist_core.verdicts import Row, beside_the_qnn, cautions, clearly_above, conclusion

N_TEST = 1968
PARAMETERS = {"qnn": 32, "cnn": 1_198_721, "fair": 37, "logistic": 17}


def row(model: str, *accuracies: float, seconds: float = 1.0, backend: str = "exact") -> Row:
    bar = Bar(model, TITLES[model], PARAMETERS[model], accuracies)
    return Row(Experiment.tutorial(model, backend=backend), bar, 10_338, seconds)


def rows(*made: Row) -> dict[str, Row]:
    return {one.experiment.model: one for one in made}


def test_ahead_means_that_neither_intervals_nor_seeds_overlap() -> None:
    def bar(*accuracies: float) -> Bar:
        return Bar("qnn", "QNN", 32, accuracies)

    assert clearly_above(bar(0.92), bar(0.88), N_TEST)
    assert not clearly_above(bar(0.88), bar(0.92), N_TEST)
    assert not clearly_above(bar(0.92), bar(0.91), N_TEST), "the intervals overlap"
    assert not clearly_above(bar(1795 / 1968), bar(1742 / 1968), N_TEST), "as printed, the intervals touch: 89.9 %"
    assert not clearly_above(bar(0.92, 0.92, 0.92), bar(0.93, 0.85, 0.86), N_TEST), "the seeds' ranges overlap"


def test_each_model_beside_the_qnn() -> None:
    made = rows(row("qnn", 0.9), row("cnn", 0.998), row("fair", 0.6), row("logistic", 0.905))
    assert beside_the_qnn({model: one.bar for model, one in made.items()}, N_TEST) == {
        "cnn": "Full CNN is ahead of the QNN: 99.8 % against 90.0 %.",
        "fair": "Fair network is behind the QNN: 60.0 % against 90.0 %.",
        "logistic": "Logistic regression (ours) is not clearly apart from the QNN: 90.5 % against 90.0 %.",
    }


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ([], "Without the QNN's figures there is nothing to conclude yet."),
        ([row("cnn", 0.99), row("fair", 0.9)], "Without the QNN's figures there is nothing to conclude yet."),
        ([row("qnn", 0.9)], "The QNN alone says little: train the others to see it beside them."),
    ],
)
def test_nothing_is_concluded_from_too_little(made: list[Row], sentence: str) -> None:
    assert conclusion(rows(*made), N_TEST) == [sentence]


def test_a_classical_network_wins_only_where_it_does() -> None:
    first = conclusion(rows(row("qnn", 0.9), row("cnn", 0.998)), N_TEST)[0]
    assert first == (
        "On these classical images a classical network wins. Full CNN is ahead of the QNN: 99.8 % against 90.0 %. "
        "It has 1,198,721 parameters on 28×28 gray images, the QNN 32 on 4×4 binary ones."
    )
    assert "wins" not in " ".join(conclusion(rows(row("qnn", 0.9), row("cnn", 0.91)), N_TEST))


def test_a_qnn_that_is_ahead_proves_nothing_for_quantum_hardware() -> None:
    lines = conclusion(rows(row("qnn", 0.9), row("cnn", 0.998), row("fair", 0.5), row("logistic", 0.7)), N_TEST)
    assert lines[-1] == (
        "That the QNN is ahead of the fair network and logistic regression is a matter of these settings, not of "
        "quantum hardware: an ordinary computer worked out every figure here."
    )
    even = conclusion(rows(row("qnn", 0.9), row("fair", 0.9)), N_TEST)
    assert even == [
        "Fair network is not clearly apart from the QNN: 90.0 % against 90.0 %. "
        "Both read the same bits, with 37 and 32 parameters."
    ]


@pytest.mark.parametrize(
    ("fair", "qnn_seconds", "expected"),
    [
        (0.905, 200.0, "matches the QNN in a fraction of the time: 2 s on Keras against 3 min 20 s on TFQ"),
        (0.95, 200.0, "beats the QNN in a fraction of the time: 2 s on Keras against 3 min 20 s on TFQ"),
        (0.5, 200.0, "One training took the QNN 3 min 20 s on TFQ, the simulator that the tutorial used"),
        (0.905, 3.0, "One training took the QNN 3 s on TFQ, the simulator that the tutorial used"),
    ],
)
def test_the_tutorials_conclusion_only_where_the_figures_show_it(
    fair: float, qnn_seconds: float, expected: str
) -> None:
    made = rows(row("qnn", 0.9, seconds=qnn_seconds, backend="tfq"), row("fair", fair, seconds=2.0))
    assert expected in conclusion(made, N_TEST)[-1]


def test_times_on_the_exact_engine_are_no_verdict_on_models() -> None:
    made = rows(row("qnn", 0.9, seconds=0.041), row("fair", 0.9, seconds=2.0))
    assert not any("time" in line for line in conclusion(made, N_TEST))
    assert cautions(made)[0] == (
        "One training took the QNN 41 ms on the exact engine and the fair network 2 s on Keras. That compares "
        "software, not models: the tutorial trained its QNN with TFQ, not with this engine. The tfq backend times that."
    )


def test_what_is_known_of_other_seeds() -> None:
    assert cautions({}) == []
    assert cautions(rows(row("qnn", 0.9), row("logistic", 0.9))) == [
        "Only one seed of each was trained: how far another one would move its figure is not known."
    ]
    assert cautions(rows(row("qnn", 0.9, 0.91), row("cnn", 0.99))) == [
        "Only one seed of the full CNN was trained: how far another one would move its figure is not known."
    ]
    assert "neither the 95 % intervals nor the seeds' ranges overlap" in cautions(rows(row("qnn", 0.9, 0.91)))[0]


def test_what_did_the_computing() -> None:
    assert [row(model, 0.9).software for model in PARAMETERS] == ["exact engine", "Keras", "Keras", "NumPy"]
    assert row("qnn", 0.9, backend="tfq").software == "TFQ"
    assert [row(model, 0.9).input for model in ("qnn", "cnn")] == ["4×4 binary", "28×28 gray"]
