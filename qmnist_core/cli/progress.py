"""A training with a live bar on stderr, which Ctrl-C stops between two steps."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from qmnist_core.errors import TrainingError
from qmnist_core.events import Epoch, Failed, Started, Step
from qmnist_core.training import Training


def follow(training: Training, title: str, on_epoch: Callable[[Epoch], None] = lambda epoch: None) -> None:
    """Run a training to its end and show a bar with loss, accuracy and time left.

    Errors: TrainingError where it failed.
    """
    from tqdm import tqdm

    with _stop_on_interrupt(training):
        bar = None
        for event in training:
            if isinstance(event, Step):
                assert bar is not None
                if bar.update():  # tqdm refreshes the screen ten times a second at most
                    bar.set_postfix_str(f"loss {event.loss:.3f}, accuracy {event.accuracy:.3f}", refresh=False)
            elif isinstance(event, Epoch):
                if bar is not None:
                    bar.clear()
                on_epoch(event)
            elif isinstance(event, Failed):
                raise TrainingError(event.message)
            elif isinstance(event, Started):
                bar = tqdm(total=event.total_steps, desc=title, unit="step", file=sys.stderr, dynamic_ncols=True)
        if bar is not None:
            bar.close()


@contextmanager
def _stop_on_interrupt(training: Training) -> Iterator[None]:
    def stop(number: int, frame: Any) -> None:
        training.stop()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
