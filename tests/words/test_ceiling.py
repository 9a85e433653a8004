from __future__ import annotations

from pathlib import Path

from qmnist_core.config import DataConfig
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.look.text import percent
from qmnist_core.words.ceiling import at_length, in_short, seen_once


def test_a_ceiling_is_called_hindsight_and_shown_beside_what_it_rests_on(dataset: Dataset) -> None:
    assert in_short(dataset.counts) == (
        "The ceiling, 92.3 %, is hindsight: the best score on these 1,968 test images with their labels known. "
        "The same over the 12,049 training images is 91.3 %; "
        "of the bit patterns of the test images, 40 of 115 (35 %) occur only once and count as right."
    )
    meaning, _, lookup = at_length(dataset.counts)
    assert "can score more than 92.3 % on these 1,968 test images.**" in meaning
    assert lookup.endswith("It has already learnt about all that these bits can teach.")


def test_a_ceiling_of_100_percent_promises_nothing(mnist: Mnist) -> None:
    counts = prepare(mnist, DataConfig(size=8)).counts
    assert seen_once(counts) == "1,766 of 1,855 (95 %)"
    meaning, rests, lookup = at_length(counts)
    assert meaning.endswith("That does not mean that so much can be learnt.")
    assert "99.8 %. Of the bit patterns of the test images, 1,766 of 1,855 (95 %) occur only once" in rests
    assert "already learnt" not in lookup


def test_the_readme_says_the_same(dataset: Dataset, mnist: Mnist) -> None:
    readme = " ".join((Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8").split())
    counts, fine = dataset.counts, prepare(mnist, DataConfig(size=8)).counts
    assert in_short(counts) in readme
    assert f"What can be learnt from these 16 bits is about {percent(counts.accuracy_ceiling_train)}" in readme
    assert f"each with its majority label ({percent(counts.lookup_accuracy)}), are there already" in readme
    once = f"{fine.test_patterns_seen_once:,} of the {fine.n_test_patterns:,} test patterns occur once"
    assert f"At 8×8 the ceiling is 100 %, but {once}" in readme
