"""The comparison of all models: which trainings it needs, how far they are, and what it shows."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import streamlit as st

from qmnist_core.address.views import ANSWERS, BESIDE, IMAGES
from qmnist_core.arrays import Reals
from qmnist_core.catalogue import MODELS
from qmnist_core.circuits.dependence import effective_numbers
from qmnist_core.config import Experiment
from qmnist_core.data.class_names import Names
from qmnist_core.data.pipeline import Counts
from qmnist_core.jobs import Job, Viewer, needs_tensorflow
from qmnist_core.look.palette import FONT_SIZE
from qmnist_core.look.text import counted, duration, percent, percent_range, unbroken
from qmnist_core.metrics import accuracy_interval
from qmnist_core.plots.comparison import comparison_figure
from qmnist_core.plots.confusion import disagreement_figure
from qmnist_core.studies.comparison import Standing
from qmnist_core.templates import render
from qmnist_core.tensorflow_loader import why_missing
from qmnist_core.ui.components import say
from qmnist_core.ui.components.chart import chart
from qmnist_core.ui.session import state
from qmnist_core.ui.session.follow import WARM_UP, Follower, Press, share
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.session.session import wait
from qmnist_core.ui.session.widgets import choose
from qmnist_core.ui.shared.behind import cells_chart, choose_cell, show_behind
from qmnist_core.ui.shared.queue import show_cost
from qmnist_core.words.ceiling import in_short
from qmnist_core.words.comparison import BesideQnn, Row, input_words, software

FOLDER = Path(__file__).parent
HEIGHT = 300
"""Of the figure of right and wrong answers, in pixels."""
N_IMAGES, N_COLUMNS = 12, 4
"""Of the images behind one of its cells."""
PLACE = "compare "
"""What the names of this page's trainings begin with among the session's."""


@dataclass(frozen=True)
class Entry:
    """One model in the comparison: one experiment per seed, and this session's watcher of each, if any."""

    experiments: tuple[Experiment, ...]
    viewers: tuple[Viewer | None, ...]
    jobs: tuple[Job, ...]
    """The trainings that are done, whoever asked for them."""
    unavailable: str | None
    """Why it cannot be trained on this computer."""

    @property
    def model(self) -> str:
        return self.experiments[0].model

    @property
    def active(self) -> list[Viewer]:
        return [viewer for viewer in self.viewers if viewer is not None and viewer.is_active]

    @property
    def failures(self) -> list[Job]:
        return [viewer.job for viewer in self.viewers if viewer is not None and viewer.job.message]

    @property
    def missing(self) -> list[Experiment]:
        """What the button would train."""
        if self.unavailable:
            return []
        taken = {job.experiment for job in [*self.jobs, *(viewer.job for viewer in self.active)]}
        return [experiment for experiment in self.experiments if experiment not in taken]

    @property
    def standing(self) -> Standing:
        accuracies = [job.outcome.accuracy for job in self.jobs if job.outcome is not None]
        return Standing(
            self.model, MODELS[self.model].full_title, self.jobs[0].n_parameters if self.jobs else 0, accuracies
        )

    @property
    def row(self) -> Row:
        """What is done of it, at least one training."""
        outcomes = {job.experiment.seed: job.outcome for job in self.jobs if job.outcome is not None}
        data = state.dataset(self.experiments[0].input)
        seconds = sum(outcome.seconds for outcome in outcomes.values()) / len(outcomes)
        scores = {seed: outcome.scores for seed, outcome in outcomes.items()}
        return Row(self.experiments[0], self.standing, len(data.train), seconds, scores, data.test.targets)

    @property
    def done(self) -> float:
        """The share of its steps that are done, 0–1."""
        return (len(self.jobs) + sum(map(share, self.active))) / len(self.experiments)

    @property
    def remaining(self) -> float:
        """Estimated seconds of training left for all seeds; nan before an estimate is possible."""
        begun = [viewer for viewer in self.active if share(viewer) > WARM_UP]
        whole = [viewer.seconds + viewer.remaining for viewer in begun]
        whole += [job.outcome.seconds for job in self.jobs if job.outcome is not None]
        if not whole:
            return math.nan
        waiting = len(self.active) - len(begun)
        return sum(viewer.remaining for viewer in begun) + waiting * sum(whole) / len(whole)


def experiments(experiment: Experiment, n_seeds: int) -> dict[str, tuple[Experiment, ...]]:
    """The trainings of a comparison, by model: the QNN with the page's settings, the others with the tutorial's
    epochs and batch size on the same data. Seeds count up from the experiment's own."""
    seeds = [(experiment.seed + i) % 2**32 for i in range(n_seeds)]
    wanted = {model: experiment.rival(model) for model in MODELS if model != "qnn"}
    wanted = {"qnn": replace(experiment, model="qnn"), **wanted}
    return {model: tuple(replace(one, seed=seed) for seed in seeds) for model, one in wanted.items()}


def entries(experiment: Experiment, n_seeds: int) -> dict[str, Entry]:
    """The state of the comparison, by model."""
    found = {}
    for model, wanted in experiments(experiment, n_seeds).items():
        viewers = tuple(_viewer(one) for one in wanted)
        jobs = tuple(job for job in map(_finished, wanted, viewers) if job is not None)
        package = wanted[0].package
        found[model] = Entry(wanted, viewers, jobs, why_missing(package) if package else None)
    return found


def prepare(experiment: Experiment, n_seeds: int) -> dict[str, Entry]:
    """The state of the comparison after leaving trainings for other settings, and beginning those of these."""
    found = entries(experiment, n_seeds)
    _leave_others(found)
    _begin(found)
    return entries(experiment, n_seeds)


def begin(wanted: Sequence[Experiment]) -> None:
    """Start these trainings, each once for all who want it."""
    for experiment in wanted:
        state.client().watch(_place(experiment), state.workshop().follow(experiment))


def _begin(found: Mapping[str, Entry]) -> None:
    """Train all; wait a moment for what needs no TensorFlow, which is usually done in a blink.

    What was stopped, or has failed, is left as it is.
    """
    deadline = time.monotonic() + state.WAIT_SECONDS
    begin([one for entry in found.values() for one in entry.missing if _viewer(one) is None])
    for entry in found.values():
        for viewer in map(_viewer, entry.experiments):
            if viewer is not None and viewer.is_active and not needs_tensorflow(viewer.job.experiment):
                wait(viewer, max(0.0, deadline - time.monotonic()))


def stop(found: Mapping[str, Entry]) -> None:
    for entry in found.values():
        for viewer in entry.active:
            viewer.stop()


def _leave_others(found: Mapping[str, Entry]) -> None:
    """Stop watching what was trained for other settings."""
    shown = {_place(one): one for entry in found.values() for one in entry.experiments}
    viewers = state.client().viewers
    for place in [place for place in viewers if place.startswith(PLACE)]:
        if shown.get(place) != viewers[place].job.experiment:
            state.client().clear(place)


def run_button(found: Mapping[str, Entry], trainings: Follower) -> None:
    """One button in one place: it stops what goes on, or begins what was stopped or has failed."""
    wanted = [one for entry in found.values() for one in entry.missing]
    otherwise = Press("compare-run", "All trained", None, "check")
    if wanted:
        otherwise = Press("compare-run", "Train again", partial(begin, wanted), "play_arrow")
    trainings.button(Press("compare-stop", "Stop", partial(stop, found), "stop"), otherwise, width="content")


def show_standings(
    found: Mapping[str, Entry], names: Names, n_test: int, counts: Counts, size: int, fan: Reals | None
) -> None:
    """The chart, with how far each training is; below it, what went wrong."""
    bars = [entry.standing for entry in found.values()]
    words = {model: standing_words(entry) for model, entry in found.items() if len(entry.jobs) < len(entry.experiments)}
    figure = comparison_figure(bars, names, n_test, counts.accuracy_ceiling, size, words, fan)
    chart(figure, key="compare-chart")
    reasons: dict[str, list[str]] = {}
    for model, entry in found.items():
        if entry.unavailable:
            reasons.setdefault(entry.unavailable, []).append(MODELS[model].full_title)
        elif entry.failures:
            say.error(f"{MODELS[model].full_title} cannot be trained: {entry.failures[0].message}.")
    for reason, titles in reasons.items():
        models = " and ".join(titles)
        say.warning(f"Unavailable on this computer: {models}. {reason}.", icon=":material/power_off:")


def standing_words(entry: Entry) -> str:
    """How far a model's trainings are."""
    n, n_done = len(entry.experiments), len(entry.jobs)
    if entry.active:
        return _running_words(entry)
    if n_done == n:
        return "trained" if n == 1 else f"{n} seeds trained"
    if entry.unavailable:
        return "unavailable"
    if entry.failures:
        return "failed"
    return "not trained yet" if n == 1 else f"{n_done} of {n} trained"


def _running_words(entry: Entry) -> str:
    n, n_done, active = len(entry.experiments), len(entry.jobs), entry.active
    ahead = min(viewer.ahead for viewer in active)
    if ahead and not any(viewer.job.steps_done for viewer in active):
        return f"waiting: {counted(ahead, 'training')} ahead"
    if not n_done and all(viewer.job.total_steps is None for viewer in active):
        return "loading TensorFlow" if needs_tensorflow(entry.experiments[0]) else "starting"
    seed = "training, " if n == 1 else f"seed {min(n_done + 1, n)} of {n}, "
    left = entry.remaining
    words = ""
    if left >= 1:  # false where nothing is known yet
        words = f", {left:.0f} s left" if left < 60 else f", {math.ceil(left / 60)} min left"
    return f"{seed}{100 * entry.done:.0f} %{words}"


def show_lines(lines: Sequence[str]) -> None:
    """Sentences as a list."""
    st.markdown(unbroken("\n".join(f"- {line}" for line in lines)))


def show_disagreements(experiment: Experiment, rows: Mapping[str, Row], pairs: Mapping[str, BesideQnn]) -> None:
    """How often a model and the QNN are right and wrong on the same test images, and the images behind each cell."""
    asked = seen(BESIDE)
    first, second = st.columns(2)
    with first:
        model = choose(
            BESIDE,
            "Beside the QNN",
            "compare-beside",
            st.selectbox,
            shown=asked if asked in pairs else list(pairs)[-1],  # not trained yet
            then=lambda _: look_at(IMAGES, 1),
            options=list(pairs),
            format_func=lambda one: MODELS[one].short[0].upper() + MODELS[one].short[1:],
        )
    pair, seed = pairs[model], pairs[model].seed
    left, right = st.columns([5, 6], gap="small")
    with left:  # first, for a click on it moves what is chosen
        figure = disagreement_figure(pair.table, model, MODELS[model].name)
        figure["layout"]["height"] = HEIGHT
        for part in (figure["layout"]["xaxis"]["tickfont"], figure["layout"]["yaxis"]["tickfont"]):
            part["size"] = FONT_SIZE
        for cell in figure["data"]:
            cell["textfont"]["size"] = FONT_SIZE
        cells_chart(figure, "compare-answers", ANSWERS, IMAGES)
    with second:
        names = (f"Only {MODELS[model].name}", "Only the QNN", "Both", "Neither")
        this_wrong, qnn_wrong = choose_cell(
            ANSWERS, IMAGES, "Images classified correctly by", "compare-cell", names, st.selectbox
        )
    with right:
        images = np.flatnonzero((pair.this[0] == (this_wrong == 0)) & (pair.qnn[0] == (qnn_wrong == 0)))
        show_behind(experiment.data, images, rows["qnn"].scores[seed], IMAGES, N_IMAGES, N_COLUMNS, (5, 1))
    state.write_address()  # of a fragment's run


def seeds_words() -> str:
    """What a seed is."""
    return (
        "A seed fixes the first weights and the order of images. Several seeds show how much of a result is luck; each "
        "is one more training of every model."
    )


def ceiling_words(counts: Counts) -> str:
    """What the chart's dashed line is, and which models it applies to."""
    words = f"Dashed: {in_short(counts)[0].lower()}{in_short(counts)[1:]}"
    if counts.accuracy_ceiling < 1:
        words += " It does not apply to the full CNN, which sees the original 28×28 gray image."
    return words


def show_cost_of(found: Mapping[str, Entry]) -> None:
    """How long those that are not trained yet compute on TensorFlow Quantum."""
    done = {job.experiment for entry in found.values() for job in entry.jobs}
    waiting = [entry for entry in found.values() if not entry.unavailable]
    show_cost([one for entry in waiting for one in entry.experiments if one not in done])


def show_table(found: Mapping[str, Entry], n_test: int) -> None:
    """All figures of all models. On a narrow screen each model is a list of its own."""
    labels = ("Parameters", "Input", "Training images", "Test accuracy", "Over seeds", "Training time", "By")
    rows = [
        {**_named(model), "cells": list(zip(labels, _cells(entry, n_test), strict=True))}
        for model, entry in found.items()
    ]
    st.html(render(FOLDER / "table.html", labels=labels, rows=rows))


def _cells(entry: Entry, n_test: int) -> tuple[str | tuple[str, ...], ...]:
    """A model's row: what stands in each cell, and below it in small letters."""
    if not entry.jobs:
        experiment = entry.experiments[0]
        return ("–", input_words(experiment), "–", standing_words(entry), "–", "–", software(experiment))
    row, n_seeds = entry.row, len(entry.jobs)
    parameters, accuracy = [f"{row.standing.n_parameters:,}"], [percent(row.standing.mean)]
    accuracy.append(percent_range(*accuracy_interval(row.standing.mean, n_test)))
    if row.keras_accuracy is not None:
        accuracy.append(f"tutorial: {percent(row.keras_accuracy)}")
    if MODELS[entry.model].is_quantum:
        experiment = entry.experiments[0]
        n_numbers = effective_numbers(experiment.circuit, experiment.data.n_pixels)
        if n_numbers < row.standing.n_parameters:
            parameters.append(f"{n_numbers:,} independent")
    accuracies = row.standing.accuracies
    several = (percent_range(min(accuracies), max(accuracies)), f"{n_seeds} seeds")
    return (
        tuple(parameters),
        row.input,
        f"{row.n_train:,}",
        tuple(accuracy),
        several if n_seeds > 1 else ("one seed",),
        duration(row.seconds),
        row.software,
    )


def _named(model: str) -> dict[str, str]:
    """Its title, without the words that the page says once, below the table, and its colour."""
    return {"title": MODELS[model].title, "colour": MODELS[model].colour}


def _place(experiment: Experiment) -> str:
    return f"{PLACE}{experiment.model} {experiment.seed}"


def _viewer(experiment: Experiment) -> Viewer | None:
    """This session's look at the training of an experiment on this page."""
    viewer = state.client().viewers.get(_place(experiment))
    return viewer if viewer is not None and viewer.job.experiment == experiment else None


def _finished(experiment: Experiment, viewer: Viewer | None) -> Job | None:
    if viewer is not None and viewer.state == "finished":
        return viewer.job
    return state.workshop().find(experiment)
