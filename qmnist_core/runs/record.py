"""What is known of a QNN's training, whether it is running, over, or a saved run."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import Any

from qmnist_core import __version__
from qmnist_core.address.settings import DATA, to_address
from qmnist_core.config import Experiment
from qmnist_core.errors import RunError
from qmnist_core.jobs import Viewer
from qmnist_core.models import Model, build_model
from qmnist_core.runs import Run
from qmnist_core.sources import short_name
from qmnist_core.training.history import History, Moment, steps_an_epoch


@dataclass(frozen=True)
class Record:
    """A training as far as it was seen, not to change any more.

    history: of a saved run its epochs only, and the exponents at its end.
    saved_by: the version of this package that wrote it, for a saved run.
    """

    experiment: Experiment
    state: str
    history: History
    seconds: float
    saved_by: str | None = None

    @classmethod
    def of_viewer(cls, viewer: Viewer) -> Record:
        """What a session has seen of a training by now."""
        return cls(viewer.job.experiment, viewer.state, viewer.history(), viewer.seconds)

    @classmethod
    def of_run(cls, run: Run, n_train: int) -> Record:
        """A saved run. n_train: how many training images its settings give here.

        Errors: RunError for a run of another model, of gray values, or with weights or a history that do
        not fit.
        """
        experiment = run.experiment
        if not experiment.is_quantum or experiment.reads_gray:
            raise RunError("this run is not of a QNN that reads bits: open one that was saved on this page")
        exact = replace(run, experiment=replace(experiment, backend="exact"))  # of the same weights, and always there
        exponents = exact.build_model().weights()["exponents"]
        opened = cls(
            experiment=experiment,
            state=run.metrics["outcome"],
            history=History(
                steps_an_epoch(experiment, n_train),
                epochs=run.history.epochs,
                moments=[Moment(run.metrics["steps"], exponents)],
            ),
            seconds=run.metrics["seconds"],
            saved_by=run.metrics["version"],
        )
        opened._check()
        return opened

    @property
    def step(self) -> int:
        """Steps done."""
        return self.history.moments[-1].step if self.history.moments else 0

    @property
    def total_steps(self) -> int:
        return self.history.steps_an_epoch * self.experiment.epochs

    def moment(self, step: int) -> Moment:
        """The last snapshot at or before a step."""
        return [moment for moment in self.history.moments if moment.step <= step][-1]

    def settled(self) -> Record:
        """The record as of its last snapshot: later steps, if any, led to exponents that are not known."""
        return replace(self, history=self.history.until(self.step))

    def at(self, step: int) -> Record:
        """The record as it was after a kept step."""
        if step >= self.step:
            return self.settled()
        history = self.history.until(step)
        return replace(self, state="stopped", history=history, seconds=history.elapsed[-1] if history.elapsed else 0.0)

    def network(self) -> Model:
        """The network with its last exponents, on the exact engine; where that trained it, its answers are those of
        the training to the last bit."""
        model = build_model(replace(self.experiment, backend="exact"))
        model.set_weights({"exponents": self.history.moments[-1].exponents})
        return model

    def steps_csv(self) -> str:
        """A header and a line per step: loss and accuracy of its batch, as they were just before the step."""
        table = io.StringIO(newline="")
        writer = csv.writer(table)
        writer.writerow(("step", "loss", "accuracy"))
        losses, accuracies = self.history.losses, self.history.accuracies
        writer.writerows(zip(range(1, len(losses) + 1), losses, accuracies, strict=True))
        return table.getvalue()

    def run(self, test: tuple[float, float]) -> Run:
        """To keep. test: loss and accuracy on the test images at its end."""
        metrics: dict[str, Any] = {
            "outcome": "finished" if self.state == "finished" else "stopped",
            "n_parameters": self.history.moments[-1].exponents.size,
            "test": {"loss": test[0], "accuracy": test[1]},
            "seconds": float(self.seconds),
            "version": self.saved_by or __version__,
            "steps": self.step,
        }
        return Run(self.experiment, self.history, metrics, {"exponents": self.history.moments[-1].exponents})

    def _check(self) -> None:
        """Raise RunError where a saved run's epochs are not those that its steps have passed."""
        epochs = [epoch.epoch for epoch in self.history.epochs]
        whole = (
            0 <= self.step <= self.total_steps
            and (self.state == "stopped" or self.step == self.total_steps)
            and epochs == list(range(1, self.step // self.history.steps_an_epoch + 1))
        )
        if not whole:
            raise RunError("this run's history does not fit its settings: it is damaged")


def run_name(experiment: Experiment) -> str:
    """How an experiment differs from the tutorial's, in a few words."""
    said = to_address(experiment)
    if DATA.address in said:
        said[DATA.address] = short_name(said[DATA.address])
    return ", ".join(f"{name} {value}" for name, value in said.items()) or "tutorial"
