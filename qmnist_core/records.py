"""What is known of a QNN's training, wherever it comes from: one that goes on, one that is over, or a saved run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qmnist_core import __version__
from qmnist_core.config import Experiment
from qmnist_core.errors import RunError
from qmnist_core.jobs import Moment, Viewer
from qmnist_core.plots.curves import Curve
from qmnist_core.runs import Run
from qmnist_core.settings import to_address


@dataclass(frozen=True)
class Record:
    """A training as far as it was seen, not to change any more.

    losses, accuracies: of each step's batch; empty for a saved run, which keeps its epochs only.
    history: a record per epoch, as in a `Run`. moments: snapshots of the exponents, in order.
    """

    experiment: Experiment
    state: str
    losses: Sequence[float]
    accuracies: Sequence[float]
    history: tuple[dict[str, float], ...]
    moments: tuple[Moment, ...]
    steps_an_epoch: int
    seconds: float

    @classmethod
    def of_viewer(cls, viewer: Viewer) -> Record:
        """What a session has seen of a training by now."""
        revealed = viewer.revealed
        return cls(
            experiment=viewer.job.experiment,
            state=viewer.state,
            losses=viewer.job.losses[:revealed],
            accuracies=viewer.job.accuracies[:revealed],
            history=tuple(epoch.record() for epoch in viewer.epochs()),
            moments=tuple(viewer.moments()),
            steps_an_epoch=viewer.job.steps_an_epoch,
            seconds=viewer.seconds,
        )

    @classmethod
    def of_run(cls, run: Run, file: str | None, n_train: int) -> Record:
        """A saved run. file: the data file here. n_train: how many training images its settings give here.

        Errors: RunError for a run of another model or data file, of gray values, or with weights that do not fit.
        """
        experiment = run.experiment
        if experiment.model != "qnn" or experiment.reads_gray:
            raise RunError("this run is not of a QNN that reads bits: open one that was saved on this page")
        if experiment.data.file != file:
            raise RunError("this run was trained on another data file than the one here: its figures would not fit")
        exponents = run.build_model().weights()["exponents"]
        steps = steps_an_epoch(experiment, n_train)
        return cls(
            experiment=experiment,
            state=run.metrics["outcome"],
            losses=(),
            accuracies=(),
            history=run.history,
            moments=(Moment(steps * len(run.history), exponents),),
            steps_an_epoch=steps,
            seconds=run.metrics["seconds"],
        )

    @property
    def step(self) -> int:
        """Steps done."""
        return self.moments[-1].step if self.moments else 0

    @property
    def total_steps(self) -> int:
        return self.steps_an_epoch * self.experiment.epochs

    def moment(self, step: int) -> Moment:
        """The last snapshot at or before a step."""
        return [moment for moment in self.moments if moment.step <= step][-1]

    def curve(self, name: str, current: bool = True, dash: int = 0) -> Curve:
        """Its lines for a chart."""
        epochs = [int(record["epoch"]) for record in self.history]

        def column(key: str) -> list[float]:
            return [record[key] for record in self.history]

        return Curve(
            name=name,
            model="qnn",
            current=current,
            dash=dash,
            step_numbers=range(1, len(self.losses) + 1),
            step_loss=self.losses,
            step_accuracy=self.accuracies,
            epoch_numbers=epochs,
            epoch_steps=[epoch * self.steps_an_epoch for epoch in epochs],
            loss=column("loss"),
            accuracy=column("accuracy"),
            val_loss=column("val_loss"),
            val_accuracy=column("val_accuracy"),
        )

    def run(self, test: tuple[float, float]) -> Run:
        """To keep. test: loss and accuracy on the test images at its end."""
        metrics: dict[str, Any] = {
            "outcome": "finished" if self.state == "finished" else "stopped",
            "n_parameters": self.moments[-1].exponents.size,
            "test": {"loss": test[0], "accuracy": test[1]},
            "seconds": float(self.seconds),
            "version": __version__,
        }
        return Run(self.experiment, self.history, metrics, {"exponents": self.moments[-1].exponents})


def steps_an_epoch(experiment: Experiment, n_train: int) -> int:
    """How many batches n_train images make."""
    return math.ceil(n_train / min(experiment.batch_size, n_train))


def run_name(experiment: Experiment) -> str:
    """What sets an experiment apart from the tutorial's, in a few words."""
    return ", ".join(f"{name} {value}" for name, value in to_address(experiment).items()) or "tutorial"
