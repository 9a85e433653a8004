"""What a computation gives, its results apart from how far it is."""

from __future__ import annotations

from typing import TypeVar

from qmnist_core.progress import Computation, Progress

Result = TypeVar("Result")


def steps_and_results(computation: Computation[Result]) -> tuple[int, list[Result]]:
    """The number of its steps, which it must have done one after the other, and its results."""
    items = list(computation)
    steps = [item for item in items if isinstance(item, Progress)]
    assert [step.done for step in steps] == list(range(1, steps[-1].of + 1))
    assert items[-1] == Progress(len(steps), len(steps))
    return len(steps), [item for item in items if not isinstance(item, Progress)]


def results(computation: Computation[Result]) -> list[Result]:
    """Its results alone."""
    return [item for item in computation if not isinstance(item, Progress)]
