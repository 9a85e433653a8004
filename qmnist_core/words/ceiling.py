"""The accuracy ceiling in words: hindsight, found with the labels of the images it is counted on."""

from __future__ import annotations

from qmnist_core.data.pipeline import Counts
from qmnist_core.look.text import counted, percent, with_interval
from qmnist_core.metrics import accuracy_interval


def seen_once(counts: Counts) -> str:
    """How many test patterns occur once: 40 of 115 (35 %)."""
    share = counts.test_patterns_seen_once / counts.n_test_patterns
    return f"{counts.test_patterns_seen_once:,} of {counts.n_test_patterns:,} ({100 * share:.0f} %)"


def in_short(counts: Counts) -> str:
    """What the ceiling is and what it rests on, wherever it is shown."""
    return (
        f"The ceiling, {percent(counts.accuracy_ceiling)}, is hindsight: the best score on these "
        f"{counted(counts.n_test_filtered, 'test image')} with their labels known. The same over the "
        f"{counted(counts.n_train_filtered, 'training image')} is {percent(counts.accuracy_ceiling_train)}; of the "
        f"bit patterns of the test images, {seen_once(counts)} occur only once and count as right."
    )


def at_length(counts: Counts) -> list[str]:
    """The same step by step, and the accuracy of a table of the training patterns."""
    n_test, ceiling = counts.n_test_filtered, counts.accuracy_ceiling
    if ceiling == 1.0:
        meaning = (
            f"**In hindsight 100 %:** no two of these {n_test:,} test images of different classes have the same bits. "
            "That does not mean that so much can be learnt."
        )
    else:
        wrong = round((1 - ceiling) * n_test)
        meaning = (
            f"**No classifier that sees only these bits, quantum or not, can score more than {percent(ceiling)} on "
            f"these {n_test:,} test images.** The same bits come with both labels, so that any answer is wrong for at "
            f"least {wrong:,} of them. But that score is hindsight: it takes their labels to find the best answers."
        )
    rests = (
        f"Over the {counts.n_train_filtered:,} training images the best score with the labels known is "
        f"{percent(counts.accuracy_ceiling_train)}. Of the bit patterns of the test images, {seen_once(counts)} occur "
        "only once, and such a pattern counts as right whatever it shows."
    )
    lookup = (
        "A plain table of the training patterns, each with its majority label, classifies "
        f"{with_interval(counts.lookup_accuracy, n_test)} correctly."
    )
    low, high = accuracy_interval(counts.lookup_accuracy, n_test)
    if low <= counts.accuracy_ceiling_train <= high and ceiling < 1:
        lookup += " It has already learnt about all that these bits can teach."
    return [meaning, rests, lookup]
