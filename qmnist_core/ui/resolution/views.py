"""Trainings over image sizes: what is measured, kept in the address, the work behind it, and what comes out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import streamlit as st

from qmnist_core.address.views import ENCODINGS, RESIZES, SIZES, SWEEP_SEEDS
from qmnist_core.config import CircuitConfig, DataConfig, Experiment
from qmnist_core.jobs import Task, Watcher
from qmnist_core.look.text import counted, duration, percent, percent_range, power_of_ten, unbroken
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.resolution import accuracy_by_size, memory_by_size, seconds_by_size
from qmnist_core.plots.style import Figure
from qmnist_core.studies import memory, sweep
from qmnist_core.studies.sweep import READ, RESIZED, Choice, Line, Measurements, Refusal
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import Follower, Press, bar, has_failed
from qmnist_core.ui.session.looking import seen
from qmnist_core.ui.session.session import session
from qmnist_core.ui.session.widgets import choose
from qmnist_core.words.resolution import findings

SWEEP = "resolution sweep"
"""The name of this work among the session's."""
AT_ONCE = 6.0
"""Seconds, by estimate, of trainings that begin without being asked for."""


# What is chosen


def chosen() -> Choice:
    """What the address asks to be measured."""
    return Choice(seen(SIZES), seen(ENCODINGS), seen(RESIZES), seen(SWEEP_SEEDS))


def choice_controls() -> None:
    """Sizes, encodings, ways to resize, seeds."""
    help_words = "Small ones are trained first."
    choose(SIZES, "Image sizes", "resolution-sizes", format_func=lambda size: f"{size}×{size}", help=help_words)
    with st.container(horizontal=True, gap="medium"):
        help_words = "bits: an X gate for each lit pixel. gray values: an RX gate for each pixel, slower to train."
        choose(ENCODINGS, "What the circuit reads", "resolution-encodings", help=help_words)
        help_words = "sampled: single original pixels. averaged: the mean of each cell."
        choose(RESIZES, "How images are made small", "resolution-resizes", help=help_words)
        choose(
            SWEEP_SEEDS,
            "Seeds",
            "resolution-seeds",
            help="Each is one more training at every size, with other first angles and another order of images.",
        )


# The sweep


def show_sizes(experiment: Experiment, n_test: int) -> None:
    """What is measured, how far that is, and the figures, which grow while trainings go on."""
    choice = chosen()
    with st.container(key="resolution-controls", horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover("Sizes and images", key="resolution-choice", icon=":material/tune:"):
            choice_controls()
        now = prepare(experiment, choice)
        measuring = Follower(lambda: look(experiment, choice).is_running, now.is_running)
        sweep_button(measuring, now)
        with st.container(width="stretch"):
            measuring.follow(lambda: show_standing(look(experiment, choice)))
        with st.popover("What this shows", key="resolution-shows", icon=":material/lightbulb:"):
            said = st.empty()
            st.markdown(METHOD)
        with st.popover("All figures", key="resolution-table", width="content"):
            show_table(now, n_test)

    def measured() -> None:
        so_far = look(experiment, choice)
        show_figures(so_far)
        found = [*findings(so_far.lines, n_test), f"Dashed: the ceiling of the bits{_seen_once_words(so_far.lines)}."]
        said.markdown(unbroken("\n".join(f"- {sentence}" for sentence in found)))

    measuring.follow(measured)


METHOD = """
The ceiling is hindsight: the best score on these test images with their labels known. A bit pattern that occurs only
once counts as right.

Here all trainings start from small angles, whatever the panel says: from uniform ones the tutorial's layers learn
nothing with 785 qubits. Data set, classes, threshold, layers, epochs, batch size and learning rate are the panel's;
seeds count up from its own. A mark is one seed; lines go through the mean accuracies and the fastest trainings,
because a slower one has shared the computer with something else. Preparing the images is not counted.
"""


def measurements(base: Experiment) -> Measurements:
    """All that this server has measured; of an upload, what was measured of it."""
    return _measurements(DataConfig(file=base.data.file))


@state.kept(20)  # data sets
def _measurements(of: DataConfig) -> Measurements:
    return Measurements()


@dataclass(frozen=True)
class Sweep:
    """The state of the measurement."""

    base: Experiment
    choice: Choice
    wanted: tuple[Experiment, ...]
    """All trainings that can be done."""
    refused: dict[str, str]
    """What cannot be, with the reason."""
    n_train: int
    watcher: Watcher[Task] | None

    @property
    def missing(self) -> list[Experiment]:
        kept = measurements(self.base)
        return [one for one in self.wanted if kept.get(one) is None]

    @property
    def is_running(self) -> bool:
        return self.watcher is not None and self.watcher.is_active

    @property
    def lines(self) -> list[Line]:
        return sweep.collect(self.base, self.choice, measurements(self.base))


def look(base: Experiment, choice: Choice) -> Sweep:
    """The state of the measurement of a choice."""
    n_train = sweep.most_images(state.mnist(base.data.file), base)
    refused: dict[str, str] = {}
    wanted = []
    for one in sweep.runs(base, choice):
        outcome = sweep.too_much(one, n_train) or measurements(base).get(one)
        if isinstance(outcome, Refusal):
            refused[_setting_words(one)] = outcome.reason
        else:
            wanted.append(one)
    watcher = state.client().watchers.get(SWEEP)
    if session().asked.get(SWEEP) != tuple(wanted):
        watcher = None
    return Sweep(base, choice, tuple(wanted), refused, n_train, watcher)


def prepare(base: Experiment, choice: Choice) -> Sweep:
    """Its state after leaving work for another choice and starting what is soon done."""
    now = look(base, choice)
    if now.watcher is None and SWEEP in state.client().watchers and session().asked.get(SWEEP) != now.wanted:
        state.client().clear(SWEEP)
    if now.watcher is None and now.missing and seconds_left(now) <= AT_ONCE:
        begin(now)
        return look(base, choice)
    return now


def begin(now: Sweep) -> None:
    """Measure what is missing, in the background, once for all who want the same."""
    mnist, kept = state.mnist(now.base.data.file), measurements(now.base)
    watcher = state.workshop().compute((SWEEP, now.wanted), lambda: sweep.measure(now.wanted, mnist, kept))
    if watcher.state == "finished" and now.missing:  # what it had measured is forgotten
        missing = tuple(now.missing)
        watcher = state.workshop().compute((SWEEP, missing, id(watcher)), lambda: sweep.measure(missing, mnist, kept))
    state.client().keep(SWEEP, watcher)
    session().asked[SWEEP] = now.wanted


def stop(now: Sweep) -> None:
    """What has been measured stays."""
    if now.watcher is not None:
        now.watcher.stop()


def seconds_left(now: Sweep) -> float:
    """By estimate."""
    if now.watcher is not None and now.is_running and not math.isnan(now.watcher.remaining):
        return now.watcher.remaining
    return sweep.expected_seconds(now.missing, now.n_train)


def sweep_button(measuring: Follower, now: Sweep) -> None:
    """A button to begin or stop; nothing where all is done."""
    otherwise = Press("resolution-done", "All measured", None, "check")
    if now.missing:
        begun = len(now.missing) < len(now.wanted)
        n = counted(len(now.missing), "training")
        label = f"{'Measure the rest' if begun else 'Measure'}: {n}, about {_rounded(seconds_left(now))}"
        otherwise = Press("resolution-measure", label, partial(begin, now), "play_arrow", "primary")
    measuring.button(Press("resolution-stop", "Stop", partial(stop, now), "stop"), otherwise, width="content")


def show_standing(now: Sweep) -> None:
    """How far the measuring is, and what went wrong."""
    n, n_done = len(now.wanted), len(now.wanted) - len(now.missing)
    done = f"{n_done} of {n} trainings measured"
    if now.is_running and now.watcher is not None:
        at = f"; now {_setting_words(now.missing[0])}" if now.missing else ""
        left = seconds_left(now)
        known = now.watcher.job.total_steps
        bar(f"{done}{at}" + (f". About {_rounded(left)} left" if known else ""), now.watcher)
    elif now.watcher is not None and now.watcher.state == "failed" and now.missing:
        bar(f"Failed: {done}.", n_done / n)
        has_failed(now.watcher, "The measurement failed")
    elif now.watcher is not None and now.watcher.state == "stopped" and now.missing:
        bar(f"Stopped: {done}. They are kept.", n_done / n)
    elif n:
        bar(f"{done}.", n_done / n)
    by_reason: dict[str, list[str]] = {}
    for setting, reason in now.refused.items():
        by_reason.setdefault(reason, []).append(setting)
    for reason, settings in by_reason.items():
        say.warning(f"Left out: {'; '.join(settings)}. {reason[0].upper()}{reason[1:]}.", icon=":material/block:")


def show_figures(now: Sweep) -> None:
    """Accuracy and time by size."""
    lines = now.lines
    left, right = st.columns([4, 3], gap="medium")
    with left:
        st.markdown("**Test accuracy**")
        chart(accuracy_by_size(lines, now.choice.sizes), key="resolution-accuracy")
    with right:
        st.markdown("**Training time**, on this computer")
        chart(seconds_by_size(lines, now.choice.sizes), key="resolution-seconds")


def _seen_once_words(lines: Sequence[Line]) -> str:
    """How many patterns that are, at the smallest and the largest size; empty before anything is measured."""
    line = next((line for line in lines if line.seen_once), None)
    if line is None:
        return ""
    ends = dict.fromkeys((line.sizes[0], line.sizes[-1]))
    shares = " and ".join(f"{100 * line.seen_once[size]:.0f} % at {size}×{size}" for size in ends)
    return f"; of the test images' patterns {shares} occur only once ({RESIZED[line.resize]})"


def show_table(now: Sweep, n_test: int) -> None:
    """All figures."""
    rows = []
    for line in now.lines:
        for size in line.sizes:
            accuracies = line.accuracies[size]
            low, high = accuracy_interval(line.mean_accuracy(size), n_test)
            rows.append(
                {
                    "Size": f"{size}×{size}",
                    "Reads": line.title.lower(),
                    "Qubits": size**2 + 1,
                    "Seeds": len(accuracies),
                    "Accuracy": percent(line.mean_accuracy(size)),
                    "95 % interval": percent_range(low, high),
                    "Over seeds": percent_range(min(accuracies), max(accuracies)) if len(accuracies) > 1 else "–",
                    "Ceiling in hindsight": percent(line.ceilings[size]),
                    "Test patterns seen once": f"{100 * line.seen_once[size]:.0f} %",
                    "Fastest training": duration(line.fastest(size)),
                    "State vector": memory.in_words(memory.state_vector_bytes(size)),
                }
            )
    if rows:
        st.dataframe(rows, hide_index=True)
    else:
        st.info("Nothing is measured yet.", icon=":material/hourglass_empty:")


def _setting_words(one: Experiment) -> str:
    data = one.data
    return f"{data.size}×{data.size}, {READ[one.circuit.encoding]}, {RESIZED[data.resize]}"


def _rounded(seconds: float) -> str:
    return duration(max(1, math.ceil(seconds)) if seconds < 60 else 10 * math.ceil(seconds / 10))


# Memory


def show_memory(base: Experiment) -> None:
    """What a state vector of so many qubits would need."""
    chart(_memory_figure(base.circuit, base.batch_size), key="resolution-memory")


@lru_cache(maxsize=8)
def _memory_figure(circuit: CircuitConfig, batch_size: int) -> Figure:
    base, sizes = Experiment(circuit=circuit, batch_size=batch_size), range(2, 29)
    return memory_by_size(
        {size: memory.state_vector_bytes(size) for size in sizes},
        {size: memory.step_bytes(base, size) for size in sizes},
        memory.ATOMS,
    )


def show_memory_words(base: Experiment) -> None:
    """The main point, in numbers, and why it is so."""
    st.markdown("\n".join(f"- {sentence}" for sentence in memory_words(base)))
    with st.popover("Why so much less?", key="resolution-why-less"):
        st.markdown(WHY_LESS)


def memory_words(base: Experiment) -> list[str]:
    """The main point, in numbers."""
    here, above = memory.this_computer(), memory.first_size_above(memory.ATOMS)
    lines = []
    if here is not None:
        size = memory.first_size_above(here)
        lines.append(
            f"This computer has {memory.in_words(here)} of memory: a state vector fits up to {size - 1}×{size - 1}. "
            f"At {size}×{size}, {size**2 + 1} qubits, it takes {memory.in_words(memory.state_vector_bytes(size))}."
        )
    return [
        *lines,
        f"From {above}×{above} on, {above**2 + 1} qubits, it has more bytes than the observable universe has atoms, "
        f"about {power_of_ten(memory.ATOMS)}.",
        f"At 28×28, 785 qubits, it would take {memory.in_words(memory.state_vector_bytes(28))}. The exact engine needs "
        f"about {memory.in_words(memory.step_bytes(base, 28))} for a training step with "
        f"{counted(base.circuit.n_layers, 'layer')}, images apart.",
    ]


WHY_LESS = (
    "In **this** circuit each pixel's qubit meets the readout only, so that every pixel adds one factor to each of "
    "some products. Their number does not depend on the pixels, but grows exponentially with the layers. Circuits "
    "whose data qubits meet each other have no such shortcut in general."
)
