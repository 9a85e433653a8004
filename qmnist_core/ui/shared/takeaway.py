"""What can be downloaded of a run: files to open again, to read, to compute with, to run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import NamedTuple

import streamlit as st

from qmnist_core.circuits.build import model_circuit
from qmnist_core.circuits.export import to_json, to_qasm
from qmnist_core.pictures.diagrams import MAX_DRAWN, model_diagram
from qmnist_core.report.page import report_html
from qmnist_core.runs import history_csv, pack_run
from qmnist_core.runs.record import Record, run_name
from qmnist_core.runs.reproduce import script
from qmnist_core.ui.session import state
from qmnist_core.ui.shared.live import Run

SLOW_PIXELS = 300
"""For larger images OpenQASM takes seconds to write."""


class File(NamedTuple):
    """What a button saves, in the order of `file_button`."""

    words: str
    content: Callable[[], str | bytes]
    name: str
    mime: str
    about: str


def section(run: Run) -> None:
    """The files of the run as it is at the cursor, once it is at rest."""
    if run.is_growing:
        st.caption("The training still goes on: its files are here when it is over, or stopped.")
        return
    shown = run.record.at(run.step)
    done = "" if shown.state == "finished" else f" as it is after step {shown.step:,} of {run.total:,}"
    st.markdown(
        f"All of this run{done}, as files. Point at a chart, and an arrow in its corner saves that chart as SVG or PNG."
    )
    for group in files_of(shown, run_name(shown.experiment)):
        for file in group:
            file_button(*file, place="take")
    if not shown.history.losses:
        st.caption("A saved run keeps its epochs, not the steps between them.")


def files(record: Record, name: str, place: str) -> None:
    """The same for any run, in a small space."""
    for words, content, file, mime, _ in itertools.chain(*files_of(record, name)):
        file_button(words, content, file, mime, "", place)


def files_of(record: Record, name: str) -> list[list[File]]:
    """To go on with, to compute with, and the circuit; none is made before it is asked for."""
    record = record.settled()
    circuit, n = record.experiment.circuit, record.experiment.data.n_pixels
    exponents = record.history.moments[-1].exponents
    steps = None if record.step == record.total_steps else record.step

    def python() -> str:
        return script(record.experiment, test_figures(record), steps)

    def report() -> str:
        data = state.dataset(record.experiment.data)
        return report_html(record, data, datetime.now(timezone.utc), python())

    def called(what: str, kind: str) -> str:
        return f"qnn {name[:120]}{what}.{kind}".replace("/", "-")

    run = [
        File(
            "Run (ZIP)",
            lambda: packed(record),
            called("", "zip"),
            "application/zip",
            "Settings, history and exponents, to open again here or with qmnist_core.",
        ),
        File(
            "Report (HTML)",
            report,
            called("", "html"),
            "text/html",
            "All of it on one page to read or print; opens offline, 2 MB.",
        ),
        File(
            "Script (Python)",
            python,
            re.sub(r"\W+", "_", f"qnn {name[:120]}").strip("_") + ".py",
            "text/x-python",
            "Trains it again with qmnist_core and checks that the figures are the same.",
        ),
    ]
    numbers = []
    if record.history.epochs:
        about = (
            "Loss and accuracy of each epoch: on its training batches, each as it was before its step, and on the test "
            "images after it."
        )
        numbers.append(
            File("Epochs (CSV)", lambda: history_csv(record.history), called(" epochs", "csv"), "text/csv", about)
        )
    if record.history.losses:
        about = "Loss and accuracy of the batch of each step."
        numbers.append(File("Steps (CSV)", record.steps_csv, called(" steps", "csv"), "text/csv", about))
    some = "" if n <= MAX_DRAWN else " Some of its wires."
    slow = " Takes a few seconds." if n > SLOW_PIXELS else ""
    gates = [
        File(
            "Circuit (SVG)",
            lambda: model_diagram(circuit.layers, n, exponents),
            called(" circuit", "svg"),
            "image/svg+xml",
            f"The picture of its layers with their exponents.{some}",
        ),
        File(
            "Circuit (Cirq JSON)",
            lambda: to_json(model_circuit(circuit, n, exponents)),
            called(" circuit", "json"),
            "application/json",
            "`cirq.read_json(file)` gives it back. With an image: see Circuit.",
        ),
        File(
            "Circuit (OpenQASM)",
            lambda: to_qasm(model_circuit(circuit, n, exponents), n),
            called(" circuit", "qasm"),
            "text/plain",
            f"Version 2.0. The readout is q[0], pixel i is q[i + 1].{slow}",
        ),
    ]
    return [run, numbers, gates]


def file_button(
    words: str,
    content: str | bytes | Callable[[], str | bytes],
    name: str,
    mime: str,
    about: str,
    place: str = "circuit",
) -> None:
    """A button that saves a file, and a line about it, if any. content: the file, or what makes it when asked for."""
    with st.container(gap="xxsmall"):
        st.download_button(
            words,
            content,
            name,
            mime,
            key=f"{place}-{words}",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
        )
        if about:
            st.caption(about)


def test_figures(record: Record) -> tuple[float, float]:
    """Loss and accuracy on the test images at a training's end."""
    network = record.network()
    return network.evaluate(network.prepare(state.dataset(record.experiment.data).test))


def packed(record: Record) -> bytes:
    """A training as a file, to keep."""
    return pack_run(record.run(test_figures(record)))
