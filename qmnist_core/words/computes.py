"""The text of the lab on the learnt function: a sentence or two for each figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qmnist_core.arrays import Flags, Scores
from qmnist_core.circuits.dependence import depends_on_image, effective_numbers, idle_layers
from qmnist_core.circuits.paths import count_active_layers
from qmnist_core.config import CircuitConfig, Experiment
from qmnist_core.data.class_names import Names
from qmnist_core.look.text import (
    counted,
    decimal,
    magnitude,
    percent,
    power_of_ten,
    signed,
    superscript,
    unbroken,
    with_article,
    with_interval,
)
from qmnist_core.metrics import said, says_first
from qmnist_core.pictures.pixels import pixel_name
from qmnist_core.simulators.all_inputs import MAX_PIXELS
from qmnist_core.simulators.clock import Clock

IDLE = 1 / 20
"""A pixel that turns the hand by less than this share of what the strongest one does is called idle."""
STILL = 1e-12
"""In radians: rounding error of an angle of 0."""
ABOUT_X = (
    "A layer with X as second letter turns the readout about X, which is what the last H and the measurement read."
)
MAPS = ("φ: what an unlit pixel turns", "−2φ, less whole turns: what lighting it changes")
"""What the two maps of a clock are called."""
MAX_NAMES = 4
"""Pixels named one by one."""

WHY_A_CLOCK = """
- The readout meets every pixel's qubit, but those never meet each other. So each pixel gives one factor,
  $r\\,e^{i z \\varphi}$: a turn by $z\\varphi$ ($z = +1$ for unlit, $-1$ for lit) and a shortening by $r \\le 1$.
- The hand is $-1$ times the product of all factors. Its horizontal part is
  $\\langle Z\\rangle = -R\\cos\\left(\\sum z\\varphi\\right)$ with $R = \\prod r$.
- It is physical: the readout qubit's own state just before the last H gate, its Bloch vector. A hand shorter than
  1 means that the readout is entangled with the pixels' qubits.
- The order of the pixels does not matter: turns add up and lengths multiply, whichever comes first.
"""


@dataclass(frozen=True)
class Agreement:
    """How often the two networks say the same, and how often each is right of the test images: shares in [0, 1]."""

    on_test: float
    on_inputs: float
    n_inputs: int
    qnn: float
    logistic: float


def answer_words(value: float, names: Names, truth: str | int | None) -> str:
    """⟨Z⟩, the class it stands for, and whether that is right, if known."""
    answer = said(value, names)
    verdict = "" if truth is None else ": right" if answer == truth else ": wrong"
    return f"⟨Z⟩ = {signed(value)}, it says {answer}{verdict}."


def map_words(damping: float) -> str:
    """What both maps are, in one line."""
    return f"Unlit, a pixel turns the hand by φ; lighting it turns the hand by −2φ. **R = {_share(damping)}.**"


def damping_words(now: float, before: float, n_exponents: int, n_numbers: int) -> str:
    """What R means, what training did to it, and how few numbers it and the map are.

    n_numbers: `effective_numbers` of the circuit.
    """
    text = f"**R = {_share(now)} is the greatest possible size of ⟨Z⟩**, whatever image the network is shown; "
    if _share(now) == _share(before):
        text += "it was the same before training."
    else:
        text += f"before training it was {_share(before)}."
    few = (
        f"{n_exponents:,} exponents make only **{counted(n_numbers, 'number')}** that "
        f"{'matters' if n_numbers == 1 else 'matter'}, and "
    )
    return (
        f"{text} R and the map φ are all there is to the network: {few if n_numbers < n_exponents else ''}"
        "⟨Z⟩ = −R cos(Σ z φ)."
    )


def idle_words(clock: Clock, never_lit: Flags) -> str:
    """How many pixels do nothing, though their φ may look strong, and which were never tried.

    never_lit: bool (n_pixels,), unlit in every training image.
    """
    n, effect = len(clock.angles), np.abs(clock.lighting)
    if effect.max() < STILL:
        return f"**All {n:,} pixels are idle**: lighting one does not turn the hand at all."
    idle = effect <= IDLE * effect.max()
    strong = int((idle & (np.abs(clock.angles) > math.pi / 2)).sum())
    one = idle.sum() == 1
    text = (
        f"**{int(idle.sum()):,} of {n:,} pixels {'is' if one else 'are'} idle**: lighting {'it' if one else 'them'} "
        "turns the hand by less than a twentieth of what the strongest pixel does."
    )
    if not idle.any():
        text = (
            "**No pixel is idle**: lighting any of them turns the hand by at least a twentieth of what the strongest "
            "does."
        )
    if strong:
        who = "It looks" if one else f"{strong:,} of them {'looks' if strong == 1 else 'look'}"
        text += f" {who} strong on the left, with φ near ±π: lit or unlit, the hand comes out the same."
    missing = np.flatnonzero(never_lit)
    if len(missing):
        size = math.isqrt(n)
        names = " and ".join(pixel_name(int(pixel), size) for pixel in missing) if len(missing) <= MAX_NAMES else ""
        one = len(missing) == 1
        text += (
            f" {counted(len(missing), 'pixel')}{f', {names},' if names else ''} "
            f"{'is' if one else 'are'} never lit in a training image: "
            f"what lighting {'it' if one else 'them'} would do was never tried."
        )
    return text


def wrong_words(n_wrong: int, n_images: int) -> str:
    """What the cosine shows, in one line."""
    return unbroken(
        f"**Blue belongs above zero, orange below**: {n_wrong:,} of {n_images:,} training images are on the wrong side."
    )


def cosine_words(n_patterns: int, n_wrong: int, n_least: int, n_images: int) -> str:
    """What the points are, how many training images are on the wrong side of zero, and how few they could be."""
    larger = ", larger where more frequent" if n_images > n_patterns else ""
    least = (
        f"; any network has {n_least:,} there at least, since some patterns come from both classes" if n_least else ""
    )
    return unbroken(
        f"Each point is one of the **{n_patterns:,} bit patterns** of the training images{larger}; all lie on one "
        "cosine. **Blue belongs above zero, orange below**: "
        f"{n_wrong:,} of {n_images:,} images are on the wrong side ({percent(n_wrong / n_images)}{least})."
    )


def share_words(n_pixels: int, answers: Scores, names: Names) -> str:
    """What the network says of every input, in one line. answers: as for `all_words`."""
    share = percent(float(says_first(answers).mean()))
    which = f"all {len(answers):,} possible" if n_pixels <= MAX_PIXELS else f"{len(answers):,} random"
    return unbroken(f"Of {which} inputs it calls **{share} {with_article(names[0])}**, most of them unlike any image.")


def all_words(n_pixels: int, answers: Scores, n_patterns: int, n_marked: int, names: Names) -> str:
    """What is asked, and how much of it occurs. answers: ⟨Z⟩ of all inputs, or of a sample where they are too many."""
    which = f"{n_patterns:,}" if n_marked == n_patterns else f"first {n_marked:,} of {n_patterns:,}"
    share, number = float(says_first(answers).mean()), f"2{superscript(n_pixels)}"
    if n_pixels <= MAX_PIXELS:
        text = (
            f"There are {number} = {len(answers):,} possible inputs, and this network answers every one: "
            f"it calls **{percent(share)} of them {with_article(names[0])}**. "
        )
        if n_patterns == n_marked == len(answers):
            return unbroken(f"{text}All of them occur among the training images, and are marked below.")
        marked = "they" if n_marked == n_patterns else f"the first {n_marked:,}"
        return unbroken(
            f"{text}Only **{n_patterns:,}** of them ({magnitude(100 * n_patterns / len(answers))} %) occur among the "
            f"training images; {marked} are marked below. Nobody told it what to say about the others."
        )
    power = power_of_ten(round(n_pixels * math.log10(2)))
    interval = with_interval(share, len(answers)).replace("images", "inputs")
    return unbroken(
        f"There are {number} possible inputs, about {power}: too many to ask. Of inputs drawn at random the network "
        f"calls **{interval}** {with_article(names[0])}. The {which} patterns of the training images are marked below."
    )


def same_words(both: Agreement, n_pixels: int) -> str:
    """How similar the two are, in one line."""
    inputs = "all possible inputs" if n_pixels <= MAX_PIXELS else "random inputs"
    return unbroken(
        f"They say the same for **{percent(both.on_test)} of the test images**, and for {percent(both.on_inputs)} of "
        f"{inputs}."
    )


def agreement_words(both: Agreement, n_test: int, n_pixels: int, learnt: bool = True) -> str:
    """How similar the two are, where there is data and where there is none.

    learnt: whether the quantum network is better than chance; otherwise nothing is said about what it was taught.
    """
    inputs = f"all {both.n_inputs:,} possible inputs" if n_pixels <= MAX_PIXELS else f"{both.n_inputs:,} random inputs"
    return unbroken(
        f"- On the test images the two say the same for **{with_interval(both.on_test, n_test)}**. The quantum network "
        f"classifies {with_interval(both.qnn, n_test)} correctly, logistic regression "
        f"{with_interval(both.logistic, n_test)}.\n"
        f"- On {inputs} they say the same for **{percent(both.on_inputs)}**; two tossed coins agree in 50 % of cases."
        + " Where there is data both were taught the same; elsewhere each follows its own form."
        * learnt
    )


def mean_words(n: int, n_test: int) -> str:
    """Which test images a mean is over."""
    return f"all {n_test:,} test images" if n == n_test else f"the first {n:,} of {n_test:,} test images, to save time"


def turning_words(turning: Flags, one_wave: bool, least: float = 0.0) -> str:
    """At how many pixels the effect depends on the others so much that it changes its sign.

    least: the size below which all effects are, or 0 where some are not.
    """
    if least:
        return f"Lighting a pixel changes ⟨Z⟩ by less than {least:g} everywhere, in each of these images."
    if not turning.any():
        return "No pixel speaks for one class in some of these images and for the other in others."
    return (
        f"**At {int(turning.sum()):,} of {len(turning):,} pixels the mean hides a change of sign**: lighting it speaks "
        f"for one class in some of these images and for the other in others, depending on "
        f"{'where the hand points' if one_wave else 'which other pixels are lit'}."
    )


def stack_words(layers: tuple[str, ...], n_waves: int) -> str:
    """What layers other than the tutorial's do; for several waves, what no longer holds."""
    names, active = " ".join(layers), count_active_layers(layers)
    idle = layers[active:]
    if not active:
        which = f"layer {names} changes" if len(layers) == 1 else f"layers {names} change"
        return f"The {which} no answer: ⟨Z⟩ is −1 for every input. {ABOUT_X}"
    if n_waves == 1:
        which = f"layer {names} makes" if len(layers) == 1 else f"layers {names} make"
        if not depends_on_image(CircuitConfig(layers)):
            return (
                f"The {which} a single wave too, but one that no image reaches: a pixel can only flip the hand or keep "
                "its direction, the same for every image."
            )
        text = f"The {which} a single wave too: all that is said here holds"
        text += f"; the hand is the readout before {' '.join(idle)}." if idle else "."
    else:
        text = (
            f"**The layers {names} make {n_waves:,} waves instead of one**: there is no single clock, no single map φ "
            "and no single R. What still holds is on these tabs."
        )
    for i in idle_layers(CircuitConfig(layers)):
        if i < active:
            text += f" Layer {i + 1} ({layers[i]}) changes no answer, whatever its exponents."
    if idle:
        which = (
            f"Layer {idle[0]}, at the end, changes" if len(idle) == 1 else f"The last layers, {' '.join(idle)}, change"
        )
        text += f" {which} no answer. {ABOUT_X}"
    return text


def sum_words(n_waves: int) -> str:
    """What several waves are, in one line."""
    return f"**{n_waves:,} hands turn at once**: ⟨Z⟩ is the sum of as many waves. Here is what each of them gives."


def waves_words(experiment: Experiment, n_waves: int, n_shown: int) -> str:
    """What holds for a circuit of several waves."""
    circuit, n_pixels = experiment.circuit, experiment.data.n_pixels
    n_numbers, n_exponents = n_waves * (n_pixels + 1), circuit.n_layers * n_pixels
    n_effective = effective_numbers(circuit, n_pixels)
    text = (
        f"**⟨Z⟩ = Σₖ Aₖ cos(αₖ + Σ z φₖ)**: a sum of {n_waves:,} waves, each with a map of its own, since the pixels "
        "still never meet. Grey: what each wave can give to ⟨Z⟩. Coloured: what it gives for this image."
    )
    if n_shown < n_waves:
        text += (
            f" The {n_shown:,} largest are drawn." if n_shown > 1 else " The largest is drawn; the others are small."
        )
    if n_numbers > n_exponents:
        text += (
            f" All {n_numbers:,} numbers Aₖ and φₖ come from {n_exponents:,} exponents: they cannot be chosen freely."
        )
    if n_effective < n_exponents:
        text += f" The exponents amount to only **{counted(n_effective, 'independent number')}**."
    return text


def _share(share: float) -> str:
    """A number from 0 to 1, to three decimals, or two digits of a smaller one."""
    return decimal(share) if share >= 0.0995 else magnitude(share)
