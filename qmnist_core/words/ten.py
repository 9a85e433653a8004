"""What ten digits' networks are and how well they do, in sentences with their figures."""

from __future__ import annotations

import numpy as np

from qmnist_core import metrics
from qmnist_core.data.ten import N_DIGITS, N_PIXELS
from qmnist_core.look.text import counted, percent
from qmnist_core.models.ten import Stars
from qmnist_core.studies.ten import CONFIDENCE, Ten, Trained
from qmnist_core.words.comparison import p_words

HARDLY = 0.98
"""The mean purity above which one can say so."""
NOT_APART = "not clearly apart from"


def beside_words(found: Ten, other: Trained, name: str) -> str:
    """Whether the circuits are apart from another network on the same test images. name: the other's, in a sentence."""
    ours, theirs = found.accuracy(found.stars), found.accuracy(other)
    (_, only_stars), (only_other, _) = found.table(other).tolist()
    p = found.p(other)
    verdict = ("clearly ahead of" if ours > theirs else "clearly behind") if p < metrics.LEVEL else NOT_APART
    return (
        f"The circuits are {verdict} {name} on the same {len(found.labels):,} test images: {percent(ours)} against "
        f"{percent(theirs)}. They alone are right on {counted(only_stars, 'image')}, {name} alone on {only_other:,} "
        f"(McNemar's exact test, {p_words(p)}). They have {found.stars.n_parameters:,} parameters, {name} "
        f"{other.n_parameters:,}."
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
    much = "hardly" if np.mean(purity) > HARDLY else "little"
    return (
        f"The readouts are {much} entangled with their pixels: just before it is measured, a readout's purity tr ρ² is "
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


def published_words() -> str:
    """The result in the literature that comes closest to it."""
    return (
        "Kawase (arXiv:2312.13650) reports more than 96 % on MNIST's ten digits at 28×28, with 14 small quantum neural "
        "networks, each of which gets a part of the image. That is another way to the same end; no test pairs it with "
        "these circuits image by image."
    )
