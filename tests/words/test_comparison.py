from __future__ import annotations

import numpy as np
import pytest

from qmnist_core.catalogue import MODELS
from qmnist_core.config import Experiment
from qmnist_core.studies.comparison import Standing
from qmnist_core.words import comparison as verdicts
from qmnist_core.words.comparison import (
    CLEARLY,
    NULL_OF_ONE,
    NULL_OF_SEEDS,
    OTHER_SEEDS,
    Row,
    beside_the_qnn,
    p_words,
    sentences,
    tutorials_way,
)

N_TEST = 1000
PARAMETERS = {"qnn": 32, "cnn": 1_198_721, "fair": 37, "logistic": 17}


def row(model: str, *accuracies: float, seconds: float = 1.0, backend: str = "exact") -> Row:
    """A QNN that misreads the first images, or another model that misreads the last ones; a seed an accuracy."""
    scores = {}
    for seed, accuracy in enumerate(accuracies):
        right = np.arange(N_TEST) < round(accuracy * N_TEST)
        scores[seed] = np.where(right[::-1] if model == "qnn" else right, 1.0, -1.0)
    standing = Standing(model, MODELS[model].full_title, PARAMETERS[model], accuracies)
    return Row(Experiment.tutorial(model, backend=backend), standing, 10_338, seconds, scores, np.ones(N_TEST))


def rows(*made: Row) -> dict[str, Row]:
    return {one.experiment.model: one for one in made}


def conclusion(by_model: dict[str, Row]) -> list[str]:
    return verdicts.conclusion(by_model, beside_the_qnn(by_model))


def cautions(by_model: dict[str, Row]) -> list[str]:
    """But for the tutorial's way to count, which is tested by itself."""
    found = verdicts.cautions(by_model, beside_the_qnn(by_model))
    return [line for line in found if line not in tutorials_way(by_model)]


def test_the_headline_names_who_is_clearly_apart() -> None:
    by_model = rows(row("qnn", 0.9), row("cnn", 0.99), row("fair", 0.9), row("logistic", 0.8))
    assert verdicts.headline(by_model, beside_the_qnn(by_model)) == (
        "Clearly ahead of the QNN (90.0 %): the full CNN (99.0 %). Clearly behind: logistic regression (80.0 %). "
        "Not clearly apart: the fair network (90.0 %)."
    )
    assert verdicts.headline(by_model, beside_the_qnn(by_model), np.array([0.8, 0.92])).startswith(
        "Clearly ahead of the QNN (90.0 %; 2 seeds 80.0 to 92.0 %): "
    )
    alone = rows(row("qnn", 0.9))
    assert verdicts.headline(alone, beside_the_qnn(alone)) == ""


def said(*made: Row) -> dict[str, str]:
    by_model = rows(*made)
    return sentences(by_model, beside_the_qnn(by_model))


def test_each_model_beside_the_qnn() -> None:
    assert said(row("qnn", 0.9), row("cnn", 0.998), row("fair", 0.6), row("logistic", 0.905)) == {
        "cnn": "Full CNN is clearly ahead of the QNN: 99.8 % against 90.0 %. It alone is right on 100 images, the QNN "
        "alone on 2 (p < 10⁻¹⁵).",
        "fair": "Fair network is clearly behind the QNN: 60.0 % against 90.0 %. It alone is right on 100 images, the "
        "QNN alone on 400 (p < 10⁻¹⁵).",
        "logistic": "Logistic regression (ours) is not clearly apart from the QNN: 90.5 % against 90.0 %. It alone is "
        "right on 100 images, the QNN alone on 95 (p = 0.77).",
    }


def test_seeds_that_agree_are_expected_of_others_too() -> None:
    """A mean over ten seeds, of which each QNN is behind by much the same."""
    qnn = row("qnn", *(0.9 + 0.001 * (seed % 3) for seed in range(10)))
    assert said(qnn, row("cnn", *[0.998] * 10))["cnn"] == (
        "Full CNN is clearly ahead of the QNN in the 10 trainings of each: 99.8 % against 90.1 % (p < 10⁻¹⁵). "
        "The same is to be expected with other seeds (p = 3.1×10⁻⁶)."
    )


def test_seeds_that_differ_tell_little_of_others() -> None:
    (sentence,) = said(row("qnn", 0.9, 0.9, 0.5), row("logistic", 0.95, 0.95, 0.95)).values()
    assert sentence == (
        "Logistic regression (ours) is clearly ahead of the QNN in the 3 trainings of each: 95.0 % against 76.7 % "
        "(p < 10⁻¹⁵). Whether that holds for other seeds, 3 seeds cannot tell (p = 0.30)."
    )
    (even,) = said(row("qnn", 0.9, 0.9), row("logistic", 0.9, 0.9)).values()
    assert even == (
        "Logistic regression (ours) is not clearly apart from the QNN in the 2 trainings of each: 90.0 % against "
        "90.0 % (p = 1.0)."
    )


def test_only_seeds_that_both_have_are_compared() -> None:
    """While trainings go on, or where some were stopped."""
    (pair,) = beside_the_qnn(rows(row("qnn", 0.9, 0.1, 0.1), row("fair", 0.9))).values()
    assert (pair.paired.n_seeds, pair.paired.difference) == (1, 0.0)
    assert pair.table.tolist() == [[800, 100], [100, 0]]
    assert beside_the_qnn(rows(row("fair", 0.9))) == {}


def test_how_small_a_chance_is_written() -> None:
    assert [p_words(p) for p in (1.0, 0.0034, 1.96e-11, 1e-16, 0.0)] == [
        *("p = 1.0", "p = 0.0034", "p = 2.0×10⁻¹¹", "p < 10⁻¹⁵", "p < 10⁻¹⁵")
    ]


def test_the_tutorials_own_way_to_count() -> None:
    fair, qnn = row("fair", 0.9), row("qnn", 1.0)
    fair.scores[0][:100] = 0.25  # right, as a logit above 0
    qnn.scores[0][-8:] = -1.0  # the last batch has 8 images
    assert [fair.keras_accuracy, qnn.keras_accuracy] == pytest.approx([0.8, 31 / 32])
    assert row("logistic", 0.9).keras_accuracy is None
    assert tutorials_way(rows(qnn, fair, row("logistic", 0.9))) == [
        "All accuracies here count a score above 0 as the first class. The tutorial's own metric gives the fair "
        "network 80.0 % (it asks for a logit above 0.5, as if that were a probability) and the QNN 96.9 % (above 0 as "
        "here, but a mean over batches of 32 images, a shorter last one counting in full)."
    ]
    assert tutorials_way(rows(row("logistic", 0.9))) == []


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ([], "Without the QNN's figures there is nothing to conclude yet."),
        ([row("cnn", 0.99), row("fair", 0.9)], "Without the QNN's figures there is nothing to conclude yet."),
        ([row("qnn", 0.9)], "The QNN alone says little: train the others to compare it with them."),
    ],
)
def test_nothing_is_concluded_from_too_little(made: list[Row], sentence: str) -> None:
    assert conclusion(rows(*made)) == [sentence]


def test_a_classical_network_wins_only_where_it_does() -> None:
    first = conclusion(rows(row("qnn", 0.9), row("cnn", 0.998)))[0]
    assert first == (
        "On these classical images a classical network wins. Full CNN is clearly ahead of the QNN: 99.8 % against "
        "90.0 %. It alone is right on 100 images, the QNN alone on 2 (p < 10⁻¹⁵). It has 1,198,721 parameters on 28×28 "
        "gray images, the QNN 32 on 4×4 binary ones."
    )
    assert "wins" not in " ".join(conclusion(rows(row("qnn", 0.9), row("cnn", 0.91))))


def test_a_qnn_that_is_ahead_proves_nothing_for_quantum_hardware() -> None:
    lines = conclusion(rows(row("qnn", 0.9), row("cnn", 0.998), row("fair", 0.5), row("logistic", 0.7)))
    assert lines[-1] == (
        "That the QNN is clearly ahead of the fair network and logistic regression is a matter of these settings, not "
        "of quantum hardware: an ordinary computer worked out every figure here."
    )
    even = conclusion(rows(row("qnn", 0.9), row("fair", 0.9)))
    assert even == [
        "Fair network is not clearly apart from the QNN: 90.0 % against 90.0 %. It alone is right on 100 images, the "
        "QNN alone on 100 (p = 1.0). Both read the same bits, with 37 and 32 parameters."
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
    assert expected in conclusion(made)[-1]


def test_times_on_the_exact_engine_are_no_verdict_on_models() -> None:
    made = rows(row("qnn", 0.9, seconds=0.041), row("fair", 0.9, seconds=2.0))
    assert not any("time" in line for line in conclusion(made))
    assert cautions(made)[-1] == (
        "One training took the QNN 41 ms on the exact engine and the fair network 2 s on Keras. That compares "
        "software, not models: the tutorial trained its QNN with TFQ, not with this engine. The tfq backend times that."
    )


def test_what_is_known_of_other_seeds() -> None:
    assert cautions({}) == []
    assert cautions(rows(row("qnn", 0.9), row("logistic", 0.9))) == [
        CLEARLY,
        "Only one seed of each was trained: how much another one would change its figure is not known.",
    ]
    assert cautions(rows(row("qnn", 0.9, 0.91), row("cnn", 0.99))) == [
        CLEARLY,
        "Only one seed of the full CNN was trained: how much another one would change its figure is not known.",
    ]
    assert cautions(rows(row("qnn", 0.9, 0.91), row("cnn", 0.99, 0.99))) == [
        CLEARLY.replace(NULL_OF_ONE, NULL_OF_SEEDS),
        OTHER_SEEDS,
    ]
    assert "p < 0.01" in CLEARLY


def test_what_did_the_computing() -> None:
    assert [row(model, 0.9).software for model in PARAMETERS] == ["exact engine", "Keras", "Keras", "NumPy"]
    assert row("qnn", 0.9, backend="tfq").software == "TFQ"
    assert [row(model, 0.9).input for model in ("qnn", "cnn")] == ["4×4 binary", "28×28 gray"]
