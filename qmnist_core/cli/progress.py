"""A training with its cost stated first and a live bar on stderr; Ctrl-C stops it between two steps."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qmnist_core.catalogue import BACKENDS
from qmnist_core.config import Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.errors import TrainingError
from qmnist_core.look.text import duration
from qmnist_core.models.qnn import distinct_inputs
from qmnist_core.progress import Computation, Progress, Result
from qmnist_core.simulators.cost import estimate_cost
from qmnist_core.training.events import Epoch, Failed, Step
from qmnist_core.training.loop import Training

BAR = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}{postfix}]"


def begin(experiment: Experiment, mnist: Mnist | None = None) -> Training:
    """Load what a training needs, and say on stderr beforehand what it will cost."""
    if "tensorflow" not in sys.modules and experiment.package in ("keras", "tfq"):
        print("loading TensorFlow ...", file=sys.stderr, flush=True)
    import tqdm  # noqa: F401 (before anything is said: Python may lose a Ctrl-C that comes within an import)

    training = Training(experiment, mnist)
    if experiment.is_quantum:
        print(_cost(training), file=sys.stderr)
    return training


def follow(training: Training, title: str, on_epoch: Callable[[Epoch], None] = lambda epoch: None) -> None:
    """Run a training to its end and show a bar with loss, accuracy and time left.

    Ctrl-C stops it after the current step; a second one does not wait for that.
    Errors: TrainingError where it failed.
    """
    from tqdm import tqdm

    total = training.total_steps
    with (
        # First, because what tqdm imports would swallow a Ctrl-C.
        _on_interrupt(_stop_then_abort(training)),
        tqdm(total=total, desc=title, file=sys.stderr, dynamic_ncols=True, bar_format=BAR) as bar,
    ):
        for event in training:
            if isinstance(event, Step):
                bar.set_postfix_str(f"loss {event.loss:.3f}, accuracy {event.accuracy:.3f}", refresh=False)
                bar.update()  # refreshes the screen ten times a second at most
            elif isinstance(event, Epoch):
                bar.clear()
                on_epoch(event)
    if isinstance(training.outcome, Failed):
        raise TrainingError(training.outcome.message)


def result_of(computation: Computation[Result], so_far: Callable[[Any], str] = lambda _: "") -> Result:
    """Follow a computation with a bar to its last result. so_far: what the bar says of each result."""
    from tqdm import tqdm

    found = None
    with tqdm(file=sys.stderr, dynamic_ncols=True, unit=" steps") as bar:
        for item in computation:
            if isinstance(item, Progress):
                bar.total = item.of
                bar.update(item.done - bar.n)
            else:
                found = item
                bar.set_postfix_str(so_far(item), refresh=False)
    assert found is not None
    return found


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Meanwhile Ctrl-C sets the event, for whoever looks at it between two pieces of work; a second one waits for
    nothing."""
    import tqdm  # noqa: F401 (as above)

    asked = threading.Event()

    def handle(number: int, frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    with _on_interrupt(handle):
        yield asked


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore Ctrl-C meanwhile, while a run is saved."""
    with _on_interrupt(signal.SIG_IGN):
        yield


def _cost(training: Training) -> str:
    experiment = training.experiment
    cost = estimate_cost(experiment.circuit, experiment.data.n_pixels, training.batch_size, experiment.backend)
    n_tested = len(distinct_inputs(training.test_examples, experiment.circuit)[0]) * experiment.epochs
    seconds = cost.step_seconds * training.total_steps + cost.input_seconds * n_tested
    waves = "a single wave" if cost.n_pairs == 1 else f"{cost.n_pairs:,} waves"
    exact = f"{waves}, " if not BACKENDS[experiment.backend].is_state_vector else ""
    memory = f"{cost.bytes / 2**20:.0f} MiB" if cost.bytes >= 2**20 else "less than 1 MiB"
    return f"rough estimate: {exact}{duration(seconds)} for {training.total_steps:,} steps, {memory} a step"


def _stop_then_abort(training: Training) -> Callable[[int, Any], None]:
    def handle(number: int, frame: Any) -> None:
        if training.stop_requested:
            raise KeyboardInterrupt
        training.stop()

    return handle


@contextmanager
def _on_interrupt(handler: Any) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
