"""What trainings at several image sizes show, in sentences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from qmnist_core.arrays import Flags
from qmnist_core.config import averages, reads_bits
from qmnist_core.look.text import percent, superscript
from qmnist_core.metrics import LEVEL, accuracy_interval, paired_over_seeds
from qmnist_core.studies.sweep import READ, RESIZED, Line


def findings(lines: Sequence[Line], n_test: int) -> list[str]:
    """What the results show, one sentence each; none where nothing is measured."""
    found = [
        f"{line.title}: {percent(line.mean_accuracy(line.sizes[0]))} of the test images right at "
        f"{_square(line.sizes[0])}, {percent(line.mean_accuracy(line.sizes[-1]))} at {_square(line.sizes[-1])}."
        for line in lines
        if len(line.sizes) > 1
    ]
    for line in lines:
        clearly = [
            size
            for size in line.sizes
            if not reads_bits(line.encoding)
            and min(line.accuracies[size]) > line.ceilings[size]
            and accuracy_interval(line.mean_accuracy(size), n_test)[0] > line.ceilings[size]
        ]
        if clearly:
            best = max(clearly, key=lambda size: line.mean_accuracy(size) - line.ceilings[size])
            found.append(
                f"{READ['angle'].capitalize()} hold more than bits: {RESIZED[line.resize]} to {_square(best)}, "
                f"the network reaches {percent(line.mean_accuracy(best))} with them, where no classifier of the bits "
                f"can pass {percent(line.ceilings[best])} even with the labels of these test images known."
            )
    n_steps = sum(max(0, len(line.sizes) - 1) for line in lines)
    found += [words for line in lines if (words := _worse_at_more(line, LEVEL / max(1, n_steps)))][:1]
    grown = next((line for line in lines if len(line.sizes) > 1), None)
    if grown is not None:
        first, last = grown.sizes[0], grown.sizes[-1]
        found.append(
            f"From {_square(first)} to {_square(last)} there are {_times(last**2 / first**2)} as many pixels, and a "
            f"training ({grown.title.lower()}) takes {_times(grown.fastest(last) / grown.fastest(first))} as long. "
            f"A state vector would have 2{superscript(last**2 - first**2)} times as many numbers."
        )
    return found


def _worse_at_more(line: Line, level: float) -> str:
    """Where a larger image clearly gives a lower accuracy than the next smaller one, with every seed and, image by
    image, with a p below `level`; the clearest case."""
    steps = itertools.pairwise(line.sizes)
    worse = [
        (small, large)
        for small, large in steps
        if max(line.accuracies[large]) < min(line.accuracies[small])
        and _p(line.right[small], line.right[large]) < level
    ]
    if not worse:
        return ""
    small, large = max(worse, key=lambda pair: line.mean_accuracy(pair[0]) - line.mean_accuracy(pair[1]))
    lower = ""
    if reads_bits(line.encoding) and line.ceilings[large] < line.ceilings[small]:
        lower = " Its ceiling is lower, too."
        if not averages(line.resize):
            lower = " Its ceiling is lower, too: the pixels it reads lie elsewhere."
    return (
        f"More pixels are not always better ({line.title.lower()}): {_square(large)} gives a lower accuracy than "
        f"{_square(small)}, {percent(line.mean_accuracy(large))} against {percent(line.mean_accuracy(small))}.{lower}"
    )


def _p(one: Sequence[Flags], other: Sequence[Flags]) -> float:
    """Of the paired test, over as many seeds as both have."""
    n_seeds = min(len(one), len(other))
    return paired_over_seeds(np.array(one[:n_seeds]), np.array(other[:n_seeds])).p


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def _square(size: int) -> str:
    return f"{size}×{size}"
