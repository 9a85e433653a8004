"""All of a training on one screen: curves, outputs, exponents, right and wrong answers, and the images behind them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from qmnist_core.address.views import CELL, MISREAD
from qmnist_core.data.pipeline import Dataset
from qmnist_core.jobs import Task, Watcher
from qmnist_core.metrics import says_first
from qmnist_core.plots.confusion import CELLS
from qmnist_core.ui.components.confusion import confusion
from qmnist_core.ui.components.curves import Line
from qmnist_core.ui.components.histogram import histogram
from qmnist_core.ui.components.maps import maps
from qmnist_core.ui.frame.page import tools
from qmnist_core.ui.session.looking import look_at, seen
from qmnist_core.ui.shared import live, takeaway
from qmnist_core.ui.shared.behind import choose_cell, show_behind
from qmnist_core.ui.shared.curves import learning_curves
from qmnist_core.ui.train.earlier import earlier_runs, open_saved_run

HEIGHT = 465
"""Of the curves, in pixels; the rest has the same room."""


def cockpit(run: live.Run, dataset: Dataset, fan: Watcher[Task] | None) -> None:
    """The figures, which follow the cursor; below them the images of one kind of answer, where it rests."""
    data, circuit = run.experiment.data, run.experiment.circuit
    _tools(run)
    left, middle, right = st.columns([1.35, 1.1, 0.8], gap="medium")
    with left, st.container(key="figure-curves"):
        learning_curves(run, dataset, HEIGHT, "train-curves", fan, others=_others())
    with middle:
        with st.container(key="figure-histogram"):
            histogram(live.NAME, dataset.names, 300, "train-histogram")
        with st.container(key="figure-confusion"):
            confusion(live.NAME, dataset.names, CELLS, seen(CELL), _look_at_cell, "train-confusion")
    with right, st.container(key="figure-maps"):
        maps(live.NAME, circuit.layers, data.size, HEIGHT, "train-maps")
    _misread(run, dataset)


def _look_at_cell(number: int) -> None:
    look_at(CELL, number)
    look_at(MISREAD, 1)


def _tools(run: live.Run) -> None:
    """What is kept, and what is downloaded or opened."""
    with tools():
        st.button(
            "Keep this run",
            icon=":material/bookmark_add:",
            help="Its curves stay, as a thin line, to compare the next ones with.",
            disabled=not run.record.history.epochs,
            on_click=live.keep_current,
        )
        kept = live.earlier()
        with st.popover(f"Kept: {len(kept)}", key="train-kept", disabled=not kept):
            earlier_runs()
        menu = st.popover("Files", icon=":material/folder_open:", key="train-files", on_change="rerun")
        if menu.open:
            with menu:
                takeaway.section(run)
                open_saved_run()


def _others() -> list[Line]:
    lines = []
    for i, (name, kept) in enumerate(live.earlier().items(), start=1):
        if live.is_overlaid(name):
            epochs = kept.history.epochs
            lines.append(
                Line(
                    name,
                    steps=[kept.history.last_step(epoch) for epoch in epochs],
                    accuracy=[epoch.val_accuracy for epoch in epochs],
                    loss=[epoch.val_loss for epoch in epochs],
                    dash=i,
                )
            )
    return lines


def _misread(run: live.Run, dataset: Dataset) -> None:
    called, values = dataset.names, run.scores
    names = [f"{called[true]} read {'correctly' if true == said else f'as {called[said]}'}" for true, said in CELLS]
    label = f"Test images, after step {run.step:,}"
    controls, images = st.columns([1, 2], gap="medium")
    with controls:
        true, said = choose_cell(CELL, MISREAD, label, "train-cell", names)
    rows = np.flatnonzero((dataset.test.labels == (true == 0)) & (says_first(values) == (said == 0)))
    with images:
        show_behind(run.experiment.data, rows, values, MISREAD)
