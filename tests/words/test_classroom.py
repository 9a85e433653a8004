"""What a class has found, in sentences."""

from __future__ import annotations

import numpy as np

from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.studies.class_set import Change, Comparison
from qmnist_core.studies.search import Difference, Luck
from qmnist_core.words.classroom import change_details, change_line, luck_explained, luck_line, settings_words

SAME = Comparison.of(np.array([True, False] * 6), np.array([False, True] * 6))
BETTER = Comparison.of(np.array([False] * 20), np.array([True] * 20))


def test_a_change_is_named_only_where_it_is_clear() -> None:
    quiet, loud = Change("QNN 4×4", 13, SAME, SAME), Change("QNN 28×28", 13, SAME, BETTER)
    start = "With 13 drawings among the training images"
    assert change_line([quiet]) == f"{start}, no network is clearly better or worse."
    assert change_line([quiet, loud]) == f"{start}: QNN 28×28 is clearly better on the drawings held out."
    worse = Comparison.of(np.array([True] * 20), np.array([False] * 20))
    both = Change("QNN 4×4", 1, worse, BETTER)
    assert change_line([both]) == (
        "With 1 drawing among the training images: QNN 4×4 is clearly better on the drawings held out and is clearly "
        "worse on MNIST's test images."
    )
    details = change_details(quiet).replace("\u00a0", " ")
    assert "- Drawings held out: 6 of 12, 50.0 % (25.4 to 74.6 %) without, 6 of 12, " in details
    assert "with them; 6 gained, 6 lost, p = 1.0" in details


def test_settings_are_named_where_they_differ() -> None:
    base = Experiment(epochs=2)
    assert settings_words(base, base) == "as given"
    other = Experiment(data=DataConfig(threshold=0.3), circuit=CircuitConfig(("XX", "ZZ", "XX")), epochs=2)
    assert settings_words(other, base) == "threshold 0.3, layers XX-ZZ-XX"


def test_luck_has_its_direction_in_words() -> None:
    found = Luck(Difference(0.021, 0.002, 0.04), Difference(-0.004, -0.02, 0.012), 0.0131)
    assert luck_line(found, "Ada") == (
        "Ada scored 2.1 points lower on the test images (−4.0 to −0.2) than on the validation images; the mean of "
        "everybody's best, 0.4 points higher (−1.2 to +2.0)."
    )
    assert "each of the 17 networks" in luck_explained(found, 17, 2410)
    assert "on 2,410 new images of its own, the best of them would look 1.3 points better" in luck_explained(
        found, 17, 2410
    )
