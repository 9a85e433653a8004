from __future__ import annotations

import numpy as np

from qmnist_core.arrays import Array
from qmnist_core.studies.sweep import Line
from qmnist_core.words.resolution import findings


def rights(*accuracies: float) -> list[Array]:
    """Correct answers to 1,968 test images, always to the first of them."""
    return [np.arange(1968) < round(1968 * accuracy) for accuracy in accuracies]


def test_the_figures_in_words() -> None:
    bits = Line("bits", "sample", {2: [0.6, 0.62], 4: [0.91], 5: [0.82]}, {2: [0.03], 4: [0.04], 5: [0.06]}, {})
    bits.ceilings.update({2: 0.7, 4: 0.923, 5: 0.9})
    angle = Line("angle", "sample", {2: [0.7], 4: [0.98, 0.97]}, {2: [0.1], 4: [0.2]}, {2: 0.7, 4: 0.923})
    for line in (bits, angle):
        line.right.update({size: rights(*line.accuracies[size]) for size in line.sizes})
    said = findings([bits, angle], 1968)
    assert said == [
        "Bits, sampled: 61.0 % of the test images right at 2×2, 82.0 % at 5×5.",
        "Gray values, sampled: 70.0 % of the test images right at 2×2, 97.5 % at 4×4.",
        "Gray values hold more than bits: sampled to 4×4, the network reaches 97.5 % with them, where no classifier "
        "of the bits can pass 92.3 % even with the labels of these test images known.",
        "More pixels are not always better (bits, sampled): 5×5 gives a lower accuracy than 4×4, 82.0 % against 91.0 "
        "%. Its ceiling is lower, too: the pixels it reads lie elsewhere.",
        "From 2×2 to 5×5 there are 6.2 times as many pixels, and a training (bits, sampled) takes 2.0 times as long. "
        "A state vector would have 2²¹ times as many numbers.",
    ]
    assert findings([Line("bits", "sample", {}, {}, {})], 1968) == []


def test_nothing_is_said_that_the_results_do_not_show() -> None:
    bits = Line("bits", "sample", {4: [0.91], 5: [0.905]}, {4: [0.04], 5: [0.06]}, {4: 0.92, 5: 0.91})
    bits.right.update({4: rights(0.91), 5: [one[::-1] for one in rights(0.905)]})
    angle = Line("angle", "area", {4: [0.855]}, {4: [0.2]}, {4: 0.85}, {4: rights(0.855)})
    said = " ".join(findings([bits, angle], 1968))
    assert "not always" not in said, "each is right on other images"
    assert "hold more" not in said, "within its interval of the ceiling"
    bits.right.update({5: rights(0.905)})
    said = " ".join(findings([bits, angle], 1968))
    assert "5×5 gives a lower accuracy than 4×4" in said, "the same images but for ten, which only 4×4 gets right"
    bits.accuracies[5] = [0.905, 0.912]
    assert "not always" not in " ".join(findings([bits, angle], 1968)), "another seed is as good"
