"""Trainings over image sizes, encodings, ways to resize and seeds, done in the background slice by slice."""

from __future__ import annotations

import itertools
import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from qmnist_core.arrays import Array, Flags
from qmnist_core.config import ENCODINGS, IMAGE_SIDE, RESIZES, CircuitConfig, Experiment
from qmnist_core.data.mnist import Mnist
from qmnist_core.data.pipeline import Dataset, prepare
from qmnist_core.errors import CostError, QMnistError
from qmnist_core.look.text import duration
from qmnist_core.metrics import right
from qmnist_core.progress import Computation, Progress
from qmnist_core.simulators.cost import Cost, check_cost, estimate_cost
from qmnist_core.sources import is_upload
from qmnist_core.training.events import Failed, Finished
from qmnist_core.training.loop import Training
from qmnist_core.training.stopwatch import Stopwatch
from qmnist_core.workers import Part, cut, together

SIZES = (2, 3, 4, 5, 6, 8, 10, 14, 20, 28)
SEED_COUNTS = (1, 3, 5)
MAX_RUN_SECONDS = 60.0
"""A training that would take longer is left out, and the reason given."""
MAX_STEP_SECONDS = 0.5
"""Nothing else is computed, and nothing stops, during a step."""
SLICE_SECONDS = 0.03
"""Of one training, by estimate, before others have their turn."""
DATA_SECONDS = 0.15
"""To prepare the images of one size."""
MAX_KEPT = 20_000


READ = {"bits": "bits", "angle": "gray values"}
"""What the circuit reads, by encoding."""


RESIZED = {"sample": "sampled", "area": "averaged"}


@dataclass(frozen=True)
class Line:
    """One encoding and one way to resize: by size, rising, each seed's figures."""

    encoding: str
    resize: str
    accuracies: dict[int, Sequence[float]]
    """On the test images, 0–1."""
    seconds: dict[int, Sequence[float]]
    """Of training."""
    ceilings: dict[int, float]
    """The best score of any classifier of the bits on these test images, their labels known, 0–1."""
    right: dict[int, Sequence[Array]] = field(default_factory=dict)
    """Which test images, the same at every size, are classified correctly: bool (n_test,) a seed."""
    seen_once: dict[int, float] = field(default_factory=dict)
    """The share of the test images' bit patterns that occur once and so count as right in the ceiling."""

    @property
    def title(self) -> str:
        return f"{READ[self.encoding].capitalize()}, {RESIZED[self.resize]}"

    @property
    def sizes(self) -> list[int]:
        return list(self.accuracies)

    def mean_accuracy(self, size: int) -> float:
        return sum(self.accuracies[size]) / len(self.accuracies[size])

    def fastest(self, size: int) -> float:
        """The shortest training time: in the others the computer was busy with something else as well."""
        return min(self.seconds[size])


@dataclass(frozen=True)
class Measurement:
    """One training. accuracy, on the test images, and ceiling are shares in [0, 1]."""

    accuracy: float
    seconds: float
    """Of computing; preparing the images is left out."""
    n_parameters: int
    ceiling: float
    """The best score of any classifier of the bits on these test images, their labels known."""
    right: Flags = field(compare=False, repr=False)
    """Which test images are classified correctly: bool (n_test,)."""
    seen_once: float
    """The share of the test images' bit patterns that occur only once."""


@dataclass(frozen=True)
class Refusal:
    """Why a training cannot be done."""

    reason: str


class Measurements:
    """What has been measured so far, by experiment, from any thread; the oldest are forgotten."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Experiment, Measurement | Refusal] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, experiment: Experiment) -> Measurement | Refusal | None:
        with self._lock:
            return self._kept.get(experiment)

    def put(self, experiment: Experiment, outcome: Measurement | Refusal) -> None:
        with self._lock:
            self._kept[experiment] = outcome
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)


@dataclass(frozen=True)
class Choice:
    """What to measure: every combination of these."""

    sizes: tuple[int, ...] = SIZES
    encodings: tuple[str, ...] = ("bits",)
    resizes: tuple[str, ...] = ("sample",)
    n_seeds: int = 3

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(encoding, resize) of each line of a figure, always in the same order."""
        every = itertools.product(ENCODINGS, RESIZES)
        return [(enc, resize) for enc, resize in every if enc in self.encodings and resize in self.resizes]


def run(base: Experiment, size: int, encoding: str, resize: str, seed: int) -> Experiment:
    """One training: `base` on images of another size, from small angles, by the exact engine.

    seed: added to the base's own. At full size both ways to resize leave the image as it is: one training.
    """
    return replace(
        base,
        model="qnn",
        backend="exact",
        data=replace(base.data, size=size, resize="sample" if size == IMAGE_SIDE else resize),
        circuit=CircuitConfig(base.circuit.layers, encoding),
        init="small",
        seed=(base.seed + seed) % 2**32,
    )


def runs(base: Experiment, choice: Choice) -> tuple[Experiment, ...]:
    """All trainings of a choice, each once, small images first."""
    in_order = itertools.product(sorted(choice.sizes), RESIZES, ENCODINGS, range(choice.n_seeds))
    return tuple(
        dict.fromkeys(
            run(base, size, encoding, resize, seed)
            for size, resize, encoding, seed in in_order
            if (encoding, resize) in choice.lines
        )
    )


def most_images(mnist: Mnist, experiment: Experiment) -> int:
    """The most images that can be there to train on, at any size."""
    n = int(np.isin(mnist.y_train, experiment.data.digits).sum())
    return max(1, min(n, experiment.data.n_examples or n))


def expected_seconds(wanted: Sequence[Experiment], n_train: int) -> float:
    """How long these trainings will take, by estimate."""
    training = sum(_n_steps(one, n_train) * _step_seconds(one, n_train) for one in wanted)
    return training + DATA_SECONDS * len({one.data for one in wanted})


def too_much(experiment: Experiment, n_train: int) -> Refusal | None:
    """Why a training would take too long, if it would."""
    if not _cost(experiment, n_train).is_bearable:
        try:
            check_cost(experiment.circuit, experiment.data.n_pixels, "exact", min(experiment.batch_size, n_train))
        except CostError as error:
            return Refusal(str(error))
    step = _step_seconds(experiment, n_train)
    whole = step * _n_steps(experiment, n_train)
    if whole > MAX_RUN_SECONDS:
        return Refusal(f"one training would take about {duration(whole)}: use fewer layers, epochs or images")
    if step > MAX_STEP_SECONDS:
        return Refusal(f"one training step would take about {duration(step)}: use fewer layers or a smaller batch")
    return None


def measure(wanted: Sequence[Experiment], mnist: Mnist, kept: Measurements) -> Iterator[Progress]:
    """Train those that nobody has measured yet, one after the other, and keep what comes out.

    wanted: at least one, all on the same digits. A step takes about SLICE_SECONDS.
    """
    n_train = most_images(mnist, wanted[0])
    of_one_size = itertools.groupby((one for one in wanted if kept.get(one) is None), key=lambda one: one.data)
    groups = [
        group
        for _, several in of_one_size
        for group in cut(list(several), lambda one: _n_steps(one, n_train) * _step_seconds(one, n_train))
    ]
    steps = [sum(_slices(one, n_train)[0] for one in group) for group in groups]
    parts = (
        # Others may have measured some of them meanwhile.
        Part(mnist, (n_train, [one for one in group if kept.get(one) is None]), n_steps)
        for group, n_steps in zip(groups, steps, strict=True)
    )
    is_kept = not is_upload(wanted[0].data.file)
    return _keeping(together(_measured, parts, sum(steps), is_kept=is_kept), kept, sum(steps))


def _keeping(
    found: Computation[tuple[Experiment, Measurement | Refusal]], kept: Measurements, steps: int
) -> Iterator[Progress]:
    yield Progress(1, 1 + steps)  # there is one step at least, even if all has been measured meanwhile
    for item in found:
        if isinstance(item, Progress):
            yield Progress(1 + item.done, 1 + steps)
        else:
            kept.put(*item)


def _measured(
    mnist: Mnist, own: tuple[int, Sequence[Experiment]]
) -> Computation[tuple[Experiment, Measurement | Refusal]]:
    """Trainings on images of one size, one after the other."""
    n_train, experiments = own
    n_done, n_steps = 0, sum(_slices(one, n_train)[0] for one in experiments)
    dataset: Dataset | None = None
    for experiment in experiments:
        n_slices, n_events = _slices(experiment, n_train)
        try:
            dataset = dataset or prepare(mnist, experiment.data)
            watch = Stopwatch()
            training = Training(experiment, dataset=dataset, clock=watch)
            events = iter(training)
            for n_slices_done in itertools.count(1):
                watch.start()
                for _ in itertools.islice(events, n_events):
                    pass
                watch.stop()
                if training.outcome is not None:
                    break
                yield Progress(n_done + n_slices_done, n_steps)
            yield experiment, _outcome(training, dataset)
        except QMnistError as error:
            yield experiment, Refusal(str(error))
        n_done += n_slices
        yield Progress(n_done, n_steps)
    if not experiments:
        yield Progress(1, 1)


def _outcome(training: Training, dataset: Dataset) -> Measurement | Refusal:
    outcome = training.outcome
    if isinstance(outcome, Failed):
        return Refusal(outcome.message)
    assert isinstance(outcome, Finished)
    ceiling = float(dataset.gray.ceilings((dataset.gray.config.threshold,))[0])
    answers = right(outcome.scores, dataset.test.targets)
    counts = dataset.counts
    once = counts.test_patterns_seen_once / counts.n_test_patterns
    return Measurement(outcome.accuracy, outcome.seconds, training.model.n_parameters, ceiling, answers, once)


def _slices(experiment: Experiment, n_train: int) -> tuple[int, int]:
    """The most slices that a training can have, and how many of its events are in each."""
    n_events = max(1, round(SLICE_SECONDS / _step_seconds(experiment, n_train)))
    return math.ceil((_n_steps(experiment, n_train) + experiment.epochs + 2) / n_events), n_events


def _n_steps(experiment: Experiment, n_train: int) -> int:
    return math.ceil(n_train / min(experiment.batch_size, n_train)) * experiment.epochs


def _step_seconds(experiment: Experiment, n_train: int) -> float:
    return _cost(experiment, n_train).step_seconds


def _cost(experiment: Experiment, n_train: int) -> Cost:
    return _cost_of(experiment.circuit, experiment.data.n_pixels, min(experiment.batch_size, n_train))


_cost_of = lru_cache(maxsize=1000)(estimate_cost)


def collect(base: Experiment, choice: Choice, kept: Measurements) -> list[Line]:
    """What has been measured of a choice, by the lines of a figure."""
    lines = []
    for encoding, resize in choice.lines:
        line = Line(encoding, resize, {}, {}, {})
        for size in sorted(choice.sizes):
            outcomes = (kept.get(run(base, size, encoding, resize, seed)) for seed in range(choice.n_seeds))
            measured = [outcome for outcome in outcomes if isinstance(outcome, Measurement)]
            if measured:
                line.accuracies[size] = [one.accuracy for one in measured]
                line.seconds[size] = [one.seconds for one in measured]
                line.ceilings[size] = measured[0].ceiling
                line.right[size] = [one.right for one in measured]
                line.seen_once[size] = measured[0].seen_once
        lines.append(line)
    return lines
