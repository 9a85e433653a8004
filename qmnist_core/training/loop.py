"""Training as a stream of events, the same for every model."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np

from qmnist_core.arrays import Array, Indices
from qmnist_core.config import Experiment
from qmnist_core.data.mnist import Mnist, load_mnist
from qmnist_core.data.pipeline import Dataset, Examples, Split, prepare
from qmnist_core.errors import TrainingError
from qmnist_core.models import build_model
from qmnist_core.models.protocol import Prepared
from qmnist_core.models.qnn import Qnn
from qmnist_core.simulators.cost import check_cost
from qmnist_core.training.events import Epoch, Event, Failed, Finished, Started, Step, Stopped
from qmnist_core.training.history import EpochFigures, History, steps_an_epoch

STRIDE_SECONDS = 0.001
"""About how long the steps take that one event stands for, in strides."""
TICK = 1e-6
"""Seconds, less than any step takes: a clock may stand still for so long."""


class Training:
    """One training run: iterate over it once for its events. Between two events its `model` and `history` are
    valid; once it has finished or was stopped it can be saved.

    The data is the experiment's own: loaded and prepared here, unless a loaded `mnist` or, prepared already for
    `experiment.input`, a `dataset` is passed. clock: gives the seconds that the events' times are measured in.
    in_strides: whether one Step may stand for as many as the exact engine takes in STRIDE_SECONDS: it is then the last
    of them, and `passed` has the exponents after each.
    Errors, before any step: those of `load_mnist`, `prepare`, `check_cost` and `build_model`; TrainingError when
    iterated twice.
    """

    def __init__(
        self,
        experiment: Experiment,
        mnist: Mnist | None = None,
        dataset: Dataset | Split | None = None,
        clock: Callable[[], float] = time.perf_counter,
        in_strides: bool = False,
    ) -> None:
        self.experiment = experiment
        if dataset is None:
            dataset = prepare(load_mnist(experiment.data.file) if mnist is None else mnist, experiment.input)
        self._clock = clock
        self.train_examples: Examples = dataset.train
        self.test_examples: Examples = dataset.test
        self.names = dataset.names
        """What its two classes are called."""
        self.batch_size = min(experiment.batch_size, len(dataset.train))
        if experiment.is_quantum:
            check_cost(experiment.circuit, experiment.data.n_pixels, experiment.backend, self.batch_size)
        self.model = build_model(experiment)
        an_epoch = steps_an_epoch(experiment, len(dataset.train))
        self.history = History(an_epoch)
        self.outcome: Finished | Stopped | Failed | None = None
        """The last event, or None while training."""
        self.total_steps = an_epoch * experiment.epochs
        self.passed: Array = np.empty((0, 0, 0))
        """In strides: float64 (n_steps, n_layers, n_pixels)."""
        self._in_strides = in_strides and isinstance(self.model, Qnn) and self.model.strides
        self._stop = threading.Event()
        self._begun = False

    def stop(self) -> None:
        """Ask, from any thread, to stop after the current step; the last event is then `Stopped`."""
        self._stop.set()

    @property
    def stop_requested(self) -> bool:
        return self._stop.is_set()

    def __iter__(self) -> Iterator[Event]:
        """Train. Events: Started, a Step for each step, an Epoch after each epoch; then Finished, Stopped or Failed."""
        if self._begun:
            raise TrainingError("this training has begun already: make a new one")
        self._begun = True
        experiment, model, history, n = self.experiment, self.model, self.history, len(self.train_examples)
        batch_size, total_steps = self.batch_size, self.total_steps
        yield Started(model.n_parameters, n, len(self.test_examples), total_steps)

        clock = self._clock
        start = clock()
        elapsed, stride = 0.0, 1
        train, test = model.prepare(self.train_examples), model.prepare(self.test_examples)
        rng = np.random.default_rng([experiment.seed, 1])
        step = 0
        for epoch in range(1, experiment.epochs + 1):
            epoch_start = clock()
            order = rng.permutation(n)
            loss_sum = accuracy_sum = 0.0
            first = 0
            while first < n:
                if self._stop.is_set():
                    loss, accuracy = model.evaluate(test)
                    stopped = Stopped(step, loss, accuracy, clock() - start)
                    self.outcome = stopped if math.isfinite(loss) else _failed(step, loss)
                    yield self.outcome
                    return
                indices = order[first : first + stride * batch_size]
                taken = self._steps(train, indices)
                for loss, accuracy in taken:
                    step += 1
                    size = min(batch_size, n - first)
                    first += size
                    if not math.isfinite(loss):
                        self.outcome = _failed(step, loss)
                        yield self.outcome
                        return
                    loss_sum += loss * size
                    accuracy_sum += accuracy * size
                before, elapsed = elapsed, clock() - start
                pace = (elapsed - before) / len(taken)
                history.add_steps(taken, [elapsed - pace * later for later in reversed(range(len(taken)))])
                yield Step(epoch, step, loss, accuracy, elapsed, elapsed / step * (total_steps - step))
                if self._in_strides:
                    stride = max(1, min(2 * stride, int(STRIDE_SECONDS / max(pace, TICK))))
            val_loss, val_accuracy = model.evaluate(test)
            if not math.isfinite(val_loss):
                self.outcome = _failed(step, val_loss)
                yield self.outcome
                return
            now = clock()
            figures = EpochFigures(
                epoch=epoch,
                loss=loss_sum / n,
                accuracy=accuracy_sum / n,
                val_loss=val_loss,
                val_accuracy=val_accuracy,
                seconds=now - epoch_start,
            )
            history.epochs.append(figures)
            left = (now - start) / step * (total_steps - step)
            yield Epoch(**asdict(figures), elapsed=now - start, remaining=left)
        self.outcome = Finished(val_loss, val_accuracy, clock() - start, model.predict(test))
        yield self.outcome

    def _steps(self, train: Prepared, indices: Indices) -> list[tuple[float, float]]:
        """Each step's loss and accuracy; in strides `passed` is filled as well."""
        if not self._in_strides:
            return [self.model.train_step(train, indices)]
        assert isinstance(self.model, Qnn)
        figures, self.passed = self.model.train_steps(train, indices, self.batch_size)
        return [(loss, accuracy) for loss, accuracy in figures.tolist()]


def _failed(step: int, loss: float) -> Failed:
    return Failed(step, f"the loss is {loss} after step {step}: lower the learning rate")
