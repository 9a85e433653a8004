"""The parts of the page on noise and shots."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from qmnist_core.address.settings import shortened
from qmnist_core.address.views import EXAMPLE, INFIDELITY, KIND, RATE, SHOTS, SURE
from qmnist_core.arrays import Exponents
from qmnist_core.channels import CHANNELS, gate_infidelity
from qmnist_core.circuits.dependence import depends_on_image
from qmnist_core.config import DataConfig, Experiment, NoiseConfig
from qmnist_core.data.pipeline import Dataset
from qmnist_core.errors import QMnistError
from qmnist_core.look.text import (
    counted,
    magnitude,
    percent,
    percent_range,
    signed_fine,
    time_left,
    unbroken,
    with_interval,
)
from qmnist_core.metrics import accuracy_interval, said
from qmnist_core.pictures.gauge import gauge
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.plots.noise import chance, noise_figure, shots_figure
from qmnist_core.simulators.shots import flip_probability, shot_distribution, shots_needed
from qmnist_core.studies.noise import (
    Advice,
    ImageAnswer,
    NoisePoint,
    advise,
    image_answer,
    images_that_fit,
    noise_points,
    right_with_shots,
)
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.picture import picture
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed
from qmnist_core.ui.session.looking import look_at
from qmnist_core.ui.session.session import Computation, session
from qmnist_core.ui.session.widgets import choose

ADVICE = "noise advice"
"""The table's name among the session's computations."""
ENOUGH = 10_000
"""Shots per image that a device is assumed to have time for."""
SIZES = (2, 4, 6, 8, 10, 14, 20, 28)
STACKS = (("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"))
INFIDELITY_HELP = """What data sheets quote as the error of a two-qubit gate: how far, averaged over all states of its
two qubits, the gate's output is from the ideal one. Kinds of noise are compared at the same infidelity."""
MARGIN_HELP = """The mean of label·⟨Z⟩ with noise, divided by that without. Below 0, the noise has reversed the answers
on the whole."""

_KINDS = "\n".join(f"- **{one.title}**: {one.words.format(p=one.symbol)}; {one.relation}." for one in CHANNELS.values())
EXACTLY = f"""
Noise follows every two-qubit gate of the model, on its data qubit and the readout. Everything else is assumed to
be perfect: the encoding of the image, the readout's own X and H, qubits that wait while others have their gate, the
measurement, and a readout that is wired to every data qubit. A gate such as ZX counts as one gate, whatever its
exponent.

**The average gate infidelity** r is 1 minus the fidelity of the gate's output with the ideal state, averaged over all
states of the two qubits. On two qubits r = 0.8 (1 − F), where F is the entanglement fidelity of the noise (Nielsen,
Phys. Lett. A 303, 249 (2002)). Each kind of noise has a parameter of its own; after each gate there is

{_KINDS}

The noisy ⟨Z⟩ is computed exactly, without sampling, for up to 785 qubits: a data qubit meets the readout once a layer
and no other qubit, so that it is one small matrix. It agrees with Cirq's density matrices to 1e-10 and with noisy
trajectories on 17 qubits. Shots are exact binomials: each of n shots says +1 with probability (1 + ⟨Z⟩)/2.

For the layers XX, ZZ on bits, depolarising and dephasing multiply every ⟨Z⟩ by the same factor: with unlimited shots
they change no answer. With other layers each of them may. Amplitude damping takes every qubit towards |0⟩, which on a
data qubit is an unlit pixel: lit pixels begin to look unlit. This may change answers, on XX, ZZ too, and in which
direction depends on the network and the image.
"""


@dataclass(frozen=True)
class Chosen:
    """The values of the controls."""

    kind: str
    infidelity: float
    """Average gate infidelity, one of the view's options."""
    n_shots: int
    confidence: float

    @property
    def noise(self) -> NoiseConfig:
        return NoiseConfig.of_infidelity(self.kind, self.infidelity)

    @property
    def title(self) -> str:
        return CHANNELS[self.kind].title


def controls() -> Chosen:
    """Kind and infidelity of the noise, shots, and the target confidence; all in the address."""
    kind_place, infidelity_place, shots_place, sure_place = st.columns([2.2, 2.2, 2, 1.6], gap="medium")
    with kind_place:
        kind = choose(KIND, "Noise", "noise-kind", st.selectbox, format_func=lambda name: CHANNELS[name].title)
    _take_former_rate(kind)
    with infidelity_place:
        infidelity = choose(
            INFIDELITY,
            "Average gate infidelity",
            "noise-infidelity",
            st.select_slider,
            format_func=share_words,
            help=INFIDELITY_HELP,
        )
    with shots_place:
        n_shots = choose(SHOTS, "Shots per image", "noise-shots", st.select_slider, format_func="{:,}".format)
    with sure_place:
        confidence = choose(SURE, "Target confidence", "noise-sure", st.select_slider, format_func=share_words)
    chosen, channel = Chosen(kind, infidelity, n_shots, confidence), CHANNELS[kind]
    parameter = f"**{channel.symbol} = {share_words(chosen.noise.strength)}**"
    st.caption(
        unbroken(
            f"{channel.title.capitalize()} at this infidelity: after each gate, {channel.words.format(p=parameter)}. "
            "Everything else is assumed to be perfect, the measurement too."
        )
    )
    return chosen


def share_words(share: float) -> str:
    """A share with up to three digits: 0.0125 %."""
    return f"{100 * share:.3g} %"


def _take_former_rate(kind: str) -> None:
    """Convert the error rate of an older address, which was the channel's own parameter."""
    text = session().view.pop(RATE.key, None)
    if text is None:
        return
    if not RATE.allows(text):
        problem = f"{RATE.words} is needed. It is ignored"
    elif INFIDELITY.key in session().view:
        problem = f"there is {INFIDELITY.key} as well, which is what it is called now. It is ignored"
    else:
        infidelity = gate_infidelity(kind, float(text))
        others = [one for one in INFIDELITY.values if one > 0]
        nearest = min(others, key=lambda one: abs(math.log(one / infidelity))) if infidelity else 0.0
        session().view[INFIDELITY.key] = INFIDELITY.write(nearest)
        problem = (
            f"this was the parameter of {CHANNELS[kind].title}, {share_words(float(text))}, which is an average gate "
            f"infidelity of {share_words(infidelity)}. The nearest that can be chosen, {share_words(nearest)}, is used"
        )
    state.name_problem(f"The address says {RATE.key}={shortened(text)}: {problem}.")


def stop_curve(curve: Computation) -> None:
    """Keep what is computed, and compute no more however often the page is redrawn."""
    curve.watcher.stop()
    session().stopped_curve = curve


def follow_curve(experiment: Experiment, exponents: Exponents, dataset: Dataset, kind: str) -> Computation | None:
    """A network under a kind of noise at all infidelities, computed in the background; None where that is too much."""
    circuit = experiment.circuit
    try:
        n = images_that_fit(circuit, dataset.test.bits, kind)
    except QMnistError as error:
        words = str(error)
        say.warning(f"{words[0].upper()}{words[1:]}.", icon=":material/hourglass_disabled:")
        return None
    key = ("noise", experiment, exponents.tobytes(), kind)
    stopped = session().stopped_curve
    if stopped is not None and stopped.asked == key:
        return stopped
    examples = dataset.test.first(n)
    all_of_them = INFIDELITY.values
    watcher = state.workshop().compute(key, lambda: noise_points(circuit, exponents, examples, kind, all_of_them))
    state.client().keep("noise curve", watcher)
    watcher.wait(state.WAIT_SECONDS)
    return Computation(key, watcher)


def show_curve(curve: Computation, experiment: Experiment, dataset: Dataset, chosen: Chosen) -> None:
    watcher, rests = curve.watcher, session().stopped_curve is curve

    def goes_on() -> bool:
        return watcher.is_active or (rests and session().stopped_curve is None)

    computing = Follower(goes_on, watcher.is_active)
    moving = computing.moving

    def body() -> None:
        if has_failed(watcher, "The noise cannot be computed"):
            return
        points: list[NoisePoint] = watcher.job.results(watcher.revealed)
        if moving or watcher.state == "stopped":
            _how_far(computing, curve, len(points))
        left_place, right_place = st.columns([3, 2], gap="medium")
        noisy, targets = [point for point in points if point.infidelity > 0], dataset.test.targets
        with_shots = {
            point.infidelity: float(right_with_shots(point.values, targets[: len(point.values)], chosen.n_shots).mean())
            for point in points
        }
        with left_place:
            figure = noise_figure(
                [point.infidelity for point in noisy],
                [point.accuracy for point in noisy],
                [with_shots[point.infidelity] for point in noisy],
                [point.share for point in noisy],
                chosen.infidelity,
                chosen.n_shots,
            )
            chart(figure, key="noise-curve")
        with right_place:
            now = next((point for point in points if point.infidelity == chosen.infidelity), None)
            if now is not None:
                _curve_words(now, points[0], experiment, len(dataset.test), chosen, with_shots)
            elif moving:
                st.info("The figures for this infidelity are being computed.", icon=":material/hourglass:")
            else:
                st.info("It was stopped before this infidelity was computed.", icon=":material/stop:")

    computing.follow(body)


def _how_far(computing: Follower, curve: Computation, n_points: int) -> None:
    """A bar with a stop button; once stopped, how far it was, and a button to go on."""
    status, action = st.columns([4, 1], gap="medium", vertical_alignment="center")
    of = f"{n_points} of {len(INFIDELITY.values)} infidelities"
    with status:
        left = time_left(curve.watcher.remaining)
        bar(f"Computed: {of}{left}" if computing.moving else f"Stopped: {of} are computed", curve.watcher)
    with action:
        again = Press("noise-again", "Compute all", _compute_again, "play_arrow")
        computing.button(Press("noise-stop", "Stop", partial(stop_curve, curve), "stop"), again)


def _compute_again() -> None:
    session().stopped_curve = None


def _curve_words(
    now: NoisePoint,
    clean: NoisePoint,
    experiment: Experiment,
    n_test: int,
    chosen: Chosen,
    with_shots: Mapping[float, float],
) -> None:
    n = len(now.values)
    images = f"{n_test:,} test images" if n == n_test else f"the first {n:,} of {n_test:,} test images, to save time"
    st.markdown(f"Classified correctly, of {images}:")
    first, second = st.columns(2)
    first.metric(
        "Unlimited shots",
        percent(now.accuracy),
        help="With noise, and so many shots that ⟨Z⟩ is known exactly.",
    )
    shots, expected = counted(chosen.n_shots, "shot"), percent(with_shots[now.infidelity])
    second.metric(
        shots,
        expected,
        help="Expected: the mean over the test images of the chance that so many shots give the right answer.",
    )
    n_gates = experiment.circuit.n_layers * experiment.data.n_pixels
    st.metric("Margin left", _share(now.share), help=MARGIN_HELP)
    st.markdown(
        unbroken(
            f"{n_gates:,} gates with {chosen.title} noise, each of average infidelity "
            f"{share_words(chosen.infidelity)}. Without noise and with unlimited shots the network classifies "
            f"{with_interval(clean.accuracy, n)} correctly."
        )
    )
    if not chosen.infidelity:
        return
    if np.ptp(now.values) > 1e-9 and not depends_on_image(experiment.circuit):
        st.markdown("**Only the noise makes ⟨Z⟩ depend on the image**: without it these layers cannot.")
    if now.n_lost or now.n_gained:
        changes = (
            f"**With unlimited shots the noise changes {counted(now.n_lost + now.n_gained, 'answer')}**: "
            f"{now.n_lost:,} from right to wrong, {now.n_gained:,} from wrong to right."
        )
    else:
        changes = "**With unlimited shots the noise changes no answer**: every ⟨Z⟩ stays on its side of 0."
    st.markdown(
        unbroken(
            f"{changes} With {shots} per image, {expected} are expected to be right; without noise, "
            f"{percent(with_shots[0.0])}."
        )
    )


def _share(share: float) -> str:
    if math.isnan(share):
        return "–"
    size = abs(share)
    words = percent(size) if size >= 0.0995 else f"{magnitude(100 * size)} %"
    return f"−{words}" if share < 0 else words


def show_image(
    experiment: Experiment,
    exponents: Exponents,
    dataset: Dataset,
    example: int,
    chosen: Chosen,
) -> None:
    """One test image: its ⟨Z⟩ with and without noise, and what this many shots say about it."""
    circuit, digits, bits = experiment.circuit, experiment.data.digits, dataset.test.bits[example]
    noise = chosen.noise
    image_place, answer_place = st.columns([1.25, 4.4], gap="medium")
    with image_place:
        picture(gray_picture(state.raw_images(dataset.test_rows[example], "test")), key="noise-image", max_width=170)
        st.button(
            "Another digit",
            key="noise-another",
            icon=":material/shuffle:",
            width="stretch",
            wrap=True,
            on_click=lambda: look_at(EXAMPLE, random.randrange(len(dataset.test))),
        )
    key = ("noisy image", circuit, exponents.tobytes(), bits.tobytes(), noise)
    watcher = state.workshop().compute(key, lambda: image_answer(circuit, exponents, bits, noise))
    state.client().keep("noise image", watcher)
    watcher.wait(state.WAIT_SECONDS)

    def body() -> None:
        if has_failed(watcher, "The noise cannot be computed"):
            return
        if not watcher.job.results():
            st.info("The noise on this image is being computed.", icon=":material/hourglass:")
        else:
            truth = digits[0] if dataset.test.labels[example] else digits[1]
            _show_answer(watcher.job.results()[0], example, truth, digits, chosen.n_shots, chosen.confidence)

    with answer_place:
        Follower.of(watcher).follow(body)


def _show_answer(
    answer: ImageAnswer, example: int, truth: int, digits: tuple[int, int], n_shots: int, confidence: float
) -> None:
    value = answer.noisy
    left, right = st.columns([2.4, 2], gap="medium")
    with left:
        estimates, probabilities = shot_distribution(value, n_shots)
        chart(shots_figure(estimates, probabilities, value, digits), key="noise-estimates")
    with right:
        picture(gauge(value, digits), key="noise-gauge", max_width=230)
        flips = float(flip_probability(value, n_shots))
        needed = float(shots_needed(value, confidence))
        st.markdown(
            f"Test image {example + 1:,}, a {truth}. ⟨Z⟩ is {signed_fine(answer.clean)} without noise and "
            f"**{signed_fine(value)}** with it: with unlimited shots the network says {said(value, digits)}."
        )
        shots = f"{n_shots:,} {'shot says' if n_shots == 1 else 'shots say'}"
        if said(value, digits) == truth:
            other = (
                f"the other digit in **{chance(flips)}** of the cases, and {truth}, which it is, in {chance(1 - flips)}"
            )
        else:
            other = f"the other digit, {truth}, which it is, in **{chance(flips)}** of the cases"
        st.markdown(unbroken(f"{shots} {other}."))
        st.markdown(
            unbroken(
                f"Getting the network's own answer with {share_words(confidence)} probability takes "
                f"**{_shots(needed)}**."
            )
        )


def _shots(needed: float) -> str:
    if math.isinf(needed):
        return "more shots than there can be: ⟨Z⟩ is 0"
    if needed < 1e6:
        return counted(round(needed), "shot")
    return f"about {magnitude(needed)} shots"


def show_advice(experiment: Experiment, chosen: Chosen) -> None:
    """A table by size and depth, computed on a button's press, with progress and a stop."""
    client = state.client()
    noise, confidence = chosen.noise, chosen.confidence
    key = ("advice", experiment, noise, confidence)
    watcher = client.watchers.get(ADVICE) if session().asked.get(ADVICE) == key else None
    st.markdown(
        unbroken(
            "Networks of several sizes and depths, trained without noise from small angles, then exposed to "
            f"{chosen.title} noise at an average gate infidelity of {share_words(chosen.infidelity)}."
        )
    )

    def begin() -> None:
        client.keep(
            ADVICE,
            state.workshop().compute(key, lambda: advise(experiment, noise, confidence, SIZES, STACKS, _load)),
        )
        session().asked[ADVICE] = key

    go = Press("advice-go", "Compute the table" if watcher is None else "Compute again", begin, "play_arrow")
    if watcher is None:
        go.show(width="content")
        return
    computing = Follower.of(watcher)
    computing.button(Press("advice-stop", "Stop", watcher.stop, "stop"), go, width="content")

    def body() -> None:
        rows: list[Advice] = watcher.job.results(watcher.revealed)
        of = f"{len(rows)} of {len(SIZES) * len(STACKS)} networks"
        if computing.moving:
            bar(f"Training and computing: {of}{time_left(watcher.remaining)}", watcher)
        has_failed(watcher, "The table cannot be computed")
        if watcher.state == "stopped":
            about = "the table and the text below cover only these" if rows else "there is nothing to show"
            st.info(f"Stopped after {of}: {about}.", icon=":material/stop:")
        if rows:
            st.table(_table(rows))
            st.caption(_advice_words(rows, confidence, whole=watcher.state == "finished"))

    computing.follow(body)


def _load(data: DataConfig) -> Dataset:
    return state.dataset(data)


def _table(rows: list[Advice]) -> dict[str, list[str]]:
    def interval(row: Advice) -> str:
        return percent_range(*accuracy_interval(row.noisy_accuracy, row.n_images))

    columns = {
        "Size": [f"{row.size}×{row.size}" for row in rows],
        "Layers": [" ".join(row.layers) for row in rows],
        "Gates": [f"{row.n_gates:,}" for row in rows],
        "Right without noise": [row.refused or percent(row.accuracy) for row in rows],
        "Right with noise": ["" if row.refused else percent(row.noisy_accuracy) for row in rows],
        "95 % interval": ["" if row.refused else interval(row) for row in rows],
        "Images": ["" if row.refused else f"{row.n_images:,}" for row in rows],
        "Margin left": ["" if row.refused else _share(row.share) for row in rows],
        "Shots, median image": ["" if row.refused else _shots(row.median_shots) for row in rows],
        "Shots, 95 % of images": ["" if row.refused else _shots(row.most_shots) for row in rows],
    }
    return {unbroken(title): [unbroken(cell) for cell in cells] for title, cells in columns.items()}


def _advice_words(rows: list[Advice], confidence: float, whole: bool) -> str:
    def largest(shots: Callable[[Advice], float]) -> str:
        within = [row for row in rows if not row.refused and shots(row) <= ENOUGH]
        best = max(within, key=lambda row: row.n_gates, default=None)
        if best is None:
            return "none"
        return f"{best.size}×{best.size} with {counted(len(best.layers), 'layer')} ({counted(best.n_gates, 'gate')})"

    return (
        "One training of each; both accuracies are on the same test images, the first ones where not all fit, with "
        f"unlimited shots. The shots in the table give the answer of unlimited shots, right or wrong, with "
        f"{share_words(confidence)} probability: on half of these images, and on 95 % of them. "
        f"The largest of {'this table' if whole else 'the networks computed so far'} for which {ENOUGH:,} shots per "
        f"image suffice on half of the images: {largest(lambda row: row.median_shots)}; on 95 % of them: "
        f"{largest(lambda row: row.most_shots)}."
    )
