"""The parts of the page on noise and shots."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from qmnist_core.address.settings import shortened
from qmnist_core.address.views import (
    DEEPER,
    INFIDELITIES,
    INFIDELITY,
    KIND,
    NOISE_SECTION,
    RATE,
    SHOTS,
    SURE,
)
from qmnist_core.arrays import Exponents
from qmnist_core.channels import CHANNELS, gate_infidelity
from qmnist_core.circuits.dependence import depends_on_image
from qmnist_core.config import DataConfig, Experiment, NoiseConfig
from qmnist_core.data.class_names import Names
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
    with_article,
    with_interval,
)
from qmnist_core.metrics import accuracy_interval, said
from qmnist_core.pictures.pixels import gray_picture
from qmnist_core.plots.noise import advice_figure, chance
from qmnist_core.simulators.shots import flip_probability, shots_needed, smallest_readable
from qmnist_core.studies.noise import (
    Advice,
    NoisePoint,
    advise,
    breaking_point,
    image_answer,
    images_that_fit,
    noise_points,
    right_with_shots,
)
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.components.noise import Level, noise
from qmnist_core.ui.frame.page import another_digit
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.session import Computation, session, wait
from qmnist_core.ui.session.widgets import choose, sections
from qmnist_core.ui.shared.live import Run

ADVICE = "noise advice"
"""The table's name among the session's computations."""
ENOUGH = 10_000
"""Shots per image that a device is assumed to have time for."""
SIZES = (2, 4, 6, 8, 10, 14, 20, 28)
HEIGHT = 398
"""Of the figure, in pixels."""
LONGEST_WAIT = 2.0
"""Seconds for an image that was left out: no more than a slice takes."""
STACKS = (("XX", "ZZ"), ("XX", "ZZ", "XX", "ZZ"))
MARGIN_HELP = """The mean of label·⟨Z⟩ with noise, divided by that without. Below 0, the noise has reversed the answers
on the whole."""

_KINDS = "\n".join(f"- **{one.title}**: {one.words.format(p=one.symbol)}; {one.relation}." for one in CHANNELS.values())
EXACTLY = f"""
Noise follows every two-qubit gate of the model, on its data qubit and the readout. Everything else is assumed to
be perfect: the encoding of the image, the readout's own X and H, qubits that wait while others have their gate, the
measurement, and a readout that is wired to every data qubit. A gate such as ZX counts as one gate, whatever its
exponent.

**The average gate infidelity** r is what data sheets quote as the error of a two-qubit gate. Kinds of noise are
compared at the same one. It is 1 minus the fidelity of the gate's output with the ideal state, averaged over all
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


def section() -> dict[str, Any]:
    return sections(NOISE_SECTION, "noise-section", NOISE_SECTION.values)


def controls(dataset: Dataset) -> None:
    """Kind of the noise, shots, and another image; in the address."""
    with st.container(key="beside-tabs", horizontal=True, vertical_alignment="center", gap="small"):
        kind = choose(
            KIND,
            "Noise after every gate",
            "noise-kind",
            st.selectbox,
            format_func=lambda name: CHANNELS[name].title,
            width=220,
            label_visibility="collapsed",
        )
        if seen(NOISE_SECTION) == NOISE_SECTION.default:
            choose(
                SHOTS,
                "Shots per image",
                "noise-shots",
                st.selectbox,
                format_func=lambda n: counted(n, "shot"),
                width=180,
                label_visibility="collapsed",
            )
            another_digit(dataset, "noise-another")
    _take_former_rate(kind)


def chosen_of(points: Sequence[NoisePoint], with_shots: Sequence[float]) -> Chosen:
    """The controls' values; where the address names no infidelity, that from which the answers suffer, or else the
    largest that is computed."""
    asked = seen(INFIDELITY)
    if asked is None:
        asked = breaking_point([point.infidelity for point in points], with_shots) if points else INFIDELITIES[-1]
    if asked is None:
        asked = points[-1].infidelity
    return Chosen(seen(KIND), asked, seen(SHOTS), seen(SURE))


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
        others = [one for one in INFIDELITIES if one > 0]
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


def follow_curve(experiment: Experiment, exponents: Exponents, dataset: Dataset) -> Computation | None:
    """A network under the chosen kind of noise at all infidelities, computed in the background; None where that is too
    much."""
    circuit, kind = experiment.circuit, seen(KIND)
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
    all_of_them = INFIDELITIES
    watcher = state.workshop().compute(key, lambda: noise_points(circuit, exponents, examples, kind, all_of_them))
    state.client().keep("noise curve", watcher)
    wait(watcher, state.WAIT_SECONDS)
    return Computation(key, watcher)


def shot_accuracies(points: Sequence[NoisePoint], dataset: Dataset) -> list[float]:
    """Of each point: the share of its images that so many shots are expected to classify correctly."""
    targets, n_shots = dataset.test.targets, seen(SHOTS)
    return [float(right_with_shots(point.values, targets[: len(point.values)], n_shots).mean()) for point in points]


def show_curve(curve: Computation, run: Run, dataset: Dataset, example: int) -> None:
    """The network under all infidelities, and one image; the words open from below."""
    experiment, watcher, rests = run.experiment, curve.watcher, session().stopped_curve is curve
    asked = seen(INFIDELITY)

    def goes_on() -> bool:
        return watcher.is_active or (rests and session().stopped_curve is None)

    computing = Follower(goes_on, watcher.is_active)
    moving = computing.moving

    def body() -> None:
        if seen(INFIDELITY) != asked:  # the line was dragged, and all of the page follows
            st.rerun()
        if has_failed(watcher, "The noise cannot be computed"):
            return
        points: list[NoisePoint] = watcher.job.results(watcher.revealed)
        if not points:
            st.skeleton(HEIGHT)
        else:
            with_shots = shot_accuracies(points, dataset)
            chosen = chosen_of(points, with_shots)
            _figure(points, with_shots, chosen, run, dataset, example)
            now = next((i for i, point in enumerate(points) if point.infidelity == chosen.infidelity), None)
            if now is None:
                st.caption(
                    "The figures for this infidelity are being computed."
                    if moving
                    else "It was stopped before this infidelity was computed."
                )
            else:
                with st.expander("In numbers"):
                    left, right = st.columns(2, gap="large")
                    with left:
                        clean = (points[0], with_shots[0])
                        _curve_words((points[now], with_shots[now]), clean, experiment, len(dataset.test), chosen)
                    with right:
                        _image_words(points[now], example, run, dataset, chosen)
            with st.expander("What is computed"):
                st.markdown(EXACTLY)
        if moving or watcher.state == "stopped":
            _how_far(computing, curve, len(points))

    computing.follow(body)


def _figure(
    points: Sequence[NoisePoint],
    with_shots: Sequence[float],
    chosen: Chosen,
    run: Run,
    dataset: Dataset,
    example: int,
) -> None:
    names, clean = dataset.names, float(run.scores[example])
    truth = dataset.truth(example)
    levels = []
    for point, accuracy in zip(points, with_shots, strict=True):
        value = _value(point, example, run, dataset, chosen)
        right = "" if value is None else chance(_right(value, truth, names, chosen.n_shots))
        levels.append(
            Level(
                point.infidelity,
                unbroken(share_words(point.infidelity)),
                point.accuracy,
                accuracy,
                unbroken(_share(point.share)),
                value,
                unbroken(right),
            )
        )
    noise(
        levels,
        chosen.infidelity,
        breaking_point([point.infidelity for point in points], with_shots),
        chosen.n_shots,
        clean,
        gray_picture(state.raw_images(run.experiment.data.file, dataset.test_rows[example], "test")),
        names,
        truth,
        HEIGHT,
        lambda infidelity: look_at(INFIDELITY, infidelity),
        "noise-curve",
    )


def _value(point: NoisePoint, example: int, run: Run, dataset: Dataset, chosen: Chosen) -> float | None:
    """⟨Z⟩ of an image at a point; of one that the point leaves out at the chosen infidelity only."""
    if example < len(point.values):
        return float(point.values[example])
    if point.infidelity != chosen.infidelity:
        return None
    circuit, exponents, bits, noise_now = (
        run.experiment.circuit,
        run.exponents,
        dataset.test.bits[example],
        chosen.noise,
    )
    key = ("noisy image", run.experiment.data, circuit, exponents.tobytes(), bits.tobytes(), noise_now)
    watcher = state.workshop().compute(key, lambda: image_answer(circuit, exponents, bits, noise_now))
    state.client().keep("noise image", watcher)
    wait(watcher, LONGEST_WAIT)
    answers = watcher.job.results()
    return answers[0] if answers else None


def _right(value: float, truth: str | int, names: Names, n_shots: int) -> float:
    """The chance that so many shots say what an image is."""
    flips = float(flip_probability(value, n_shots))
    return 1 - flips if said(value, names) == truth else flips


def _how_far(computing: Follower, curve: Computation, n_points: int) -> None:
    """A bar with a stop button; once stopped, how far it was, and a button to go on."""
    status, action = st.columns([4, 1], gap="medium", vertical_alignment="center")
    of = f"{n_points} of {len(INFIDELITIES)} infidelities"
    with status:
        left = time_left(curve.watcher.remaining)
        bar(f"Computed: {of}{left}" if computing.moving else f"Stopped: {of} are computed", curve.watcher)
    with action:
        again = Press("noise-again", "Compute all", _compute_again, "play_arrow")
        computing.button(Press("noise-stop", "Stop", partial(stop_curve, curve), "stop"), again)


def _compute_again() -> None:
    session().stopped_curve = None


def _curve_words(
    point: tuple[NoisePoint, float],
    without: tuple[NoisePoint, float],
    experiment: Experiment,
    n_test: int,
    chosen: Chosen,
) -> None:
    """point, without: with the chosen noise and without noise, each with the accuracy that the shots have."""
    (now, expected_share), (clean, clean_share) = point, without
    n = len(now.values)
    images = f"{n_test:,} test images" if n == n_test else f"the first {n:,} of {n_test:,} test images, to save time"
    st.markdown(f"Classified correctly, of {images}:")
    first, second = st.columns(2)
    first.metric(
        "Unlimited shots",
        percent(now.accuracy),
        help="With noise, and so many shots that ⟨Z⟩ is known exactly.",
    )
    shots, expected = counted(chosen.n_shots, "shot"), percent(expected_share)
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
    channel = CHANNELS[chosen.kind]
    parameter = f"**{channel.symbol} = {share_words(chosen.noise.strength)}**"
    st.markdown(
        unbroken(
            f"{channel.title.capitalize()} at this infidelity: after each gate, {channel.words.format(p=parameter)}. "
            "Everything else is assumed to be perfect, the measurement too."
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
            f"{percent(clean_share)}."
        )
    )


def _share(share: float) -> str:
    if math.isnan(share):
        return "–"
    size = abs(share)
    words = percent(size) if size >= 0.0995 else f"{magnitude(100 * size)} %"
    return f"−{words}" if share < 0 else words


def _image_words(point: NoisePoint, example: int, run: Run, dataset: Dataset, chosen: Chosen) -> None:
    """What the shots say of one image, and how many of them it takes."""
    names, n_shots = dataset.names, chosen.n_shots
    truth = dataset.truth(example)
    confidence = choose(SURE, "Target confidence", "noise-sure", st.select_slider, format_func=share_words)
    clean, value = float(run.scores[example]), _value(point, example, run, dataset, chosen)
    if value is None:
        st.info("The noise on this image is being computed.", icon=":material/hourglass:")
        return
    right, needed = _right(value, truth, names, n_shots), float(shots_needed(value, confidence))
    st.markdown(
        f"Test image {example + 1:,}, {with_article(truth)}. ⟨Z⟩ is {signed_fine(clean)} without noise and "
        f"**{signed_fine(value)}** with it: with unlimited shots the network says {said(value, names)}."
    )
    noun = state.noun(run.experiment.data.file)
    shots = f"{n_shots:,} {'shot says' if n_shots == 1 else 'shots say'}"
    if said(value, names) == truth:
        other = (
            f"the other {noun} in **{chance(1 - right)}** of the cases, and {truth}, which it is, in {chance(right)}"
        )
    else:
        other = f"the other {noun}, {truth}, which it is, in **{chance(right)}** of the cases"
    st.markdown(unbroken(f"{shots} {other}."))
    st.markdown(
        unbroken(
            f"Getting the network's own answer with {share_words(confidence)} probability takes **{_shots(needed)}**."
        )
    )


def _shots(needed: float) -> str:
    if math.isinf(needed):
        return "more shots than there can be: ⟨Z⟩ is 0"
    if needed < 1e6:
        return counted(round(needed), "shot")
    return f"about {magnitude(needed)} shots"


def show_advice(experiment: Experiment, chosen: Chosen) -> None:
    """A chart by size, for one depth or two, which is computed while one looks; with progress and a stop."""
    client = state.client()
    noise_now, confidence = chosen.noise, chosen.confidence
    stacks = STACKS if seen(DEEPER) else STACKS[:1]
    key = ("advice", experiment, noise_now, confidence, stacks)

    def begin() -> None:
        client.keep(
            ADVICE,
            state.workshop().compute(key, lambda: advise(experiment, noise_now, confidence, SIZES, stacks, _load)),
        )
        session().asked[ADVICE] = key

    if session().asked.get(ADVICE) != key or ADVICE not in client.watchers:
        begin()
    watcher = client.watchers[ADVICE]
    computing = Follower.of(watcher)
    readable = smallest_readable(ENOUGH, confidence)

    def body() -> None:
        rows: list[Advice] = watcher.job.results(watcher.revealed)
        has_failed(watcher, "The figures cannot be computed")
        of = f"{len(rows)} of {len(SIZES) * len(stacks)} networks"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            done = _largest_words(rows) if watcher.state != "waiting" else ""
            st.markdown(f"At an infidelity of {share_words(chosen.infidelity)}, {done}", width="content")
            with st.popover("More", type="tertiary", key="noise-advice-more"):
                st.markdown(
                    unbroken(
                        "Networks of several sizes and depths, trained without noise from small angles, then exposed "
                        f"to {chosen.title} noise at an average gate infidelity of {share_words(chosen.infidelity)}."
                    )
                )
                st.markdown(_advice_words(rows, confidence, whole=watcher.state == "finished"))
                st.markdown(EXACTLY)
            if rows:
                with st.popover("As a table", type="tertiary", key="noise-advice-table", width="content"):
                    st.table(_table(rows))
        chart(advice_figure(rows, SIZES, readable, ENOUGH), key="noise-advice")
        if computing.moving:
            bar(f"Training and computing: {of}{time_left(watcher.remaining)}", watcher)
        if watcher.state == "stopped":
            about = "the chart and the text cover only these" if rows else "there is nothing to show"
            st.info(f"Stopped after {of}: {about}.", icon=":material/stop:")

    computing.follow(body)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        choose(DEEPER, "Four layers, too", "noise-deeper", help="It takes a few seconds more.")
        again = Press("advice-go", "Compute again", begin, "play_arrow") if watcher.state == "stopped" else None
        computing.button(Press("advice-stop", "Stop", watcher.stop, "stop"), again, "content")


def _largest_words(rows: list[Advice]) -> str:
    """The largest network that can be read, in one line."""
    best = _largest(rows, lambda row: row.most_shots)
    if best is None:
        return f"**none of them** can be read with {ENOUGH:,} shots on 95\u00a0% of the images."
    return (
        f"up to **{best.size}×{best.size} with {counted(len(best.layers), 'layer')}**, {ENOUGH:,} shots read 95\u00a0% "
        "of the images."
    )


def _largest(rows: list[Advice], shots: Callable[[Advice], float]) -> Advice | None:
    within = [row for row in rows if not row.refused and shots(row) <= ENOUGH]
    return max(within, key=lambda row: row.n_gates, default=None)


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
        best = _largest(rows, shots)
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
