"""What ten digits' networks are and how well they do, in sentences with their figures."""

from __future__ import annotations

import numpy as np

from qmnist_core import metrics
from qmnist_core.data.ten import N_DIGITS, N_PIXELS
from qmnist_core.look.text import counted, percent
from qmnist_core.models.ten import Stars
from qmnist_core.studies.ten import CONFIDENCE, Ten
from qmnist_core.words.comparison import p_words


def beside_words(found: Ten) -> str:
    """Whether the circuits are apart from softmax regression on the same test images."""
    stars, softmax = (found.accuracy(one) for one in (found.stars, found.softmax))
    (_, only_stars), (only_softmax, _) = found.table.tolist()
    apart = found.p < metrics.LEVEL
    verdict = ("clearly ahead of" if stars > softmax else "clearly behind") if apart else "not clearly apart from"
    return (
        f"The circuits are {verdict} softmax regression on the same {len(found.labels):,} test images: "
        f"{percent(stars)} against {percent(softmax)}. They alone are right on {counted(only_stars, 'image')}, softmax "
        f"regression alone on {only_softmax:,} (McNemar's exact test, {p_words(found.p)})."
    )


def circuits_words(network: Stars) -> str:
    """How many circuits of how many qubits there are."""
    n = network.exponents.shape[1]
    return (
        f"{n:,} circuits of {N_PIXELS + 1} qubits each, {n // N_DIGITS} a digit. They share no qubit, so that a device "
        "can run them one after another."
    )


def entanglement_words(network: Stars) -> str:
    """How little the readouts are entangled, and what follows from it."""
    purity = network.purity()
    return (
        f"Its readouts are hardly entangled with their pixels: just before it is measured, a readout's purity tr ρ² is "
        f"{np.mean(purity):.3f} on average and {np.min(purity):.3f} in the circuit with the least, where 1 is no "
        "entanglement and 0.5 is all there can be."
    )


def simulation_words() -> str:
    """Why an ordinary computer can do it."""
    return (
        "Without much entanglement each circuit is little more than the cosine of a weighted sum of pixels, and an "
        "ordinary computer works that out with one multiplication a pixel. It never has to hold a state of "
        f"{N_PIXELS + 1} qubits. So this shows what such circuits can learn, not that a quantum computer is needed."
    )


def shots_words(found: Ten) -> str:
    """How often a device has to measure for one answer."""
    half, most = (float(np.quantile(found.shots, share, method="inverted_cdf")) for share in (0.5, 0.9))
    n = found.network.exponents.shape[1]
    words = (
        f"A perfect device gives the same answer with {100 * CONFIDENCE:.0f} % probability after about "
        f"{counted(int(half), 'shot')} of each circuit for half of the test images, that is "
        f"{counted(int(half) * n, 'measurement')} for one answer"
    )
    return f"{words}; for nine in ten it takes at most {most:,.0f} of each." if np.isfinite(most) else f"{words}."
