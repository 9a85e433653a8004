"""Outputs and gradients before training: how they are measured, what is seen, and the terms for it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import streamlit as st

from qmnist_core.address.views import SPREAD_SEEDS, SPREAD_UPTO
from qmnist_core.catalogue import MODELS
from qmnist_core.circuits.dependence import depends_on_image
from qmnist_core.config import IMAGE_SIDE, CircuitConfig, Experiment
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import magnitude, power_of_ten, time_left
from qmnist_core.metrics import uniform_output_spread
from qmnist_core.models.optimizer import halving_gradient
from qmnist_core.plots.spread import spread_figure
from qmnist_core.simulators.shots import shots_needed
from qmnist_core.studies.spread import SIZES, Spread, laws, measure, normalised, summarise, whole_periods_spread
from qmnist_core.templates import render
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed
from qmnist_core.ui.session.session import session, wait
from qmnist_core.ui.session.widgets import choose

LAST_STEP = 972
"""The tutorial's."""
PLACE = "plateau"
"""The measurement's name among the session's watchers."""

Summary = Mapping[str, Mapping[str, Sequence[Spread]]]


METHOD = """
**How it is measured.** Each seed draws a network's first exponents, as a training with that seed does, and one
training image of the two classes. The same image is resized to every size, binarised and shown to the network.

- **Output**: the size of ⟨Z⟩, without its sign.
- **Gradient**: the root mean square of ∂⟨Z⟩/∂exponent over all exponents, per half-turn. A batch's loss is the mean of
  1 − y⟨Z⟩, so that its gradient is a mean of such gradients with signs: it cannot be longer than the longest of them.
  Over whole periods its theory line is π √(2/3) · √(½ (3/4)ⁿ).
- **Interval**: the seeds are resampled with replacement, 400 times.
- **Too few seeds**: the standard error of the mean square is more than half of it. For a uniform start of the layers
  XX ZZ that error is calculated, otherwise it is estimated from the seeds. An interval would be far too narrow, since
  the seeds that would widen it are not there.
"""


def show_before(experiment: Experiment) -> None:
    """Outputs and gradients over sizes, with what decides how they are measured."""
    circuit = experiment.circuit
    with st.container(key="plateau-controls", horizontal=True, vertical_alignment="bottom", gap="medium"):
        max_size = choose(
            SPREAD_UPTO,
            "Image sizes",
            "plateau-spread-upto",
            help="Only the small ones, where seeds and theory agree; or all, up to the full image.",
        )
        n_seeds = choose(
            SPREAD_SEEDS,
            "Seeds",
            "plateau-spread-seeds",
            help="How many networks are drawn at each size, each with a training image of its own.",
        )
        watcher = measuring(experiment, n_seeds)
        follower = Follower.of(watcher)
        with st.container(width="stretch"):
            follower.follow(lambda: show_progress(watcher, n_seeds))
        again = Press("plateau-again", "Again", lambda: begin_measuring(experiment, n_seeds))
        stop = Press("plateau-stop", "Stop", watcher.stop)
        follower.button(stop, again if watcher.state != "finished" else None, "content")
        with st.popover("What this shows", key="plateau-seen", icon=":material/lightbulb:"):
            said = st.empty()
            st.markdown(METHOD)

    def measured() -> None:
        summary = show_spreads(watcher, circuit, max_size)
        said.markdown("\n".join(f"- {line}" for line in found_words(summary, circuit, max_size)))

    follower.follow(measured)


def measuring(experiment: Experiment, n_seeds: int) -> Watcher[Task]:
    """The measurement for these settings, begun unless it was stopped here before."""
    if session().asked.get(PLACE) != _wanted(experiment, n_seeds):
        begin_measuring(experiment, n_seeds)
        wait(state.client().watchers[PLACE], state.WAIT_SECONDS)
    return state.client().watchers[PLACE]


def begin_measuring(experiment: Experiment, n_seeds: int) -> None:
    wanted, mnist = _wanted(experiment, n_seeds), state.mnist(experiment.data.file)
    watcher = state.workshop().compute(wanted, lambda: measure(wanted[1], mnist, n_seeds))
    state.client().keep(PLACE, watcher)
    session().asked[PLACE] = wanted


def _wanted(experiment: Experiment, n_seeds: int) -> tuple[str, Experiment, int]:
    return "spread", normalised(experiment), n_seeds


def show_progress(watcher: Watcher[Task], n_seeds: int) -> None:
    """One line and a bar: how far the measurement is."""
    done = watcher.revealed // len(SIZES)
    if has_failed(watcher, "This cannot be measured"):
        return
    if watcher.state == "finished":
        words = f"Measured: {n_seeds:,} seeds at each of {len(SIZES)} sizes, both starts"
    elif watcher.state == "stopped":
        words = f"Stopped after {done:,} of {n_seeds:,} seeds"
    else:
        left = time_left(watcher.remaining)
        words = f"Measuring: {done:,} of {n_seeds:,} seeds{left}"
    bar(words, watcher)


@lru_cache(maxsize=8)  # of the last measurements that were on a screen
def _summary(job: Task, n_seeds: int, circuit: CircuitConfig) -> Summary:
    return summarise(job.results(n_seeds * len(SIZES)), circuit)


def show_spreads(watcher: Watcher[Task], circuit: CircuitConfig, max_size: int) -> Summary:
    """Both charts of what is measured by now, and their key."""
    summary = _summary(watcher.job, watcher.revealed // len(SIZES), circuit)
    left, right = st.columns(2, gap="medium")
    known = circuit.is_tutorials
    with left:
        st.markdown("**The output**: ⟨Z⟩ of a real image")
        figure = spread_figure(summary["output"], "size of ⟨Z⟩", laws("output") if known else (), max_size)
        chart(figure, key="plateau-output")
    with right:
        st.markdown("**Its gradient**: change of ⟨Z⟩ with the exponents")
        floor = halving_gradient(LAST_STEP), "Adam's ε halves every step below"
        title = "size of the gradient (per half-turn)"
        figure = spread_figure(summary["gradient"], title, laws("gradient") if known else (), max_size, floor)
        chart(figure, key="plateau-gradient")
    folder = Path(__file__).parent
    st.html(render(folder / "key.html", colour=MODELS["qnn"].colour, known=known))
    return summary


def found_words(summary: Summary, circuit: CircuitConfig, max_size: int) -> list[str]:
    """What a measurement says about the sizes that are drawn, in sentences."""
    summary = {
        quantity: {init: [one for one in spreads if one.size <= max_size] for init, spreads in of.items()}
        for quantity, of in summary.items()
    }
    output, gradient = summary["output"]["uniform"], summary["gradient"]["uniform"]
    if not output:
        return []
    first, last = output[0], output[-1]
    if not last.rms:
        lines = [
            f"**Uniform start.** At {last.size}×{last.size} ⟨Z⟩ comes out as 0 with every seed: it is 0, or smaller "
            "than the rounding error of the waves that it is made of."
        ]
    elif not circuit.is_tutorials:
        lines = [
            f"**Uniform start.** Measured root mean square of ⟨Z⟩: {magnitude(first.rms)} at {first.n_pixels} pixels, "
            f"{magnitude(last.rms)} at {last.n_pixels}. There is no theory line here: ours is for the layers XX ZZ."
        ]
        if not all(one.is_enough for one in output):
            lines[0] += (
                " Hollow marks are likely too low: the rare networks that dominate the mean are not among the seeds."
            )
    else:
        lines = [_uniform_words(output), *([] if all(one.is_enough for one in output) else [_rare_words(output)])]
    if any(one.rms for one in gradient):
        lines += _gradient_words(gradient)
    else:
        lines.append("**The gradient** is exactly 0 at every size: these layers leave ⟨Z⟩ as it is.")
    if not depends_on_image(circuit):
        return [*lines, "**No start helps:** ⟨Z⟩ is the same for every image, whatever the exponents."]
    return lines + _small_words(summary)


def _uniform_words(output: Sequence[Spread]) -> str:
    tutorial = next(one for one in output if one.size == 4)
    most = output[-1].n_pixels
    ratio = (uniform_output_spread(most) / uniform_output_spread(most - 1)) ** 2
    return (
        "**Uniform start: every pixel takes its share.** Theory says √(½ (3/4)ⁿ): "
        f"{magnitude(whole_periods_spread(16))} at 16 pixels, {magnitude(whole_periods_spread(most))} at {most}. TFQ "
        f"draws exponents from 0 to 2π, not a whole number of a gate's periods: 3/4 becomes {ratio:.3f}, and the "
        f"figures {magnitude(uniform_output_spread(16))} and {magnitude(uniform_output_spread(most))}. Measured at 16 "
        f"pixels: {magnitude(tutorial.rms)} (95 % interval {magnitude(tutorial.low)} to {magnitude(tutorial.high)})."
    )


def _rare_words(output: Sequence[Spread]) -> str:
    last, n_seeds = output[-1], output[-1].n_seeds
    enough = [one.size for one in output if one.is_enough]
    upto = (
        f"{n_seeds:,} seeds are enough up to {enough[-1]}×{enough[-1]}" if enough else f"{n_seeds:,} seeds are too few"
    )
    return (
        "**Far right the hollow marks fall below the theory, and do not contradict it.** The mean square is "
        f"dominated by ever rarer networks, which so few seeds never hit: {upto}; {last.size}×{last.size} would take "
        f"some {power_of_ten(round(math.log10(last.seeds_needed)))}. The median there is {magnitude(last.median)}."
    )


def _gradient_words(gradient: Sequence[Spread]) -> list[str]:
    lost = next((one for one in gradient if one.median < halving_gradient(LAST_STEP)), None)
    if lost is None:
        return []
    return [
        "**The gradient shrinks in the same way.** Adam divides it by its own running size, so that a small one moves "
        f"an exponent as far as a large one, until ε matters: {epsilon_words(1, 100, LAST_STEP)}, the tutorial's last. "
        f"From {lost.size}×{lost.size} on the median of a uniform start is below all of these."
    ]


def epsilon_words(*steps: int) -> str:
    """How small a gradient, if it stays the same, has its step halved by Adam's ε."""
    each = [f"{magnitude(halving_gradient(step))} in step {step:,}" for step in steps]
    return f"a constant gradient's step is halved at {', '.join(each[:-1])} and {each[-1]}"


def _small_words(summary: Summary) -> list[str]:
    gradient = [one.rms for one in summary["gradient"]["small"] if one.rms]
    if not gradient:
        return []
    output, spreads = summary["output"]["small"][-1], summary["gradient"]["small"]
    if min(gradient) > max(gradient) / 2:
        words = (
            f"nothing shrinks.** The gradient is {magnitude(min(gradient))} to {magnitude(max(gradient))} at every size"
        )
    else:
        sizes = [f"{magnitude(one.rms)} at {one.size}×{one.size}" for one in (spreads[0], spreads[-1])]
        words = f"the gradient** goes from {sizes[0]} to {sizes[1]}"
    return [
        f"**Small start: {words}. ⟨Z⟩ begins with a size of {magnitude(output.rms)}, much the same for all images; "
        "what counts is that it can be moved."
    ]


def meaning() -> dict[str, str]:
    """Terms that are often confused, each with the figures of this circuit."""
    few, most = uniform_output_spread(16), uniform_output_spread(IMAGE_SIDE**2)
    decades, (few_shots, most_shots) = math.log10(few / most), shots_needed(np.array([few, most]), 0.95)
    return {
        "It shrinks: 16 pixels": f"The tutorial's uniform start gives ⟨Z⟩ a spread of {magnitude(few)}: small, but "
        f"{few_shots:,.0f} measurements of a perfect circuit get its sign right with 95 % probability, and its "
        "gradients are far above where Adam's ε matters. So it trains. One small gradient is not a plateau.",
        "A barren plateau: 784 pixels": f"The same line {decades:.0f} powers of ten farther down, at "
        f"{magnitude(most)}: getting its sign right would take {magnitude(most_shots)} measurements. "
        "*Barren plateau* names the line itself: gradients that shrink exponentially with the number of qubits, until "
        "no direction leads downhill (McClean et al.).",
        "A way out: small angles": "Near exponent 0 every gate does almost nothing, each pixel's factor is near 1, "
        "and there is nothing to shrink (Grant et al.; Zhang et al.). The plateau is still there; this start is not "
        "on it.",
        "What that is worth": "Circuits that provably have no plateau can often be simulated by an ordinary computer "
        "(Cerezo et al. collect the evidence). It fits this page, but proves nothing: a star of 785 qubits is easy to "
        "simulate from either start, as you see.",
    }


def show_terms() -> None:
    """The terms, and where they come from."""
    columns = st.columns(2, gap="medium")
    for i, (title, words) in enumerate(meaning().items()):
        columns[i % 2].markdown(f"**{title}**  \n{words}")
    with st.expander("Sources"):
        st.caption("  \n".join(SOURCES))


SOURCES = (
    "J. R. McClean et al., Barren plateaus in quantum neural network training landscapes, "
    "[Nat. Commun. 9, 4812 (2018)](https://doi.org/10.1038/s41467-018-07090-4)",
    "E. Grant et al., An initialization strategy for addressing barren plateaus in parametrized quantum circuits, "
    "[Quantum 3, 214 (2019)](https://doi.org/10.22331/q-2019-12-09-214)",
    "K. Zhang et al., Escaping from the barren plateau via Gaussian initializations in deep variational quantum "
    "circuits, NeurIPS 2022, [arXiv:2203.09376](https://arxiv.org/abs/2203.09376)",
    "M. Cerezo et al., Does provable absence of barren plateaus imply classical simulability?, "
    "[arXiv:2312.09121](https://arxiv.org/abs/2312.09121)",
)
